import { setTimeout as pause } from 'node:timers/promises';
import {
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { limits } from '../tasks/limits.ts';

/** A message with the queue that it is for. */
export interface QueuedMessage {
  queueUrl: string;
  body: string;
  group?: string;
  delaySeconds?: number;
}

/** SQS's limit on the messages of one request. */
const batchMessages = 10;
/** A message that SQS could not take for a reason of its own is offered so often. */
const offers = 5;
const firstPauseMs = 100;

/** SQS did not accept a message of a batch. */
export class MessageRefused extends Error {
  override readonly name = 'MessageRefused';
}

/**
 * Puts messages on their queues, ten to a request, and offers again what SQS could not take. The answer has one place
 * for each message: undefined if SQS has it, else why not. A whole request that fails was repeated by the SDK.
 */
export async function queueMessages(
  sqs: SQSClient,
  messages: readonly QueuedMessage[],
): Promise<(Error | undefined)[]> {
  const errors: (Error | undefined)[] = messages.map(() => undefined);
  let left = messages.map((message, position) => ({ message, position }));
  for (let offer = 1; left.length > 0; offer += 1) {
    const answers = (await Promise.all(inBatches(left).map((batch) => offerBatch(sqs, batch)))).flat();
    for (const { position, error } of answers) errors[position] = error;
    const worthRepeating = answers.filter(({ isTransient }) => isTransient);
    if (offer === offers || worthRepeating.length === 0) break;
    left = worthRepeating.map(({ message, position }) => ({ message, position }));
    await pause(Math.random() * firstPauseMs * 2 ** offer);
  }
  return errors;
}

/** How SQS wants to be told of a message, alone or in a batch. */
export function sqsFields({ body, group, delaySeconds }: Omit<QueuedMessage, 'queueUrl'>) {
  return {
    MessageBody: body,
    ...(delaySeconds === undefined ? {} : { DelaySeconds: delaySeconds }),
    ...(group === undefined ? {} : { MessageGroupId: group }),
  } satisfies Omit<SendMessageBatchRequestEntry, 'Id'>;
}

interface Placed {
  message: QueuedMessage;
  position: number;
}
type Answer = Placed & { error?: Error; isTransient?: boolean };

/** Cuts messages into requests: one queue each, at most ten messages, together at most what SQS takes. */
function inBatches(placed: readonly Placed[]): Placed[][] {
  const open = new Map<string, { batch: Placed[]; bytes: number }>();
  const batches: Placed[][] = [];
  for (const one of placed) {
    const { queueUrl, body } = one.message;
    const bytes = Buffer.byteLength(body);
    const current = open.get(queueUrl);
    if (current && current.batch.length < batchMessages && current.bytes + bytes <= limits.messageBytes) {
      current.batch.push(one);
      current.bytes += bytes;
      continue;
    }
    const batch = [one];
    batches.push(batch);
    open.set(queueUrl, { batch, bytes });
  }
  return batches;
}

async function offerBatch(sqs: SQSClient, batch: readonly Placed[]): Promise<Answer[]> {
  const command = new SendMessageBatchCommand({
    QueueUrl: batch[0]?.message.queueUrl,
    Entries: batch.map(({ message }, index) => ({ Id: String(index), ...sqsFields(message) })),
  });
  try {
    const { Successful = [], Failed = [] } = await sqs.send(command);
    const accepted = new Set(Successful.map(({ Id }) => Id));
    const refused = new Map(Failed.map((one) => [one.Id, one]));
    return batch.map((one, index) => {
      if (accepted.has(String(index))) return one;
      const {
        Code = 'Unknown',
        Message = 'SQS said nothing of it',
        SenderFault = false,
      } = refused.get(String(index)) ?? {};
      const error = new MessageRefused(`SQS did not accept the message: ${Code}, ${Message}`);
      return { ...one, error, isTransient: !SenderFault || /throttl/i.test(Code) };
    });
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    return batch.map((one) => ({ ...one, error }));
  }
}
