import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { S3Client } from '@aws-sdk/client-s3';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { localCredentials } from '../../local/local-service.ts';
import { serveS3 } from '../../local/s3/serve-s3.ts';
import { runIdOf } from '../../messages/run-id.ts';
import { createFiles } from '../../services/files/create-files.ts';
import { FileNotFound, type Files } from '../../services/files/files.ts';
import { threadsHere } from '../../services/threads/threads-here.ts';
import { delivery, type LedgerTrial, tryLedger } from '../../test/ledger-trial.ts';
import type { Task } from '../define-task.ts';
import { PermanentError } from '../handle.ts';
import { uploadMessageId, uploadMetadata } from '../names.ts';
import handler from './handler.ts';
import type { ScanContext, ScanResult } from './scan-context.ts';
import type { ScanDetail } from './scanned-version.ts';
import { virusScanResult } from './task.ts';

const buckets = { quarantine: 'the-quarantine', clean: 'the-clean-files', reports: 'the-reports' };

let trial: LedgerTrial;
let server: Awaited<ReturnType<typeof serveS3>>;
let directory: string;
let files: Files;
let s3: S3Client;

beforeAll(async () => {
  trial = await tryLedger();
  directory = await mkdtemp(path.join(tmpdir(), 'slackwater-intake-'));
  server = await serveS3(directory);
  for (const bucket of Object.values(buckets)) await server.s3.createBucket(bucket, { versioned: true });
  s3 = new S3Client({
    endpoint: server.endpoint,
    region: 'eu-west-2',
    forcePathStyle: true,
    credentials: localCredentials,
  });
  files = createFiles(s3);
});
afterAll(async () => {
  s3.destroy();
  await server.close();
  await trial.drop();
  await rm(directory, { recursive: true });
});

const sent: { task: string; input: unknown; id: string | undefined; traceparent?: string }[] = [];
const rescans: object[] = [];
beforeEach(() => {
  sent.length = 0;
  rescans.length = 0;
});

/** Works on one verdict as a worker would; `broken` stands in for parts of the world that fail. */
async function act(
  detail: ScanDetail,
  { id, broken = {} }: { id?: string; broken?: { files?: Partial<Files>; send?: () => never } } = {},
): Promise<ScanResult> {
  const message = delivery({ task: 'virus-scan-result', source: 'aws.guardduty', ...(id && { id }) });
  const lease = await trial.lease(message);
  const context: ScanContext = {
    run: {
      id: message.runId,
      attempt: 1,
      isLastAttempt: false,
      sentAt: message.sentAt,
      source: message.source,
    },
    services: {
      files: { ...files, ...broken.files },
      malwareScans: { rescan: async (object) => void rescans.push(object) },
      database: trial.pool,
      buckets,
      threads: threadsHere,
      typesetter: { pdf: () => Promise.reject(new Error('a scan result typesets nothing')) },
      keptRuns: { days: 90, claimCheckBucket: 'claim-checks' },
    },
    signal: new AbortController().signal,
    progress: () => undefined,
    log: pino({ level: 'silent' }),
    send: async (task: Task, input: unknown, options = {}) => {
      broken.send?.();
      const { id: sentId, ...said } = options;
      sent.push({ task: task.name, input, id: sentId, ...said });
      return runIdOf({ type: task.name, source: '/slackwater/virus-scan-result', id: options.id ?? '' });
    },
    sendPrepared: async () => undefined,
    followUp: async () => undefined,
    transaction: (work) => trial.ledger.transaction(lease, work),
    complete: async (work) => (await trial.ledger.completeWith(lease, work)).result,
  };
  try {
    const result = virusScanResult.result.parse(
      await handler.work(virusScanResult.input.parse(detail), context),
    );
    await trial.ledger.complete(lease, result);
    return result;
  } catch (error) {
    await trial.ledger.retry(lease, { error: error as Error, delaySeconds: 0 });
    throw error;
  }
}

let uploads = 0;

/** Puts a file into quarantine. */
async function upload({
  key = `uploads/${++uploads}/homes & gärten.csv`,
  metadata = {
    [uploadMetadata.task]: 'property-upload',
    [uploadMetadata.input]: '{"landlordId":"L-1"}',
    [uploadMetadata.source]: '/webapp',
  } as Record<string, string>,
} = {}) {
  const content = `content ${++uploads}`;
  const { versionId = '' } = await files.write(
    { bucket: buckets.quarantine, key, contentType: 'text/csv', metadata },
    Readable.from([content]),
  );
  const { eTag = '' } = (await files.head({ bucket: buckets.quarantine, key, versionId })) ?? {};
  return { bucket: buckets.quarantine, key, versionId, eTag, content };
}

type Uploaded = Awaited<ReturnType<typeof upload>>;

const verdict = (
  status: ScanDetail['scanResultDetails']['scanResultStatus'],
  file: Pick<Uploaded, 'bucket' | 'key' | 'eTag'> & { versionId?: string },
  { threats, reasons }: { threats?: string[]; reasons?: string[] } = {},
): ScanDetail => ({
  scanStatus: status.endsWith('THREATS_FOUND') ? 'COMPLETED' : status === 'FAILED' ? 'FAILED' : 'SKIPPED',
  s3ObjectDetails: {
    bucketName: file.bucket,
    objectKey: file.key,
    eTag: file.eTag,
    ...(file.versionId === undefined ? {} : { versionId: file.versionId }),
  },
  scanResultDetails: {
    scanResultStatus: status,
    threats: threats?.map((name) => ({ name })) ?? null,
    statusReasons: reasons ?? null,
  },
});
const clean = (file: Uploaded) => verdict('NO_THREATS_FOUND', file);
const infected = (file: Uploaded) => verdict('THREATS_FOUND', file, { threats: ['EICAR-Test-File'] });

const inQuarantine = (file: Uploaded) => files.head({ ...file, bucket: buckets.quarantine });
const inClean = ({ key }: Uploaded) => files.head({ bucket: buckets.clean, key });
const crash = () => {
  throw new Error('the worker died here');
};

describe('a clean verdict', () => {
  test('copies the scanned version, sends its task and empties quarantine', async () => {
    const file = await upload();
    const later = await upload({ key: file.key });
    const result = await act(clean(file));
    const copy = await inClean(file);
    expect(result).toMatchObject({
      verdict: 'clean',
      file: { bucket: buckets.clean, key: file.key, versionId: copy?.versionId },
    });
    expect(copy?.eTag).toBe(file.eTag);
    expect(sent).toEqual([
      { task: 'property-upload', input: { landlordId: 'L-1', file: result.file }, id: uploadMessageId(file) },
    ]);
    expect(await inQuarantine(file)).toBeUndefined();
    expect(await inQuarantine(later)).toBeDefined();
  });

  test('goes on with the trace of the request that uploaded', async () => {
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    const metadata = {
      [uploadMetadata.task]: 'property-upload',
      [uploadMetadata.input]: '{"landlordId":"L-1"}',
      [uploadMetadata.traceparent]: traceparent,
    };
    await act(clean(await upload({ metadata })));
    expect(sent).toMatchObject([{ task: 'property-upload', traceparent }]);
  });

  test('that comes twice sends nothing twice', async () => {
    const file = await upload();
    const first = await act(clean(file));
    expect(await act(clean(file))).toEqual(first);
    expect(sent).toHaveLength(1);
  });

  test('on a key with every character that is encoded elsewhere is about that very key', async () => {
    const file = await upload({ key: 'uploads/100%25 + a&b=c?d#é😀/x y.csv' });
    expect(await act(clean(file))).toMatchObject({ verdict: 'clean', file: { key: file.key } });
    expect(await inClean(file)).toBeDefined();
    expect(await inQuarantine(file)).toBeUndefined();
  });

  test('may quote the eTag', async () => {
    const file = await upload();
    expect(await act(clean({ ...file, eTag: `"${file.eTag}"` }))).toMatchObject({ verdict: 'clean' });
  });

  test('that is overtaken by its twin between the look at the file and the record ends like it', async () => {
    const file = await upload();
    const head: Files['head'] = async (place) => {
      const facts = await files.head(place);
      await act(clean(file));
      return facts;
    };
    expect(await act(clean(file), { broken: { files: { head } } })).toMatchObject({ verdict: 'clean' });
    expect(sent).toHaveLength(1);
  });

  test('that is overtaken by its twin before the copy is tried again and ends like it', async () => {
    const file = await upload();
    const copy: Files['copy'] = async (from, to) => {
      await act(clean(file));
      return files.copy(from, to);
    };
    const overtaken = act(clean(file), { id: file.key, broken: { files: { copy } } });
    await expect(overtaken).rejects.toThrow(FileNotFound);
    expect(await act(clean(file), { id: file.key })).toMatchObject({ verdict: 'clean' });
    expect(sent).toHaveLength(1);
  });

  test('whose worker died before the record is acted on from the start', async () => {
    const file = await upload();
    await expect(act(clean(file), { id: 'a', broken: { files: { copy: crash } } })).rejects.toThrow('died');
    expect(await act(clean(file), { id: 'a' })).toMatchObject({ verdict: 'clean' });
  });

  test.each([
    ['the message', { send: crash }],
    ['the deletion', { files: { deleteVersion: crash } }],
  ])('whose worker died before %s goes on from the record', async (_, broken) => {
    const file = await upload();
    await expect(act(clean(file), { id: file.key, broken })).rejects.toThrow('died');
    const copy = await inClean(file);
    // Whatever removed it: the record is enough to go on.
    await files.deleteVersion(file);
    expect(await act(clean(file), { id: file.key })).toMatchObject({ file: { versionId: copy?.versionId } });
    expect(sent.map(({ id }) => id)).toEqual([uploadMessageId(file)]);
  });

  test.each([
    ['has none', {}, /no metadata slackwater-task/],
    [
      'names no known task',
      { [uploadMetadata.task]: 'launch-rocket' },
      /"launch-rocket", which does not exist/,
    ],
    ['has no JSON object', { [uploadMetadata.input]: '[1]' }, /no JSON object, as/],
    ['has broken JSON', { [uploadMetadata.input]: '{' }, /no JSON object, as/],
    ['does not fit the task', { [uploadMetadata.input]: '{"landlordId":""}' }, /landlordId/],
    ['names a task without file', { [uploadMetadata.task]: 'property-report' }, /takes no file/],
    [
      'would be a verdict of its own',
      {
        [uploadMetadata.task]: 'virus-scan-result',
        [uploadMetadata.input]: JSON.stringify(
          verdict('NO_THREATS_FOUND', { bucket: buckets.quarantine, key: 'k', eTag: 'e', versionId: 'v' }),
        ),
      },
      /takes no file/,
    ],
  ])('on a file whose metadata %s leaves it in quarantine', async (_, metadata, reason) => {
    const full = { [uploadMetadata.task]: 'property-upload', [uploadMetadata.input]: '{"landlordId":"L-1"}' };
    const file = await upload({
      metadata: Object.keys(metadata).length === 0 ? {} : { ...full, ...metadata },
    });
    const acted = act(clean(file));
    await expect(acted).rejects.toThrow(PermanentError);
    await expect(acted).rejects.toThrow(reason);
    expect(await inQuarantine(file)).toBeDefined();
    expect(await inClean(file)).toBeUndefined();
    expect(sent).toEqual([]);
  });
});

describe('a verdict that is not about what it says', () => {
  const cases: [string, (file: Uploaded) => ScanDetail, RegExp][] = [
    ['another bucket', (file) => clean({ ...file, bucket: buckets.clean }), /not about the quarantine/],
    ['another eTag', (file) => clean({ ...file, eTag: 'f00' }), /about eTag f00/],
    ['no eTag', (file) => clean({ ...file, eTag: '' }), /names no eTag/],
    ['no eTag, with threats', (file) => infected({ ...file, eTag: '""' }), /names no eTag/],
    ['another eTag with threats', (file) => infected({ ...file, eTag: 'f00' }), /about eTag f00/],
    ['an unknown version', (file) => clean({ ...file, versionId: 'f00' }), /no version f00/],
    ['an unknown object', (file) => clean({ ...file, key: 'uploads/f00' }), /no version .* of/],
    [
      'no version',
      ({ bucket, key, eTag }) => verdict('NO_THREATS_FOUND', { bucket, key, eTag }),
      /names no version/,
    ],
    ['the version called null', (file) => clean({ ...file, versionId: 'null' }), /names no version/],
    ['a scan that did not end', (file) => ({ ...clean(file), scanStatus: 'FAILED' }), /contradicts itself/],
    [
      'threats in spite of none',
      (file) => verdict('NO_THREATS_FOUND', file, { threats: ['EICAR-Test-File'] }),
      /contradicts itself/,
    ],
  ];
  test.each(cases)('(%s) passes nothing on and is given up', async (_, detail, reason) => {
    const file = await upload();
    const acted = act(detail(file));
    await expect(acted).rejects.toThrow(PermanentError);
    await expect(acted).rejects.toThrow(reason);
    expect(await inQuarantine(file)).toBeDefined();
    expect(await inClean(file)).toBeUndefined();
    expect(sent).toEqual([]);
  });

  test('gives up a second verdict that names another content than the first', async () => {
    const file = await upload();
    await act(clean(file));
    await expect(act(clean({ ...file, eTag: 'f00' }))).rejects.toThrow(/about eTag f00, but the version had/);
  });

  test('is given up if the content changes before the copy', async () => {
    const file = await upload();
    const copy: Files['copy'] = (from, to) => files.copy({ ...from, eTag: 'other' }, to);
    await expect(act(clean(file), { broken: { files: { copy } } })).rejects.toThrow(/cannot be copied/);
    expect(await inClean(file)).toBeUndefined();
  });

  test("is ignored about GuardDuty's own object", async () => {
    const key = 'malware-protection-resource-validation-object';
    const own = verdict('UNSUPPORTED', { bucket: 'any', key, eTag: 'e' });
    expect(await act(own)).toMatchObject({ verdict: 'ignored' });
  });
});

describe('an infected verdict', () => {
  test('removes every version and names the threats', async () => {
    const file = await upload();
    const later = await upload({ key: file.key });
    expect(await act(infected(file))).toEqual({
      verdict: 'infected',
      threats: ['EICAR-Test-File'],
      notice: 'homes & gärten.csv was removed, because malware was found in it (EICAR-Test-File).',
    });
    expect(await inQuarantine(file)).toBeUndefined();
    expect(await inQuarantine(later)).toBeUndefined();
    expect(sent).toEqual([]);
  });

  test('whose worker died before the deletion removes the file all the same', async () => {
    const file = await upload();
    const broken = { files: { deleteAllVersions: crash } };
    await expect(act(infected(file), { id: file.key, broken })).rejects.toThrow('died');
    expect(await act(infected(file), { id: file.key })).toMatchObject({ verdict: 'infected' });
    expect(await inQuarantine(file)).toBeUndefined();
  });

  test('stands against a clean one that comes later', async () => {
    const file = await upload();
    await act(infected(file));
    expect(await act(clean(file))).toMatchObject({
      verdict: 'ignored',
      reason: expect.stringMatching(/infected/),
    });
    expect(await inClean(file)).toBeUndefined();
  });

  test('also ends the verdicts on the other versions that went with it', async () => {
    const file = await upload();
    const later = await upload({ key: file.key });
    await act(infected(file));
    expect(await act(clean(later))).toMatchObject({
      verdict: 'ignored',
      reason: expect.stringMatching(/infected version/),
    });
  });

  test('on a file that was passed on as clean removes the copy and alarms', async () => {
    const file = await upload();
    await act(clean(file));
    await expect(act(infected(file))).rejects.toThrow(/was passed on as clean/);
    expect(await inClean(file)).toBeUndefined();
  });

  test('that comes between the copy and the record of a clean one keeps the file in', async () => {
    const file = await upload();
    const copy: Files['copy'] = async (from, to) => {
      const made = await files.copy(from, to);
      await act(infected(file));
      return made;
    };
    expect(await act(clean(file), { broken: { files: { copy } } })).toMatchObject({ verdict: 'ignored' });
    expect(await inClean(file)).toBeUndefined();
    expect(sent).toEqual([]);
  });

  test('may name no threat', async () => {
    const file = await upload();
    expect(await act(verdict('THREATS_FOUND', file))).toMatchObject({
      threats: [],
      notice: expect.stringMatching(/unnamed/),
    });
  });
});

describe('a file that cannot be scanned', () => {
  test('is refused with the reason and kept in quarantine', async () => {
    const file = await upload();
    const refused = verdict('UNSUPPORTED', file, { reasons: ['PASSWORD_PROTECTED'] });
    expect(await act(refused)).toMatchObject({
      verdict: 'refused',
      reason: 'PASSWORD_PROTECTED',
      notice: expect.stringMatching(/could not be checked for malware \(PASSWORD_PROTECTED\)/),
    });
    expect(await act(clean(file))).toMatchObject({
      verdict: 'ignored',
      reason: expect.stringMatching(/refused/),
    });
    expect(await inQuarantine(file)).toBeDefined();
    expect(await inClean(file)).toBeUndefined();
  });

  test('stays clean if it was found clean before', async () => {
    const file = await upload();
    await act(clean(file));
    expect(await act(verdict('UNSUPPORTED', file))).toMatchObject({
      verdict: 'ignored',
      reason: expect.stringMatching(/clean/),
    });
    expect(await act(verdict('FAILED', file))).toMatchObject({
      verdict: 'ignored',
      reason: expect.stringMatching(/clean/),
    });
    expect(rescans).toEqual([]);
  });

  test.each(['FAILED', 'ACCESS_DENIED'] as const)(
    '(%s) is scanned three more times and then given up',
    async (status) => {
      const file = await upload();
      for (let scan = 1; scan <= 3; scan += 1) {
        expect(await act(verdict(status, file))).toMatchObject({ verdict: 'rescan', reason: status });
        expect(rescans).toHaveLength(scan);
      }
      const fourth = act(verdict(status, file));
      await expect(fourth).rejects.toThrow(PermanentError);
      await expect(fourth).rejects.toThrow(/nor by 3 further scans: it stays in quarantine/);
      expect(rescans).toHaveLength(3);
      expect(await inQuarantine(file)).toBeDefined();
      expect(await act(clean(file))).toMatchObject({ verdict: 'clean' });
    },
  );

  test('may have failed before its eTag was known', async () => {
    const file = await upload();
    expect(await act(verdict('FAILED', { ...file, eTag: '' }))).toMatchObject({ verdict: 'rescan' });
    expect(await act(verdict('ACCESS_DENIED', { ...file, eTag: '' }))).toMatchObject({ verdict: 'rescan' });
    expect(rescans).toHaveLength(2);
    expect(await act(clean(file))).toMatchObject({ verdict: 'clean' });
    expect(await act(verdict('FAILED', { ...file, eTag: '' }))).toMatchObject({ verdict: 'ignored' });
    const unknown = act(verdict('FAILED', { ...file, versionId: 'f00', eTag: '' }));
    await expect(unknown).rejects.toThrow(/no version f00/);
  });

  test('asks again for the scan if the worker died while asking, and counts it once', async () => {
    const file = await upload();
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      const id = `${file.key} asked`;
      await trial.pool.query("UPDATE run SET state = 'open' WHERE message_id = $1", [id]);
      expect(await act(verdict('FAILED', file), { id })).toMatchObject({ verdict: 'rescan' });
    }
    const { rows } = await trial.pool.query(
      'SELECT cardinality(rescan_run_ids) AS rescans FROM intake WHERE key = $1',
      [file.key],
    );
    expect(rows).toEqual([{ rescans: 1 }]);
  });
});
