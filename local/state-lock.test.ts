import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockState } from './state-lock.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'slackwater-lock-'));
});
afterEach(() => rm(directory, { recursive: true }));

describe('the lock of a state directory', () => {
  it('is held by one and free again afterwards', async () => {
    const release = await lockState(directory);
    await expect(lockState(directory)).rejects.toThrow(`pid ${process.pid}: stop that one first`);
    await release();
    await (await lockState(directory))();
  });

  it('is respected while another process lives that holds it, and not after its death', async () => {
    const script = `import { lockState } from ${JSON.stringify(join(import.meta.dirname, 'state-lock.ts'))};
      await lockState(${JSON.stringify(directory)}); console.log('held'); setInterval(() => {}, 1000);`;
    const holder = spawn(process.execPath, ['--input-type=module', '--eval', script]);
    await once(holder.stdout, 'data');
    await expect(lockState(directory)).rejects.toThrow(`pid ${holder.pid}`);
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    await (await lockState(directory))();
  });

  it('does not take a process for its holder that got the same pid later', async () => {
    await writeFile(join(directory, 'lock'), `${process.ppid}\nsome other beginning\n`);
    await (await lockState(directory))();
  });

  it('does not stumble over half a lock file', async () => {
    await writeFile(join(directory, 'lock'), '');
    await (await lockState(directory))();
  });
});
