import { ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTaskClient } from '../client/task-client.ts';
import { localCredentials, localRegion } from '../local/local-service.ts';
import { formatEnvelope } from '../messages/envelope.ts';
import { runIdOf } from '../messages/run-id.ts';
import { createFiles } from '../services/files/create-files.ts';
import type { Handler } from '../tasks/handle.ts';
import cleanup from '../tasks/ledger-cleanup/handler.ts';
import { ledgerCleanup } from '../tasks/ledger-cleanup/task.ts';
import { startTrial, type Trial } from '../test/worker/start-trial.ts';
import { trialHandlers, trialTask } from '../test/worker/trial-tasks.ts';

/** Too long for a message, and so long that the message has no room for the reason of its death. */
const text = 'x'.repeat(1_100_000);
const comment = 'x'.repeat(1_048_300);
let trial: Trial;
let s3: S3Client;
beforeAll(async () => {
  trial = await startTrial();
  s3 = new S3Client({
    endpoint: trial.workerEnvironment.AWS_ENDPOINT_URL ?? '',
    forcePathStyle: true,
    region: localRegion,
    credentials: localCredentials,
  });
});
afterAll(async () => trial[Symbol.asyncDispose]());

const stored = async () => {
  const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: 'claim-checks' }));
  return Versions.map(({ Key = '' }) => Key.split('/')[0]).sort();
};
const createQueue = async (QueueName: string) =>
  (await trial.call<{ QueueUrl: string }>('CreateQueue', { QueueName })).QueueUrl;

test('what a run was sent and answered by claim check is deleted when it is forgotten', async () => {
  const answers = await createQueue('answers');
  const cleanupQueue = {
    url: await createQueue('trial-ledger-cleanup'),
    arn: 'arn:aws:sqs:eu-west-2:000000000000:trial-ledger-cleanup',
    deadLetterUrl: await createQueue('trial-ledger-cleanup-dead-letter'),
    task: ledgerCleanup,
  };
  await trial.startWorker({
    queues: [{ ...trial.queueOf(), task: trialTask }, cleanupQueue],
    handlers: new Map([...trialHandlers, [ledgerCleanup.name, cleanup as unknown as Handler]]),
    replyDestinations: [answers],
    services: {
      files: createFiles(s3),
      malwareScans: { rescan: () => Promise.reject(new Error('nothing is scanned here')) },
      threads: { run: () => Promise.reject(new Error('no thread is needed here')) } as never,
      typesetter: { pdf: () => Promise.reject(new Error('nothing is typeset here')) },
      database: trial.pool,
      buckets: { quarantine: 'quarantine', clean: 'clean', reports: 'reports' },
      keptRuns: { days: 90, claimCheckBucket: 'claim-checks' },
    },
  });
  const client = createTaskClient({
    source: '/trial',
    queues: { trial: trial.queueOf().url, [ledgerCleanup.name]: cleanupQueue.url },
    claimCheckBucket: 'claim-checks',
    databaseUrl: trial.workerEnvironment.DATABASE_URL ?? '',
    sqs: trial.sqsClient(),
    s3,
  });

  const large = await client.send(trialTask, { do: 'return', text }, { replyTo: answers });
  await trial.until(large, 'done');
  const identity = { type: 'trial', source: '/trial', id: 'crowded' };
  await trial.sendRaw(formatEnvelope({ specversion: '1.0', ...identity, data: { do: 'give-up', comment } }));
  await trial.untilDeadLetters(1);
  await expect.poll(() => trial.counts()).toEqual({ visible: 0, inFlight: 0 });
  expect(await stored()).toEqual(['claim-checks', 'claim-checks', 'replies']);

  expect(await client.forget({ runId: large })).toEqual({ runs: 1, claimChecks: 2 });
  await expect.poll(stored).toEqual(['claim-checks']);
  expect(await client.forget({ runId: runIdOf(identity) })).toEqual({ runs: 1, claimChecks: 1 });
  await expect.poll(stored).toEqual([]);
  // `fairBy` says whose messages these are: by what they do.
  const [one, two] = [await trial.send('return'), await trial.send('complete')];
  for (const runId of [one, two]) await trial.until(runId, 'done');
  expect(await client.forget({ sender: 'complete' })).toEqual({ runs: 1, claimChecks: 0 });
  expect(await client.status(one)).not.toHaveProperty('forgottenAt');
  expect(await client.status(two)).toHaveProperty('forgottenAt');
  await expect(client.forget({ sender: '' })).rejects.toThrow('sender is empty');
  await expect(client.forget({ runId: 'order-1' })).rejects.toThrow('is no run id');
});

test('a message whose claim check cannot be kept in the ledger is handed back, which does not count', async () => {
  await using trial = await startTrial();
  let failures = 0;
  await trial.startWorker({
    ledger: {
      ...trial.ledger,
      recordClaimCheck: async (...kept) => {
        failures += 1;
        if (failures === 1) throw new Error('the line is cut');
        await trial.ledger.recordClaimCheck(...kept);
      },
    },
  });
  const runId = await trial.client.send(trialTask, { do: 'return', text });
  await trial.until(runId, 'done');
  expect(await trial.ledger.status(runId)).toMatchObject({ attempts: 1 });
  const { rows } = await trial.pool.query(
    'SELECT outcome FROM run_attempt WHERE run_id = $1 ORDER BY number',
    [runId],
  );
  expect(rows).toEqual([{ outcome: 'handed-back' }, { outcome: 'done' }]);
});
