import { expect, test } from 'vitest';
import { quickTimings } from '../test/worker/quick-timings.ts';
import { startTrial } from '../test/worker/start-trial.ts';
import { createEcsAgent } from './ecs-agent.ts';
import { noService } from './own-service.ts';

const blocked = {
  status: 200,
  body: { failure: { Arn: 'arn', Reason: 'DEPLOYMENT_BLOCKED', Detail: null } },
};

test('protection is taken at the start, dropped when nothing comes, taken before work, kept up, and dropped after', async () => {
  await using trial = await startTrial();
  await trial.startWorker();
  expect(trial.agent.isProtected()).toBe(true);
  await expect.poll(() => trial.agent.isProtected(), { timeout: 5000 }).toBe(false);

  const runId = await trial.send('wait');
  await trial.untilDid(runId, 'start');
  expect(trial.agent.isProtected()).toBe(true);
  const before = trial.agent.asked.length;
  await expect.poll(() => trial.agent.asked.length).toBeGreaterThan(before + 1);
  expect(trial.agent.asked.at(-1)).toEqual({ ProtectionEnabled: true, ExpiresInMinutes: 5 });
  await trial.release(runId);
  await trial.until(runId, 'done');
  await expect.poll(() => trial.agent.isProtected()).toBe(false);
});

test('many messages together ask for protection no more often than one', async () => {
  await using trial = await startTrial();
  await trial.startWorker({
    timings: { ...quickTimings, protectionRenewSeconds: 60, protectionLingerSeconds: 60 },
  });
  const runIds = await Promise.all(Array.from({ length: 50 }, () => trial.send('return')));
  for (const runId of runIds) await trial.until(runId, 'done');
  expect(trial.agent.asked).toHaveLength(1);
});

test('a worker that is refused protection hands its messages back unworked, and goes on when it is granted', async () => {
  await using trial = await startTrial();
  trial.agent.answer = {
    status: 400,
    body: { error: { Code: 'ThrottlingException', Message: 'slow down' } },
  };
  await trial.startWorker();
  const runId = await trial.send('return');
  // Once at the start, and from then on only for a message that was received.
  await expect.poll(() => trial.agent.asked.length).toBeGreaterThan(2);
  expect(trial.logged.join('')).toContain('ThrottlingException');
  expect(await trial.did(runId)).toEqual([]);
  trial.agent.answer = undefined;
  await trial.until(runId, 'done');
  expect(await trial.ledger.status(runId)).toMatchObject({ attempts: 1 });
});

test('a worker that holds up a deployment finishes what it has, stays unprotected for a while and goes on', async () => {
  await using trial = await startTrial();
  await trial.startWorker();
  const runId = await trial.send('wait');
  await trial.untilDid(runId, 'start');
  trial.agent.answer = blocked;
  await expect.poll(() => trial.logged.join('')).toContain('stepping aside');
  const later = await trial.send('return');
  expect(trial.agent.isProtected()).toBe(true);
  await trial.release(runId);
  await trial.until(runId, 'done');
  await expect.poll(() => trial.agent.asked.at(-1)?.ProtectionEnabled).toBe(false);
  trial.agent.answer = undefined;
  await trial.until(later, 'done');
});

test('a failure to prolong the protection, or to drop it, disturbs no work', async () => {
  await using trial = await startTrial();
  await trial.startWorker();
  const runId = await trial.send('wait');
  await trial.untilDid(runId, 'start');
  await trial.agent.close();
  await expect.poll(() => trial.logged.join('')).toContain('NoAnswer');
  await trial.release(runId);
  await trial.until(runId, 'done');
  await expect.poll(() => trial.logged.join('')).toContain('could not drop protection');
});

test('a worker that others have replaced finishes what it has, stays unprotected for a while and goes on', async () => {
  await using trial = await startTrial();
  let isReplaced = false;
  await trial.startWorker({ service: { ...noService, isReplaced: async () => isReplaced } });
  const runId = await trial.send('wait');
  await trial.untilDid(runId, 'start');
  isReplaced = true;
  await expect.poll(() => trial.logged.join('')).toContain('enough workers of a newer version run');
  const later = await trial.send('return');
  expect(trial.agent.isProtected()).toBe(true);
  await trial.release(runId);
  await trial.until(runId, 'done');
  await expect.poll(() => trial.agent.asked.at(-1)?.ProtectionEnabled).toBe(false);
  isReplaced = false;
  await trial.until(later, 'done');
});

test('outside ECS protection is always granted', async () => {
  const agent = createEcsAgent(undefined);
  await agent.protect(5);
  await agent.unprotect();
});

test('whatever the agent answers but success is a refusal', async () => {
  await using trial = await startTrial();
  const agent = createEcsAgent(trial.agent.uri);
  for (const [answer, reason] of [
    [blocked, /DEPLOYMENT_BLOCKED/],
    [{ status: 200, body: { failure: {} } }, /unknown/],
    [{ status: 500, body: { error: {} } }, /unknown/],
    [{ status: 503, body: {} }, /Status503/],
  ] as const) {
    trial.agent.answer = answer;
    await expect(agent.protect(5)).rejects.toThrow(reason);
  }
});
