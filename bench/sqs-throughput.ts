/**
 * Measures an SQS over HTTP: `node bench/sqs-throughput.ts [endpoint]`, by default the local cloud's, which must be
 * running. Prints the median of the rounds in messages a second, for batches of 10 and for single messages.
 */
import { parseArgs } from 'node:util';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';

const { positionals } = parseArgs({ allowPositionals: true });
const endpoint = positionals[0] ?? 'http://127.0.0.1:4580';
const rounds = 5;
const callsAtOnce = 20;
const bodyBytes = 1000;
const client = new SQSClient({
  endpoint,
  region: 'eu-west-2',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
});

const body = 'x'.repeat(bodyBytes);
const { QueueUrl } = await client.send(
  new CreateQueueCommand({ QueueName: `throughput-${crypto.randomUUID()}` }),
);

/** Makes so many calls, some at once, and returns messages a second. */
async function measure(
  calls: number,
  messagesPerCall: number,
  call: () => Promise<unknown>,
): Promise<number> {
  const startedAt = performance.now();
  let left = calls;
  const caller = async () => {
    while (left > 0) {
      left -= 1;
      await call();
    }
  };
  await Promise.all(Array.from({ length: callsAtOnce }, caller));
  return (calls * messagesPerCall) / ((performance.now() - startedAt) / 1000);
}

async function round(calls: number, messagesPerCall: number): Promise<Record<string, number>> {
  const received: Message[][] = [];
  const Entries = Array.from({ length: messagesPerCall }, (_, index) => ({
    Id: `${index}`,
    MessageBody: body,
  }));
  const single = messagesPerCall === 1;
  const send = await measure(calls, messagesPerCall, () =>
    single
      ? client.send(new SendMessageCommand({ QueueUrl, MessageBody: body }))
      : client.send(new SendMessageBatchCommand({ QueueUrl, Entries })),
  );
  const receive = await measure(calls, messagesPerCall, async () => {
    const command = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: messagesPerCall });
    received.push((await client.send(command)).Messages ?? []);
  });
  const remove = await measure(calls, messagesPerCall, async () => {
    const messages = received.pop() ?? [];
    if (messages.length !== messagesPerCall)
      throw new Error(`Received ${messages.length} of ${messagesPerCall}`);
    return single
      ? client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: messages[0]?.ReceiptHandle }))
      : client.send(
          new DeleteMessageBatchCommand({
            QueueUrl,
            Entries: messages.map(({ ReceiptHandle }, index) => ({ Id: `${index}`, ReceiptHandle })),
          }),
        );
  });
  return { send, receive, delete: remove };
}

for (const [name, calls, messagesPerCall] of [
  ['batches of 10', 300, 10],
  ['single messages', 1000, 1],
] as const) {
  await round(calls, messagesPerCall);
  const results: Record<string, number>[] = [];
  for (let count = 0; count < rounds; count += 1) results.push(await round(calls, messagesPerCall));
  for (const step of ['send', 'receive', 'delete']) {
    const sorted = results.map((result) => result[step] ?? 0).sort((a, b) => a - b);
    console.log(`${name}, ${step}: ${Math.round(sorted[rounds >> 1] ?? 0)} messages/s`);
  }
}
await client.send(new DeleteQueueCommand({ QueueUrl }));
