import { sqsErrors } from './sqs-errors.ts';

/** One receipt of one message: a later receipt has a higher number. */
export interface Receipt {
  messageId: string;
  receiveCount: number;
}

/** Writes the handle that a receiver gets; queues do not take each other's. */
export function formatReceiptHandle(queueId: string, { messageId, receiveCount }: Receipt): string {
  return Buffer.from(`1 ${queueId} ${messageId} ${receiveCount}`).toString('base64');
}

/** Reads a handle. Throws ReceiptHandleIsInvalid for one that this queue never gave. */
export function parseReceiptHandle(queueId: string, handle: unknown): Receipt {
  const [version, queue, messageId, count] = Buffer.from(String(handle), 'base64')
    .toString('utf8')
    .split(' ');
  const receiveCount = Number(count);
  if (version !== '1' || queue !== queueId || !messageId || !(receiveCount > 0)) {
    throw sqsErrors.receiptHandleIsInvalid(handle);
  }
  return { messageId, receiveCount };
}
