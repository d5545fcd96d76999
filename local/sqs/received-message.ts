import { localAccount } from '../local-service.ts';
import { md5OfAttributes } from './md5.ts';
import type { QueuedMessage } from './message.ts';
import { formatReceiptHandle } from './receipt-handle.ts';
import { sqsErrors } from './sqs-errors.ts';

/** What a receiver wants to see of a message beside its body. */
export interface WantedAttributes {
  system: string[];
  /** Names, `All`, or the beginning of names with `.*` behind it. */
  message: string[];
}

const systemNames = new Set([
  'All',
  'ApproximateFirstReceiveTimestamp',
  'ApproximateReceiveCount',
  'AWSTraceHeader',
  'DeadLetterQueueSourceArn',
  'MessageDeduplicationId',
  'MessageGroupId',
  'SenderId',
  'SentTimestamp',
  'SequenceNumber',
]);

/** Throws InvalidAttributeName for a system attribute that no message has. */
export function checkWantedAttributes({ system }: WantedAttributes): void {
  for (const name of system) if (!systemNames.has(name)) throw sqsErrors.invalidAttributeName(name);
}

/** Writes a received message as a client gets it. */
export function formatReceived(queueName: string, message: QueuedMessage, wanted: WantedAttributes): object {
  const system = Object.entries(systemAttributes(message)).filter(
    ([name]) => wanted.system.includes('All') || wanted.system.includes(name),
  );
  const attributes = Object.fromEntries(
    Object.entries(message.attributes).filter(([name]) =>
      wanted.message.some((pattern) => matches(pattern, name)),
    ),
  );
  return {
    MessageId: message.id,
    ReceiptHandle: formatReceiptHandle(queueName, {
      messageId: message.id,
      receiveCount: message.receiveCount,
    }),
    MD5OfBody: message.bodyMd5,
    Body: message.body,
    ...(system.length > 0 ? { Attributes: Object.fromEntries(system) } : {}),
    ...(Object.keys(attributes).length > 0
      ? { MessageAttributes: attributes, MD5OfMessageAttributes: md5OfAttributes(attributes) }
      : {}),
  };
}

function systemAttributes(message: QueuedMessage): Record<string, string> {
  return {
    SenderId: localAccount,
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    ...(message.group === undefined ? {} : { MessageGroupId: message.group }),
    ...(message.traceHeader === undefined ? {} : { AWSTraceHeader: message.traceHeader }),
    ...(message.deadLetterSource === undefined ? {} : { DeadLetterQueueSourceArn: message.deadLetterSource }),
  };
}

function matches(pattern: string, name: string): boolean {
  if (pattern === 'All' || pattern === '.*') return true;
  return pattern.endsWith('.*') ? name.startsWith(pattern.slice(0, -2)) : pattern === name;
}
