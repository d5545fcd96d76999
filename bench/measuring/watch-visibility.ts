import type { Interference } from '../../local/json-protocol.ts';

/** How well messages in a worker's hands were kept hidden. */
export interface VisibilitySeen {
  /** Messages that SQS handed out. */
  received: number;
  /** Of those, how many had been handed out before. */
  again: number;
  /** The least visibility that a message had left when it was extended or deleted, in seconds; null: none was yet. */
  leastLeftSeconds: number | null;
}

/** Stands between SQS and its callers, changes nothing, and notes until when every message is hidden. */
export function watchVisibility(): { interfere: Interference; seen(): VisibilitySeen } {
  const hiddenUntil = new Map<string, number>();
  const messageIds = new Set<string>();
  let [received, again, leastLeftSeconds] = [0, 0, Number.POSITIVE_INFINITY];

  const look = (receiptHandle: string) => {
    const until = hiddenUntil.get(receiptHandle);
    if (until !== undefined) leastLeftSeconds = Math.min(leastLeftSeconds, (until - Date.now()) / 1000);
  };
  const hide = (receiptHandle: string, seconds: number) =>
    hiddenUntil.set(receiptHandle, Date.now() + seconds * 1000);

  return {
    seen: () => ({
      received,
      again,
      leastLeftSeconds: Number.isFinite(leastLeftSeconds) ? leastLeftSeconds : null,
    }),
    interfere: async ({ operation, input }, proceed) => {
      const output = await proceed(input);
      const { VisibilityTimeout = 0, Entries = [] } = input as Request;
      if (operation === 'ReceiveMessage') {
        for (const { MessageId, ReceiptHandle } of (output as Received).Messages ?? []) {
          received += 1;
          if (messageIds.has(MessageId)) again += 1;
          messageIds.add(MessageId);
          hide(ReceiptHandle, VisibilityTimeout);
        }
      }
      if (operation === 'ChangeMessageVisibilityBatch') {
        for (const entry of Entries) {
          look(entry.ReceiptHandle);
          hide(entry.ReceiptHandle, entry.VisibilityTimeout ?? 0);
        }
      }
      if (operation === 'DeleteMessageBatch') {
        for (const { ReceiptHandle } of Entries) {
          look(ReceiptHandle);
          hiddenUntil.delete(ReceiptHandle);
        }
      }
      return output;
    },
  };
}

interface Request {
  VisibilityTimeout?: number;
  Entries?: { ReceiptHandle: string; VisibilityTimeout?: number }[];
}

interface Received {
  Messages?: { MessageId: string; ReceiptHandle: string }[];
}
