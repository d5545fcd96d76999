import './leave-early.ts';
import { tasks } from '../tasks/index.ts';
import { loadHandlers } from './handlers.ts';
import { runWorker } from './run-worker.ts';

await runWorker({ tasks, handlers: await loadHandlers(tasks) });
