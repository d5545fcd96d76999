import { S3Client } from '@aws-sdk/client-s3';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createTaskClient, type TaskClient } from '../../client/task-client.ts';
import type { LocalCloud } from '../local-cloud.ts';
import { localCredentials, localRegion } from '../local-service.ts';

/** What a web application would hold: the task client and its AWS clients. */
export interface DemonstrationClients {
  tasks: TaskClient;
  s3: S3Client;
  sqs: SQSClient;
  close(): void;
}

/** Makes clients of the local cloud's endpoint. */
export function createClients({ urls, names }: LocalCloud): DemonstrationClients {
  const settings = { endpoint: urls.endpoint, region: localRegion, credentials: localCredentials };
  const s3 = new S3Client({ ...settings, forcePathStyle: true });
  const sqs = new SQSClient(settings);
  const scheduler = new SchedulerClient(settings);
  return {
    tasks: createTaskClient({
      source: '/demonstration',
      ...names,
      databaseUrl: urls.database,
      s3,
      sqs,
      scheduler,
    }),
    s3,
    sqs,
    close: () => {
      s3.destroy();
      sqs.destroy();
      scheduler.destroy();
    },
  };
}
