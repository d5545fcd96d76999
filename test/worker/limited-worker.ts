import { runWorker } from '../../worker/run-worker.ts';
import { limitedHandlers, limitedTask } from './limited-task.ts';
import { quickTimings } from './quick-timings.ts';

await runWorker({ tasks: [limitedTask], handlers: limitedHandlers, timings: quickTimings });
