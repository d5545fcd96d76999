import { AwsError } from '../json-protocol.ts';
import type { EcsEvent } from './ecs.ts';
import type { Fleet } from './fleet.ts';
import { isProtected, type Worker } from './worker.ts';

const defaultMinutes = 120;
const longestMinutes = 2880;

/** What ECS says of a worker's scale-in protection; times are seconds since 1970. */
export interface ProtectedTask {
  taskArn: string;
  protectionEnabled: boolean;
  expirationDate?: number;
}

/** Why ECS did not protect a worker. */
export interface ProtectionFailure {
  arn: string;
  reason: string;
  detail?: string;
}

/** The rules of scale-in protection, for ECS's own operations and for the agent's endpoint. */
export interface Protection {
  state(worker: Worker): ProtectedTask;
  /** Throws AwsError if the minutes are out of bounds. */
  update(
    worker: Worker,
    wanted: { protectionEnabled: boolean; expiresInMinutes?: number | undefined },
  ): ProtectedTask | ProtectionFailure;
  /** Protects until then, or not at all; a protection that ends makes way for a scale-in that waits. */
  protect(worker: Worker, until: number | undefined): void;
  /** Refuses new protection with that reason until it is undefined. */
  refuse(reason: string | undefined): void;
}

/** Protection of the fleet's workers. */
export function createProtection({
  fleet,
  onEvent = () => {},
}: {
  fleet: Pick<Fleet, 'unprotected'>;
  onEvent?: (event: EcsEvent) => void;
}): Protection {
  let refusal: string | undefined;

  const protect = (worker: Worker, until: number | undefined): void => {
    const before = isProtected(worker);
    if (until === undefined) delete worker.protectedUntil;
    else {
      worker.protectedUntil = until;
      const expire = (): void => {
        // A later renewal has its own time.
        if (worker.protectedUntil === until) protect(worker, undefined);
      };
      setTimeout(expire, until - Date.now()).unref();
    }
    const after = isProtected(worker);
    if (before !== after) {
      const kind = after ? 'worker-protected' : 'worker-unprotected';
      onEvent({ kind, workerId: worker.id, service: worker.service });
    }
    if (!after) fleet.unprotected(worker);
  };

  const state = (worker: Worker): ProtectedTask => ({
    taskArn: worker.arn,
    protectionEnabled: isProtected(worker),
    ...(isProtected(worker) && { expirationDate: (worker.protectedUntil ?? 0) / 1000 }),
  });

  return {
    state,
    update: (worker, { protectionEnabled, expiresInMinutes = defaultMinutes }) => {
      if (!Number.isInteger(expiresInMinutes) || expiresInMinutes < 1 || expiresInMinutes > longestMinutes) {
        throw new AwsError(
          'InvalidParameterException',
          `expiresInMinutes is ${expiresInMinutes}: use a whole number from 1 to ${longestMinutes}`,
        );
      }
      if (worker.stopping || worker.stopped) return { arn: worker.arn, reason: 'TASK_NOT_VALID' };
      if (protectionEnabled && refusal) return { arn: worker.arn, reason: refusal };
      protect(worker, protectionEnabled ? Date.now() + expiresInMinutes * 60_000 : undefined);
      return state(worker);
    },
    protect,
    refuse: (reason) => {
      refusal = reason;
    },
  };
}
