import { buffer } from 'node:stream/consumers';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { defineTask, type Task } from '../tasks/define-task.ts';
import { type HandlerContext, handle, PermanentError, RetryAfter } from '../tasks/handle.ts';
import reportHandler from '../tasks/property-report/handler.ts';
import { propertyReport } from '../tasks/property-report/task.ts';
import { propertyUpload } from '../tasks/property-upload/task.ts';
import { createTestDatabase, type TestDatabase } from '../test/test-database.ts';
import { createDirectTaskClient, type DirectTaskClientOptions } from './direct-task-client.ts';
import type { createDirectContext } from './in-memory/direct-context.ts';

const settings = {
  summary: 'Does what a test tells it',
  timeoutSeconds: 10,
  concurrency: 1,
  startWithinSeconds: 60,
  expectedSeconds: 1,
  retry: { attempts: 3, firstDelaySeconds: 900, factor: 2, maxDelaySeconds: 3600 },
};
const letter = defineTask({
  ...settings,
  name: 'letter',
  input: z.object({ to: z.string().min(1), copies: z.int().default(1) }),
  result: z.object({ printed: z.int() }),
});
const mailing = defineTask({
  ...settings,
  name: 'mailing',
  input: z.object({ to: z.array(z.string()) }),
  result: z.null(),
});

type Work = Parameters<typeof handle<typeof letter>>[1];
const print: Work = async ({ copies }) => ({ printed: copies });
/** A client of handlers that print letters so. */
const printing = (work: Work, options: Partial<DirectTaskClientOptions> = {}) =>
  createDirectTaskClient({ ...options, handlers: [handle(letter, work), ...(options.handlers ?? [])] });

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

describe('a message sent directly', () => {
  test('is worked on when send returns, with its defaults, and status tells the result', async () => {
    const client = printing(print);
    const runId = await client.send(letter, { to: 'L-1' });
    expect(await client.status(runId)).toMatchObject({
      runId,
      task: 'letter',
      state: 'done',
      attempts: 1,
      result: { printed: 1 },
      endedAt: expect.any(Date),
    });
    expect(await client.cancel(runId)).toBe('already-ended');
  });

  test('is checked as the real client checks it', async () => {
    const client = printing(print);
    await expect(client.send(letter, { to: '' })).rejects.toMatchObject({ name: 'InvalidInput' });
    await expect(client.sendBatch(letter, [{ to: 'L' }, { to: '' }])).rejects.toThrow(/\[1\] /);
    await expect(client.send(letter, { to: 'L' }, { delaySeconds: 901 })).rejects.toThrow(RangeError);
    await expect(client.sendAt(letter, { to: 'L' }, new Date('nonsense'))).rejects.toThrow(RangeError);
    await expect(client.status('junk')).rejects.toThrow(/no run id/);
  });

  test('goes through JSON on its way, as it would on a queue', async () => {
    const dated = defineTask({
      ...settings,
      name: 'dated',
      input: z.object({ day: z.unknown() }),
      result: z.object({ day: z.unknown(), type: z.string() }),
    });
    const client = createDirectTaskClient({
      handlers: [handle(dated, async ({ day }) => ({ day, type: typeof day }))],
    });
    const runId = await client.send(dated, { day: new Date(0) });
    const day = '1970-01-01T00:00:00.000Z';
    expect((await client.status(runId)).result).toEqual({ day, type: 'string' });
    const strict = defineTask({
      ...settings,
      name: 'dated',
      input: z.object({ day: z.date() }),
      result: z.null(),
    });
    const failing = createDirectTaskClient({ handlers: [handle(strict, async () => null)] });
    expect(await failing.status(await failing.send(strict, { day: new Date(0) }))).toMatchObject({
      state: 'dead',
      error: expect.stringContaining('day: '),
    });
  });

  test('of a task without a handler is refused, told which there are', async () => {
    await expect(printing(print).send(propertyReport, {})).rejects.toThrow(
      /No handler was passed for task "property-report" \(passed: letter\)/,
    );
  });

  test('later or in a batch is worked on at once as well, in order', async () => {
    const printed: string[] = [];
    const client = printing(async ({ to }) => ({ printed: printed.push(to) }));
    await client.sendAt(letter, { to: 'in a year' }, new Date(Date.now() + 365 * 86_400_000));
    const results = await client.sendBatch(letter, [{ to: 'first' }, { to: 'second' }]);
    expect(printed).toEqual(['in a year', 'first', 'second']);
    expect((await client.status(results[1]?.runId ?? '')).result).toEqual({ printed: 3 });
  });
});

describe('what a handler throws', () => {
  test('is tried again without a wait, until it succeeds or its attempts are used up', async () => {
    const attempts: [number, boolean][] = [];
    const client = printing(async (_input, { run }) => {
      attempts.push([run.attempt, run.isLastAttempt]);
      throw new Error(`no paper ${run.attempt}`);
    });
    const runId = await client.send(letter, { to: 'L-1' });
    expect(attempts).toEqual([
      [1, false],
      [2, false],
      [3, true],
    ]);
    expect(await client.status(runId)).toMatchObject({ state: 'dead', attempts: 3, error: 'no paper 3' });
  });

  test('ends the run at once if no attempt can help', async () => {
    const hopeless = printing(async () => {
      throw new PermanentError('no such address');
    });
    expect(await hopeless.status(await hopeless.send(letter, { to: 'L' }))).toMatchObject({
      state: 'dead',
      attempts: 1,
      error: 'no such address',
    });
    const wrong = printing(async () => ({ printed: 'one' }) as never);
    expect(await wrong.status(await wrong.send(letter, { to: 'L' }))).toMatchObject({
      state: 'dead',
      error: expect.stringMatching(/letter's handler returned .*printed: /),
    });
  });

  test('does not count if it asks to be called later, but is not called for ever', async () => {
    let calls = 0;
    const once = printing(async ({ copies }, { run }) => {
      calls += 1;
      if (calls === 1) throw new RetryAfter(600);
      return { printed: copies + run.attempt };
    });
    expect(await once.status(await once.send(letter, { to: 'L' }))).toMatchObject({
      state: 'done',
      attempts: 1,
      result: { printed: 2 },
    });
    const always = printing(async () => {
      throw new RetryAfter(600, 'the office is closed');
    });
    expect(await always.status(await always.send(letter, { to: 'L' }))).toMatchObject({
      state: 'dead',
      error: 'put off 100 times: the office is closed',
    });
  });
});

describe('the same message again', () => {
  test('never does the work twice, by its id or its key', async () => {
    let calls = 0;
    const client = printing(async () => ({ printed: ++calls }));
    const first = await client.send(letter, { to: 'L' }, { id: 'one', idempotencyKey: 'key' });
    expect(await client.send(letter, { to: 'L' }, { id: 'one', idempotencyKey: 'key' })).toBe(first);
    const alias = await client.send(letter, { to: 'L' }, { id: 'two', idempotencyKey: 'key' });
    expect(calls).toBe(1);
    expect(await client.status(alias)).toMatchObject({ runId: alias, state: 'done', result: { printed: 1 } });
    const conflict = await client.send(letter, { to: 'M' }, { id: 'three', idempotencyKey: 'key' });
    expect(await client.status(conflict)).toMatchObject({
      state: 'dead',
      error: expect.stringContaining('other data'),
    });
  });

  test('is worked on anew after its run died, as a dead letter that was sent back', async () => {
    let broken = true;
    const client = printing(async () => {
      if (broken) throw new PermanentError('no paper');
      return { printed: 1 };
    });
    const runId = await client.send(letter, { to: 'L' }, { id: 'one' });
    broken = false;
    await client.send(letter, { to: 'L' }, { id: 'one' });
    const status = await client.status(runId);
    expect(status).toMatchObject({ state: 'done', attempts: 2 });
    expect(status).not.toHaveProperty('error');
  });

  test('waits for the first one if that is still being worked on', async () => {
    const { promise: paper, resolve: arrive } = Promise.withResolvers<void>();
    let calls = 0;
    const client = printing(async () => {
      calls += 1;
      await paper;
      return { printed: 1 };
    });
    const sends = [1, 2].map(() => client.send(letter, { to: 'L' }, { id: 'one' }));
    arrive();
    await Promise.all(sends);
    expect(calls).toBe(1);
  });
});

describe('what a handler sends', () => {
  const mail = (child: boolean) =>
    handle(mailing, async ({ to }, { send, followUp, run }) => {
      for (const one of to) await send(letter, { to: one }, { child });
      if (child) await followUp(letter, { to: 'the sender' });
      if (run.attempt === 1) throw new Error('once more');
      return null;
    });

  test('is worked on behind it, once over all its attempts', async () => {
    const printed: string[] = [];
    const client = printing(
      async ({ to }, { run }) => {
        expect(run.source).toBe('/slackwater/mailing');
        return { printed: printed.push(to) };
      },
      { handlers: [mail(false)] },
    );
    await client.send(mailing, { to: ['a', 'b'] });
    expect(printed).toEqual(['a', 'b']);
  });

  test('as a child is counted, and followed up when all have ended', async () => {
    const printed: string[] = [];
    const client = printing(
      async ({ to }) => {
        if (to === 'b') throw new PermanentError('moved away');
        return { printed: printed.push(to) };
      },
      { handlers: [mail(true)] },
    );
    const runId = await client.send(mailing, { to: ['a', 'b', 'c'] });
    expect(printed).toEqual(['a', 'c', 'the sender']);
    expect(await client.status(runId)).toMatchObject({
      state: 'done',
      children: { waiting: 0, done: 2, dead: 1, cancelled: 0 },
    });
  });

  test('must be of a task that has a handler', async () => {
    const client = createDirectTaskClient({ handlers: [mail(false)] });
    expect(await client.status(await client.send(mailing, { to: ['a'] }))).toMatchObject({
      state: 'dead',
      error: expect.stringContaining('No handler was passed for task "letter"'),
    });
  });
});

describe('a cancelled run', () => {
  test('is not worked on if it was cancelled before', async () => {
    let calls = 0;
    const client = printing(async () => ({ printed: ++calls }));
    const runId = await client.send(letter, { to: 'L' }, { id: 'one' });
    const fresh = printing(async () => ({ printed: ++calls }));
    expect(await fresh.cancel(runId)).toBe('cancelled');
    await fresh.send(letter, { to: 'L' }, { id: 'one' });
    expect([calls, (await fresh.status(runId)).state]).toEqual([1, 'cancelled']);
  });

  test('hears of it while it is worked on, and commits nothing', async () => {
    const started = Promise.withResolvers<string>();
    const client = printing(async (_input, { run, signal, complete }) => {
      started.resolve(run.id);
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      return complete(async () => ({ printed: 1 }));
    });
    const sent = client.send(letter, { to: 'L' });
    expect(await client.cancel(await started.promise)).toBe('cancelled');
    const status = await client.status(await sent);
    expect(status).toMatchObject({ state: 'cancelled', attempts: 1 });
    expect(status).not.toHaveProperty('result');
  });
});

describe('a run that is watched', () => {
  test('shows its progress, to its end', async () => {
    const paper = Promise.withResolvers<void>();
    const client = printing(async (_input, { progress }) => {
      progress({ done: 1, total: 2 });
      await paper.promise;
      return { printed: 2 };
    });
    const [{ runId } = { runId: '' }] = await printing(print).sendBatch(letter, [{ to: 'L' }], {
      each: () => ({ id: 'watched' }),
    });
    const seen: string[] = [];
    const watching = (async () => {
      for await (const { state, progress } of client.watch(runId)) {
        seen.push(`${state} ${progress?.done ?? '-'}`);
        if (progress) paper.resolve();
      }
    })();
    await client.send(letter, { to: 'L' }, { id: 'watched' });
    await watching;
    expect(seen[0]).toBe('unknown -');
    expect(seen).toContain('running 1');
    expect(seen.at(-1)).toBe('done 1');
  });

  test('is left when the watcher goes', async () => {
    const gone = new AbortController();
    const watched = printing(print).watch('00000000-0000-5000-8000-000000000000', { signal: gone.signal });
    const seen: string[] = [];
    for await (const { state } of watched) {
      seen.push(state);
      gone.abort();
    }
    expect(seen).toEqual(['unknown']);
  });
});

describe('without AWS and without a database', () => {
  test('what a handler uses that nobody passed is named', async () => {
    const services = printing(async (_input, context) => {
      await context.services.files.head({ bucket: 'b', key: 'k' });
      return { printed: 1 };
    });
    expect((await services.status(await services.send(letter, { to: 'L' }))).error).toMatch(
      /uses services\.files: pass services/,
    );
    const queries = printing(async (_input, { transaction }) =>
      transaction(async (connection) => (await connection.query('SELECT 1')).rows[0]),
    );
    expect((await queries.status(await queries.send(letter, { to: 'L' }))).error).toMatch(/pass database/);
    const relays = printing(async (_input, { sendPrepared }) => {
      await sendPrepared([]);
      return { printed: 1 };
    });
    expect((await relays.status(await relays.send(letter, { to: 'L' }))).error).toMatch(/no outbox/);
  });

  test('a handler that asks no database may complete its run all the same', async () => {
    const client = printing((_input, { complete }) => complete(async () => ({ printed: 7 })));
    expect((await client.status(await client.send(letter, { to: 'L' }))).result).toEqual({ printed: 7 });
  });

  test('forms and links are made as real ones, and lead nowhere', async () => {
    const pages = defineTask({
      ...settings,
      name: 'pages',
      input: z.object({}),
      result: z.object({ report: z.object({ bucket: z.string(), key: z.string() }) }),
    });
    const client = createDirectTaskClient({
      handlers: [handle(pages, async () => ({ report: { bucket: 'reports', key: 'a.csv' } }))],
    });
    const url = await client.download(await client.send(pages, {}));
    expect(url).toMatch(/^https:\/\/files\.invalid\/reports\/a\.csv\?/);
    const upload = await client.createUpload({ task: propertyUpload, input: { landlordId: 'L-1' } });
    expect(upload.url).toContain('files.invalid');
    await expect(
      client.createUpload({ task: propertyUpload, input: { landlordId: '' } }),
    ).rejects.toMatchObject({ name: 'InvalidInput' });
  });
});

describe('with a database', () => {
  test('a handler of the catalogue works as it is', async () => {
    const files: Record<string, string> = {};
    const client = createDirectTaskClient({
      handlers: [reportHandler],
      database: database.pool,
      log: pino({ enabled: false }),
      services: {
        buckets: { reports: 'reports' },
        database: database.pool,
        files: {
          write: async ({ key }: { key: string }, content: NodeJS.ReadableStream) => {
            files[key] = (await buffer(content)).toString();
            return { sizeBytes: files[key].length };
          },
        },
      },
    });
    const runId = await client.send(propertyReport, { landlordId: 'L-1' });
    expect(await client.status(runId)).toMatchObject({ state: 'done', result: { rows: 0 } });
    expect(Object.keys(files)).toEqual([
      expect.stringMatching(`^reports/${runId}/properties-[0-9-]{10}\\.csv$`),
    ]);
  });

  test('what is sent in a transaction is worked on after its commit, and never without one', async () => {
    const printed: string[] = [];
    const client = printing(async ({ to }) => ({ printed: printed.push(to) }));
    await client.transaction(database.pool, async (transaction) => {
      await client.send(letter, { to: 'committed' }, { transaction });
      expect(printed).toEqual([]);
    });
    const failed = client.transaction(database.pool, async (transaction) => {
      await client.send(letter, { to: 'rolled back' }, { transaction });
      throw new Error('sold out');
    });
    await expect(failed).rejects.toThrow('sold out');
    expect(printed).toEqual(['committed']);
    const connection = await database.pool.connect();
    await expect(client.send(letter, { to: 'L' }, { transaction: connection })).rejects.toThrow(
      /seen only by client\.transaction/,
    );
    connection.release();
  });
});

test("a handler's context has everything that the contract promises", () => {
  // Checked by the compiler: `services` and `log` are what the caller passes.
  const promised = (context: ReturnType<typeof createDirectContext>) =>
    context satisfies Omit<HandlerContext<Task>, 'services' | 'log' | 'complete'>;
  expect(promised).toBeTypeOf('function');
});

test('forgetting a run, or all of a sender, leaves its state and attempts and nothing of what it held', async () => {
  const client = printing(print);
  const send = (groupId: string) => client.send(letter, { to: 'L-1' }, { groupId });
  const [one, two, other] = [await send('agent'), await send('agent'), await send('another')];
  expect(await client.forget({ runId: one })).toEqual({ runs: 1, claimChecks: 0 });
  const left = await client.status(one);
  expect(left).toMatchObject({ state: 'done', attempts: 1 });
  expect(left.result).toBeUndefined();
  expect(await client.forget({ sender: 'agent' })).toEqual({ runs: 2, claimChecks: 0 });
  expect((await client.status(two)).result).toBeUndefined();
  expect((await client.status(other)).result).toEqual({ printed: 1 });
});
