import { pino } from 'pino';
import { tasks } from '../../tasks/index.ts';
import { loadHandlers } from '../../worker/handlers.ts';
import { runWorker } from '../../worker/run-worker.ts';
import { answerParent } from './ask.ts';
import { createMeter, type Meter } from './resource-meter.ts';

/** What a worker's process answers. */
export interface WorkerQuestions extends Meter {
  /** Resident memory as it is. */
  residentBytes(): number;
}

// The worker as it is deployed, with every task; only that nobody reads its log.
await runWorker({
  tasks,
  handlers: await loadHandlers(tasks),
  output: pino.destination({ dest: '/dev/null', sync: true }),
});

const answers: WorkerQuestions = { ...createMeter(), residentBytes: () => process.memoryUsage.rss() };
answerParent(answers, () => {
  process.kill(process.pid, 'SIGTERM');
  // The worker drains and ends the process itself.
  return new Promise(() => undefined);
});
