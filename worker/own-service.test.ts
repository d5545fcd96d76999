import { rmSync } from 'node:fs';
import { ECSClient, ListTasksCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createEcs } from '../local/ecs/create-ecs.ts';
import type { Ecs } from '../local/ecs/ecs.ts';
import { temporaryDirectory, testService } from '../local/ecs/test-worker.ts';
import { localCredentials, localRegion } from '../local/local-service.ts';
import { type LocalServer, startServer } from '../local/server.ts';
import { createOwnService } from './own-service.ts';
import { readOwnTask, workerName } from './own-task.ts';

const [cluster, service] = ['cluster', 'workers'];
let directory: string;
let server: LocalServer;
let ecs: Ecs;
let client: ECSClient;

beforeEach(async () => {
  directory = temporaryDirectory();
  ecs = await createEcs({ stateDirectory: directory, endpoint: () => server.url });
  server = await startServer({ port: 0, services: [ecs], extra: ecs.paths });
  client = new ECSClient({ endpoint: server.url, region: localRegion, credentials: localCredentials });
});

afterEach(async () => {
  await ecs.close({ withinSeconds: 0.1 });
  client.destroy();
  await server.close();
  rmSync(directory, { recursive: true, force: true });
});

const scaleTo = (desiredCount: number) =>
  client.send(new UpdateServiceCommand({ cluster, service, desiredCount }));
const workers = async () =>
  (await client.send(new ListTasksCommand({ cluster, serviceName: service }))).taskArns ?? [];
const taskOf = (arn: string) => readOwnTask(`${server.url}/ecs-metadata/${arn.split('/').at(-1)}`);
const seenFrom = async (arn: string) => createOwnService({ ecs: client, service, task: await taskOf(arn) });

test('a worker knows itself by its metadata', async () => {
  ecs.putService(testService(directory));
  const [arn = ''] = await workers();
  const task = await taskOf(arn);
  expect(task).toMatchObject({ arn, taskDefinition: 'workers:1' });
  expect(workerName(task)).toBe(arn.split('/').at(-1));
  expect(workerName(undefined)).toBe(`process-${process.pid}`);
});

test('one of all workers is the first', async () => {
  ecs.putService(testService(directory, { desiredCount: 3 }));
  const firsts = await Promise.all((await workers()).map(async (arn) => (await seenFrom(arn)).isFirst()));
  expect(firsts.toSorted()).toEqual([false, false, true]);
});

test('a worker is replaced when as many of a newer version run as are wanted', async () => {
  ecs.putService(testService(directory, { desiredCount: 2 }));
  const [old = ''] = await workers();
  const own = await seenFrom(old);
  expect(await own.isReplaced()).toBe(false);
  ecs.putService(testService(directory, { desiredCount: 3, taskDefinition: 'workers:2' }));
  expect(await own.isReplaced()).toBe(false);
  await scaleTo(4);
  expect(await own.isReplaced()).toBe(false);
  await scaleTo(2);
  expect(await own.isReplaced()).toBe(true);
  const [newer = ''] = await workers();
  expect(await (await seenFrom(newer)).isReplaced()).toBe(false);
});

test('what ECS does not answer is an error', async () => {
  ecs.putService(testService(directory));
  const [arn = ''] = await workers();
  const own = await seenFrom(arn);
  await server.close();
  await expect(own.isReplaced()).rejects.toThrow();
  await expect(own.isFirst()).rejects.toThrow();
}, 20_000);
