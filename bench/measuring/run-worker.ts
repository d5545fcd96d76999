import { pino } from 'pino';
import { tasks } from '../../tasks/index.ts';
import { loadHandlers } from '../../worker/handlers.ts';
import { runWorker } from '../../worker/run-worker.ts';
import { answerParent } from './ask.ts';
import { meterResources, type ResourcesTaken } from './resource-meter.ts';

/** What a worker's process answers. */
export interface WorkerQuestions {
  /** Resident memory as it is. */
  residentBytes(): number;
  /** Begins to watch what the process takes. */
  meter(): void;
  /** What it took since then. */
  taken(): ResourcesTaken;
}

// The worker as it is deployed, with every task; only that nobody reads its log.
await runWorker({
  tasks,
  handlers: await loadHandlers(tasks),
  output: pino.destination({ dest: '/dev/null', sync: true }),
});

let stop: (() => ResourcesTaken) | undefined;
const answers: WorkerQuestions = {
  residentBytes: () => process.memoryUsage.rss(),
  meter: () => {
    stop = meterResources();
  },
  taken: () => {
    if (stop === undefined) throw new Error('nothing was metered');
    return stop();
  },
};
answerParent(answers, () => {
  process.kill(process.pid, 'SIGTERM');
  // The worker drains and ends the process itself.
  return new Promise(() => undefined);
});
