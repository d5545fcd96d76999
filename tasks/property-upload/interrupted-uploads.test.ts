import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { S3Client } from '@aws-sdk/client-s3';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { localCredentials, localRegion } from '../../local/local-service.ts';
import { createFiles } from '../../services/files/create-files.ts';
import type { Files } from '../../services/files/files.ts';
import { propertyFile } from '../../test/property-file.ts';
import { startTrial, type Trial } from '../../test/worker/start-trial.ts';
import type { Handler } from '../handle.ts';
import handler from './handler.ts';
import { propertyUpload } from './task.ts';

const command = [
  process.execPath,
  fileURLToPath(new URL('../../test/worker/upload-worker.ts', import.meta.url)),
];
const badRow = '\nR-bad,,CASTLE,,,,,,';
const patience = { timeout: 60_000, interval: 10 };

let trial: Trial;
let files: Files;
beforeAll(async () => {
  trial = await startTrial({ handlers: new Map([[propertyUpload.name, handler as unknown as Handler]]) });
  const endpoint = trial.workerEnvironment.AWS_ENDPOINT_URL ?? '';
  files = createFiles(
    new S3Client({ endpoint, region: localRegion, credentials: localCredentials, forcePathStyle: true }),
  );
});
afterAll(() => trial[Symbol.asyncDispose]());

async function upload(landlordId: string, content: string): Promise<string> {
  const place = { bucket: 'clean', key: `${landlordId}.csv` };
  await files.write({ ...place, contentType: 'text/csv' }, Readable.from([content]));
  return trial.client.send(propertyUpload, { file: place, landlordId });
}

/** Keeps everybody else from writing into a table until it is released. */
async function lock(table: 'property' | 'upload') {
  const holder = new Client(trial.workerEnvironment.DATABASE_URL);
  await holder.connect();
  await holder.query(`BEGIN; LOCK TABLE ${table} IN EXCLUSIVE MODE`);
  const release = () => holder.end();
  return { release, [Symbol.asyncDispose]: release };
}

const backends = async (condition: string) =>
  (await trial.pool.query(`SELECT FROM pg_stat_activity WHERE datname = current_database() AND ${condition}`))
    .rows.length;
const waiting = () => backends(`wait_event_type = 'Lock'`);
const reading = () => backends(`state = 'active' AND query LIKE 'COPY staged_row%'`);

async function registered(landlordId: string): Promise<string[]> {
  const { rows } = await trial.pool.query<{ row_reference: string }>(
    'SELECT row_reference FROM property WHERE landlord_id = $1 ORDER BY uprn',
    [landlordId],
  );
  return rows.map((row) => row.row_reference);
}
const references = (rows: number, beginning = 0) =>
  Array.from({ length: rows }, (_, index) => `R-${beginning + index + 1}`);

it('a worker killed while it reads, loads or commits leaves nothing, and another one loads it all', {
  timeout: 180_000,
}, async () => {
  const kill = async (victim: ReturnType<Trial['spawnWorker']>) => {
    victim.child.kill('SIGKILL');
    await victim.exited;
  };
  const [few, many] = [50, 5000];
  const first = trial.spawnWorker({}, { command });
  await using register = await lock('property');
  const fewRun = await upload('L-few', propertyFile(few) + badRow);
  await expect.poll(waiting, patience).toBe(1);
  const manyRun = await upload('L-many', propertyFile(many, few) + badRow);
  await expect.poll(async () => (await reading()) + (await waiting()), patience).toBe(2);
  await kill(first);
  await register.release();

  await using records = await lock('upload');
  const second = trial.spawnWorker({}, { command });
  // Whatever was at work when a worker died is tried one at a time, lest it takes others with it again.
  await expect.poll(waiting, patience).toBe(1);
  await kill(second);
  expect(await registered('L-few')).toEqual([]);
  expect(await registered('L-many')).toEqual([]);
  await records.release();

  const third = trial.spawnWorker({}, { command });
  for (const [runId, landlordId, rows, beginning] of [
    [fewRun, 'L-few', few, 0],
    [manyRun, 'L-many', many, few],
  ] as const) {
    await expect.poll(async () => (await trial.ledger.status(runId)).state, patience).toBe('done');
    expect(await registered(landlordId)).toEqual(references(rows, beginning));
    const { result } = await trial.ledger.status(runId);
    const { loaded, rejected, errorReport } = propertyUpload.result.parse(result);
    expect({ loaded, rejected }).toEqual({ loaded: rows, rejected: 1 });
    const report = await text(await files.read(errorReport ?? { bucket: '', key: '' }));
    expect(report.trim().split('\r\n')).toHaveLength(2);
    const { rows: recorded } = await trial.pool.query('SELECT FROM upload WHERE run_id = $1', [runId]);
    expect(recorded).toHaveLength(1);
  }
  third.child.kill('SIGTERM');
  expect(await third.exited).toBe(0);
});

it('an upload that its sender cancels loads nothing, and does not go on in the database', {
  timeout: 120_000,
}, async () => {
  const worker = trial.spawnWorker({}, { command });
  await using register = await lock('property');
  const runId = await upload('L-cancelled', propertyFile(1000, 900_000) + badRow);
  await expect.poll(waiting, patience).toBe(1);
  expect(await trial.client.cancel(runId)).toBe('cancelled');
  await expect.poll(waiting, patience).toBe(0);
  await expect.poll(() => trial.counts(propertyUpload), patience).toEqual({ visible: 0, inFlight: 0 });
  expect(await trial.client.status(runId)).toMatchObject({ state: 'cancelled' });
  await register.release();
  expect(await registered('L-cancelled')).toEqual([]);
  const other = await upload('L-after', propertyFile(2, 900_000));
  await trial.until(other, 'done');
  expect(await registered('L-after')).toEqual(references(2, 900_000));
  worker.child.kill('SIGTERM');
  expect(await worker.exited).toBe(0);
});
