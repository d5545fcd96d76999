import { AwsError } from '../json-protocol.ts';

/** A delivery to a target of a rule or a schedule. */
export interface Delivery {
  /** What the target gets: a message's body, a Lambda's event as JSON. */
  payload: string;
  /** The target's own parameters, such as `{ MessageGroupId }` for a queue. */
  parameters?: Record<string, unknown>;
  /** Text attributes, for what comes to a dead-letter queue. */
  attributes?: Record<string, string>;
}

/** Everything that rules and schedules can deliver to, by ARN. */
export interface Targets {
  add(arn: string, deliver: (delivery: Delivery) => Promise<void>): void;
  /** Throws AwsError ResourceNotFoundException if nothing stands behind the ARN. */
  deliver(arn: string, delivery: Delivery): Promise<void>;
}

/** Makes an empty registry of targets. */
export function createTargets(): Targets {
  const known = new Map<string, (delivery: Delivery) => Promise<void>>();
  return {
    add: (arn, deliver) => {
      known.set(arn, deliver);
    },
    deliver: async (arn, delivery) => {
      const target = known.get(arn);
      if (!target) throw new AwsError('ResourceNotFoundException', `There is no local target ${arn}`);
      await target(delivery);
    },
  };
}
