import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { Pool } from 'pg';
import { createTaskClient, type TaskClient } from '../../client/task-client.ts';
import { migrate } from '../../ledger/migrate.ts';
import { createSqsFaults, type SqsFaults } from '../../local/faults/sqs-faults.ts';
import { localCredentials, localRegion } from '../../local/local-service.ts';
import { variables } from '../../tasks/names.ts';
import { startTrialCloud, type TrialCloud } from '../worker/trial-cloud.ts';
import { type Crew, startCrew } from './crew.ts';
import { type RestartingDatabase, startRestartingDatabase } from './database-under-faults.ts';
import { faultTasks } from './fault-tasks.ts';
import { stopTimeoutSeconds } from './fault-timings.ts';
import { type Mailbox, startMailbox } from './mailbox.ts';

/** Everything that a run of the fault test goes on in. */
export interface World {
  database: RestartingDatabase;
  /** The test's own connections; nobody hears of those that a restart cuts. */
  pool: Pool;
  mailbox: Mailbox;
  sqsFaults: SqsFaults;
  cloud: TrialCloud;
  client: TaskClient;
  sqs: SQSClient;
  crew: Crew;
  /** Ends everything; the folder stays. */
  [Symbol.asyncDispose](): Promise<void>;
}

const folders = ['ledger', 'services'] as const;
const effectTable =
  'CREATE TABLE effect (run_id uuid, worker text, what text, began timestamptz, at timestamptz DEFAULT clock_timestamp())';

/** Brings up a database, queues that make trouble by the seed, a world outside, and workers, all in the folder. */
export async function startWorld({
  directory,
  seed,
  workers,
}: {
  directory: string;
  seed: string;
  workers: number;
}): Promise<World> {
  await using ending = new AsyncDisposableStack();
  await mkdir(path.join(directory, 'logs'));
  const database = await startRestartingDatabase(path.join(directory, 'postgres'));
  ending.defer(() => database.stop());
  const pool = new Pool({ connectionString: database.url, max: 4 });
  pool.on('error', () => undefined);
  ending.defer(() => pool.end());
  for (const folder of folders) {
    const migrations = path.join(import.meta.dirname, '..', '..', folder, 'migrations');
    await migrate(pool, { folder: migrations, table: `${folder}_migration` });
  }
  await pool.query(effectTable);

  const mailbox = await startMailbox();
  ending.defer(() => mailbox.close());
  const sqsFaults = createSqsFaults({ seed });
  const cloud = await startTrialCloud({
    deployment: 'faults',
    tasks: faultTasks,
    stateDirectory: directory,
    databaseUrl: database.url,
    interfere: sqsFaults.interfere,
  });
  ending.defer(() => cloud.close());

  const aws = { endpoint: cloud.url, region: localRegion, credentials: localCredentials };
  const sqs = new SQSClient(aws);
  const client = createTaskClient({
    source: '/faults',
    queues: Object.fromEntries(Object.entries(cloud.queues).map(([task, { url }]) => [task, url])),
    claimCheckBucket: cloud.claimCheckBucket,
    databaseUrl: database.url,
    sqs,
    s3: new S3Client({ ...aws, forcePathStyle: true }),
  });

  const { ECS_CONTAINER_METADATA_URI_V4: _sharedName, ...environment } = cloud.environment;
  const crew = startCrew({
    workers,
    logDirectory: path.join(directory, 'logs'),
    environment: {
      ...environment,
      [variables.workerSlots]: '24',
      [variables.stopTimeoutSeconds]: String(stopTimeoutSeconds),
      MAILBOX_URL: mailbox.url,
    },
  });
  ending.defer(() => crew.end());
  const all = ending.move();
  return {
    ...{ database, pool, mailbox, sqsFaults, cloud, client, sqs, crew },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}
