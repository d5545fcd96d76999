import path from 'node:path';
import type { Interference } from '../../local/json-protocol.ts';
import { localCredentials, localRegion } from '../../local/local-service.ts';
import { createS3 } from '../../local/s3/create-s3.ts';
import { startServer } from '../../local/server.ts';
import { createSqs, type LocalSqs } from '../../local/sqs/create-sqs.ts';
import { createSsm } from '../../local/ssm.ts';
import type { Task } from '../../tasks/define-task.ts';
import { deadLetterQueueName, taskQueueName, variables, type WorkerQueues } from '../../tasks/names.ts';
import { type FakeEcsAgent, startFakeEcsAgent } from './fake-ecs-agent.ts';

/** What a worker needs of AWS, for tasks of a test's own. */
export interface TrialCloud {
  url: string;
  sqs: LocalSqs;
  agent: FakeEcsAgent;
  queues: WorkerQueues;
  claimCheckBucket: string;
  pausedTasksParameter: string;
  buckets: { quarantine: string; clean: string; reports: string };
  setPausedTasks(value: string): Promise<unknown>;
  /** The environment of a worker's process. */
  environment: Record<string, string>;
  close(): Promise<void>;
}

/** Starts SQS, S3, SSM and an ECS agent on an endpoint of their own, with a queue and a dead-letter queue a task. */
export async function startTrialCloud(options: {
  deployment: string;
  tasks: readonly Task[];
  stateDirectory: string;
  databaseUrl: string;
  interfere?: Interference;
}): Promise<TrialCloud> {
  const { deployment, tasks, stateDirectory, databaseUrl, interfere } = options;
  const buckets = { quarantine: 'quarantine', clean: 'clean', reports: 'reports' };
  const claimCheckBucket = 'claim-checks';
  const pausedTasksParameter = `/${deployment}/paused-tasks`;

  let url = '';
  const sqs = createSqs({
    stateDirectory: path.join(stateDirectory, 'sqs'),
    endpoint: () => url,
    interfere,
  });
  const s3 = createS3({ stateDirectory: path.join(stateDirectory, 's3') });
  const ssm = createSsm({ stateDirectory: path.join(stateDirectory, 'ssm') });
  const server = await startServer({ port: 0, services: [sqs, s3, ssm] });
  url = server.url;
  const agent = await startFakeEcsAgent();
  await s3.createBucket(claimCheckBucket, { versioned: false });
  for (const bucket of Object.values(buckets)) await s3.createBucket(bucket, { versioned: true });
  const setPausedTasks = (Value: string) =>
    ssm.call('PutParameter', { Name: pausedTasksParameter, Value, Overwrite: true });
  await setPausedTasks('[]');

  const arnOf = (name: string) => `arn:aws:sqs:${localRegion}:000000000000:${name}`;
  const create = async (QueueName: string, Attributes: Record<string, string>) =>
    (await sqs.call<{ QueueUrl: string }>('CreateQueue', { QueueName, Attributes })).QueueUrl;
  const queues: WorkerQueues = {};
  for (const { name } of tasks) {
    const deadLetterUrl = await create(deadLetterQueueName(deployment, name), {});
    const RedrivePolicy = JSON.stringify({
      deadLetterTargetArn: arnOf(deadLetterQueueName(deployment, name)),
      maxReceiveCount: 1000,
    });
    queues[name] = {
      url: await create(taskQueueName(deployment, name), { VisibilityTimeout: '60', RedrivePolicy }),
      arn: arnOf(taskQueueName(deployment, name)),
      deadLetterUrl,
    };
  }

  return {
    ...{ url, sqs, agent, queues, claimCheckBucket, pausedTasksParameter, buckets, setPausedTasks },
    environment: {
      PATH: process.env.PATH ?? '',
      ...(process.env.NODE_COMPILE_CACHE && { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE }),
      AWS_ENDPOINT_URL: url,
      AWS_REGION: localRegion,
      AWS_ACCESS_KEY_ID: localCredentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: localCredentials.secretAccessKey,
      ECS_AGENT_URI: agent.uri,
      ECS_CONTAINER_METADATA_URI_V4: `${agent.uri}/metadata`,
      [variables.deployment]: deployment,
      [variables.taskQueues]: JSON.stringify(queues),
      [variables.pausedTasksParameter]: pausedTasksParameter,
      [variables.quarantineBucket]: buckets.quarantine,
      [variables.cleanBucket]: buckets.clean,
      [variables.reportsBucket]: buckets.reports,
      [variables.claimCheckBucket]: claimCheckBucket,
      [variables.databaseUrl]: databaseUrl,
    },
    close: async () => {
      await sqs.close();
      await server.close();
      await s3.close();
      await agent.close();
    },
  };
}
