import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { arch, tmpdir } from 'node:os';
import path from 'node:path';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createTaskClient } from '../client/task-client.ts';
import { workerMachine } from '../lib/stage-packages.ts';
import { stageWorker } from '../lib/stage-worker.ts';
import { tasks } from '../tasks/index.ts';
import { variables, type WorkerQueues } from '../tasks/names.ts';
import { propertyReport } from '../tasks/property-report/task.ts';
import { startSpanCollector } from './worker/span-collector.ts';
import { startTrial, type Trial } from './worker/start-trial.ts';

// The image's user, and the rights that it has in a container: none.
const nonroot = 65532;
const isRoot = process.getuid?.() === 0;
const namespaces = ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
const mayIsolate = isRoot && spawnSync('unshare', [...namespaces, 'true']).status === 0;

let directory: string;
let app: string;
let trial: Trial;
let environment: Record<string, string>;

beforeAll(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'slackwater-container-'));
  app = path.join(directory, 'app');
  mkdirSync(app);
  stageWorker(app, { machine: { ...workerMachine, cpu: arch() } });
  mkdirSync(path.join(directory, 'tmp'));
  execFileSync('chmod', ['-R', 'a-w,a+rX', app]);
  for (const open of [directory, path.join(directory, 'tmp')]) chmodSync(open, 0o777);

  trial = await startTrial();
  environment = {
    ...imageEnvironment(),
    [variables.taskQueues]: JSON.stringify(await createQueues()),
  };
});
afterAll(async () => {
  await trial[Symbol.asyncDispose]();
  execFileSync('chmod', ['-R', 'u+w', directory]);
  rmSync(directory, { recursive: true });
});

const aws = () => ({
  endpoint: trial.workerEnvironment.AWS_ENDPOINT_URL ?? '',
  region: 'eu-west-2',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
});
/** What the image sets, with its folders where they lie here. */
function imageEnvironment(): Record<string, string> {
  const dockerfile = readFileSync(path.join(app, 'Dockerfile'), 'utf8');
  const pairs = /^ENV (.*)$/m.exec(dockerfile)?.[1]?.split(' ') ?? [];
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name = '', value = ''] = pair.split('=');
      return [name, value.replace(/^\/(?=app|tmp)/, `${directory}/`)];
    }),
  );
}

const s3 = () => new S3Client({ ...aws(), forcePathStyle: true });

async function createQueues(): Promise<WorkerQueues> {
  const create = async (QueueName: string) =>
    (await trial.call<{ QueueUrl: string }>('CreateQueue', { QueueName })).QueueUrl;
  const queues: WorkerQueues = {};
  for (const { name } of tasks) {
    const arn = `arn:aws:sqs:eu-west-2:000000000000:${name}`;
    queues[name] = { url: await create(name), arn, deadLetterUrl: await create(`${name}-dead-letter`) };
  }
  return queues;
}

/** Has a started worker write a report, and reads it. */
async function report(worker: ReturnType<Trial['spawnWorker']>): Promise<string> {
  await expect.poll(() => worker.output.join(''), { timeout: 30_000 }).toContain('"receiving"');
  const queues = JSON.parse(environment[variables.taskQueues] ?? '') as WorkerQueues;
  const client = createTaskClient({
    source: '/test',
    queues: Object.fromEntries(Object.entries(queues).map(([name, { url }]) => [name, url])),
    claimCheckBucket: 'claim-checks',
    sqs: new SQSClient(aws()),
    s3: s3(),
  });
  const runId = await client.send(propertyReport, {});
  await trial.until(runId, 'done');
  const { result } = await trial.ledger.status(runId);
  const { bucket, key } = propertyReport.result.parse(result).report;
  const { Body } = await s3().send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return (await Body?.transformToString()) ?? '';
}

/** The exit code of the container's health check. */
function checkHealth(): number | null {
  const program = path.join(app, 'worker/health.js');
  return spawnSync(process.execPath, [program, environment.HEALTH_FILE ?? '']).status;
}

test(`the staged worker migrates an empty database, does a task and sends its span, from a folder that it cannot write to${isRoot ? ', as a user without rights' : ''}`, {
  timeout: 60_000,
}, async () => {
  await trial.pool.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
  const collector = await startSpanCollector();
  onTestFinished(collector.close);
  const worker = trial.spawnWorker(
    { ...environment, [variables.otlpEndpoint]: collector.url },
    {
      command: [process.execPath, '--enable-source-maps', 'worker/main.js'],
      cwd: app,
      ...(isRoot && { uid: nonroot, gid: nonroot }),
    },
  );
  expect(await report(worker)).toMatch(/^\w+.*,.*\r?\n$/);
  expect(checkHealth()).toBe(0);
  worker.child.kill('SIGTERM');
  expect(await worker.exited).toBe(0);
  expect(collector.spans).toMatchObject([{ attributes: { 'slackwater.task': propertyReport.name } }]);
});

test.skipIf(!mayIsolate)(
  'the staged worker works as process 1 of a container: read-only root, one writable folder, no rights, SIGTERM drains it',
  { timeout: 60_000 },
  async () => {
    const writable = path.join(directory, 'tmp');
    // Every command replaces the one before, so that in the end Node itself is process 1.
    const script = `mount --bind '${writable}' '${writable}' && mount -o remount,bind,ro / &&
      cd '${app}' && exec setpriv --reuid=${nonroot} --regid=${nonroot} --clear-groups --no-new-privs \
      --bounding-set=-all '${process.execPath}' --enable-source-maps worker/main.js`;
    const worker = trial.spawnWorker(environment, {
      command: ['unshare', ...namespaces, 'sh', '-c', script],
    });
    expect(await report(worker)).toMatch(/^\w+.*,.*\r?\n$/);
    expect(checkHealth()).toBe(0);

    const pid = Number(readFileSync(`/proc/${worker.child.pid}/task/${worker.child.pid}/children`, 'utf8'));
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    expect(status).toMatch(/^NSpid:\s+\d+\s+1$/m);
    expect(status).toMatch(new RegExp(`^Uid:\\s+${nonroot}\\s`, 'm'));
    expect(status).toMatch(/^CapEff:\s+0+$/m);
    expect(readFileSync(`/proc/${pid}/mounts`, 'utf8')).toMatch(/^\S+ \/ \S+ ro\b/m);
    expect(readdirSync(writable)).toEqual(['worker-heartbeat']);

    process.kill(pid, 'SIGTERM');
    expect(await worker.exited).toBe(0);
    expect(worker.output.join('')).toContain('draining');
  },
);
