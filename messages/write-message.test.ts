import { expect, test } from 'vitest';
import { z } from 'zod';
import { defineTask } from '../tasks/define-task.ts';
import { propertyUpload } from '../tasks/property-upload/task.ts';
import { parseEnvelope } from './envelope.ts';
import { runIdOf } from './run-id.ts';
import { parseInput, writeMessage } from './write-message.ts';

const claimChecks = {
  put: async () => Promise.reject(new Error('no claim check expected')),
  get: async () => Promise.reject(new Error('no claim check expected')),
};
const input = { file: { bucket: 'clean', key: 'a.csv' }, landlordId: 'L-1' };

test('a message tells its task, its sender, its time and its input', async () => {
  const written = await writeMessage(propertyUpload, input, { source: '/webapp', claimChecks });
  const envelope = parseEnvelope(written.body);
  expect(envelope).toMatchObject({
    specversion: '1.0',
    source: '/webapp',
    type: 'property-upload',
    data: input,
  });
  expect(Date.parse(envelope.time ?? '')).toBeCloseTo(Date.now(), -4);
  expect(written.runId).toBe(runIdOf(envelope));
  expect(written.group).toBe('L-1');
});

test('what the sender chooses travels along', async () => {
  const { body } = await writeMessage(propertyUpload, input, {
    source: '/webapp',
    claimChecks,
    id: 'order-7',
    idempotencyKey: 'key',
    replyTo: 'https://sqs.example.org/1/replies',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  });
  expect(parseEnvelope(body)).toMatchObject({
    id: 'order-7',
    idempotencykey: 'key',
    replyto: 'https://sqs.example.org/1/replies',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  });
});

test('two messages without an id are two runs', async () => {
  const send = () => writeMessage(propertyUpload, input, { source: '/webapp', claimChecks });
  expect((await send()).runId).not.toBe((await send()).runId);
});

test('an input that does not fit is refused with every reason, and nothing is written', async () => {
  const bad = { file: { bucket: 'c', key: '' }, onInvalidRows: 'maybe' };
  await expect(writeMessage(propertyUpload, bad, { source: '/webapp', claimChecks })).rejects.toThrow(
    /does not fit property-upload: .*file\.bucket: .*file\.key: .*landlordId: .*onInvalidRows: /,
  );
});

test('options of which no worker could read an envelope are refused with every reason', async () => {
  const options = { source: '', id: 'x'.repeat(1025), idempotencyKey: '', replyTo: '' };
  await expect(writeMessage(propertyUpload, input, { ...options, claimChecks })).rejects.toThrow(
    /no envelope: id: .*source: .*replyto: .*idempotencykey: /,
  );
});

test('a reason for the input as a whole is named as such', () => {
  expect(() => parseInput(propertyUpload, 'text')).toThrow(/input: /);
});

test('a group is made of characters that SQS takes, whatever the sender is called', async () => {
  const task = defineTask({
    name: 'letter',
    summary: 'Prints a letter',
    input: z.string(),
    result: z.null(),
    timeoutSeconds: 10,
    concurrency: 1,
    startWithinSeconds: 60,
    expectedSeconds: 1,
    retry: { attempts: 1, firstDelaySeconds: 0, factor: 1, maxDelaySeconds: 0 },
    fairBy: (name) => name,
  });
  const groupOf = async (name: string) =>
    (await writeMessage(task, name, { source: '/w', claimChecks })).group;
  expect(await groupOf('Zoë & co')).toMatch(/^[!-~]{1,128}$/);
  expect(await groupOf('é'.repeat(200))).toMatch(/^[!-~]{1,128}$/);
  expect(await groupOf('half a pair: \ud800')).toMatch(/^[!-~]{1,128}$/);
  expect(await groupOf('')).toBe('-');
  expect(await groupOf(`${'x'.repeat(200)}1`)).not.toBe(await groupOf(`${'x'.repeat(200)}2`));
});
