import { Readable } from 'node:stream';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLedger } from '../../ledger/create-ledger.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { type HandlerTrial, type TrialAttempt, tryHandlers } from '../../test/handler-trial.ts';
import { delivery, leaseOf } from '../../test/ledger-trial.ts';
import { limits } from '../limits.ts';
import handler from './handler.ts';

let trial: HandlerTrial;
let ledger: Ledger;
beforeAll(async () => {
  trial = await tryHandlers();
  ledger = createLedger(trial.database.pool);
});
afterAll(() => trial.close());

const clean = async (options?: TrialAttempt) => (await trial.attempt(handler, {}, options)).result;
const claim = async (message = delivery()) => leaseOf(await ledger.claim(message));
const done = async (message = delivery()) => {
  await ledger.complete(await claim(message), {});
  return message.runId;
};
/** Lets everything of these runs have happened so many days before. */
const age = async (days: number, ...runIds: string[]) => {
  const columns = ['created_at', 'started_at', 'ended_at', 'lease_until', 'not_before'];
  const earlier = columns.map((column) => `${column} = ${column} - make_interval(days => $2)`);
  await trial.database.pool.query(`UPDATE run SET ${earlier} WHERE run_id = ANY ($1)`, [runIds, days]);
};
const left = async (...runIds: string[]) => {
  const { rows } = await trial.database.pool.query<{ run_id: string }>(
    'SELECT run_id FROM run WHERE run_id = ANY ($1)',
    [runIds],
  );
  return runIds.filter((runId) => rows.some((row) => row.run_id === runId));
};

describe('the cleanup of the ledger', () => {
  test('removes runs with all that hangs on them once they have been ended for so many days', async () => {
    const { days } = trial.services.keptRuns;
    const [old, young] = [await done(), await done()];
    const alias = delivery({ idempotencyKey: 'one' });
    const canonical = await done(delivery({ idempotencyKey: 'one' }));
    await ledger.claim(alias);
    await age(days + 1, old, canonical);
    await age(days - 1, young);
    expect(await clean()).toEqual({ removedRuns: 2, deletedClaimChecks: 0 });
    expect(await left(old, young, canonical)).toEqual([young]);
    for (const table of ['run_attempt', 'run_message', 'run_alias']) {
      const { rowCount } = await trial.database.pool.query(`SELECT FROM ${table} WHERE run_id = ANY ($1)`, [
        [old, canonical],
      ]);
      expect(rowCount, table).toBe(0);
    }
    expect(await ledger.status(alias.runId)).toMatchObject({ state: 'unknown' });
    expect(await ledger.claim(delivery({ idempotencyKey: 'one' }))).toMatchObject({ outcome: 'claimed' });
  });

  test('keeps what began long ago and was heard of since', async () => {
    const { days } = trial.services.keptRuns;
    const [dead, waiting, running] = [delivery(), delivery(), delivery()];
    await age(days + 1, await done(dead));
    await claim(waiting);
    await claim(running);
    await age(days + 1, waiting.runId, running.runId);
    await trial.database.pool.query(
      `UPDATE run SET state = 'dead', ended_at = clock_timestamp() WHERE run_id = $1`,
      [dead.runId],
    );
    await ledger.retry(
      { runId: waiting.runId, token: 1 },
      { error: { name: 'Error', message: 'no luck' }, delaySeconds: 0 },
    );
    await ledger.renew([{ runId: running.runId, token: 1 }], 60);
    expect(await clean()).toMatchObject({ removedRuns: 0 });
    expect(await left(dead.runId, waiting.runId, running.runId)).toHaveLength(3);
  });

  test('removes what was never heard of again, and keeps a parent while its children are awaited', async () => {
    const { days } = trial.services.keptRuns;
    const [parent, child] = [delivery(), delivery()];
    const lease = await claim(parent);
    await ledger.addChildren(lease, [child]);
    await ledger.complete(lease, {});
    await age(days + 1, parent.runId);
    expect(await clean()).toMatchObject({ removedRuns: 0 });
    await age(days + 1, child.runId);
    expect(await clean()).toMatchObject({ removedRuns: 2 });
    expect(await left(parent.runId, child.runId)).toEqual([]);
  });

  test('goes on in batches, tells its progress, and stops between two of them', async () => {
    const { days } = trial.services.keptRuns;
    const many = 1100;
    await trial.database.pool.query(
      `INSERT INTO run (run_id, task, state, created_at, ended_at)
       SELECT gen_random_uuid(), 'many', 'done', day, day
       FROM generate_series(1, $1), LATERAL (SELECT now() - make_interval(days => $2) AS day)`,
      [many, days + 1],
    );
    const stop = new AbortController();
    const told: number[] = [];
    const first = clean({
      signal: stop.signal,
      onProgress: (update) => {
        told.push(update.done);
        stop.abort(new Error('enough'));
      },
    });
    await expect(first).rejects.toThrow('enough');
    expect(told).toEqual([500]);
    expect(await clean()).toMatchObject({ removedRuns: many - 500 });
  });

  test('refuses to remove what may still get a message', async () => {
    const keptRuns = { ...trial.services.keptRuns, days: limits.leastRunDays - 1 };
    await expect(clean({ services: { keptRuns } })).rejects.toThrow('keep runs at least 30 days, not 29');
    const days = 86_400;
    expect(limits.leastRunDays * days).toBeGreaterThan(
      limits.queueRetentionSeconds + limits.deadLetterRetentionSeconds + 7 * days,
    );
  });

  test('never removes a run before its time, whatever is known of it', async () => {
    const { days } = trial.services.keptRuns;
    const ago = fc.option(fc.integer({ min: 0, max: 2 * days }));
    const state = fc.constantFrom('open', 'running', 'done', 'dead', 'cancelled');
    const times = fc.record({ started_at: ago, ended_at: ago, lease_until: ago, not_before: ago });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 2 * days }), times, state, async (created, others, is) => {
        const runId = crypto.randomUUID();
        const all = [created, others.started_at, others.ended_at, others.lease_until, others.not_before];
        await trial.database.pool.query(
          `INSERT INTO run (run_id, task, state, created_at, started_at, ended_at, lease_until, not_before)
           SELECT $1, 'any', $2, ${[3, 4, 5, 6, 7].map((at) => `now() - make_interval(days => $${at}) - interval '1 minute'`)}`,
          [runId, is, ...all],
        );
        await trial.database.pool.query('SELECT remove_old_runs($1, 500)', [days]);
        const latest = Math.min(...all.filter((one) => one !== null));
        expect(await left(runId)).toEqual(latest >= days ? [] : [runId]);
      }),
      { numRuns: 100 },
    );
  });
});

describe('what was to be forgotten', () => {
  const bucket = 'claim-checks';
  const keep = async (runId: string, key: string, query = '') => {
    await trial.services.files.write({ bucket, key, contentType: 'application/json' }, Readable.from(['{}']));
    await ledger.recordClaimCheck(runId, `s3://${bucket}/${encodeURIComponent(key)}${query}`);
  };
  const isThere = async (key: string) => (await trial.services.files.head({ bucket, key })) !== undefined;

  test('is deleted with all its versions, and its run stays until then', async () => {
    const { days } = trial.services.keptRuns;
    const [forgotten, kept] = [await done(), await done()];
    await keep(forgotten, 'claim-checks/a & b');
    await keep(forgotten, 'claim-checks/a & b', '?versionId=any');
    await keep(forgotten, 'replies/1');
    await keep(kept, 'claim-checks/2');
    await ledger.forgetRun(forgotten);
    await age(days + 1, forgotten);
    await trial.database.pool.query('SELECT remove_old_runs($1, 500)', [days]);
    expect(await left(forgotten)).toEqual([forgotten]);
    expect(await clean()).toEqual({ removedRuns: 1, deletedClaimChecks: 3 });
    expect(await Promise.all(['claim-checks/a & b', 'replies/1', 'claim-checks/2'].map(isThere))).toEqual([
      false,
      false,
      true,
    ]);
    expect(await left(forgotten)).toEqual([]);
    expect(await clean()).toEqual({ removedRuns: 0, deletedClaimChecks: 0 });
  });

  test('is not deleted in any other bucket, and does not keep the rest from being cleaned', async () => {
    const [runId, old] = [await done(), await done()];
    await age(trial.services.keptRuns.days + 1, old);
    await ledger.recordClaimCheck(runId, 's3://reports/reports/1.csv');
    await keep(runId, 'claim-checks/3');
    await ledger.forgetRun(runId);
    await expect(clean()).rejects.toThrow(
      'Forgotten, but not in the bucket claim-checks: s3://reports/reports/1.csv. Delete',
    );
    expect(await isThere('claim-checks/3')).toBe(false);
    expect(await left(old)).toEqual([]);
    await trial.database.pool.query('DELETE FROM run_claim_check WHERE run_id = $1', [runId]);
  });
});
