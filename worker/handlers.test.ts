import { expect, test } from 'vitest';
import { tasks } from '../tasks/index.ts';
import { trialHandlers, trialTask, trialTasks } from '../test/worker/trial-tasks.ts';
import { loadHandlers } from './handlers.ts';

test('every task of the catalogue has its handler', async () => {
  const handlers = await loadHandlers(tasks);
  expect([...handlers.keys()]).toEqual(tasks.map(({ name }) => name));
});

test('all handlers that are missing or wrong are named at once', async () => {
  const wrong: Record<string, unknown> = {
    trial: { default: undefined },
    brief: { default: trialHandlers.get('trial') },
  };
  const load = async (name: string) => {
    if (name in wrong) return wrong[name];
    throw new Error('no such file');
  };
  const error = await loadHandlers(trialTasks, load).catch((thrown: Error) => thrown);
  expect(String(error)).toContain('tasks/trial/handler.ts: it must export by default what handle() returns');
  expect(String(error)).toContain('tasks/brief/handler.ts: it handles "trial"');
  expect(String(error)).toContain('tasks/patient/handler.ts: no such file');
});

test('a task without a file does not start a worker', async () => {
  await expect(loadHandlers([{ ...trialTask, name: 'not-there' }])).rejects.toThrow(
    'tasks/not-there/handler.ts: ',
  );
});
