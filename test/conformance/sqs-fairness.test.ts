import { type Message, SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { describe, expect, test, vi } from 'vitest';
import { conformanceSqs } from './sqs-endpoint.ts';

const sqs = conformanceSqs();

async function sendMany(QueueUrl: string, group: string, count: number): Promise<void> {
  for (let sent = 0; sent < count; sent += 10) {
    const Entries = Array.from({ length: Math.min(10, count - sent) }, (_, index) => ({
      Id: String(index),
      MessageBody: group,
      MessageGroupId: group,
    }));
    await sqs.client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  }
}

async function receiveMany(url: string, count: number): Promise<Message[]> {
  const messages: Message[] = [];
  await vi.waitFor(
    async () => {
      messages.push(...(await sqs.receive(url)));
      expect(messages.length).toBeGreaterThanOrEqual(count);
    },
    { timeout: 20_000 },
  );
  return messages;
}

describe.concurrent('a queue of messages with groups', () => {
  test('lets a quiet group’s messages pass those of a noisy one that came before', async () => {
    const url = await sqs.createQueue({ VisibilityTimeout: '600' });
    await sendMany(url, 'noisy', 160);
    await receiveMany(url, 60);
    await sendMany(url, 'quiet', 5);
    // AWS's thresholds are approximate, so a few of the noisy ones may come between.
    const next = await receiveMany(url, 30);
    expect(next.filter(({ Body }) => Body === 'quiet')).toHaveLength(5);
  }, 60_000);

  test('gives the noisy group’s messages to whoever asks while there are no others', async () => {
    const url = await sqs.createQueue({ VisibilityTimeout: '600' });
    await sendMany(url, 'noisy', 60);
    expect(await receiveMany(url, 60)).toHaveLength(60);
  }, 60_000);

  test('needs no group on every message', async () => {
    const url = await sqs.createQueue({ VisibilityTimeout: '600' });
    await sendMany(url, 'noisy', 100);
    await receiveMany(url, 50);
    await sqs.send(url, 'alone');
    expect((await receiveMany(url, 30)).map(({ Body }) => Body)).toContain('alone');
  }, 60_000);
});
