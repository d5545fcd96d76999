import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { projectDirectory } from '../lib/bundle.ts';
import { buildClient } from './build-client.ts';

/** The compiler reads the types of the whole AWS SDK, which takes a while on a busy machine. */
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

/** Below the project, so that the package's dependencies are found as if they were installed with it. */
let directory: string;
/** A project that has the package installed. */
let consumer: string;
beforeAll(() => {
  mkdirSync(join(projectDirectory, 'dist'), { recursive: true });
  directory = mkdtempSync(join(projectDirectory, 'dist/client-test-'));
  const built = join(directory, 'client');
  mkdirSync(built);
  buildClient(built);
  consumer = join(directory, 'consumer');
  mkdirSync(join(consumer, 'node_modules'), { recursive: true });
  symlinkSync(built, join(consumer, 'node_modules/slackwater-client'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const node = (...options: string[]) =>
  spawnSync(process.execPath, options, { cwd: consumer, encoding: 'utf8' });
const evaluate = (script: string) => {
  const { stdout, stderr } = node('--input-type=module', '--eval', script);
  return stdout + stderr;
};

describe('the published client', () => {
  it('is imported by plain JavaScript with everything that a web application needs', () => {
    expect(
      evaluate(
        `import { createTaskClient, propertyUpload, tasks, InvalidInput } from 'slackwater-client';
         const client = createTaskClient({ source: '/webapp', queues: { 'property-upload': 'https://none.invalid/1/q' }, claimCheckBucket: 'claim-checks' });
         const problem = await client.send(propertyUpload, {}).catch((error) => error);
         console.log(typeof client.status, tasks.length > 0, problem instanceof InvalidInput);`,
      ),
    ).toBe('function true true\n');
  });

  it('has direct mode, in which a handler of the consumer does the work', () => {
    expect(
      evaluate(
        `import { createDirectTaskClient, propertyReport } from 'slackwater-client';
         const report = { bucket: 'reports', key: 'a.csv' };
         const handler = { task: propertyReport, work: async () => ({ report, rows: 1, sizeBytes: 2, sha256: '' }) };
         const client = createDirectTaskClient({ handlers: [handler] });
         const { state, result } = await client.status(await client.send(propertyReport, {}));
         console.log(state, result.report.key);`,
      ),
    ).toBe('done a.csv\n');
  });

  it('has the fake for unit tests', () => {
    expect(
      evaluate(
        `import { createFakeTaskClient, propertyReport } from 'slackwater-client';
         const fake = createFakeTaskClient();
         await fake.send(propertyReport, { landlordId: 'L-1' });
         console.log(fake.expectSent(propertyReport, { landlordId: 'L-1' }).task.name);`,
      ),
    ).toBe('property-report\n');
  });

  it('has the errors that a web application tells apart', () => {
    expect(
      evaluate(
        `import * as client from 'slackwater-client';
         console.log(['InvalidInput', 'LedgerUnreachable', 'MessageRefused', 'NoDownload', 'NoOutbox', 'RolledBack']
           .filter((name) => !(client[name]?.prototype instanceof Error)).join() || 'all there');`,
      ),
    ).toBe('all there\n');
  });

  it('has types with which a wrong input does not compile', () => {
    writeFileSync(
      join(consumer, 'consumer.ts'),
      `import {
         type BatchResult, createDirectTaskClient, createFakeTaskClient, createTaskClient, type DirectHandler,
         propertyReport, propertyUpload, type SentMessage, type TaskClient, type TaskClientConfig,
       } from 'slackwater-client';
       const config: TaskClientConfig = { source: '/webapp', queues: {}, claimCheckBucket: 'claim-checks' };
       const client = createTaskClient(config);
       export const run: Promise<string> = client.send(propertyUpload, { file: { bucket: 'abc', key: 'k' }, landlordId: 'L-1' });
       export const runs: Promise<BatchResult[]> = client.sendBatch(propertyReport, [{ landlordId: 'L-1' }], {
         each: ({ landlordId }, index) => ({ id: \`\${landlordId} \${index}\` }),
       });
       export const clients: TaskClient[] = [client, createDirectTaskClient({ handlers: [] as DirectHandler[] })];
       export const sent: SentMessage = createFakeTaskClient().expectSent(propertyUpload, { file: { key: 'k' } });
       // @ts-expect-error the landlord is missing
       export const wrong = client.send(propertyUpload, { file: { bucket: 'abc', key: 'k' } });
       // @ts-expect-error a landlord is no number
       createFakeTaskClient().expectSent(propertyUpload, { landlordId: 1 });
`,
    );
    const { stdout } = node(
      join(projectDirectory, 'node_modules/typescript/bin/tsc'),
      ...'--noEmit --strict --skipLibCheck --ignoreConfig --module nodenext --target es2024'.split(' '),
      'consumer.ts',
    );
    expect(stdout).toBe('');
  });

  it('needs what its code and its types import, and nothing of the stack or the worker', () => {
    const { dependencies } = JSON.parse(
      readFileSync(join(consumer, 'node_modules/slackwater-client/package.json'), 'utf8'),
    ) as { dependencies: Record<string, string> };
    expect(Object.keys(dependencies)).toEqual([
      '@aws-sdk/client-s3',
      '@aws-sdk/client-scheduler',
      '@aws-sdk/client-sqs',
      '@aws-sdk/s3-presigned-post',
      '@aws-sdk/s3-request-presigner',
      '@opentelemetry/api',
      '@types/pg',
      'pg',
      'ulid',
      'uuid',
      'zod',
    ]);
  });
});
