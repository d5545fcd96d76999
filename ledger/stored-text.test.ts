import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { delivery, type LedgerTrial, tryLedger } from '../test/ledger-trial.ts';
import { storedJson, storedText } from './stored-text.ts';

let trial: LedgerTrial;
beforeAll(async () => {
  trial = await tryLedger();
});
afterAll(() => trial.drop());

const nasty = 'NUL \0 half pairs \ud800 \udc00 backslashes \\u0000 emoji \u{1f3e0} quotes "\'';

describe('no text breaks a claim or a settle:', () => {
  test('not in the envelope and the input', async () => {
    const message = delivery({
      id: nasty,
      source: nasty,
      worker: 'w',
      input: { [nasty]: nasty },
      traceparent: nasty,
      replyTo: nasty,
      group: nasty,
      idempotencyKey: nasty,
      sqsMessageId: 'nasty',
    });
    await trial.lease(message);
    const { rows } = await trial.pool.query('SELECT input FROM run WHERE run_id = $1', [message.runId]);
    expect(rows).toEqual([{ input: { [nasty]: nasty } }]);
  });

  test('not in results, which come back as they were', async () => {
    const message = delivery();
    await trial.ledger.complete(await trial.lease(message), { text: nasty });
    expect(await trial.ledger.claim(message)).toMatchObject({ result: { text: nasty } });
    expect(await trial.ledger.status(message.runId)).toMatchObject({ result: { text: nasty } });
  });

  test('not in errors, reasons and progress', async () => {
    const message = delivery();
    const error = { name: nasty, message: nasty, stack: nasty };
    const lease = await trial.lease(message);
    await trial.ledger.progress(lease, { done: 1, message: nasty });
    expect(await trial.ledger.status(message.runId)).toMatchObject({ progress: { message: nasty } });
    await trial.ledger.retry(lease, { error, delaySeconds: 0 });
    await trial.ledger.giveBack(await trial.lease(message), { reason: nasty, delaySeconds: 0 });
    await trial.ledger.die(await trial.lease(message), { reason: nasty, error });
    expect(await trial.ledger.claim(message)).toMatchObject({ outcome: 'dead', error });
  });

  test('not in children and follow-ups', async () => {
    const lease = await trial.lease(delivery());
    const child = { ...delivery({ id: `${nasty} child`, source: nasty }), input: [nasty] };
    await trial.ledger.addChildren(lease, [child]);
    await trial.ledger.setFollowUp(lease, { task: 'property-report', input: { [nasty]: nasty } });
    await trial.ledger.complete(lease, {});
    expect(await trial.ledger.complete(await trial.lease(child), {})).toMatchObject({
      dueFollowUps: [{ input: { [nasty]: nasty } }],
    });
  });

  test('not when it is nested very deep, very long or no JSON at all', async () => {
    const deep = JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`) as unknown;
    await trial.lease(delivery({ input: deep }));
    await trial.lease(delivery({ input: 'x'.repeat(5_000_000), id: 'y'.repeat(100_000) }));
    await trial.lease(delivery({ input: undefined }));
    await trial.lease(delivery({ input: 1n }));
  });
});

test('whatever JSON can say is kept as it is', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(storedJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test('Postgres takes every stored text and gives it back', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary' }), fc.jsonValue(), async (text, value) => {
      const { rows } = await trial.pool.query('SELECT $1::text AS text, $2::json AS json', [
        storedText(text),
        storedJson(value),
      ]);
      expect(rows).toEqual([
        { text: text.replaceAll('\0', '\ufffd'), json: JSON.parse(JSON.stringify(value)) },
      ]);
    }),
    { numRuns: 200 },
  );
});

test('brackets inside strings are no nesting', () => {
  const text = '\\"['.repeat(2000);
  expect(JSON.parse(storedJson([text]))).toEqual([text]);
  expect(JSON.parse(storedJson(JSON.parse('['.repeat(1001) + ']'.repeat(1001))))).toEqual({
    notKept: 'nested more than 1000 deep',
  });
});
