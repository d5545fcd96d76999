import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ClaimRequest, RunStatus } from '../ledger/ledger.ts';
import { watchChannel } from '../ledger/watch.ts';
import { delivery, type LedgerTrial, tryLedger } from '../test/ledger-trial.ts';
import { createTaskClient, type TaskClient } from './task-client.ts';

let trial: LedgerTrial;
let client: TaskClient;
let user: string;
beforeAll(async () => {
  trial = await tryLedger();
  user = `webapp_${crypto.randomUUID().slice(0, 8)}`;
  await trial.pool.query(`CREATE ROLE ${user} LOGIN PASSWORD 'trial' IN ROLE slackwater_webapp`);
  const url = new URL(trial.url);
  url.username = user;
  url.password = 'trial';
  client = createTaskClient({
    source: '/trial',
    queues: {},
    claimCheckBucket: 'none',
    databaseUrl: url.href,
  });
});
afterAll(async () => {
  await trial.pool.query(`DROP ROLE ${user}`);
  await trial.drop();
});

const connections = async () =>
  (await trial.pool.query('SELECT pid FROM pg_stat_activity WHERE usename = $1', [user])).rows.map(
    ({ pid }) => pid,
  );
const untilClosed = () => expect.poll(connections).toEqual([]);

/** Follows a run from now on. */
function follow(runId: string, signal?: AbortSignal) {
  const seen: RunStatus[] = [];
  const ended = (async () => {
    for await (const status of client.watch(runId, signal ? { signal } : {})) seen.push(status);
  })();
  ended.catch(() => undefined);
  return {
    seen,
    ended,
    states: () => seen.map(({ state }) => state),
    until: (part: Partial<RunStatus>) => expect.poll(() => seen.at(-1)).toMatchObject(part),
  };
}

const progress = (done: number) => ({ done, unit: 'rows' });
const failure = { error: { name: 'Error', message: 'no luck' }, delaySeconds: 0 };

describe('a watched run', () => {
  test('is followed from before its message comes to its end', async () => {
    const message = delivery();
    const watched = follow(message.runId);
    await watched.until({ state: 'unknown' });
    const lease = await trial.lease(message);
    await watched.until({ state: 'running' });
    await trial.ledger.progress(lease, progress(5));
    await watched.until({ progress: progress(5) });
    await trial.ledger.retry(lease, failure);
    await watched.until({ state: 'open', error: 'no luck' });
    await trial.ledger.complete(await trial.lease(message), { loaded: 5 });
    await watched.ended;
    expect(watched.seen.at(-1)).toEqual(await trial.ledger.status(message.runId));
    await untilClosed();
  });

  test('that has ended is told once, and nothing is left open', async () => {
    const message = delivery();
    await trial.ledger.complete(await trial.lease(message), {});
    const watched = follow(message.runId);
    await watched.ended;
    expect(watched.states()).toEqual(['done']);
    await untilClosed();
  });

  test('is told of the end of many quick changes, each status once', async () => {
    const message = delivery();
    let lease = await trial.lease(message);
    const watched = follow(message.runId);
    await watched.until({ state: 'running' });
    for (let done = 1; done <= 60; done += 1) {
      await trial.ledger.progress(lease, progress(done));
      if (done % 20 !== 0) continue;
      await trial.ledger.retry(lease, failure);
      lease = await trial.lease(message);
    }
    await watched.until({ progress: progress(60) });
    const texts = watched.seen.map((status) => JSON.stringify(status));
    expect(texts).toEqual([...new Set(texts)]);
    await trial.ledger.cancel(message.runId);
    await watched.ended;
    expect(watched.states().at(-1)).toBe('cancelled');
  });

  test('is also told how its children go', async () => {
    const parent = delivery();
    const children = [delivery(), delivery()];
    const lease = await trial.lease(parent);
    await trial.ledger.addChildren(lease, children);
    const watched = follow(parent.runId);
    await watched.until({ children: { waiting: 2, done: 0, dead: 0, cancelled: 0 } });
    for (const child of children) await trial.ledger.complete(await trial.lease(child), {});
    await watched.until({ children: { waiting: 0, done: 2, dead: 0, cancelled: 0 } });
    await trial.ledger.complete(lease, {});
    await watched.ended;
  });

  test('is told under the id of a message that shares its idempotency key', async () => {
    const [first, second] = [delivery({ idempotencyKey: 'one' }), delivery({ idempotencyKey: 'one' })];
    const lease = await trial.lease(first);
    await trial.ledger.claim(second);
    const watched = follow(second.runId.toUpperCase());
    await watched.until({ state: 'running' });
    await trial.ledger.complete(lease, {});
    await watched.ended;
    expect(watched.seen.at(-1)).toMatchObject({ runId: second.runId.toUpperCase(), state: 'done' });
  });
});

describe('watching', () => {
  test('ends quietly when it is aborted, whatever it waits for', async () => {
    const abort = new AbortController();
    const [running, unknown] = [delivery(), delivery()];
    await trial.lease(running);
    const all = [running, unknown].map(({ runId }) => follow(runId, abort.signal));
    await all[0]?.until({ state: 'running' });
    await all[1]?.until({ state: 'unknown' });
    abort.abort();
    await Promise.all(all.map(({ ended }) => ended));
    await untilClosed();
    const late = follow(running.runId, abort.signal);
    await late.ended;
    expect(late.seen).toEqual([]);
  });

  test('ends with the loop that reads it', async () => {
    const message = delivery();
    await trial.lease(message);
    for await (const { state } of client.watch(message.runId)) {
      expect(state).toBe('running');
      break;
    }
    await untilClosed();
  });

  test('many runs takes one connection', async () => {
    const messages = Array.from({ length: 20 }, () => delivery());
    const leases = await Promise.all(messages.map(trial.lease));
    const all = [...messages, ...messages].map(({ runId }) => follow(runId));
    await Promise.all(all.map((one) => one.until({ state: 'running' })));
    expect(await connections()).toHaveLength(1);
    await Promise.all(leases.map((lease) => trial.ledger.complete(lease, {})));
    await Promise.all(all.map(({ ended }) => ended));
    expect(all.map(({ states }) => states())).toEqual(all.map(() => ['running', 'done']));
    await untilClosed();
  });

  test('goes on when the connection is lost', async () => {
    const messages = [delivery(), delivery()];
    const leases = await Promise.all(messages.map(trial.lease));
    const all = messages.map(({ runId }) => follow(runId));
    for (const round of [1, 2]) {
      await Promise.all(
        all.map((one) => one.until({ state: 'running', ...(round > 1 && { progress: progress(1) }) })),
      );
      const [pid] = await connections();
      await trial.pool.query('SELECT pg_terminate_backend($1)', [pid]);
      await Promise.all(leases.map((lease) => trial.ledger.progress(lease, progress(round))));
      await Promise.all(all.map((one) => one.until({ progress: progress(round) })));
    }
    await Promise.all(leases.map((lease) => trial.ledger.complete(lease, {})));
    await Promise.all(all.map(({ ended }) => ended));
    await untilClosed();
  });

  test('fails at once where there is no database, no access or no run id', async () => {
    const watch = async (databaseUrl: string | undefined, runId: string = crypto.randomUUID()) => {
      const config = { source: '/trial', queues: {}, claimCheckBucket: 'none' };
      const other = createTaskClient(databaseUrl === undefined ? config : { ...config, databaseUrl });
      for await (const _ of other.watch(runId));
    };
    const nobody = new URL(trial.url);
    nobody.port = '1';
    await expect(watch(nobody.href)).rejects.toMatchObject({ name: 'LedgerUnreachable' });
    const stranger = new URL(trial.url);
    stranger.password = 'wrong';
    stranger.username = 'stranger';
    await expect(watch(stranger.href)).rejects.toThrow();
    await expect(watch(undefined)).rejects.toThrow('pass databaseUrl');
    await expect(watch(trial.url, 'no-uuid')).rejects.toThrow('is no run id');
  });
});

describe('nobody is notified', () => {
  async function hear(message: ClaimRequest, work: () => Promise<void>) {
    const ear = new Client({ connectionString: trial.url });
    await ear.connect();
    const heard: string[] = [];
    ear.on('notification', ({ channel }) => heard.push(channel));
    await ear.query(`LISTEN ${watchChannel(message.runId)}`);
    await work();
    // What was notified before this answer has come before it.
    await ear.query('SELECT 1');
    await ear.end();
    return heard;
  }

  test('of a run that is not watched, or no longer', async () => {
    const message = delivery();
    const lease = await trial.lease(message);
    const work = async () => {
      await trial.ledger.progress(lease, progress(1));
      await trial.pool.query(`UPDATE run SET watched_until = clock_timestamp() - interval '1 second'`);
      await trial.ledger.progress(lease, progress(2));
    };
    expect(await hear(message, work)).toEqual([]);
  });

  test('of renewed leases and repeated progress, and of changes at most once a second', async () => {
    const message = delivery();
    const lease = await trial.lease(message);
    await trial.ledger.progress(lease, progress(1));
    await trial.pool.query('SELECT watch_run($1)', [message.runId]);
    const quiet = await hear(message, async () => {
      await trial.ledger.renew([lease], 60);
      await trial.ledger.progress(lease, progress(1));
    });
    expect(quiet).toEqual([]);
    const { rows } = await trial.pool.query<{ at: Date }>('SELECT clock_timestamp() AS at');
    const heard = await hear(message, async () => {
      for (let done = 2; done < 40; done += 1) await trial.ledger.progress(lease, progress(done));
    });
    const [{ seconds }] = (
      await trial.pool.query(`SELECT extract(epoch FROM clock_timestamp() - $1)::float8 AS seconds`, [
        rows[0]?.at,
      ])
    ).rows;
    expect(heard.length).toBeGreaterThanOrEqual(1);
    expect(heard.length).toBeLessThanOrEqual(Math.ceil(seconds));
  });
});
