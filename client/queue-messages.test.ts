import { SendMessageBatchCommand, type SendMessageBatchRequestEntry, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import fc from 'fast-check';
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import { limits } from '../tasks/limits.ts';
import { type QueuedMessage, queueMessages } from './queue-messages.ts';

const sqs = mockClient(SQSClient);
afterAll(() => sqs.restore());
beforeEach(() => {
  // Pauses are drawn at random: this makes them none.
  vi.spyOn(Math, 'random').mockReturnValue(0);
});
afterEach(() => {
  sqs.reset();
  vi.restoreAllMocks();
});

type Refusal = { Code: string; Message?: string; SenderFault: boolean };

/** Answers each entry with what `refusalOf` says of it at this offer; undefined accepts it. */
function answer(refusalOf: (entry: SendMessageBatchRequestEntry, offer: number) => Refusal | undefined) {
  const offers = new Map<string, number>();
  sqs
    .on(SendMessageBatchCommand)
    .callsFake(({ Entries = [] }: { Entries?: SendMessageBatchRequestEntry[] }) => {
      const judged = Entries.map((entry) => {
        const offer = (offers.get(entry.MessageBody ?? '') ?? 0) + 1;
        offers.set(entry.MessageBody ?? '', offer);
        return { Id: entry.Id, refusal: refusalOf(entry, offer) };
      });
      return {
        Successful: judged.filter(({ refusal }) => !refusal).map(({ Id }) => ({ Id })),
        Failed: judged.flatMap(({ Id, refusal }) => (refusal ? [{ Id, ...refusal }] : [])),
      };
    });
  return offers;
}
const requests = () => sqs.commandCalls(SendMessageBatchCommand).map(({ args }) => args[0].input);
const messages = (...bodies: string[]): QueuedMessage[] =>
  bodies.map((body) => ({ queueUrl: 'https://queue.example/letters', body }));
const busy: Refusal = { Code: 'ServiceUnavailable', SenderFault: false };

test('any messages arrive once, in requests that SQS takes, whatever it refuses for a while', async () => {
  const message = fc.record({
    queue: fc.constantFrom('letters', 'reports'),
    bytes: fc.oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: limits.messageBytes - 20 })),
    refusals: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 6 })),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(message, { maxLength: 40 }), async (drawn) => {
      sqs.reset();
      const queued = drawn.map(({ queue, bytes }, index) => ({
        queueUrl: `https://queue.example/${queue}`,
        body: `${index} ${'x'.repeat(bytes)}`,
      }));
      const refusals = new Map(queued.map(({ body }, index) => [body, drawn[index]?.refusals ?? 0]));
      const offers = answer(({ MessageBody = '' }, offer) =>
        offer <= (refusals.get(MessageBody) ?? 0) ? busy : undefined,
      );
      const answers = await queueMessages(new SQSClient({}), queued);
      expect(answers.map((error) => error === undefined)).toEqual(drawn.map(({ refusals }) => refusals < 5));
      for (const [index, { body }] of queued.entries()) {
        expect(offers.get(body)).toBe(Math.min(5, (drawn[index]?.refusals ?? 0) + 1));
      }
      for (const { QueueUrl, Entries = [] } of requests()) {
        expect(Entries.length).toBeLessThanOrEqual(10);
        const bytes = Entries.reduce((sum, { MessageBody = '' }) => sum + Buffer.byteLength(MessageBody), 0);
        expect(bytes).toBeLessThanOrEqual(limits.messageBytes);
        const own = queued.filter(({ queueUrl }) => queueUrl === QueueUrl).map(({ body }) => body);
        expect(own).toEqual(expect.arrayContaining(Entries.map(({ MessageBody }) => MessageBody)));
      }
    }),
    { numRuns: 60 },
  );
});

test('small messages go ten to a request', async () => {
  answer(() => undefined);
  await queueMessages(
    new SQSClient({}),
    messages(...Array.from({ length: 25 }, (_none, index) => `${index}`)),
  );
  expect(requests().map(({ Entries }) => Entries?.length)).toEqual([10, 10, 5]);
});

test("what is the message's own fault is not offered again", async () => {
  const offers = answer(({ MessageBody }) =>
    MessageBody === 'bad' ? { Code: 'InvalidMessageContents', Message: 'no', SenderFault: true } : undefined,
  );
  const [good, bad] = await queueMessages(new SQSClient({}), messages('good', 'bad'));
  expect(good).toBeUndefined();
  expect(bad).toMatchObject({
    name: 'MessageRefused',
    message: 'SQS did not accept the message: InvalidMessageContents, no',
  });
  expect(offers.get('bad')).toBe(1);
});

test('a throttled key is waited for, although SQS lays it at the sender', async () => {
  const offers = answer((_entry, offer) =>
    offer === 1 ? { Code: 'KmsThrottled', SenderFault: true } : undefined,
  );
  expect(await queueMessages(new SQSClient({}), messages('one'))).toEqual([undefined]);
  expect(offers.get('one')).toBe(2);
});

test('a message of which SQS says nothing counts as refused', async () => {
  sqs.on(SendMessageBatchCommand).resolves({ Successful: [], Failed: [] });
  const [answered] = await queueMessages(new SQSClient({}), messages('one'));
  expect(answered?.message).toMatch(/SQS said nothing of it/);
});

test('a request that fails as a whole is told of each of its messages, and the others are sent', async () => {
  sqs
    .on(SendMessageBatchCommand)
    .resolves({
      Successful: Array.from({ length: 10 }, (_none, index) => ({
        Id: `${index}`,
        MessageId: '',
        MD5OfMessageBody: '',
      })),
    })
    .on(SendMessageBatchCommand, { QueueUrl: 'https://queue.example/gone' })
    .rejects(new Error('no such queue'));
  const gone = messages('one', 'two').map((message) => ({
    ...message,
    queueUrl: 'https://queue.example/gone',
  }));
  const answers = await queueMessages(new SQSClient({}), [...gone, ...messages('three')]);
  expect(answers.map((error) => error?.message)).toEqual(['no such queue', 'no such queue', undefined]);
});
