import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GuardDutyClient, SendObjectMalwareScanCommand } from '@aws-sdk/client-guardduty';
import {
  DeleteObjectCommand,
  GetObjectTaggingCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { BusEvent } from '../eventbridge/event.ts';
import { createS3, type LocalS3 } from '../s3/create-s3.ts';
import { type LocalServer, startServer } from '../server.ts';
import { createGuardDuty } from './create-guardduty.ts';
import type { GuardDuty, MalwareProtectionPlan, ScanEvent } from './guardduty.ts';
import { createEicarScanner, eicarTestString, type MalwareScanner } from './malware-scanner.ts';

const Bucket = 'quarantine';
const plan: MalwareProtectionPlan = { bucket: Bucket, tagging: true, arn: 'arn:plan' };
const now = Date.UTC(2026, 10, 23, 8, 30);
let directory: string;
let server: LocalServer;
let s3: LocalS3;
let files: S3Client;
let client: GuardDutyClient;
let guardDuty: GuardDuty;
let emitted: BusEvent[];
let told: ScanEvent[];
/** What the scanner of the test does first; the real one follows. */
let before: (() => Promise<void>) | undefined;

function start(): GuardDuty {
  const { scan } = createEicarScanner();
  const scanner: MalwareScanner = {
    scan: async (content) => {
      try {
        await before?.();
      } finally {
        if (before) content.destroy();
      }
      return scan(content);
    },
  };
  return createGuardDuty({
    endpoint: () => server.url,
    clock: { now: () => now },
    emit: (event) => void emitted.push(event),
    scanner,
    retryAfterMilliseconds: 0,
    onEvent: (event) => told.push(event),
  });
}

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'slackwater-guardduty-'));
  [emitted, told, before] = [[], [], undefined];
  s3 = createS3({ stateDirectory: directory });
  await s3.createBucket(Bucket, { versioned: true });
  guardDuty = start();
  s3.onObjectCreated((object) => guardDuty.objectCreated(object));
  const services = [s3, { signingNames: ['guardduty'], handle: guardDuty.handle }];
  server = await startServer({ port: 0, services });
  const options = {
    endpoint: server.url,
    region: 'eu-west-2',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  };
  files = new S3Client({ ...options, forcePathStyle: true });
  client = new GuardDutyClient(options);
});

afterEach(async () => {
  await guardDuty.close();
  files.destroy();
  client.destroy();
  await server.close();
  await s3.close();
  rmSync(directory, { recursive: true, force: true });
});

async function upload(Key: string, Body: string): Promise<{ versionId: string; eTag: string }> {
  const { VersionId = '', ETag = '' } = await files.send(new PutObjectCommand({ Bucket, Key, Body }));
  return { versionId: VersionId, eTag: ETag.replaceAll('"', '') };
}

async function tags(Key: string): Promise<Record<string, string>> {
  const { TagSet = [] } = await files.send(new GetObjectTaggingCommand({ Bucket, Key }));
  return Object.fromEntries(TagSet.map((tag) => [tag.Key, tag.Value]));
}

const status = (event: BusEvent | undefined): unknown =>
  (event?.detail as { scanResultDetails?: { scanResultStatus?: unknown } } | undefined)?.scanResultDetails
    ?.scanResultStatus;

test("an upload is scanned, and GuardDuty's event tells the verdict in full", async () => {
  await guardDuty.protect(plan);
  const { versionId, eTag } = await upload('a/b.csv', 'name\n');
  await expect.poll(() => emitted.length).toBe(1);
  expect(emitted[0]).toEqual({
    version: '0',
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    'detail-type': 'GuardDuty Malware Protection Object Scan Result',
    source: 'aws.guardduty',
    account: '000000000000',
    time: '2026-11-23T08:30:00Z',
    region: 'eu-west-2',
    resources: ['arn:plan'],
    detail: {
      schemaVersion: '1.0',
      scanStatus: 'COMPLETED',
      resourceType: 'S3_OBJECT',
      s3ObjectDetails: { bucketName: Bucket, objectKey: 'a/b.csv', eTag, versionId, s3Throttled: false },
      scanResultDetails: { scanResultStatus: 'NO_THREATS_FOUND', threats: null, statusReasons: null },
    },
  });
  await guardDuty.idle();
  expect(await tags('a/b.csv')).toEqual({ GuardDutyMalwareScanStatus: 'NO_THREATS_FOUND' });
});

test('a threat is named, and a file nobody can look into is skipped with the reason', async () => {
  await guardDuty.protect(plan);
  await upload('virus.csv', `before ${eicarTestString} after`);
  await upload('secret.zip', 'PK\x03\x04\x14\x00\x01\x00\x08\x00');
  await expect.poll(() => emitted.length).toBe(2);
  expect(new Map(emitted.map((event) => [status(event), event.detail]))).toMatchObject(
    new Map<unknown, object>([
      [
        'THREATS_FOUND',
        {
          scanStatus: 'COMPLETED',
          scanResultDetails: { threats: [{ name: 'EICAR-Test-File (not a virus)' }], statusReasons: null },
        },
      ],
      [
        'UNSUPPORTED',
        {
          scanStatus: 'SKIPPED',
          scanResultDetails: { threats: null, statusReasons: ['PASSWORD_PROTECTED'] },
        },
      ],
    ]),
  );
});

test('the tag joins the tags that the object has', async () => {
  const Tagging = { TagSet: [{ Key: 'team', Value: 'lettings' }] };
  await upload('a.csv', 'x');
  await files.send(new PutObjectTaggingCommand({ Bucket, Key: 'a.csv', Tagging }));
  await guardDuty.protect(plan);
  await guardDuty.idle();
  expect(await tags('a.csv')).toEqual({ team: 'lettings', GuardDutyMalwareScanStatus: 'NO_THREATS_FOUND' });
});

test('only protected buckets and prefixes are scanned', async () => {
  await s3.createBucket('other', { versioned: true });
  await guardDuty.protect({ ...plan, prefixes: ['in/'], tagging: false });
  await files.send(new PutObjectCommand({ Bucket: 'other', Key: 'in/a', Body: 'x' }));
  await upload('out/a', 'x');
  await upload('in/a', 'x');
  await expect.poll(() => emitted.length).toBe(1);
  await guardDuty.idle();
  expect(told).toMatchObject([
    { kind: 'scan-skipped', bucket: Bucket, key: 'out/a', detail: 'no protected prefix' },
    { kind: 'scanned', bucket: Bucket, key: 'in/a' },
  ]);
  expect(await tags('in/a')).toEqual({});
});

test('what was stored while nobody scanned is scanned at the next start, and nothing twice', async () => {
  await guardDuty.protect(plan);
  await upload('seen.csv', 'x');
  await guardDuty.idle();
  await guardDuty.close();
  const { versionId } = await upload('missed.csv', 'x');
  emitted = [];
  guardDuty = start();
  await guardDuty.protect(plan);
  await guardDuty.idle();
  expect(emitted).toMatchObject([{ detail: { s3ObjectDetails: { objectKey: 'missed.csv', versionId } } }]);
});

test('a scan can be asked for again, of the newest version or of one', async () => {
  await guardDuty.protect(plan);
  const first = await upload('a.csv', eicarTestString);
  const second = await upload('a.csv', 'clean');
  await guardDuty.idle();
  emitted = [];
  const ask = (versionId?: string): Promise<unknown> => {
    const s3Object = { Bucket, Key: 'a.csv', VersionId: versionId };
    return client.send(new SendObjectMalwareScanCommand({ S3Object: s3Object }));
  };
  await ask(first.versionId);
  await guardDuty.idle();
  await ask();
  await guardDuty.idle();
  expect(emitted.map((event) => [status(event), event.detail])).toMatchObject([
    ['THREATS_FOUND', { s3ObjectDetails: { versionId: first.versionId } }],
    ['NO_THREATS_FOUND', { s3ObjectDetails: { versionId: second.versionId } }],
  ]);
});

test('a scan of what is not there or not protected is refused', async () => {
  await guardDuty.protect(plan);
  const ask = (S3Object: object): Promise<unknown> =>
    client.send(new SendObjectMalwareScanCommand({ S3Object }));
  const refused = (message: string) => ({
    name: 'BadRequestException',
    message: expect.stringContaining(message),
  });
  await expect(ask({ Bucket, Key: 'none' })).rejects.toMatchObject(refused('There is no object'));
  await expect(ask({ Bucket: 'other', Key: 'a' })).rejects.toMatchObject(
    refused('No malware protection plan'),
  );
  await expect(ask({ Key: 'a' })).rejects.toMatchObject(refused('bucket'));
  const elsewhere = await fetch(`${server.url}/malware-scan/start`, {
    method: 'POST',
    headers: { authorization: 'AWS4-HMAC-SHA256 Credential=a/20261123/eu-west-2/guardduty/aws4_request' },
  });
  expect(elsewhere.status).toBe(400);
});

test('a scanner that fails is tried again, and then the scan has failed', async () => {
  before = () => Promise.reject(new Error('out of order'));
  await guardDuty.protect(plan);
  await upload('a.csv', 'x');
  await expect.poll(() => emitted.length).toBe(1);
  expect(emitted[0]?.detail).toMatchObject({
    scanStatus: 'FAILED',
    scanResultDetails: { scanResultStatus: 'FAILED' },
  });
  expect(told.filter(({ kind }) => kind === 'scan-failed').map(({ detail }) => detail)).toEqual(
    [1, 2, 3].map((attempt) => `attempt ${attempt}: out of order`),
  );
});

test('an object that is gone before it is scanned has no verdict', async () => {
  const { versionId } = await upload('a.csv', 'x');
  await files.send(new DeleteObjectCommand({ Bucket, Key: 'a.csv', VersionId: versionId }));
  await guardDuty.protect(plan);
  guardDuty.objectCreated({ bucket: Bucket, key: 'a.csv', versionId });
  await guardDuty.idle();
  expect(emitted).toEqual([]);
  expect(told).toMatchObject([{ kind: 'scan-skipped', detail: 'the object is gone' }]);
});
