import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, vi } from 'vitest';
import { createSqs } from './create-sqs.ts';

/** A message as a receiver gets it. */
export interface ReceivedMessage {
  MessageId: string;
  Body: string;
  ReceiptHandle: string;
  Attributes?: Record<string, string>;
}

/** A fresh local SQS with one queue, called in this process. */
export interface TestQueue {
  readonly sqs: ReturnType<typeof createSqs>;
  readonly stateDirectory: string;
  QueueUrl: string;
  /** Closes the service and makes another of what it left on disk, after `meanwhile`. */
  restart(meanwhile?: () => Promise<void>): Promise<void>;
  send(body: string, more?: object): Promise<{ MessageId: string }>;
  /** Up to ten messages. */
  receive(more?: object): Promise<ReceivedMessage[]>;
  /** Visible, in flight and delayed messages: `1 0 0`. */
  counts(): Promise<string>;
}

/** Prepares a queue called `orders` anew for every test of a file, and puts the clock right afterwards. */
export function testQueue(): TestQueue {
  const QueueUrl = 'http://127.0.0.1:4580/000000000000/orders';
  let stateDirectory: string;
  let sqs: ReturnType<typeof createSqs>;
  const open = () => createSqs({ stateDirectory, endpoint: () => 'http://127.0.0.1:4580' });

  beforeEach(async () => {
    stateDirectory = mkdtempSync(join(tmpdir(), 'sqs-'));
    sqs = open();
    await sqs.call('CreateQueue', { QueueName: 'orders' });
  });
  afterEach(async () => {
    vi.useRealTimers();
    await sqs.close();
    rmSync(stateDirectory, { recursive: true });
  });

  return {
    get sqs() {
      return sqs;
    },
    get stateDirectory() {
      return stateDirectory;
    },
    QueueUrl,
    restart: async (meanwhile) => {
      await sqs.close();
      await meanwhile?.();
      sqs = open();
    },
    send: (MessageBody, more) => sqs.call('SendMessage', { QueueUrl, MessageBody, ...more }),
    receive: async (more) => {
      const input = { QueueUrl, MaxNumberOfMessages: 10, ...more };
      return (await sqs.call<{ Messages?: ReceivedMessage[] }>('ReceiveMessage', input)).Messages ?? [];
    },
    counts: async () => {
      const { Attributes } = await sqs.call<{ Attributes: Record<string, string> }>('GetQueueAttributes', {
        QueueUrl,
        AttributeNames: ['All'],
      });
      return ['', 'NotVisible', 'Delayed']
        .map((kind) => Attributes[`ApproximateNumberOfMessages${kind}`])
        .join(' ');
    },
  };
}
