import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { S3Client } from '@aws-sdk/client-s3';
import { type Message, type MessageAttributeValue, SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { expect } from 'vitest';
import { createS3ClaimChecks } from '../../client/s3-claim-checks.ts';
import { createTaskClient } from '../../client/task-client.ts';
import { createLedger } from '../../ledger/create-ledger.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Interference } from '../../local/json-protocol.ts';
import { localCredentials, localRegion } from '../../local/local-service.ts';
import { deadLetterAttribute, deadLetterSchema } from '../../messages/dead-letter.ts';
import { createServices } from '../../services/create-services.ts';
import { threadsHere } from '../../services/threads/threads-here.ts';
import { createTypesetter } from '../../services/typesetting/create-typesetter.ts';
import type { Task } from '../../tasks/define-task.ts';
import { variables } from '../../tasks/names.ts';
import { createEcsAgent } from '../../worker/ecs-agent.ts';
import type { Handlers } from '../../worker/handlers.ts';
import { createLog } from '../../worker/log.ts';
import { noService } from '../../worker/own-service.ts';
import { startWorker, type WorkerParts } from '../../worker/start-worker.ts';
import { createTakePermits } from '../../worker/take-permits.ts';
import { createTestDatabase } from '../test-database.ts';
import { quickTimings } from './quick-timings.ts';
import { startTrialCloud } from './trial-cloud.ts';
import { trialHandlers, trialTask } from './trial-tasks.ts';

const typesetting = new URL('../../worker/typesetting.ts', import.meta.url);

/** A worker's whole world: queues, buckets, parameters, ECS agent and database, all real but small. */
export type Trial = Awaited<ReturnType<typeof startTrial>>;

const trialWorker = [process.execPath, fileURLToPath(new URL('./trial-worker.ts', import.meta.url))];
const deployment = 'trial';

/** `interfere` comes between the workers and SQS; in this process workers have these handlers, by their tasks' names. */
export async function startTrial({
  interfere,
  handlers = trialHandlers,
}: {
  interfere?: Interference;
  handlers?: Handlers;
} = {}) {
  const tasks = [...handlers.values()].map(({ task }) => task);
  const stateDirectory = await mkdtemp(path.join(tmpdir(), 'slackwater-worker-'));
  const database = await createTestDatabase();
  await database.pool.query(
    'CREATE TABLE did (run_id uuid, attempt int, what text, at timestamptz DEFAULT now())',
  );
  const cloud = await startTrialCloud({
    deployment,
    tasks,
    stateDirectory,
    databaseUrl: database.url,
    ...(interfere && { interfere }),
  });
  const { url, sqs: sqsService, agent, queues, claimCheckBucket, setPausedTasks } = cloud;
  const queueOf = ({ name }: Task = trialTask) => queues[name] ?? { url: '', arn: '', deadLetterUrl: '' };

  const aws = { endpoint: url, region: localRegion, credentials: localCredentials };
  const s3 = new S3Client({ ...aws, forcePathStyle: true });
  const client = createTaskClient({
    source: '/trial',
    queues: Object.fromEntries(Object.entries(queues).map(([name, queue]) => [name, queue.url])),
    claimCheckBucket,
    databaseUrl: database.url,
    sqs: new SQSClient(aws),
    s3,
  });
  const ledger = createLedger(database.pool);
  const stops = new Set<() => Promise<unknown>>();
  const logged: string[] = [];
  const metricLines: string[] = [];

  const workerEnvironment: Record<string, string> = {
    ...cloud.environment,
    [variables.stopTimeoutSeconds]: '5',
  };

  const receiveAll = async (QueueUrl: string): Promise<Message[]> => {
    const messages: Message[] = [];
    for (;;) {
      const { Messages } = await sqsService.call<{ Messages?: Message[] }>('ReceiveMessage', {
        QueueUrl,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: 30,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['All'],
      });
      if (!Messages?.length) return messages;
      messages.push(...Messages);
    }
  };

  return {
    client,
    ledger,
    agent,
    pool: database.pool,
    queueOf,
    logged,
    metricLines,
    workerEnvironment,
    send: (what: (typeof trialTask)['input']['_zod']['input']['do'], task: Task = trialTask, text = '') =>
      client.send(task, { do: what, text } as never),
    sendRaw: (
      MessageBody: string,
      MessageAttributes: Record<string, MessageAttributeValue> = {},
      task?: Task,
    ) =>
      sqsService.call<{ MessageId: string }>('SendMessage', {
        QueueUrl: queueOf(task).url,
        MessageBody,
        MessageAttributes,
      }),
    call: sqsService.call,
    sqsClient: () => new SQSClient(aws),
    setPausedTasks,
    pause: (...tasks: string[]) => setPausedTasks(JSON.stringify(tasks)),

    /** A worker in this process. */
    startWorker: async (changes: Partial<WorkerParts> & { ledger?: Ledger } = {}) => {
      const worker = await startWorker({
        name: 'in-process',
        deployment,
        queues: tasks.map((task) => ({ ...queueOf(task), task })),
        handlers,
        ledger,
        services: createServices({
          database: database.pool,
          buckets: cloud.buckets,
          threads: threadsHere,
          typesetter: createTypesetter({ entry: typesetting }),
          keptRuns: { days: 90, claimCheckBucket },
        }),
        claimChecks: createS3ClaimChecks({ s3, bucket: claimCheckBucket }),
        replyDestinations: [],
        replyClaimChecks: createS3ClaimChecks({ s3, bucket: claimCheckBucket, folder: 'replies' }),
        sqs: { polling: new SQSClient(aws), settling: new SQSClient(aws) },
        ssm: new SSMClient(aws),
        pausedTasksParameter: cloud.pausedTasksParameter,
        takePermits: createTakePermits(database.pool),
        agent: createEcsAgent(agent.uri),
        service: noService,
        slots: 16,
        stopTimeoutSeconds: 5,
        prepare: async () => {},
        timings: quickTimings,
        log: createLog({
          level: 'debug',
          worker: 'in-process',
          output: { write: (line) => logged.push(line) },
          redactors: () => [],
        }),
        write: (line) => metricLines.push(line),
        ...changes,
      });
      const stop = () => {
        stops.delete(stop);
        return worker.stop();
      };
      stops.add(stop);
      return { stop };
    },

    /** A worker as a process of its own. */
    spawnWorker: (
      environment: Record<string, string> = {},
      {
        command = trialWorker,
        ...options
      }: Pick<SpawnOptions, 'cwd' | 'uid' | 'gid'> & { command?: string[] } = {},
    ) => {
      const [program = '', ...args] = command;
      const child = spawn(program, args, {
        ...options,
        env: { ...workerEnvironment, ...environment },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const exited = once(child, 'exit').then(([code, signal]) => code ?? signal);
      const output: string[] = [];
      for (const stream of [child.stdout, child.stderr])
        stream?.on('data', (data) => output.push(String(data)));
      stops.add(() => killed(child, exited));
      return { child, exited, output };
    },

    /** Waits until the run is in the state. */
    until: (runId: string, state: string) =>
      expect
        .poll(async () => (await ledger.status(runId)).state, { timeout: 30_000, interval: 30 })
        .toBe(state),
    /** Waits until the handler wrote down so often that it did this. */
    untilDid: (runId: string, what: string, times = 1) =>
      expect
        .poll(async () => (await did(runId)).filter((one) => one === what).length, {
          timeout: 30_000,
          interval: 30,
        })
        .toBe(times),
    did: (runId: string) => did(runId),
    release: (runId: string) => database.pool.query(`INSERT INTO did VALUES ($1, 0, 'release')`, [runId]),

    counts: async (task?: Task) => {
      const { Attributes } = await sqsService.call<{ Attributes: Record<string, string> }>(
        'GetQueueAttributes',
        {
          QueueUrl: queueOf(task).url,
          AttributeNames: ['All'],
        },
      );
      return {
        visible: Number(Attributes.ApproximateNumberOfMessages),
        inFlight: Number(Attributes.ApproximateNumberOfMessagesNotVisible),
      };
    },
    /** Waits for that many dead letters and takes them. */
    untilDeadLetters: async (count: number, task?: Task) => {
      const messages: Message[] = [];
      await expect
        .poll(async () => messages.push(...(await receiveAll(queueOf(task).deadLetterUrl))), {
          timeout: 30_000,
        })
        .toBe(count);
      return messages.map((message) => ({
        message,
        letter: deadLetterSchema.parse(
          JSON.parse(message.MessageAttributes?.[deadLetterAttribute]?.StringValue ?? ''),
        ),
      }));
    },

    [Symbol.asyncDispose]: async () => {
      await Promise.all([...stops].map((stop) => stop()));
      await cloud.close();
      await database.drop();
      await rm(stateDirectory, { recursive: true });
    },
  };

  async function did(runId: string): Promise<string[]> {
    const { rows } = await database.pool.query<{ what: string }>(
      'SELECT what FROM did WHERE run_id = $1 ORDER BY at',
      [runId],
    );
    return rows.map(({ what }) => what);
  }
}

async function killed(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
  child.kill('SIGKILL');
  await exited;
}
