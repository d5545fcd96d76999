import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createS3 } from '../../local/s3/create-s3.ts';
import { startServer } from '../../local/server.ts';
import { createSqs } from '../../local/sqs/create-sqs.ts';
import { createSsm } from '../../local/ssm.ts';
import { answerParent } from './ask.ts';
import { pausedTasksParameter } from './paused-tasks-parameter.ts';
import { type VisibilitySeen, watchVisibility } from './watch-visibility.ts';

/** What the process with the local S3, SQS and SSM answers. */
export interface AwsQuestions {
  url(): string;
  makeBucket(name: string): Promise<void>;
  /** Answers the queue's URL. */
  makeQueue(name: string): Promise<string>;
  /** Of all queues since the start. */
  visibility(): VisibilitySeen;
}

const stateDirectory = await mkdtemp(path.join(tmpdir(), 'slackwater-bench-'));
let url = '';
const s3 = createS3({ stateDirectory });
const visibility = watchVisibility();
const sqs = createSqs({ stateDirectory, endpoint: () => url, interfere: visibility.interfere });
const ssm = createSsm({ stateDirectory });
await ssm.call('PutParameter', { Name: pausedTasksParameter, Value: '[]' });
const server = await startServer({ port: 0, services: [s3, sqs, ssm] });
url = server.url;

const answers: AwsQuestions = {
  url: () => url,
  makeBucket: (name) => s3.createBucket(name, { versioned: true }),
  makeQueue: async (name) =>
    (await sqs.call<{ QueueUrl: string }>('CreateQueue', { QueueName: name })).QueueUrl,
  visibility: visibility.seen,
};
answerParent(answers, async () => {
  await sqs.close();
  await server.close();
  await s3.close();
  await rm(stateDirectory, { recursive: true });
});
