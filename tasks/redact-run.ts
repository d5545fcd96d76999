import type { Task } from './define-task.ts';
import { createRedactor, hidden } from './redactor.ts';

/** What a run may hold of its sender's data: itself, what came of it, and texts that may quote both. */
export interface RunContent {
  input?: unknown;
  result?: unknown;
  progress?: unknown;
  reason?: unknown;
  error?: unknown;
}

const content = ['input', 'result', 'progress', 'reason', 'error'] as const;

/**
 * A copy of a run that may be shown to an operator: what its task marks as sensitive is hidden, and so is every quotation
 * of it. Of a run whose task is not known all of that is hidden.
 */
export function redactRun<Run extends RunContent>(run: Run, task: Task | undefined): Run {
  const redactor = createRedactor();
  if (task) {
    redactor.learn(task.input, run.input);
    redactor.learn(task.result, run.result);
  }
  const shown = content
    .filter((field) => run[field] !== undefined && run[field] !== null)
    .map((field) => [field, task ? redactor.redact(run[field]) : hidden]);
  return { ...run, ...Object.fromEntries(shown) };
}
