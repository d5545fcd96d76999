import path from 'node:path';
import { ECSClient } from '@aws-sdk/client-ecs';
import { S3Client } from '@aws-sdk/client-s3';
import { SSMClient } from '@aws-sdk/client-ssm';
import { type DestinationStream, pino } from 'pino';
import { createS3ClaimChecks } from '../client/s3-claim-checks.ts';
import { createLedger } from '../ledger/create-ledger.ts';
import { migrate } from '../ledger/migrate.ts';
import { createServices } from '../services/create-services.ts';
import { openDatabase } from '../services/database/open-database.ts';
import { createThreads } from '../services/threads/create-threads.ts';
import { createTypesetter } from '../services/typesetting/create-typesetter.ts';
import type { Task } from '../tasks/define-task.ts';
import { readConfig, type WorkerConfig } from './config.ts';
import type { TaskQueue } from './delivery.ts';
import { createEcsAgent } from './ecs-agent.ts';
import type { Handlers } from './handlers.ts';
import { leaveEarly, leavingSignals } from './leave-early.ts';
import { leaveOn } from './leave-on.ts';
import { loadTracing } from './load-tracing.ts';
import { createLog } from './log.ts';
import { watchMemory } from './memory-watch.ts';
import type { WorkerBroken } from './outcome.ts';
import { createOwnService, noService, type OwnService } from './own-service.ts';
import { type OwnTask, readOwnTask, workerName } from './own-task.ts';
import { createSqsClients } from './sqs-clients.ts';
import { startWorker, type Worker } from './start-worker.ts';
import { createTakePermits } from './take-permits.ts';
import { standardTimings, type Timings } from './timings.ts';

/** Connections beyond one an attempt, for claims, renewals and settling. */
const spareConnections = 6;
/** TypeScript as it is written, JavaScript in the bundle. */
const extension = path.extname(import.meta.filename);
const ownThreads = new URL(`./thread${extension}`, import.meta.url);
const typesetting = new URL(`./typesetting${extension}`, import.meta.url);

/**
 * Runs this process as a worker of the catalogue until SIGTERM, an error of nobody knows what, or a lack of memory makes
 * it drain and exit. Throws if it cannot start.
 */
export async function runWorker(options: {
  tasks: readonly Task[];
  handlers: Handlers;
  /** The module that threads start with, see `serveThread`. Default: the one of this project's tasks. */
  threads?: URL;
  timings?: Timings;
  /** Takes logs and metrics. Default: standard output. */
  output?: DestinationStream;
  /** What is told to stop and exits. Default: this process. */
  process?: Pick<NodeJS.Process, 'on' | 'off' | 'exit'>;
}): Promise<void> {
  const { tasks, handlers, timings = standardTimings, process = globalThis.process } = options;
  const { threads = ownThreads } = options;
  const { output = pino.destination({ fd: 1, sync: true }) } = options;
  const config = readConfig();
  const ownTask = config.ecsMetadataUri === undefined ? undefined : await readOwnTask(config.ecsMetadataUri);
  const name = workerName(ownTask);
  let worker: Worker | undefined;
  const log = createLog({
    level: config.logLevel,
    worker: name,
    output,
    redactors: () => [...(worker?.deliveries ?? [])].map(({ redactor }) => redactor),
  });
  const { otlpEndpoint, deployment, sampledShare } = config;
  const tracing =
    otlpEndpoint === undefined
      ? undefined
      : await loadTracing({ worker: name, deployment, sampledShare, log });
  const stop = async (broken?: WorkerBroken) => {
    await worker?.stop(broken);
    await tracing?.stop();
  };
  const leaving = leaveOn({ log, stop, process });
  watchMemory({ everySeconds: timings.heartbeatSeconds, onFull: leaving.broken });
  for (const signal of leavingSignals) process.off(signal, leaveEarly);

  const database = openDatabase(config.database, { maximumConnections: config.slots + spareConnections });
  const claimCheckPlace = { s3: new S3Client({}), bucket: config.claimCheckBucket };
  worker = await startWorker({
    name,
    deployment,
    queues: queuesOf(tasks, config),
    handlers,
    ledger: createLedger(database),
    services: createServices({
      database,
      buckets: config.buckets,
      threads: createThreads({ entry: threads }),
      typesetter: createTypesetter({ entry: typesetting }),
      runUrl: config.runUrl,
      keptRuns: { days: config.runDays, claimCheckBucket: config.claimCheckBucket },
    }),
    claimChecks: createS3ClaimChecks(claimCheckPlace),
    replyDestinations: config.replyDestinations,
    replyClaimChecks: createS3ClaimChecks({ ...claimCheckPlace, folder: 'replies' }),
    sqs: createSqsClients(timings.longPollSeconds),
    ssm: new SSMClient({}),
    pausedTasksParameter: config.pausedTasksParameter,
    takePermits: createTakePermits(database),
    agent: createEcsAgent(config.ecsAgentUri),
    service: ownService(config, ownTask),
    healthFile: config.healthFile,
    healthPort: config.healthPort,
    slots: config.slots,
    stopTimeoutSeconds: config.stopTimeoutSeconds,
    prepare: async () => {
      for (const owner of ['ledger', 'services']) {
        const folder = path.join(import.meta.dirname, '..', owner, 'migrations');
        await migrate(database, { folder, table: `${owner}_migration` });
      }
    },
    timings,
    log,
    write: (line) => void output.write(line),
  });
}

/** How long a call of ECS may take; nothing waits for it. */
const ecsTimeouts = { connectionTimeout: 5_000, requestTimeout: 10_000, throwOnRequestTimeout: true };

function ownService({ service }: WorkerConfig, task: OwnTask | undefined): OwnService {
  if (service === undefined || task === undefined) return noService;
  return createOwnService({ ecs: new ECSClient({ requestHandler: ecsTimeouts }), service, task });
}

/** Throws an Error that names every task that has no queue. */
function queuesOf(tasks: readonly Task[], config: WorkerConfig): TaskQueue[] {
  const missing = tasks.filter(({ name }) => config.queues[name] === undefined).map(({ name }) => name);
  if (missing.length > 0)
    throw new Error(`TASK_QUEUES names no queue of ${missing.join(', ')}: deploy the stack`);
  return tasks.flatMap((task) => {
    const queue = config.queues[task.name];
    return queue ? [{ ...queue, task }] : [];
  });
}
