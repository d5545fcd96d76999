import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { BusEvent } from '../eventbridge/event.ts';
import { createS3, type LocalS3 } from '../s3/create-s3.ts';
import { type LocalServer, startServer } from '../server.ts';
import { createClamdScanner } from './clamd-scanner.ts';
import { createGuardDuty } from './create-guardduty.ts';
import { type FakeClamd, startFakeClamd } from './fake-clamd.ts';
import type { GuardDuty } from './guardduty.ts';

const Bucket = 'quarantine';
let directory: string;
let s3: LocalS3;
let server: LocalServer;
let client: S3Client;
let clamd: FakeClamd;
let guardDuty: GuardDuty;
let emitted: BusEvent[];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'slackwater-clamd-'));
  s3 = createS3({ stateDirectory: directory });
  await s3.createBucket(Bucket, { versioned: true });
  server = await startServer({ port: 0, services: [s3] });
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  client = new S3Client({ endpoint: server.url, region: 'eu-west-2', forcePathStyle: true, credentials });
});

async function protect(answer: Parameters<typeof startFakeClamd>[0]['answer']): Promise<void> {
  emitted = [];
  clamd = await startFakeClamd({ answer });
  guardDuty = createGuardDuty({
    endpoint: () => server.url,
    clock: { now: Date.now },
    emit: (event) => void emitted.push(event),
    scanner: createClamdScanner(clamd.address),
    retryAfterMilliseconds: 1,
  });
  s3.onObjectCreated((object) => guardDuty.objectCreated(object));
  await guardDuty.protect({ bucket: Bucket, tagging: true, arn: 'arn:plan' });
}

afterEach(async () => {
  await guardDuty.close();
  await clamd.close();
  client.destroy();
  await server.close();
  await s3.close();
  rmSync(directory, { recursive: true, force: true });
});

const upload = (Key: string, Body: string): Promise<unknown> =>
  client.send(new PutObjectCommand({ Bucket, Key, Body }));

test('every upload reaches clamd whole, four at a time', async () => {
  const waiting: (() => void)[] = [];
  let most = 0;
  await protect(async (content) => {
    await new Promise<void>((resolve) => {
      most = Math.max(most, waiting.push(resolve));
    });
    return content.includes('bad') ? 'stream: Bad.File FOUND' : 'stream: OK';
  });
  const contents = Array.from({ length: 9 }, (_one, index) => `${index === 4 ? 'bad' : 'good'} ${index}`);
  await Promise.all(contents.map((content, index) => upload(`${index}.csv`, content)));
  await expect.poll(() => waiting.length).toBe(4);
  while (emitted.length < contents.length) {
    for (const resolve of waiting.splice(0)) resolve();
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(most).toBe(4);
  expect(clamd.streamed.map(({ content }) => content.toString()).sort()).toEqual([...contents].sort());
  expect(emitted.filter(({ detail }) => JSON.stringify(detail).includes('Bad.File'))).toHaveLength(1);
});

test('a scan that clamd cannot do three times has failed', async () => {
  await protect(() => 'stream: Malformed database ERROR');
  await upload('a.csv', 'x');
  await expect.poll(() => emitted.length).toBe(1);
  expect(emitted[0]?.detail).toMatchObject({ scanStatus: 'FAILED' });
  expect(clamd.streamed).toHaveLength(3);
});

test('closing does not wait for a clamd that says nothing', async () => {
  await protect(() => new Promise(() => undefined));
  await upload('a.csv', 'x');
  await expect.poll(() => clamd.streamed[0]?.complete).toBe(true);
  await guardDuty.close();
  expect(emitted).toEqual([]);
});
