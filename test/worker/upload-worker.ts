import type { Handler } from '../../tasks/handle.ts';
import uploads from '../../tasks/property-upload/handler.ts';
import { runWorker } from '../../worker/run-worker.ts';
import { quickTimings } from './quick-timings.ts';

const handler = uploads as unknown as Handler;
await runWorker({
  tasks: [handler.task],
  handlers: new Map([[handler.task.name, handler]]),
  timings: quickTimings,
});
