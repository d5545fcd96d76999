import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { Pool } from 'pg';
import { createTaskClient } from '../../client/task-client.ts';
import { createFiles } from '../../services/files/create-files.ts';
import type { Files } from '../../services/files/files.ts';
import type { Task, TaskInput, TaskResult } from '../../tasks/define-task.ts';
import { tasks } from '../../tasks/index.ts';
import { variables } from '../../tasks/names.ts';
import { startProcess } from './ask.ts';
import type { AwsQuestions } from './aws-endpoint.ts';
import { openBenchDatabase } from './bench-database.ts';
import { pausedTasksParameter } from './paused-tasks-parameter.ts';
import type { ResourcesTaken } from './resource-meter.ts';
import type { WorkerQuestions } from './run-worker.ts';
import type { VisibilitySeen } from './watch-visibility.ts';

/** A Postgres, an S3 and an SQS, each in a process of its own, and workers at them. */
export interface BenchCloud {
  database: Pool;
  databaseUrl: string;
  files: Files;
  /** What a process needs in its environment to reach the S3. */
  aws: Record<string, string>;
  buckets: { clean: string; reports: string };
  /** Starts a worker in a process of its own; answers once it is ready and idle. */
  startWorker(): Promise<BenchWorker>;
  /** Sends a message, and answers when its run is done. Throws if it ends in any other way. */
  run<T extends Task>(task: T, input: TaskInput<T>): Promise<Run<T>>;
  /** How well the messages of all queues were kept hidden since the start. */
  visibility(): Promise<VisibilitySeen>;
  stop(): Promise<void>;
}

/** A worker that is measured. */
export interface BenchWorker {
  /** Its resident memory before it did any work. */
  idleBytes: number;
  /** What it takes while something is done. */
  metered<Value>(what: () => Promise<Value>): Promise<Value & ResourcesTaken>;
  /** A run, and what it takes of the worker. */
  work<T extends Task>(task: T, input: TaskInput<T>): Promise<Run<T> & ResourcesTaken>;
  stop(): Promise<void>;
}

/** A run that was completed. */
export interface Run<T extends Task> {
  runId: string;
  result: TaskResult<T>;
  /** From before it was sent to after it was seen to be done. */
  seconds: number;
}

const buckets = { quarantine: 'quarantine', clean: 'clean', reports: 'reports', claimChecks: 'claim-checks' };
const pollMs = 10;

/** Starts it, with the tables migrated and queues for every task. */
export async function startBenchCloud(): Promise<BenchCloud> {
  const { url: databaseUrl, stop: stopDatabase } = await openBenchDatabase();
  const database = new Pool({ connectionString: databaseUrl, max: 2 });
  await keepCommits(database);
  const endpoint = startProcess<AwsQuestions>(new URL('./aws-endpoint.ts', import.meta.url));
  const url = await endpoint.ask('url');
  for (const name of Object.values(buckets)) await endpoint.ask('makeBucket', name);
  const aws = {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: 'eu-west-2',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  };
  const sdk = {
    endpoint: url,
    region: aws.AWS_REGION,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  };
  const s3 = new S3Client({ ...sdk, forcePathStyle: true });
  const sqs = new SQSClient(sdk);
  const queues: Record<string, string> = {};
  for (const { name } of tasks) queues[name] = await endpoint.ask('makeQueue', name);
  const deadLetterUrl = await endpoint.ask('makeQueue', 'dead-letters');
  const client = createTaskClient({
    source: '/bench',
    queues,
    claimCheckBucket: buckets.claimChecks,
    databaseUrl,
    sqs,
    s3,
  });
  const environment = {
    ...aws,
    [variables.deployment]: 'bench',
    [variables.taskQueues]: JSON.stringify(
      Object.fromEntries(
        Object.entries(queues).map(([name, queue]) => [
          name,
          { url: queue, arn: `arn:aws:sqs:eu-west-2:000000000000:${name}`, deadLetterUrl },
        ]),
      ),
    ),
    [variables.quarantineBucket]: buckets.quarantine,
    [variables.cleanBucket]: buckets.clean,
    [variables.reportsBucket]: buckets.reports,
    [variables.claimCheckBucket]: buckets.claimChecks,
    [variables.pausedTasksParameter]: pausedTasksParameter,
    [variables.databaseUrl]: databaseUrl,
  };

  const run: BenchCloud['run'] = async (task, input) => {
    const startedAt = performance.now();
    const runId = await client.send(task, input);
    const result = (await ended(database, runId)) as never;
    return { runId, result, seconds: (performance.now() - startedAt) / 1000 };
  };

  const stopAll = async () => {
    await database.end();
    s3.destroy();
    sqs.destroy();
    await endpoint.end();
    await stopDatabase();
  };
  let stopped: Promise<void> | undefined;
  /** A signal may come while it is being stopped. */
  const stop = () => {
    stopped ??= stopAll();
    return stopped;
  };
  // The database is no child that would end with this process.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void stop().finally(() => process.exit(1)));
  }

  return {
    database,
    databaseUrl,
    files: createFiles(s3),
    aws,
    buckets,
    run,
    visibility: () => endpoint.ask('visibility'),
    startWorker: async () => {
      const worker = startProcess<WorkerQuestions>(new URL('./run-worker.ts', import.meta.url), {
        environment,
      });
      const idleBytes = await worker.ask('residentBytes');
      const metered: BenchWorker['metered'] = async (what) => {
        await worker.ask('meter');
        const value = await what();
        return { ...value, ...(await worker.ask('taken')) };
      };
      return {
        idleBytes,
        metered,
        work: (task, input) => metered(() => run(task, input)),
        stop: () => worker.end(),
      };
    },
    stop,
  };
}

/** Has the database write every commit to the disk, as deployed ones do and local ones need not. */
async function keepCommits(database: Pool): Promise<void> {
  for (const setting of ['fsync', 'full_page_writes'])
    await database.query(`ALTER SYSTEM SET ${setting} = on`);
  await database.query('SELECT pg_reload_conf()');
}

/** The run's result, once it is done. */
async function ended(database: Pool, runId: string): Promise<unknown> {
  for (;;) {
    const { rows } = await database.query<{ state: string; result: unknown; reason: string | null }>(
      'SELECT state, result, reason FROM run WHERE run_id = $1',
      [runId],
    );
    const [run] = rows;
    if (run?.state === 'done') return run.result;
    if (run?.state === 'dead' || run?.state === 'cancelled') {
      throw new Error(`The run ${runId} was to be done and is ${run.state}: ${run.reason}`);
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
