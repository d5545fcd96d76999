import '../../worker/leave-early.ts';
import { z } from 'zod';
import { runWorker } from '../../worker/run-worker.ts';
import { createFaultHandlers } from './fault-handlers.ts';
import { faultTasks } from './fault-tasks.ts';
import { faultTimings } from './fault-timings.ts';

const mailboxUrl = z.url().parse(process.env.MAILBOX_URL);

await runWorker({ tasks: faultTasks, handlers: createFaultHandlers({ mailboxUrl }), timings: faultTimings });
