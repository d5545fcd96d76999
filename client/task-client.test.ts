import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkOut } from '../messages/claim-check.ts';
import { parseEnvelope } from '../messages/envelope.ts';
import { runIdOf } from '../messages/run-id.ts';
import { fileRef } from '../tasks/define-task.ts';
import { uploadMessageId } from '../tasks/names.ts';
import { propertyReport } from '../tasks/property-report/task.ts';
import { propertyUpload } from '../tasks/property-upload/task.ts';
import { type ClientTrial, tryClient } from '../test/client-trial.ts';
import { createS3ClaimChecks } from './s3-claim-checks.ts';
import { createTaskClient } from './task-client.ts';
import type { TaskClientConfig } from './task-client-config.ts';

const input = { file: { bucket: 'clean', key: 'a.csv' }, landlordId: 'L-1' };

let trial: ClientTrial;
let config: TaskClientConfig;
beforeAll(async () => {
  trial = await tryClient([propertyUpload]);
  config = trial.config;
});
afterAll(() => trial.close());

async function receive() {
  const [message] = await trial.takeAll(propertyUpload);
  return { envelope: parseEnvelope(message?.body ?? ''), group: message?.group };
}

test('a sent message lies on the queue of its task, under the id that send returned, grouped by its sender', async () => {
  const runId = await createTaskClient(config).send(propertyUpload, input, { id: 'upload-1' });
  const { envelope, group } = await receive();
  expect(envelope).toMatchObject({ id: 'upload-1', source: '/webapp', type: 'property-upload', data: input });
  expect(runId).toBe(runIdOf(envelope));
  expect(group).toBe('L-1');
});

test('the sender may choose the group', async () => {
  await createTaskClient(config).send(propertyUpload, input, { groupId: 'agents' });
  expect((await receive()).group).toBe('agents');
});

test('data over the limit of SQS travels by claim check', async () => {
  const landlordId = 'L-big';
  const key = 'k'.repeat(1000);
  const large = { ...input, landlordId, file: { bucket: 'clean', key }, padding: 'x'.repeat(1_100_000) };
  await createTaskClient(config).send(propertyUpload, large);
  const { envelope } = await receive();
  expect(envelope.dataref).toMatch(/^s3:\/\/claim-checks\//);
  const claimChecks = createS3ClaimChecks({ s3: trial.s3, bucket: 'claim-checks' });
  expect(await checkOut(envelope, claimChecks)).toEqual(large);
});

test('an input that does not fit is refused before anything is sent', async () => {
  const wrong = { ...input, landlordId: '' };
  await expect(createTaskClient(config).send(propertyUpload, wrong)).rejects.toThrow(/landlordId: /);
});

test('a task without a queue is refused with the known ones', async () => {
  await expect(createTaskClient(config).send(propertyReport, {})).rejects.toThrow(
    /No queue is known for task "property-report" \(known: property-upload\)/,
  );
  await expect(createTaskClient({ ...config, queues: {} }).send(propertyReport, {})).rejects.toThrow(
    /known: none/,
  );
});

test.each([-1, 901, 1.5])('a delay of %s seconds is refused', async (delaySeconds) => {
  await expect(createTaskClient(config).send(propertyUpload, input, { delaySeconds })).rejects.toThrow(
    /whole number from 0 to 900/,
  );
});

test('a run that no worker has seen is unknown, and once cancelled it stays so', async () => {
  const client = createTaskClient(config);
  const runId = runIdOf({ type: 'property-upload', source: '/webapp', id: 'never-seen' });
  expect(await client.status(runId)).toEqual({ runId, state: 'unknown' });
  expect(await client.cancel(runId)).toBe('cancelled');
  expect((await client.status(runId)).state).toBe('cancelled');
});

test('what the client is not configured for is refused with the missing setting', async () => {
  const bare = createTaskClient({ source: '/webapp', queues: config.queues, claimCheckBucket: 'c' });
  await expect(async () => bare.status('00000000-0000-5000-8000-000000000000')).rejects.toThrow(
    /pass databaseUrl/,
  );
  await expect(async () =>
    bare.createUpload({ task: propertyUpload, input: { landlordId: 'L-1' } }),
  ).rejects.toThrow(/pass quarantineBucket/);
});

test('an upload is a form whose fields name the file and the task', async () => {
  const upload = await createTaskClient(config).createUpload({
    task: propertyUpload,
    input: { landlordId: 'L-1' },
  });
  expect(upload.url).toContain('quarantine');
  expect(upload.fields).toMatchObject({ key: upload.key, 'x-amz-meta-slackwater-task': 'property-upload' });
  expect(fileRef.shape.key.safeParse(upload.key).success).toBe(true);
});

test('the run of an upload is known from its key and version', () => {
  const client = createTaskClient(config);
  const file = { key: 'uploads/a/properties.csv', versionId: 'v1' };
  const runId = client.runIdOfUpload(propertyUpload, file);
  const id = uploadMessageId({ bucket: 'quarantine', ...file });
  expect(runId).toBe(runIdOf({ type: 'property-upload', source: '/slackwater/virus-scan-result', id }));
  expect(client.runIdOfUpload(propertyUpload, { ...file, versionId: 'v2' })).not.toBe(runId);
});

test.each(['status', 'cancel'] as const)(
  '%s refuses what is no run id, and says what one is',
  async (call) => {
    await expect(createTaskClient(config)[call]('junk')).rejects.toThrow(
      /"junk" is no run id: pass the UUID/,
    );
  },
);
