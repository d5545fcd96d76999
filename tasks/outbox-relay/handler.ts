import { handle, PermanentError, RetryAfter } from '../handle.ts';
import { virusScanResult } from '../virus-scan-result/task.ts';
import { takeMessages, transactionState } from './outbox-rows.ts';
import { outboxRelay } from './task.ts';

const soonestSeconds = 30;
const latestSeconds = 900;
/** So many messages are in memory at once; each may have a megabyte. */
const portion = 100;

/**
 * Sends what a committed transaction left. The messages leave the outbox in the commit that completes the run: whatever
 * dies in between, they are sent again under the same ids.
 */
export default handle(outboxRelay, ({ transactionId }, { complete, run, sendPrepared, signal }) =>
  complete(async (database) => {
    const state = await transactionState(database, transactionId);
    if (state === 'in progress') {
      throw new RetryAfter(askAgainSeconds(run.sentAt), `transaction ${transactionId} is still open`);
    }
    let sent = 0;
    for (;;) {
      signal.throwIfAborted();
      const messages = await takeMessages(database, { transactionId, atMost: portion });
      if (messages.length === 0) return { transaction: state, sent };
      // Workers may send what the web application may not: a forged verdict would pass a file on unscanned.
      if (messages.some(({ task }) => task === virusScanResult.name)) {
        throw new PermanentError(
          `transaction ${transactionId} holds a message for ${virusScanResult.name}, which only the scanner may send`,
        );
      }
      await sendPrepared(messages);
      sent += messages.length;
    }
  }),
);

/** An open transaction is asked again after as long as it has been open: seldom, however long it takes. */
function askAgainSeconds(since: Date): number {
  const openSeconds = (Date.now() - since.getTime()) / 1000;
  return Math.min(latestSeconds, Math.max(soonestSeconds, openSeconds));
}
