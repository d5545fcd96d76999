import { batchCalls } from './batched-calls.ts';
import { type Delivery, grantedVisibility } from './delivery.ts';
import type { SqsCalls } from './sqs-calls.ts';
import type { WatchedLoop } from './watch-loops.ts';

/** What the calls need. */
export interface SettlingCallsOptions {
  sqs: Pick<SqsCalls, 'deleteBatch' | 'changeVisibilityBatch'>;
  loop: WatchedLoop;
  longestBackoffSeconds: number;
}

/** What is said to SQS of messages that are done with, up to 10 of a queue in one request. */
export interface SettlingCalls {
  /** Fulfilled when the message is gone, or its delete was given up: then it comes and is acknowledged again. */
  delete(delivery: Delivery): Promise<void>;
  /** Hides the message for so long from now on; fulfilled also when that was given up. */
  hide(delivery: Delivery, seconds: number): Promise<void>;
  /** Answers when nothing is on its way any more. */
  flush(): Promise<void>;
}

/** Makes the calls of one worker. */
export function createSettlingCalls({ sqs, ...how }: SettlingCallsOptions): SettlingCalls {
  const deletes = batchCalls<{ delivery: Delivery }>({
    ...how,
    send: ({ url }, entries) =>
      sqs.deleteBatch(
        url,
        entries.map(({ delivery }) => delivery.receiptHandle),
      ),
    mostTries: 6,
    onGivenUp: 'could not delete a message; it will come again',
  });
  const hides = batchCalls<{ delivery: Delivery; seconds: number }>({
    ...how,
    send: ({ url }, entries) =>
      sqs.changeVisibilityBatch(
        url,
        entries.map(({ delivery, seconds }) => ({
          receiptHandle: delivery.receiptHandle,
          seconds: grantedVisibility(delivery, seconds),
        })),
      ),
    // Few: a late change could reach a message that has come to another worker since.
    mostTries: 4,
    onGivenUp: 'could not change the visibility: the message comes when its time runs out',
  });
  return {
    delete: (delivery) => deletes.add({ delivery }),
    hide: (delivery, seconds) => hides.add({ delivery, seconds }),
    flush: async () => {
      await Promise.all([deletes.flush(), hides.flush()]);
    },
  };
}
