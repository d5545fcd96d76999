import type { Operation } from '../json-protocol.ts';
import { checkBatch, runBatch } from './batch.ts';
import { md5OfAttributes } from './md5.ts';
import type { MessageContent } from './message.ts';
import { type MessageInput, messageBytes, readMessage } from './message-input.ts';
import type { Queue } from './queue.ts';
import type { Queues } from './queues.ts';
import { sqsErrors } from './sqs-errors.ts';

const largestBatchBytes = 1_048_576;
const longestDelaySeconds = 900;

/** Operations that put messages on a queue. */
export function sendOperations(queues: Queues): Record<string, Operation> {
  return {
    SendMessage: (input) => send(queues.byUrl(input.QueueUrl), input),
    SendMessageBatch: ({ QueueUrl, Entries }) => {
      const queue = queues.byUrl(QueueUrl);
      const entries = checkBatch<MessageInput & { Id: string }>(Entries);
      const bytes = entries.reduce(
        (sum, entry) =>
          sum + messageBytes({ body: entry.MessageBody ?? '', attributes: entry.MessageAttributes ?? {} }),
        0,
      );
      if (bytes > largestBatchBytes) throw sqsErrors.batchRequestTooLong(bytes);
      return runBatch(entries, (entry) => send(queue, entry));
    },
  };
}

function send(queue: Queue, input: MessageInput): object {
  const content = readMessage(input);
  const most = queue.number('MaximumMessageSize');
  if (messageBytes(content) > most) {
    throw sqsErrors.invalidParameter(
      `One or more parameters are invalid. Reason: Message must be shorter than ${most} bytes.`,
    );
  }
  const delaySeconds = input.DelaySeconds ?? queue.number('DelaySeconds');
  if (!Number.isInteger(delaySeconds) || delaySeconds < 0 || delaySeconds > longestDelaySeconds) {
    throw sqsErrors.invalidValue(
      'DelaySeconds',
      delaySeconds,
      `DelaySeconds must be >= 0 and <= ${longestDelaySeconds}`,
    );
  }
  const id = crypto.randomUUID();
  const now = Date.now();
  queue.add({ ...content, id, sentAt: now, visibleAt: now + delaySeconds * 1000, receiveCount: 0 });
  return { MessageId: id, MD5OfMessageBody: content.bodyMd5, ...attributeDigests(content) };
}

function attributeDigests({ attributes, traceHeader }: MessageContent): object {
  return {
    ...(Object.keys(attributes).length > 0 ? { MD5OfMessageAttributes: md5OfAttributes(attributes) } : {}),
    ...(traceHeader === undefined
      ? {}
      : {
          MD5OfMessageSystemAttributes: md5OfAttributes({
            AWSTraceHeader: { DataType: 'String', StringValue: traceHeader },
          }),
        }),
  };
}
