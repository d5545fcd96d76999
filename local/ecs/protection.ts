import { AwsError } from '../json-protocol.ts';
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
  /** Refuses new protection with that reason until it is undefined. */
  refuse(reason: string | undefined): void;
}

/** Protection of the fleet's workers. */
export function createProtection(fleet: Fleet): Protection {
  let refusal: string | undefined;

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
      fleet.protect(worker, protectionEnabled ? Date.now() + expiresInMinutes * 60_000 : undefined);
      return state(worker);
    },
    refuse: (reason) => {
      refusal = reason;
    },
  };
}
