import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { S3Client } from '@aws-sdk/client-s3';
import { pino } from 'pino';
import { createLedger } from '../ledger/create-ledger.ts';
import type { Progress } from '../ledger/ledger.ts';
import { createS3 } from '../local/s3/create-s3.ts';
import { startServer } from '../local/server.ts';
import { createFiles } from '../services/files/create-files.ts';
import type { FileVersion } from '../services/files/files.ts';
import type { Services } from '../services/services.ts';
import { threadsHere } from '../services/threads/threads-here.ts';
import { createTypesetter } from '../services/typesetting/create-typesetter.ts';
import type { FileRef, Task, TaskData, TaskInput, TaskResult } from '../tasks/define-task.ts';
import type { Handler } from '../tasks/handle.ts';
import { delivery, leaseOf } from './ledger-trial.ts';
import { createTestDatabase, type TestDatabase } from './test-database.ts';

/** One attempt at a message, as far as a test wants to say. */
export interface TrialAttempt {
  sentAt?: Date;
  signal?: AbortSignal;
  onProgress?(update: Progress): void;
  /** Stands in for single services. */
  services?: Partial<Services>;
}

/** A result with the id of the run that it completed. */
export interface TrialOutcome<T extends Task> {
  runId: string;
  result: TaskResult<T>;
}

/** Everything a handler works on, real: a database with its ledger, and an S3 with the worker's buckets. */
export interface HandlerTrial {
  database: TestDatabase;
  services: Services;
  /** Lays a file into the clean bucket. */
  upload(content: string | Buffer | Readable): Promise<FileRef>;
  download(file: FileVersion): Promise<string>;
  /** Claims a new run and lets the handler work on it once. */
  attempt<T extends Task>(
    handler: Handler<T>,
    input: TaskInput<T>,
    options?: TrialAttempt,
  ): Promise<TrialOutcome<T>>;
  close(): Promise<void>;
}

export async function tryHandlers(): Promise<HandlerTrial> {
  const database = await createTestDatabase();
  const ledger = createLedger(database.pool);
  const stateDirectory = await mkdtemp(path.join(tmpdir(), 'slackwater-s3-'));
  const local = createS3({ stateDirectory });
  const server = await startServer({ port: 0, services: [local] });
  const s3 = new S3Client({
    endpoint: server.url,
    forcePathStyle: true,
    region: 'eu-west-2',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const buckets = { quarantine: 'quarantine', clean: 'clean', reports: 'reports' };
  for (const name of [...Object.values(buckets), 'claim-checks'])
    await local.createBucket(name, { versioned: true });
  const files = createFiles(s3);
  const services: Services = {
    files,
    malwareScans: { rescan: async () => undefined },
    database: database.pool,
    buckets,
    keptRuns: { days: 90, claimCheckBucket: 'claim-checks' },
    threads: threadsHere,
    typesetter: createTypesetter({ entry: new URL('../worker/typesetting.ts', import.meta.url) }),
  };
  return {
    database,
    services,
    upload: async (content) => {
      const place = { bucket: buckets.clean, key: `uploads/${crypto.randomUUID()}.csv` };
      const body = content instanceof Readable ? content : Readable.from([Buffer.from(content)]);
      const { versionId } = await files.write({ ...place, contentType: 'text/csv' }, body);
      return { ...place, ...(versionId === undefined ? {} : { versionId }) };
    },
    download: async (file) => (await buffer(await files.read(file))).toString(),
    attempt: async ({ task, work }, input, options = {}) => {
      const { sentAt = new Date(), signal = new AbortController().signal, onProgress } = options;
      const request = delivery({ task: task.name, sentAt });
      const lease = leaseOf(await ledger.claim(request));
      const returned = await work(task.input.parse(input) as TaskData<typeof task>, {
        run: { id: lease.runId, attempt: 1, isLastAttempt: false, sentAt, source: request.source },
        services: { ...services, ...options.services },
        signal,
        progress: (update) => onProgress?.(update),
        log: pino({ enabled: false }),
        send: () => Promise.reject(new Error('This trial sends nothing')),
        sendPrepared: () => Promise.reject(new Error('This trial sends nothing')),
        followUp: () => Promise.reject(new Error('This trial sends nothing')),
        transaction: (inside) => ledger.transaction(lease, inside),
        complete: async (inside) => (await ledger.completeWith(lease, inside)).result,
      });
      return { runId: lease.runId, result: task.result.parse(returned) as TaskResult<typeof task> };
    },
    close: async () => {
      s3.destroy();
      await server.close();
      await local.close();
      await database.drop();
      await rm(stateDirectory, { recursive: true });
    },
  };
}
