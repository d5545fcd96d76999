import { pino } from 'pino';
import { expect, test } from 'vitest';
import { deadLetterAttribute, deadLetterSchema } from '../messages/dead-letter.ts';
import { UnreadableMessage } from '../messages/envelope.ts';
import { trialTask } from '../test/worker/trial-tasks.ts';
import { restoreContent, writeDeadLetter } from './dead-letter-content.ts';
import { type Delivery, deliveryOf } from './delivery.ts';

const queue = { url: 'http://queue', arn: 'arn:aws:sqs:', deadLetterUrl: 'http://dead', task: trialTask };
const letter = {
  runId: 'run',
  task: 'trial',
  source: '/here',
  id: '1',
  reason: 'because \uffff',
  attempts: 1,
  worker: 'w1',
  firstSeenAt: '2026-11-22T10:00:00.000Z',
  deadAt: '2026-11-22T10:00:01.000Z',
};
const binary = { DataType: 'Binary', BinaryValue: new Uint8Array([0, 255, 7]) };

function store() {
  const contents: string[] = [];
  return {
    contents,
    put: async (content: string) => String(contents.push(content) - 1),
    get: async (reference: string) => contents[Number(reference)] ?? '',
  };
}

function delivery(body: string, attributes: Delivery['attributes']): Delivery {
  const message = { Body: body, MessageAttributes: attributes };
  return deliveryOf(queue, message, pino({ level: 'silent' }));
}

test('body and attributes are untouched, an earlier reason is replaced, and SQS can take the new one', async () => {
  const earlier = { [deadLetterAttribute]: { DataType: 'String', StringValue: 'earlier' }, binary };
  const { body, attributes } = await writeDeadLetter(delivery('body', earlier), letter, store());
  expect(body).toBe('body');
  expect(attributes.binary).toBe(binary);
  const written = JSON.parse(attributes[deadLetterAttribute]?.StringValue ?? '');
  expect(deadLetterSchema.parse(written)).toEqual({ ...letter, reason: 'because \ufffd' });
});

test('what leaves no room, binary attributes too, goes to the store and comes back from there', async () => {
  const claimChecks = store();
  const body = 'x'.repeat(1_048_570);
  const stub = await writeDeadLetter(delivery(body, { binary }), letter, claimChecks);
  const returned = delivery(stub.body, stub.attributes);
  await restoreContent(returned, claimChecks);
  expect(returned.body).toBe(body);
  expect(returned.attributes.binary?.BinaryValue).toEqual(Buffer.from(binary.BinaryValue));
});

test('a message that only looks like a dead letter is left alone', async () => {
  for (const StringValue of ['not JSON', '{}', JSON.stringify(letter)]) {
    const plain = delivery('body', { [deadLetterAttribute]: { DataType: 'String', StringValue } });
    await restoreContent(plain, store());
    expect(plain.body).toBe('body');
  }
});

test('a stub that points to something else is unreadable', async () => {
  const claimChecks = store();
  claimChecks.contents.push('{"body":7}');
  const StringValue = JSON.stringify({ ...letter, contentRef: '0' });
  const stub = delivery('stub', { [deadLetterAttribute]: { DataType: 'String', StringValue } });
  await expect(restoreContent(stub, claimChecks)).rejects.toThrow(UnreadableMessage);
});
