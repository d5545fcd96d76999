import type { Task } from '../tasks/define-task.ts';
import { createGate, type Gate } from './gate.ts';
import { createPermitLine, mostInLine, type Turn } from './permit-line.ts';
import type { TakePermits } from './take-permits.ts';

/** Holds the attempts of this worker to the rates of their tasks, which all workers share. */
export interface RateLimits {
  /** Closed for a task that has no permit, or a message that waits for one: then no more are to be received. */
  readonly gate: Pick<Gate, 'isOpen' | 'opened'>;
  /** How many messages of the task may be asked for at once. */
  mostAtOnce(task: string): number;
  /**
   * To be asked before an attempt. A short wait for a permit is sat out; a longer one is told, and the message is to be
   * handed back for so long. Throws LedgerUnreachable if the database with the permits cannot be asked.
   */
  turn(task: string): Promise<Turn>;
  /** Lets nobody wait any longer. */
  stop(): void;
}

/**
 * Makes the limits of the tasks that have one. A permit is taken when its message is in hand, not before: one that a
 * long poll holds would be used much later, and so beyond the rate, or never.
 */
export function createRateLimits(
  tasks: readonly Pick<Task, 'name' | 'rateLimit'>[],
  takePermits: TakePermits,
): RateLimits {
  const gate = createGate();
  const limited = new Map(
    tasks.flatMap(({ name, rateLimit }) => {
      if (!rateLimit) return [];
      const line = createPermitLine({
        gate: { close: (why) => gate.close(why, name), open: (why) => gate.open(why, name) },
        take: (count) => takePermits(name, rateLimit, count),
        mostAtOnce: mostInLine(rateLimit),
      });
      return [[name, { line, mostAtOnce: mostInLine(rateLimit) }] as const];
    }),
  );
  return {
    gate,
    mostAtOnce: (task) => limited.get(task)?.mostAtOnce ?? Number.POSITIVE_INFINITY,
    turn: async (task) => limited.get(task)?.line.turn() ?? { is: 'now' },
    stop: () => {
      for (const { line } of limited.values()) line.stop();
    },
  };
}
