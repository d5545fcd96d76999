import fc from 'fast-check';
import type { ClientBase } from 'pg';
import { describe, expect, test } from 'vitest';
import { propertyReport } from '../tasks/property-report/task.ts';
import { propertyUpload } from '../tasks/property-upload/task.ts';
import { createFakeTaskClient } from './fake-task-client.ts';
import { contains } from './in-memory/contains.ts';

const file = { bucket: 'clean', key: 'a.csv' };

describe('a fake client', () => {
  test('remembers what was sent and finds it by a part of its input', async () => {
    const fake = createFakeTaskClient({ source: '/webapp' });
    const runId = await fake.send(propertyReport, { landlordId: 'L-1' }, { id: 'one', delaySeconds: 60 });
    await fake.sendBatch(propertyUpload, [{ file, landlordId: 'L-2' }]);
    expect(fake.expectSent(propertyReport)).toMatchObject({
      runId,
      id: 'one',
      source: '/webapp',
      data: { landlordId: 'L-1' },
      delaySeconds: 60,
    });
    expect(fake.expectSent(propertyUpload, { file: { key: 'a.csv' } }).group).toBe('L-2');
    expect(fake.sent).toHaveLength(2);
  });

  test('forgets the runs of a sender: those that had not ended are cancelled', async () => {
    const fake = createFakeTaskClient();
    const runId = await fake.send(propertyUpload, { file, landlordId: 'L-2' });
    fake.setStatus(runId, { state: 'running', progress: { done: 1 } });
    expect(await fake.forget({ sender: 'L-3' })).toEqual({ runs: 0, claimChecks: 0 });
    expect(await fake.forget({ sender: 'L-2' })).toEqual({ runs: 1, claimChecks: 0 });
    const left = await fake.status(runId);
    expect([left.state, left.progress]).toEqual(['cancelled', undefined]);
  });

  test('lists what was sent if it was something else', async () => {
    const fake = createFakeTaskClient();
    expect(() => fake.expectSent(propertyReport)).toThrow(
      'Expected a message for property-report, but nothing was sent',
    );
    await fake.send(propertyReport, { landlordId: 'L-1' });
    await fake.send(propertyUpload, { file, landlordId: 'L-2' });
    expect(() => fake.expectSent(propertyReport, { landlordId: 'L-2' })).toThrow(
      [
        'Expected a message for property-report with {"landlordId":"L-2"}, but this was sent:',
        '  1. property-report {"landlordId":"L-1"}',
        '  2. property-upload {"file":{"bucket":"clean","key":"a.csv"},"landlordId":"L-2"}',
      ].join('\n'),
    );
    expect(() => fake.expectNothingSent(propertyUpload)).toThrow(
      /no message for property-upload, but this was sent:\n {2}1\. property-upload/,
    );
    expect(() => fake.expectNothingSent()).toThrow(/2\. property-upload/);
  });

  test('has sent nothing at first, of another task, and when it was cleared', async () => {
    const fake = createFakeTaskClient();
    fake.expectNothingSent();
    await fake.send(propertyReport, {});
    fake.expectNothingSent(propertyUpload);
    fake.clear();
    fake.expectNothingSent();
  });

  test('checks what the real client checks', async () => {
    const fake = createFakeTaskClient();
    await expect(fake.send(propertyUpload, { file, landlordId: '' })).rejects.toThrow(/landlordId: /);
    await expect(fake.send(propertyReport, {}, { delaySeconds: 901 })).rejects.toThrow(RangeError);
    await expect(fake.status('junk')).rejects.toThrow(/no run id/);
    fake.expectNothingSent();
  });

  test('remembers for when a later message is', async () => {
    const fake = createFakeTaskClient();
    const when = new Date('2030-01-01T09:00:00Z');
    await fake.sendAt(propertyReport, {}, when);
    expect(fake.expectSent(propertyReport).at).toEqual(when);
  });

  test('has sent what was in a transaction once that is committed, with any connection that can query', async () => {
    const fake = createFakeTaskClient();
    const asked: string[] = [];
    const connection = {
      query: async (sql: string) => {
        asked.push(sql);
        return { rows: [] };
      },
    } as unknown as ClientBase;
    await fake.transaction(connection, async (transaction) => {
      await fake.send(propertyReport, {}, { transaction });
      fake.expectNothingSent();
    });
    fake.expectSent(propertyReport);
    expect(asked).toEqual(['BEGIN', 'COMMIT']);
    fake.clear();
    const failed = fake.transaction(connection, async (transaction) => {
      await fake.send(propertyReport, {}, { transaction });
      throw new Error('sold out');
    });
    await expect(failed).rejects.toThrow('sold out');
    fake.expectNothingSent();
    await fake.send(propertyReport, {}, { transaction: connection });
    fake.expectSent(propertyReport);
  });
});

describe('the status of a fake run', () => {
  test('is unknown until the test says what it is, and download follows', async () => {
    const fake = createFakeTaskClient();
    const runId = await fake.send(propertyReport, {});
    expect(await fake.status(runId)).toEqual({ runId, state: 'unknown' });
    await expect(fake.download(runId)).rejects.toMatchObject({ name: 'NoDownload' });
    fake.setStatus(runId, {
      state: 'done',
      result: { report: { bucket: 'reports', key: 'r.csv' }, rows: 1 },
    });
    expect(await fake.download(runId)).toMatch(/^https:\/\/files\.invalid\/reports\/r\.csv/);
    expect(await fake.cancel(runId)).toBe('already-ended');
  });

  test('is told to whoever watches', async () => {
    const fake = createFakeTaskClient();
    const runId = await fake.send(propertyReport, {});
    const seen: string[] = [];
    for await (const { state } of fake.watch(runId)) {
      seen.push(state);
      setImmediate(() => fake.setStatus(runId, { state: state === 'unknown' ? 'running' : 'done' }));
    }
    expect(seen).toEqual(['unknown', 'running', 'done']);
  });

  test('is cancelled by cancel', async () => {
    const fake = createFakeTaskClient();
    const runId = await fake.send(propertyReport, {});
    expect(await fake.cancel(runId)).toBe('cancelled');
    expect((await fake.status(runId)).state).toBe('cancelled');
  });
});

describe('a part of an input', () => {
  test('is in the whole, whichever keys are left out', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.array(fc.string()), (data, dropped) => {
        const json = JSON.parse(JSON.stringify(data)) as Record<string, unknown>;
        const part = Object.fromEntries(Object.entries(json).filter(([key]) => !dropped.includes(key)));
        expect(contains(json, part)).toBe(true);
        const fresh = `${Object.keys(json).join('')}+`;
        expect(contains(json, { ...part, [fresh]: 1 })).toBe(false);
      }),
    );
  });

  test.each<[unknown, unknown, boolean]>([
    [{ a: [1, 2] }, { a: [1] }, false],
    [{ a: [{ b: 1, c: 2 }] }, { a: [{ b: 1 }] }, true],
    [{ a: { b: 1 } }, { a: {} }, true],
    [{ a: 1 }, { a: '1' }, false],
    [{ a: null }, { a: {} }, false],
    [{ a: [] }, { a: {} }, false],
    [{ day: '1970-01-01T00:00:00.000Z' }, { day: new Date(0) }, true],
    [{ a: 1 }, { a: 1, b: undefined }, true],
    ['text', 'text', true],
    [undefined, undefined, true],
  ])('%j with %j: %s', (data, part, expected) => {
    expect(contains(data, part)).toBe(expected);
  });
});
