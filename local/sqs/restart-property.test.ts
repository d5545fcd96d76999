import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { createSqs } from './create-sqs.ts';
import type { ReceivedMessage } from './test-queue.ts';

const QueueUrl = 'http://127.0.0.1:4580/000000000000/orders';
const directories: string[] = [];

afterEach(() => {
  vi.useRealTimers();
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
});

const seconds = fc.constantFrom(0, 1, 5, 60);
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('send' as const), seconds }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('receive' as const), seconds }) },
  fc.record({ kind: fc.constant('delete' as const), pick: fc.nat() }),
  fc.record({ kind: fc.constant('hide' as const), pick: fc.nat(), seconds }),
  fc.record({ kind: fc.constant('wait' as const), seconds }),
  fc.record({ kind: fc.constant('purge' as const) }),
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

/** An SQS with a queue and its dead-letter queue, and what a client of it has seen. */
class Account {
  readonly directory = mkdtempSync(join(tmpdir(), 'sqs-'));
  #sqs = this.#open();
  #received: ReceivedMessage[] = [];
  #sent = 0;

  constructor() {
    directories.push(this.directory);
  }

  #open() {
    return createSqs({ stateDirectory: this.directory, endpoint: () => 'http://127.0.0.1:4580' });
  }

  async begin(): Promise<void> {
    await this.#sqs.call('CreateQueue', { QueueName: 'dead' });
    const RedrivePolicy =
      '{"deadLetterTargetArn":"arn:aws:sqs:eu-west-2:000000000000:dead","maxReceiveCount":2}';
    await this.#sqs.call('CreateQueue', {
      QueueName: 'orders',
      Attributes: { RedrivePolicy, MessageRetentionPeriod: '120' },
    });
  }

  async restart(): Promise<void> {
    await this.#sqs.close();
    this.#sqs = this.#open();
  }

  /** Takes a step and tells what a client sees of it. */
  async take(action: Step): Promise<unknown> {
    const call = (operation: string, input: object) =>
      this.#sqs.call(operation, { QueueUrl, ...input }).catch((error) => error.code);
    const picked =
      'pick' in action ? this.#received[action.pick % Math.max(1, this.#received.length)] : undefined;
    switch (action.kind) {
      case 'send': {
        this.#sent += 1;
        await call('SendMessage', { MessageBody: `message ${this.#sent}`, DelaySeconds: action.seconds });
        break;
      }
      case 'receive': {
        const input = { VisibilityTimeout: action.seconds, AttributeNames: ['All'] };
        const { Messages = [] } = (await call('ReceiveMessage', input)) as { Messages?: ReceivedMessage[] };
        this.#received.push(...Messages);
        return [Messages.map(({ Body, Attributes }) => ({ Body, Attributes })), await this.counts()];
      }
      case 'delete':
        return [
          picked && (await call('DeleteMessage', { ReceiptHandle: picked.ReceiptHandle })),
          await this.counts(),
        ];
      case 'hide': {
        const input = { ReceiptHandle: picked?.ReceiptHandle, VisibilityTimeout: action.seconds };
        return [picked && (await call('ChangeMessageVisibility', input)), await this.counts()];
      }
      case 'purge':
        return [await call('PurgeQueue', {}), await this.counts()];
    }
    return this.counts();
  }

  async counts(): Promise<unknown[]> {
    return Promise.all(
      ['orders', 'dead'].map((name) =>
        this.#sqs.call('GetQueueAttributes', {
          QueueUrl: QueueUrl.replace('orders', name),
          AttributeNames: ['All'],
        }),
      ),
    );
  }

  close(): Promise<void> {
    return this.#sqs.close();
  }
}

test('a client cannot tell from any answer whether the service was restarted in between', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const [steady, restarted] = [new Account(), new Account()];
      await steady.begin();
      await restarted.begin();
      for (const action of steps) {
        // Every step has a millisecond of its own, so that no two messages become visible at the same time.
        vi.setSystemTime(Date.now() + 1 + (action.kind === 'wait' ? action.seconds * 1000 : 0));
        if (action.kind === 'restart') await restarted.restart();
        expect(await restarted.take(action)).toEqual(await steady.take(action));
      }
      await steady.close();
      await restarted.close();
    }),
    { numRuns: 60 },
  );
});
