import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { expect, test } from 'vitest';

test('a worker that is told to leave while it loads leaves at once, with exit code 0', async () => {
  const first = path.join(import.meta.dirname, 'leave-early.ts');
  const child = spawn(process.execPath, [
    '--import',
    first,
    '-e',
    'console.log(1); setInterval(() => {}, 1000)',
  ]);
  await once(child.stdout, 'data');
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});
