import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLedger } from '../ledger/create-ledger.ts';
import { propertyReport } from '../tasks/property-report/task.ts';
import { type ClientTrial, tryClient } from '../test/client-trial.ts';
import { delivery, leaseOf } from '../test/ledger-trial.ts';
import { createTaskClient, type TaskClient } from './task-client.ts';

let trial: ClientTrial;
let client: TaskClient;
beforeAll(async () => {
  trial = await tryClient([propertyReport]);
  client = createTaskClient(trial.config);
});
afterAll(() => trial.close());

/** Ends a run with this result, as a worker would. */
async function done(result: unknown): Promise<string> {
  const ledger = createLedger(trial.database.pool);
  const lease = leaseOf(await ledger.claim(delivery()));
  await ledger.complete(lease, result);
  return lease.runId;
}
const store = async (key: string, content: string) => {
  const { VersionId = '' } = await trial.s3.send(
    new PutObjectCommand({ Bucket: 'quarantine', Key: key, Body: content }),
  );
  return { bucket: 'quarantine', key, versionId: VersionId };
};
const open = async (url: string) => {
  const response = await fetch(url);
  return [await response.text(), response.headers.get('content-disposition')];
};

describe('a download', () => {
  test('is the file of the result, in the version that the run wrote', async () => {
    const report = await store('reports/one.csv', 'first');
    await store('reports/one.csv', 'overwritten');
    const url = await client.download(await done({ report, rows: 3 }));
    expect(await open(url)).toEqual(['first', 'attachment; filename="one.csv"; filename*=UTF-8\'\'one.csv']);
  });

  test('is chosen by its field if the result has several files', async () => {
    const runId = await done({ report: await store('a', 'A'), errors: await store('b', 'B') });
    expect(await open(await client.download(runId, { field: 'errors' }))).toMatchObject(['B', {}]);
    await expect(client.download(runId)).rejects.toThrow(
      /several files: name one as field \(report, errors\)/,
    );
  });

  test('has the name that the web application gives it, whatever is in it', async () => {
    const runId = await done({ report: await store('c', 'C') });
    const url = await client.download(runId, { fileName: 'März "2026".csv' });
    expect(await open(url)).toEqual([
      'C',
      'attachment; filename="M_rz _2026_.csv"; filename*=UTF-8\'\'M%C3%A4rz%20%222026%22.csv',
    ]);
  });

  test('expires', async () => {
    const runId = await done({ report: await store('d', 'D') });
    const url = new URL(await client.download(runId, { expiresSeconds: 60 }));
    expect(url.searchParams.get('X-Amz-Expires')).toBe('60');
    for (const expiresSeconds of [0, 1.5, 3601]) {
      await expect(client.download(runId, { expiresSeconds })).rejects.toThrow(RangeError);
    }
  });
});

describe('there is nothing to download', () => {
  test('of a run that nobody has seen, or that is not done', async () => {
    const ledger = createLedger(trial.database.pool);
    const { runId } = leaseOf(await ledger.claim(delivery()));
    await expect(client.download(runId)).rejects.toMatchObject({
      name: 'NoDownload',
      message: `Run ${runId} is running, not done: it has no result`,
    });
    const unknown = '00000000-0000-5000-8000-000000000000';
    await expect(client.download(unknown)).rejects.toThrow(/is unknown, not done/);
  });

  test.each([null, 'text', { rows: 3 }, { report: { bucket: 'b' } }])('of the result %j', async (result) => {
    await expect(client.download(await done(result))).rejects.toThrow(/has no file \(files: none\)/);
  });

  test('under a field that is no file', async () => {
    const runId = await done({ report: await store('e', 'E'), rows: 3 });
    await expect(client.download(runId, { field: 'rows' })).rejects.toThrow(
      /has no file "rows" \(files: report\)/,
    );
  });

  test('by what is no run id', async () => {
    await expect(client.download('junk')).rejects.toThrow(/no run id/);
  });
});
