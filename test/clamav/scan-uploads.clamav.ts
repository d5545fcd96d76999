import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BusEvent } from '../../local/eventbridge/event.ts';
import { createClamdScanner } from '../../local/guardduty/clamd-scanner.ts';
import { createGuardDuty } from '../../local/guardduty/create-guardduty.ts';
import { eicarTestString } from '../../local/guardduty/malware-scanner.ts';
import { createS3 } from '../../local/s3/create-s3.ts';
import { startServer } from '../../local/server.ts';
import { type RunningClamd, startClamd } from './start-clamd.ts';

const mebibyte = 1024 ** 2;
let clamd: RunningClamd;
let scan: ReturnType<typeof createClamdScanner>['scan'];

beforeAll(async () => {
  clamd = await startClamd({ streamMaxMebibytes: 8 });
  scan = createClamdScanner(clamd).scan;
});

afterAll(() => clamd?.stop());

const inPieces = (content: Buffer): Readable =>
  Readable.from(
    (function* () {
      for (let at = 0; at < content.length; at += 65_536) yield content.subarray(at, at + 65_536);
    })(),
  );

/** One that no compression makes small and no signature knows. */
const noise = (bytes: number): Buffer =>
  Buffer.from(Uint8Array.from({ length: bytes }, (_one, index) => (index * 2_654_435_761) >>> 13));

/** A zip of one stored entry; its lowest flag says that it is encrypted. */
function zip(name: string, content: Buffer, flags: number): Buffer {
  const shared = Buffer.alloc(26);
  shared.writeUInt16LE(20, 0);
  shared.writeUInt16LE(flags, 2);
  shared.writeUInt32LE(0x1234_5678, 10);
  shared.writeUInt32LE(content.length, 14);
  shared.writeUInt32LE(content.length, 18);
  shared.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), shared, Buffer.from(name), content]);
  const central = Buffer.concat([
    Buffer.from('PK\x01\x02'),
    Buffer.from([20, 0]),
    shared,
    Buffer.alloc(14),
    Buffer.from(name),
  ]);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, central, end]);
}

test('a clean file is clean, an empty one too', async () => {
  expect(await scan(inPieces(Buffer.from('name,address\n')))).toEqual({ status: 'NO_THREATS_FOUND' });
  expect(await scan(inPieces(Buffer.alloc(0)))).toEqual({ status: 'NO_THREATS_FOUND' });
});

test('the test file is found and named, wherever it lies', async () => {
  const content = Buffer.concat([noise(200_000), Buffer.from(eicarTestString), noise(1000)]);
  expect(await scan(inPieces(content))).toEqual({
    status: 'THREATS_FOUND',
    threats: [expect.stringContaining('Test.Eicar')],
  });
});

test('an archive with a password is unsupported', async () => {
  expect(await scan(inPieces(zip('secret.csv', noise(500), 1)))).toEqual({
    status: 'UNSUPPORTED',
    reason: 'PASSWORD_PROTECTED',
  });
});

test('what is larger than clamd looks into is unsupported, not clean', async () => {
  expect(await scan(inPieces(noise(2 * mebibyte)))).toEqual({
    status: 'UNSUPPORTED',
    reason: 'SIZE_LIMIT_EXCEEDED',
  });
});

test('what is larger than clamd accepts is unsupported, every time', async () => {
  const large = Buffer.alloc(16 * mebibyte);
  const verdicts = await Promise.all(Array.from({ length: 20 }, () => scan(inPieces(large))));
  expect(verdicts).toEqual(verdicts.map(() => ({ status: 'UNSUPPORTED', reason: 'SIZE_LIMIT_EXCEEDED' })));
});

test('uploads to the local cloud get their verdicts from it', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'slackwater-clamav-s3-'));
  const s3 = createS3({ stateDirectory: directory });
  await s3.createBucket('quarantine', { versioned: true });
  const server = await startServer({ port: 0, services: [s3] });
  const verdicts = new Map<string, unknown>();
  const guardDuty = createGuardDuty({
    endpoint: () => server.url,
    clock: { now: Date.now },
    scanner: createClamdScanner(clamd),
    emit: ({ detail }: BusEvent) => {
      const { s3ObjectDetails, scanStatus, scanResultDetails } = detail as {
        s3ObjectDetails: { objectKey: string };
        scanStatus: string;
        scanResultDetails: { scanResultStatus: string };
      };
      verdicts.set(s3ObjectDetails.objectKey, [scanStatus, scanResultDetails.scanResultStatus]);
    },
  });
  s3.onObjectCreated((object) => guardDuty.objectCreated(object));
  await guardDuty.protect({ bucket: 'quarantine', tagging: true, arn: 'arn:plan' });
  const client = new S3Client({
    endpoint: server.url,
    region: 'eu-west-2',
    forcePathStyle: true,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  const contents = {
    'clean.csv': Buffer.from('a,b\n1,2\n'),
    'infected.csv': Buffer.from(`a,b\n${eicarTestString}\n`),
    'locked.zip': zip('secret.csv', noise(500), 1),
    'huge.csv': Buffer.alloc(16 * mebibyte, 'a'),
  };
  for (const [Key, Body] of Object.entries(contents)) {
    await client.send(new PutObjectCommand({ Bucket: 'quarantine', Key, Body }));
  }
  await expect.poll(() => verdicts.size, { timeout: 30_000 }).toBe(4);
  expect(Object.fromEntries(verdicts)).toEqual({
    'clean.csv': ['COMPLETED', 'NO_THREATS_FOUND'],
    'infected.csv': ['COMPLETED', 'THREATS_FOUND'],
    'locked.zip': ['SKIPPED', 'UNSUPPORTED'],
    'huge.csv': ['SKIPPED', 'UNSUPPORTED'],
  });
  await guardDuty.close();
  client.destroy();
  await server.close();
  await s3.close();
  rmSync(directory, { recursive: true, force: true });
});
