import type { Clock } from '../clock.ts';
import { type ScalingActivity, type StepScalingPolicy, stepScaling } from './step-scaling.ts';

/** What can be scaled: its capacity and its limits. */
export interface ScalableTarget {
  /** Such as `service/CLUSTER/SERVICE`. */
  resourceId: string;
  minimum: number;
  maximum: number;
  capacity(): number | Promise<number>;
  setCapacity(desired: number): Promise<void> | void;
}

/** What a policy did, for the screen. */
export interface ScalingEvent {
  kind: 'scaled';
  resourceId: string;
  policy: string;
  from: number;
  to: number;
  reason: string;
  at: number;
}

/** Applies step scaling policies to targets, on the given clock. */
export interface Scaling {
  putTarget(target: ScalableTarget): void;
  /** The policy is known by what alarms call as their action. Throws if the target is unknown. */
  putPolicy(policy: { arn: string; resourceId: string; configuration: StepScalingPolicy }): void;
  /** Whether an alarm's action is one of the policies. */
  has(arn: string): boolean;
  /** Invokes a policy as an alarm does. */
  invoke(arn: string, alarm: { threshold: number; datapoints: readonly number[] }): Promise<void>;
}

/** Starts with no targets and no policies. */
export function createScaling({
  clock,
  onEvent = () => {},
}: {
  clock: Pick<Clock, 'now'>;
  onEvent?: (event: ScalingEvent) => void;
}): Scaling {
  const targets = new Map<string, { target: ScalableTarget; last: ScalingActivity | undefined }>();
  const policies = new Map<string, { resourceId: string; configuration: StepScalingPolicy }>();

  const targetOf = (resourceId: string) => {
    const entry = targets.get(resourceId);
    if (!entry) throw new Error(`${resourceId} is no scalable target: register it before its policies`);
    return entry;
  };

  return {
    putTarget: (target) => {
      targets.set(target.resourceId, { target, last: targets.get(target.resourceId)?.last });
    },
    putPolicy: ({ arn, ...policy }) => {
      targetOf(policy.resourceId);
      policies.set(arn, policy);
    },
    has: (arn) => policies.has(arn),
    invoke: async (arn, { threshold, datapoints }) => {
      const policy = policies.get(arn);
      if (!policy) throw new Error(`${arn} is no scaling policy of the local cloud`);
      const entry = targetOf(policy.resourceId);
      const { target } = entry;
      const from = await target.capacity();
      const now = clock.now();
      const { desired, activity, reason } = stepScaling({
        policy: policy.configuration,
        threshold,
        datapoints,
        current: from,
        minimum: target.minimum,
        maximum: target.maximum,
        now,
        last: entry.last,
      });
      if (!activity) return;
      entry.last = activity;
      onEvent({
        kind: 'scaled',
        resourceId: target.resourceId,
        policy: arn,
        from,
        to: desired,
        reason,
        at: now,
      });
      await target.setCapacity(desired);
    },
  };
}
