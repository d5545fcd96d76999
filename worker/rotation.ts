import type { Logger } from 'pino';
import type { Delivery } from './delivery.ts';
import type { OwnService } from './own-service.ts';

/** With this chance a worker whose work the others can take makes way, at each renewal of its protection. */
export const rotationChance = 0.5;

/** Tells when a worker that has work should make way all the same, so that scaling and deployments can stop it. */
export interface Rotation {
  /** To be told of every message that was taken in hand. */
  took(): void;
  /** To be asked once a minute: why it should make way, or undefined. */
  reason(): Promise<string | undefined>;
}

/**
 * A worker under steady load would stay protected for ever. It makes way once enough workers of a newer version run, and
 * with a chance when it has been less than half full for a minute: of many such workers half go at once, as the others
 * can take their work. The first of all stays, so that there is always one that receives.
 */
export function createRotation(options: {
  deliveries: ReadonlySet<Pick<Delivery, 'queue'>>;
  service: OwnService;
  log: Logger;
  /** From 0 up to 1. Default: at random. */
  random?: () => number;
}): Rotation {
  const { deliveries, service, log, random = Math.random } = options;
  let quietMinutes = -1;

  const isHalfFull = () => {
    let load = 0;
    for (const { queue } of deliveries) load += 1 / queue.task.concurrency;
    // Less the last bits of a sum of fractions: six twelfths are the half.
    return load >= 0.5 - 1e-9;
  };

  return {
    took: () => {
      if (quietMinutes >= 0 && isHalfFull()) quietMinutes = -1;
    },
    reason: async () => {
      quietMinutes = isHalfFull() ? -1 : quietMinutes + 1;
      try {
        if (await service.isReplaced()) return 'enough workers of a newer version run';
        const mayGo = quietMinutes >= 1 && random() < rotationChance && !(await service.isFirst());
        return mayGo ? 'the others can take its work' : undefined;
      } catch (error) {
        log.warn({ err: error }, 'could not ask ECS about the other workers; staying');
        return undefined;
      }
    },
  };
}
