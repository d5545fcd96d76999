import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { projectDirectory } from '../lib/bundle.ts';
import { buildClient } from './build-client.ts';

/** The compiler reads the types of the whole AWS SDK, which takes a while on a busy machine. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** Below the project, so that the package's dependencies are found as if they were installed with it. */
let directory: string;
beforeAll(() => {
  mkdirSync(join(projectDirectory, 'dist'), { recursive: true });
  directory = mkdtempSync(join(projectDirectory, 'dist/client-test-'));
  buildClient(directory);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const node = (...options: string[]) =>
  spawnSync(process.execPath, options, { cwd: directory, encoding: 'utf8' });

describe('the published client', () => {
  it('is imported by plain JavaScript with everything that a web application needs', () => {
    const { stdout, stderr } = node(
      '--input-type=module',
      '--eval',
      `import { createTaskClient, propertyUpload, tasks, InvalidInput } from './index.js';
       const client = createTaskClient({ source: '/webapp', queues: {}, claimCheckBucket: 'claim-checks' });
       const problem = await client.send(propertyUpload, {}).catch((error) => error);
       console.log(typeof client.status, tasks.length > 0, problem instanceof Error, typeof InvalidInput);`,
    );
    expect(stdout + stderr).toBe('function true true function\n');
  });

  it('has types with which a wrong input does not compile', () => {
    writeFileSync(
      join(directory, 'consumer.ts'),
      `import { createTaskClient, propertyUpload } from './index.js';
       const client = createTaskClient({ source: '/webapp', queues: {}, claimCheckBucket: 'claim-checks' });
       export const run: Promise<string> = client.send(propertyUpload, { file: { bucket: 'abc', key: 'k' }, landlordId: 'L-1' });
       // @ts-expect-error the landlord is missing
       export const wrong = client.send(propertyUpload, { file: { bucket: 'abc', key: 'k' } });
`,
    );
    const { stdout } = node(
      join(projectDirectory, 'node_modules/typescript/bin/tsc'),
      ...'--noEmit --strict --skipLibCheck --ignoreConfig --module nodenext --target es2024'.split(' '),
      'consumer.ts',
    );
    expect(stdout).toBe('');
  });
});
