import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { type Message, SQSClient } from '@aws-sdk/client-sqs';
import type { TaskClientConfig } from '../client/task-client-config.ts';
import { type Clock, startClock } from '../local/clock.ts';
import { createTargets } from '../local/delivery/targets.ts';
import { localAccount, localCredentials, localRegion } from '../local/local-service.ts';
import { createS3 } from '../local/s3/create-s3.ts';
import { createScheduler, type Scheduler } from '../local/scheduler/create-scheduler.ts';
import { type LocalServer, startServer } from '../local/server.ts';
import { createSqs } from '../local/sqs/create-sqs.ts';
import type { Task } from '../tasks/define-task.ts';
import { deadLetterNameOf, oneTimeGroupName } from '../tasks/names.ts';
import { createTestDatabase, type TestDatabase } from './test-database.ts';

const queueArnPrefix = `arn:aws:sqs:${localRegion}:${localAccount}:`;

/** A message as it lay on its queue. */
export interface TakenMessage {
  body: string;
  group: string | undefined;
}

/** What a web application's client works on, all real: queues, buckets and a database with its ledger. */
export interface ClientTrial {
  config: TaskClientConfig & Required<Pick<TaskClientConfig, 'sqs' | 's3' | 'scheduler' | 'schedules'>>;
  database: TestDatabase;
  s3: S3Client;
  /** The local Scheduler, which follows nothing before it is started. */
  schedules: Scheduler;
  /** Another SQS client, for middleware of its own. */
  newSqs(): SQSClient;
  /** Takes every message that is visible on the task's queue. */
  takeAll(task: Task): Promise<TakenMessage[]>;
  /** Messages on the task's queue that are delayed. */
  delayed(task: Task): Promise<number>;
  close(): Promise<void>;
}

/** Makes the two queues of each task, and what else a client needs; the clock is the Scheduler's. */
export async function tryClient(tasks: readonly Task[], clock: Clock = startClock()): Promise<ClientTrial> {
  const directory = await mkdtemp(path.join(tmpdir(), 'slackwater-client-'));
  let server: LocalServer | undefined;
  const sqsService = createSqs({
    stateDirectory: path.join(directory, 'sqs'),
    endpoint: () => server?.url ?? '',
  });
  const s3Service = createS3({ stateDirectory: path.join(directory, 's3') });
  const targets = createTargets();
  const schedules = createScheduler({ targets, clock, stateDirectory: directory, say: () => undefined });
  schedules.putGroup(oneTimeGroupName('trial'));
  server = await startServer({ port: 0, services: [sqsService, s3Service, schedules] });
  const access = { endpoint: server.url, region: localRegion, credentials: localCredentials };
  const queues: Record<string, string> = {};
  for (const QueueName of tasks.flatMap(({ name }) => [name, deadLetterNameOf(name)])) {
    const { QueueUrl } = await sqsService.call<{ QueueUrl: string }>('CreateQueue', { QueueName });
    queues[QueueName] = QueueUrl;
    targets.add(`${queueArnPrefix}${QueueName}`, async ({ payload }) => {
      await sqsService.call('SendMessage', { QueueUrl, MessageBody: payload });
    });
  }
  const buckets = { claimCheckBucket: 'claim-checks', quarantineBucket: 'quarantine' };
  for (const name of Object.values(buckets)) await s3Service.createBucket(name, { versioned: true });
  const database = await createTestDatabase();
  const sqs = new SQSClient(access);
  const s3 = new S3Client({ ...access, forcePathStyle: true });
  const scheduler = new SchedulerClient(access);
  const config = {
    source: '/webapp',
    queues: Object.fromEntries(tasks.map(({ name }) => [name, queues[name] ?? ''])),
    ...buckets,
    schedules: {
      group: oneTimeGroupName('trial'),
      roleArn: 'arn:aws:iam::000000000000:role/one-time',
      queueArnPrefix,
    },
    databaseUrl: database.url,
  };

  return {
    config: { ...config, sqs, s3, scheduler },
    database,
    s3,
    schedules,
    newSqs: () => new SQSClient(access),
    takeAll: async ({ name }) => {
      const taken: TakenMessage[] = [];
      for (;;) {
        const { Messages = [] } = await sqsService.call<{ Messages?: Message[] }>('ReceiveMessage', {
          QueueUrl: queues[name],
          MaxNumberOfMessages: 10,
          VisibilityTimeout: 3600,
          MessageSystemAttributeNames: ['MessageGroupId'],
        });
        if (Messages.length === 0) return taken;
        taken.push(
          ...Messages.map(({ Body = '', Attributes }) => ({ body: Body, group: Attributes?.MessageGroupId })),
        );
      }
    },
    delayed: async ({ name }) => {
      const { Attributes } = await sqsService.call<{ Attributes: Record<string, string> }>(
        'GetQueueAttributes',
        { QueueUrl: queues[name], AttributeNames: ['ApproximateNumberOfMessagesDelayed'] },
      );
      return Number(Attributes.ApproximateNumberOfMessagesDelayed);
    },
    close: async () => {
      sqs.destroy();
      scheduler.destroy();
      await schedules.close();
      s3.destroy();
      await database.drop();
      await server?.close();
      await sqsService.close();
      await s3Service.close();
      await rm(directory, { recursive: true });
    },
  };
}
