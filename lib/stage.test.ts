import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { stageLambda, withStaged } from './stage.ts';

test('a staged Lambda reads its environment at the start', () => {
  const said = withStaged(
    (directory) => stageLambda('worker-demand', directory),
    (directory) => spawnSync(process.execPath, ['index.mjs'], { cwd: directory, env: {}, encoding: 'utf8' }),
  );
  expect(said.stdout + said.stderr).toContain('QUEUES_URL');
});

test('what is staged is gone when it has been used', () => {
  const left = withStaged(
    () => undefined,
    (staged) => staged,
  );
  expect(existsSync(left)).toBe(false);
});
