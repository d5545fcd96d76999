import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { localCredentials, localRegion } from '../../local/local-service.ts';
import { type LocalServer, startServer } from '../../local/server.ts';
import { createSqs, type LocalSqs } from '../../local/sqs/create-sqs.ts';
import { createSsm } from '../../local/ssm.ts';
import { parseEnvelope } from '../../messages/envelope.ts';
import { runIdOf } from '../../messages/run-id.ts';
import { propertyReport } from '../../tasks/property-report/task.ts';

const folder = import.meta.dirname;
const documentation = readFileSync(join(folder, '../../docs/sending.md'), 'utf8');
const landlordId = 'L-1 & Söhne';

const awsCli = spawnSync('sh', ['-c', 'command -v aws'], { encoding: 'utf8' }).stdout.trim();

let directory: string;
let server: LocalServer;
let sqs: LocalSqs;
let queueUrl: string;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'slackwater-sending-'));
  sqs = createSqs({ stateDirectory: join(directory, 'sqs'), endpoint: () => server.url });
  const ssm = createSsm({ stateDirectory: join(directory, 'ssm') });
  server = await startServer({ port: 0, services: [sqs, ssm] });
  // Version 1 of the AWS CLI learns of another endpoint than AWS's own by this option alone.
  writeFileSync(join(directory, 'aws'), `#!/bin/sh\nexec ${awsCli} --endpoint-url ${server.url} "$@"\n`, {
    mode: 0o755,
  });
  const created = await sqs.call<{ QueueUrl: string }>('CreateQueue', { QueueName: propertyReport.name });
  queueUrl = created.QueueUrl;
  const connection = { queues: { [propertyReport.name]: queueUrl }, claimCheckBucket: 'claim-checks' };
  await ssm.call('PutParameter', { Name: '/here/connection', Value: JSON.stringify(connection) });
});
afterAll(async () => {
  await server.close();
  await sqs.close();
  rmSync(directory, { recursive: true });
});

/** Runs a program as somebody with credentials of the local cloud would, and answers what it printed. */
async function run(program: string, ...args: string[]): Promise<string> {
  const child = spawn(program, args, {
    cwd: folder,
    env: {
      PATH: `${directory}:${process.env.PATH}`,
      HOME: process.env.HOME,
      AWS_ENDPOINT_URL: server.url,
      AWS_REGION: localRegion,
      AWS_DEFAULT_REGION: localRegion,
      AWS_ACCESS_KEY_ID: localCredentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: localCredentials.secretAccessKey,
      AWS_PAGER: '',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [printed, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  expect(code).toBe(0);
  return printed.trim();
}

/** The one message on the queue, understood as a worker does. */
async function received() {
  const { Messages = [] } = await sqs.call<{ Messages?: { Body: string; ReceiptHandle: string }[] }>(
    'ReceiveMessage',
    { QueueUrl: queueUrl, MaxNumberOfMessages: 10 },
  );
  for (const { ReceiptHandle } of Messages) {
    await sqs.call('DeleteMessage', { QueueUrl: queueUrl, ReceiptHandle });
  }
  expect(Messages).toHaveLength(1);
  const envelope = parseEnvelope(Messages[0]?.Body ?? '');
  return { envelope, input: propertyReport.input.parse(envelope.data) };
}

/** What every example asks for. */
const asked = propertyReport.input.parse({ landlordId });

const answers = (program: string, ...args: string[]) => spawnSync(program, args).status === 0;
const missing = {
  aws: answers('aws', '--version') ? '' : ' (skipped: no aws on the path)',
  curl: answers('curl', '--aws-sigv4', 'aws:amz', '--version') ? '' : ' (skipped: no curl that signs)',
  boto3: answers('python3', '-c', 'import boto3') ? '' : ' (skipped: no python3 with boto3)',
  kotlin:
    answers('kotlinc', '-version') && process.env.SENDING_CLASSPATH
      ? ''
      : ' (skipped: no kotlinc, or no SENDING_CLASSPATH with the jars of aws.sdk.kotlin:sqs and kotlinx-serialization-json)',
};

describe('a message is sent', () => {
  test('from TypeScript, with the client', async () => {
    const runId = await run(process.execPath, 'request-report.ts', '/here/connection', landlordId);
    const { envelope, input } = await received();
    expect([runIdOf(envelope), input]).toEqual([runId, asked]);
  });

  test.skipIf(missing.aws)(`with the AWS CLI${missing.aws}`, async () => {
    await run('./request-report-with-aws-cli.sh', queueUrl, landlordId, 'by-aws-cli');
    const { envelope, input } = await received();
    expect([envelope.id, input]).toEqual(['by-aws-cli', asked]);
  });

  test.skipIf(missing.curl)(`with curl${missing.curl}`, async () => {
    await run('./request-report-with-curl.sh', queueUrl, landlordId, 'by-curl');
    const { envelope, input } = await received();
    expect([envelope.id, input]).toEqual(['by-curl', asked]);
  });

  test.skipIf(missing.boto3)(`from Python${missing.boto3}`, async () => {
    const id = await run('python3', 'request_report.py', queueUrl, landlordId);
    const { envelope, input } = await received();
    expect([envelope.id, input]).toEqual([id, asked]);
  });

  test.skipIf(missing.kotlin)(`from Kotlin${missing.kotlin}`, { timeout: 180_000 }, async () => {
    const classPath = process.env.SENDING_CLASSPATH ?? '';
    const jar = join(directory, 'request-report.jar');
    await run('kotlinc', 'RequestReport.kt', '-cp', classPath, '-include-runtime', '-d', jar);
    const id = await run('java', '-cp', `${jar}:${classPath}`, 'RequestReportKt', queueUrl, landlordId);
    const { envelope, input } = await received();
    expect([envelope.id, input]).toEqual([id, asked]);
  });
});

test.each([
  ['request-report.ts', 'ts'],
  ['request-report-with-aws-cli.sh', 'sh'],
  ['request-report-with-curl.sh', 'sh'],
  ['request_report.py', 'python'],
  ['RequestReport.kt', 'kotlin'],
])('%s is what the documentation shows', (file, language) => {
  const content = readFileSync(join(folder, file), 'utf8');
  expect(documentation).toContain(`\`\`\`${language}\n${content}\`\`\``);
});
