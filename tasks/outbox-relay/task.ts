import { z } from 'zod';
import { defineTask } from '../define-task.ts';

/** Sends what a transaction of the web application left in the outbox, should the web application not get to it. */
export const outboxRelay = defineTask({
  name: 'outbox-relay',
  summary: 'Sends the messages of a committed transaction that the web application could not send itself',
  input: z.object({
    /** Postgres's `pg_current_xact_id()` as text. */
    transactionId: z.string().regex(/^\d{1,20}$/),
  }),
  result: z.object({
    transaction: z.enum(['committed', 'aborted', 'forgotten']),
    /** Messages that were left. */
    sent: z.int(),
  }),
  timeoutSeconds: 600,
  concurrency: 10,
  startWithinSeconds: 60,
  expectedSeconds: 1,
  retry: { attempts: 10, firstDelaySeconds: 5, factor: 2, maxDelaySeconds: 900 },
});
