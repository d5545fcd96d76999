import type { Task } from '../tasks/define-task.ts';

/** What of a worker's stop timeout goes to handing back and flushing after the grace. */
const handBackSeconds = 15;

/** The tasks that a worker could be told to stop in the middle of what they say cannot be interrupted. */
export function stopTimeoutProblems(tasks: readonly Task[], stopTimeoutSeconds: number): string[] {
  return tasks.flatMap(({ name, uninterruptibleSeconds = 0 }) => {
    const needed = uninterruptibleSeconds + handBackSeconds;
    if (uninterruptibleSeconds === 0 || needed <= stopTimeoutSeconds) return [];
    return [
      `Task ${name} says that ${uninterruptibleSeconds} s of it cannot be interrupted, but a worker is stopped after ` +
        `${stopTimeoutSeconds} s, ${handBackSeconds} of them for handing back: set workers.stopTimeoutSeconds to ${needed} ` +
        'or more (Fargate allows 120), or divide the work',
    ];
  });
}
