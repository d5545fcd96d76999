import type { Task } from '../tasks/define-task.ts';

/** Runs that had an attempt which ended without a word: one of those that ran then may be what killed the worker. */
export interface Suspects {
  /** Does the work of a suspect unless there is one at work already; then undefined. */
  alone<Value>(work: () => Promise<Value>): Promise<Value> | undefined;
}

/**
 * Lets one suspect work at a time, so that a run which kills its worker again and again takes no other suspect with it:
 * by the time it is dead, what it ran beside has been cut off once at most.
 */
export function createSuspects(): Suspects {
  let isAtWork = false;
  return {
    alone: (work) => {
      if (isAtWork) return undefined;
      isAtWork = true;
      return work().finally(() => {
        isAtWork = false;
      });
    },
  };
}

/** When another suspect is worth a try: about an attempt's length, at most a lease's, and not all at the same moment. */
export function suspectDelaySeconds(
  { expectedSeconds }: Pick<Task, 'expectedSeconds'>,
  { leaseSeconds }: { leaseSeconds: number },
): number {
  return Math.ceil(Math.min(expectedSeconds, leaseSeconds) * (0.5 + Math.random()));
}
