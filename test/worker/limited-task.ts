import type { Handler } from '../../tasks/handle.ts';
import { trialHandlers, trialTask } from './trial-tasks.ts';

/** The trial task, of which attempts begin at a rate. */
export const limitedTask = { ...trialTask, name: 'limited', rateLimit: { perSecond: 20, burst: 9 } };

/** Works on the limited task alone. */
export const limitedHandlers: ReadonlyMap<string, Handler> = new Map(
  [...trialHandlers]
    .filter(([name]) => name === trialTask.name)
    .map(([, handler]) => [limitedTask.name, { ...handler, task: limitedTask } as unknown as Handler]),
);
