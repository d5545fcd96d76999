import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListObjectVersionsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import {
  GetQueueAttributesCommand,
  ListQueuesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eicar, uploadFile } from '../local/demonstration/upload-file.ts';
import { deadLetterAttribute, deadLetterSchema } from '../messages/dead-letter.ts';
import { runIdOf } from '../messages/run-id.ts';
import { propertyReport } from '../tasks/property-report/task.ts';
import { propertyUpload } from '../tasks/property-upload/task.ts';
import { propertyFile } from './property-file.ts';
import { type RunningCloud, runCloud, runStart } from './running-cloud.ts';

/** A file of which a worker has for some seconds. */
const manyRows = 40_000;
const patience = { timeout: 45_000, interval: 100 };

let stateDirectory: string;
let cloud: RunningCloud;
let database: Client;
let killedRun: string;

async function begin(): Promise<void> {
  cloud = await runCloud(stateDirectory);
  database = new Client({ connectionString: cloud.databaseUrl });
  database.on('error', () => undefined);
  await database.connect();
}

beforeAll(async () => {
  stateDirectory = await mkdtemp(join(tmpdir(), 'slackwater-end-to-end-'));
  await begin();
}, 180_000);

afterAll(async () => {
  await database?.end().catch(() => undefined);
  await cloud?.end('SIGTERM');
  await rm(stateDirectory, { recursive: true, force: true });
}, 60_000);

const state = async (runId: string) => (await cloud.tasks.status(runId)).state;
const ended = (runId: string, howPatient = patience) => expect.poll(() => state(runId), howPatient);
const propertiesOf = async (landlordId: string): Promise<number> => {
  const { rows } = await database.query('SELECT count(*)::int AS n FROM property WHERE landlord_id = $1', [
    landlordId,
  ]);
  return rows[0].n;
};
/** The run that a landlord's upload led to. */
const uploadRunOf = async (
  landlordId: string,
): Promise<{ run_id: string; progress: unknown } | undefined> => {
  const { rows } = await database.query(
    "SELECT run_id, progress FROM run WHERE task = 'property-upload' AND input ->> 'landlordId' = $1",
    [landlordId],
  );
  return rows[0];
};
const queueUrl = (task: string): string => cloud.queues[task] ?? '';
const send = (task: string, MessageBody: string) =>
  cloud.sqs.send(new SendMessageCommand({ QueueUrl: queueUrl(task), MessageBody }));
const deadLetters = async (task: string): Promise<Message[]> => {
  const { Messages = [] } = await cloud.sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: `${queueUrl(task)}-dead-letter`,
      MaxNumberOfMessages: 10,
      VisibilityTimeout: 0,
      MessageAttributeNames: ['All'],
    }),
  );
  return Messages;
};
const arnOf = async (QueueUrl: string): Promise<string> => {
  const asked = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] });
  return (await cloud.sqs.send(asked)).Attributes?.QueueArn ?? '';
};

/** These tell one day of one local cloud, and stand on each other's shoulders. */
describe('the whole stack', { timeout: 90_000 }, () => {
  it('brings up a worker for a file, and loads nothing of it when the worker is killed half-way', async () => {
    expect(cloud.workerPids()).toEqual([]);
    const content = propertyFile(manyRows);
    await uploadFile(cloud.tasks, { fileName: 'many.csv', content, landlordId: 'L-killed' });
    await expect.poll(async () => (await uploadRunOf('L-killed'))?.progress, patience).toBeTruthy();
    process.kill(cloud.workerPids().at(-1) ?? 0, 'SIGKILL');
    const run = await uploadRunOf('L-killed');
    killedRun = run?.run_id ?? '';
    await expect.poll(() => cloud.said(), patience).toMatch(/killed by SIGKILL/);
    expect(await state(killedRun)).toBe('running');
    expect(await propertiesOf('L-killed')).toBe(0);
  });

  it('loads a clean file and reports on it, and removes an infected one', async () => {
    const key = await uploadFile(cloud.tasks, {
      fileName: 'infected.csv',
      content: eicar,
      landlordId: 'L-infected',
    });
    await uploadFile(cloud.tasks, {
      fileName: 'few.csv',
      content: propertyFile(3, 800_000),
      landlordId: 'L-few',
    });
    await expect.poll(() => propertiesOf('L-few'), patience).toBe(3);
    const report = await cloud.tasks.send(propertyReport, { landlordId: 'L-few' });
    await ended(report).toBe('done');
    expect((await cloud.tasks.status(report)).result).toMatchObject({ rows: 3 });
    const versions = new ListObjectVersionsCommand({ Bucket: cloud.quarantineBucket, Prefix: key });
    await expect.poll(async () => (await cloud.s3.send(versions)).Versions ?? [], patience).toEqual([]);
    expect(await uploadRunOf('L-infected')).toBeUndefined();
  });

  it('handles a message that somebody writes by hand with nothing but an SQS client', async () => {
    const envelope = { specversion: '1.0', id: 'by-hand-1', source: '/somebody', type: 'property-report' };
    await send('property-report', JSON.stringify({ ...envelope, data: { landlordId: 'L-few' } }));
    await ended(runIdOf(envelope)).toBe('done');
  });

  it.each([
    ['is not JSON', 'hello', /not JSON/],
    ['is no envelope', '{"a":1}', /specversion/],
    [
      'asks for what the task does not know',
      '{"specversion":"1.0","id":"bad-1","source":"/s","type":"property-report","data":{"landlordId":7}}',
      /landlordId/,
    ],
    [
      'is for another task',
      '{"specversion":"1.0","id":"bad-2","source":"/s","type":"no-such-task","data":{}}',
      /no-such-task/,
    ],
  ])('makes a dead letter that says why of a message that %s', async (_title, body, reason) => {
    await send('property-report', body);
    await expect
      .poll(async () => {
        const found = (await deadLetters('property-report')).find(({ Body }) => Body === body);
        return found?.MessageAttributes?.[deadLetterAttribute]?.StringValue;
      }, patience)
      .toMatch(reason);
  });

  it('runs a dead letter again that SQS moves back to its queue', async () => {
    const file = { bucket: cloud.cleanBucket, key: 'came-late.csv' };
    const runId = await cloud.tasks.send(propertyUpload, { file, landlordId: 'L-late' });
    await ended(runId).toBe('dead');
    let letter: Message | undefined;
    await expect
      .poll(async () => {
        letter = (await deadLetters('property-upload'))[0];
        return letter?.MessageAttributes?.[deadLetterAttribute]?.StringValue;
      }, patience)
      .toContain(runId);
    const told: unknown = JSON.parse(letter?.MessageAttributes?.[deadLetterAttribute]?.StringValue ?? '');
    expect(deadLetterSchema.parse(told).reason).toContain('came-late.csv');

    await cloud.s3.send(
      new PutObjectCommand({ Bucket: file.bucket, Key: file.key, Body: propertyFile(2, 900_000) }),
    );
    await cloud.sqs.send(
      new StartMessageMoveTaskCommand({
        SourceArn: await arnOf(`${queueUrl('property-upload')}-dead-letter`),
        DestinationArn: await arnOf(queueUrl('property-upload')),
      }),
    );
    await ended(runId).toBe('done');
    expect(await propertiesOf('L-late')).toBe(2);
    expect(await deadLetters('property-upload')).toEqual([]);
  });

  it('refuses a second local cloud on the same state, and says whose it is', async () => {
    const second = await runStart(['--state', stateDirectory, '--port', '0']);
    expect(second.code).toBe(1);
    expect(second.stderr).toMatch(/in use by the local cloud with pid \d+/);
  });

  it('finds its messages, files and rows again after it was killed itself', async () => {
    await database.end();
    await cloud.end('SIGKILL');
    await begin();
    expect(await propertiesOf('L-few')).toBe(3);
    const { QueueUrls } = await cloud.sqs.send(new ListQueuesCommand({}));
    expect(QueueUrls).toContain(queueUrl('property-upload'));
    const { Versions = [] } = await cloud.s3.send(
      new ListObjectVersionsCommand({ Bucket: cloud.cleanBucket, Prefix: 'came-late.csv' }),
    );
    expect(Versions).toHaveLength(1);
  });

  it('finishes the run of the killed worker, all rows of it, without anybody doing anything', async () => {
    // Lease and visibility of a dead worker end a minute after they began.
    await ended(killedRun, { ...patience, timeout: 85_000 }).toBe('done');
    expect(await propertiesOf('L-killed')).toBe(manyRows);
    const { rows } = await database.query(
      'SELECT outcome FROM run_attempt WHERE run_id = $1 ORDER BY number',
      [killedRun],
    );
    expect(rows.map(({ outcome }) => outcome)).toEqual(['vanished', 'done']);
  });

  it('stops everything on Ctrl-C, the database too', async () => {
    await database.end();
    expect(await cloud.end('SIGINT')).toBe(0);
    const again = new Client({ connectionString: cloud.databaseUrl });
    await expect(again.connect()).rejects.toThrow();
  });
});
