import { tasks } from '../tasks/index.ts';
import { type RunContent, redactRun } from '../tasks/redact-run.ts';

/** What of a run may stand on the screen: what its task marks as sensitive may not, not even on one's own machine. */
export function shownRun<Run extends RunContent & { task: string }>(run: Run): Run {
  return redactRun(
    run,
    tasks.find(({ name }) => name === run.task),
  );
}
