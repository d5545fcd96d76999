import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type Handler, PermanentError, RetryAfter } from './handle.ts';
import { tasks } from './index.ts';

test.each(tasks.map((task) => [task.name, task] as const))(
  '%s has a handler that is its own',
  async (name, task) => {
    const loaded = (await import(`./${name}/handler.ts`)) as { default: Handler };
    expect(loaded.default.task).toBe(task);
  },
);

test('every folder of a task stands in the catalogue', () => {
  const folders = readdirSync(import.meta.dirname, { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  const names = tasks.map((task) => task.name as string);
  expect(folders.map((folder) => folder.name).sort()).toEqual(names.sort());
});

test('RetryAfter refuses what is no time ahead', () => {
  expect(() => new RetryAfter(-1)).toThrow(RangeError);
  expect(() => new RetryAfter(Number.NaN)).toThrow(/got NaN/);
  expect(new RetryAfter(5)).toMatchObject({
    name: 'RetryAfter',
    seconds: 5,
    message: expect.stringContaining('5 s'),
  });
});

test('a PermanentError carries its name, so that a dead letter tells it', () => {
  expect(new PermanentError('gone')).toMatchObject({ name: 'PermanentError', message: 'gone' });
});
