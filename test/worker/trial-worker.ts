import { runWorker } from '../../worker/run-worker.ts';
import { quickTimings } from './quick-timings.ts';
import { trialHandlers, trialTasks } from './trial-tasks.ts';

await runWorker({ tasks: trialTasks, handlers: trialHandlers, timings: quickTimings });
