import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deadLetterAttribute } from '../messages/dead-letter.ts';
import { runIdOf } from '../messages/run-id.ts';
import { startTrial, type Trial } from '../test/worker/start-trial.ts';

let trial: Trial;
beforeAll(async () => {
  trial = await startTrial();
  await trial.startWorker();
});
afterAll(async () => trial[Symbol.asyncDispose]());

const envelope = { specversion: '1.0', id: '0', source: '/bad', type: 'trial', data: { do: 'return' } };

test.each([
  ['what is not JSON', 'hello', ['not JSON', 'send a CloudEvents 1.0 object']],
  ['what is no envelope', '{"specversion":"0.3"}', ['specversion', 'id', 'source', 'type']],
  ['a number', '7', ['no CloudEvents 1.0 object']],
  ['an unknown task', JSON.stringify({ ...envelope, type: 'stranger' }), ["queue is trial's", '"stranger"']],
  ["another queue's task", JSON.stringify({ ...envelope, type: 'brief' }), ["queue is trial's", '"brief"']],
  ['1 MiB of text', 'x'.repeat(1_048_576), ['not JSON']],
])('%s is a dead letter that names all reasons', async (_, body, reasons) => {
  const { MessageId } = await trial.sendRaw(body);
  const [dead] = await trial.untilDeadLetters(1);
  for (const reason of reasons) expect(dead?.letter.reason).toContain(reason);
  const run = { task: 'trial', source: trial.queueOf().arn, id: MessageId };
  expect(dead?.letter).toMatchObject({ ...run, runId: runIdOf({ type: 'trial', ...run }) });
  await trial.until(dead?.letter.runId ?? '', 'dead');
});

test.each([
  ['data that does not fit the schema', { data: { do: 'nothing', text: 7 } }, ['do: ', 'text: ']],
  ['missing data', { data: undefined }, ['input: ']],
  [
    'a claim check of somebody else',
    { data: undefined, dataref: 's3://elsewhere/key' },
    ['s3://elsewhere/key'],
  ],
  ['a claim check that is gone', { data: undefined, dataref: 's3://claim-checks/gone' }, ['nothing lies at']],
  ['data that its schema chokes on', { data: { do: 'return', text: 'choke' } }, ['choked']],
])('%s is a dead letter of the run that the envelope names', async (_, change, reasons) => {
  await trial.sendRaw(JSON.stringify({ ...envelope, ...change }));
  const [dead] = await trial.untilDeadLetters(1);
  for (const reason of reasons) expect(dead?.letter.reason).toContain(reason);
  expect(dead?.letter).toMatchObject({ runId: runIdOf(envelope), attempts: 1 });
});

test('data nested a hundred thousand deep is a dead letter of its run', async () => {
  const deep = '['.repeat(100_000) + ']'.repeat(100_000);
  await trial.sendRaw(
    JSON.stringify({ ...envelope, id: 'deep', data: 'deep' }).replace('"deep"}', `${deep}}`),
  );
  const [dead] = await trial.untilDeadLetters(1);
  expect(dead?.letter).toMatchObject({ id: 'deep', reason: expect.stringContaining('nested too deep') });
});

test('a stub whose content is gone is itself a dead letter', async () => {
  await trial.sendRaw(
    JSON.stringify({ ...envelope, data: { do: 'give-up' }, comment: 'x'.repeat(1_048_300) }),
  );
  const [stub] = await trial.untilDeadLetters(1);
  const letter = { ...stub?.letter, contentRef: 's3://claim-checks/gone' };
  const attribute = { DataType: 'String', StringValue: JSON.stringify(letter) };
  await trial.sendRaw('stub', { [deadLetterAttribute]: attribute });
  const [dead] = await trial.untilDeadLetters(1);
  expect(dead?.letter.reason).toContain('nothing lies at');
});

test('no JSON whatever harms a worker: each is done or a dead letter with its reason', async () => {
  await using trial = await startTrial();
  await trial.startWorker();
  const anything = fc.oneof(
    fc.json({ maxDepth: 4 }),
    fc.json({ maxDepth: 4, stringUnit: 'binary' }),
    fc
      .record({
        id: fc.string({ unit: 'binary', minLength: 1, maxLength: 1024 }),
        source: fc.string({ unit: 'binary', minLength: 1, maxLength: 1024 }),
        time: fc.constantFrom(
          undefined,
          '0000-01-01T00:00:00Z',
          '9999-12-31T23:59:59Z',
          '2026-11-22T10:00:00+01:00',
        ),
        traceparent: fc.string({ unit: 'binary' }),
        idempotencykey: fc.oneof(
          fc.constant(undefined),
          fc.string({ unit: 'binary', minLength: 1, maxLength: 1024 }),
        ),
        data: fc.oneof(
          fc.jsonValue({ stringUnit: 'binary' }),
          fc.record({ do: fc.constant('return'), text: fc.string({ unit: 'binary' }) }),
        ),
      })
      .map((fields) => JSON.stringify({ ...envelope, ...fields })),
  );
  const legal = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]+$/u;
  const bodies = fc.sample(anything, 150).filter((body) => legal.test(body));
  for (const body of bodies) await trial.sendRaw(body);
  await expect
    .poll(() => trial.counts(), { timeout: 20_000, interval: 100 })
    .toEqual({ visible: 0, inFlight: 0 });
  const { rows } = await trial.pool.query<{ state: string; count: string }>(
    'SELECT state, count(*) FROM run GROUP BY state',
  );
  for (const { state } of rows) expect(['done', 'dead']).toContain(state);
  const dead = Number(rows.find(({ state }) => state === 'dead')?.count ?? 0);
  for (const { letter } of await trial.untilDeadLetters(dead)) expect(letter.reason).not.toBe('');
  const bad = trial.logged.map((line) => JSON.parse(line)).filter(({ msg }) => msg.startsWith('could not'));
  expect(bad).toEqual([]);
});
