import { readFileSync, rmSync } from 'node:fs';
import {
  DescribeServicesCommand,
  DescribeTasksCommand,
  ECSClient,
  GetTaskProtectionCommand,
  ListTasksCommand,
  StopTaskCommand,
  UpdateServiceCommand,
  UpdateTaskProtectionCommand,
} from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type LocalServer, startServer } from '../server.ts';
import { createEcs } from './create-ecs.ts';
import type { Ecs, EcsEvent } from './ecs.ts';
import { isAlive, temporaryDirectory, testService } from './test-worker.ts';

const cluster = 'cluster';
const service = 'workers';
let directory: string;
let server: LocalServer;
let ecs: Ecs;
let client: ECSClient;
let events: EcsEvent[];
let lines: string[];

beforeEach(async () => {
  directory = temporaryDirectory();
  events = [];
  lines = [];
  ecs = await createEcs({
    stateDirectory: directory,
    endpoint: () => server.url,
    onLine: (line) => lines.push(line),
    onEvent: (event) => events.push(event),
  });
  server = await startServer({ port: 0, services: [ecs], extra: ecs.paths });
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  client = new ECSClient({ endpoint: server.url, region: 'eu-west-2', credentials });
});

afterEach(async () => {
  await ecs.close({ withinSeconds: 0.1 });
  client.destroy();
  await server.close();
  rmSync(directory, { recursive: true, force: true });
});

type Kind<Name extends EcsEvent['kind']> = Extract<EcsEvent, { kind: Name }>;
function told<Name extends EcsEvent['kind']>(kind: Name): Kind<Name>[] {
  return events.filter((event): event is Kind<Name> => event.kind === kind);
}

async function tasks(): Promise<string[]> {
  return (await client.send(new ListTasksCommand({ cluster, serviceName: service }))).taskArns ?? [];
}

async function scaleTo(desiredCount: number): Promise<void> {
  await client.send(new UpdateServiceCommand({ cluster, service, desiredCount }));
}

/** The environment that a worker wrote when it started. */
async function startedWorker(): Promise<{ pid: number; env: Record<string, string> }> {
  await expect.poll(() => lines.length).toBeGreaterThan(0);
  const { started, env } = JSON.parse(lines[0] ?? '');
  return { pid: started, env };
}

/** PUT or GET of a worker's own protection, as the agent answers it. */
async function agent(
  method: string,
  body?: object,
): Promise<{ status: number; body: Record<string, object> }> {
  const { env } = await startedWorker();
  const answer = await fetch(`${env.ECS_AGENT_URI}/task-protection/v1/state`, {
    method,
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, object> };
}

test('a service starts as many processes as desired and stops them with SIGTERM', async () => {
  ecs.putService(testService(directory, { desiredCount: 2 }));
  await expect.poll(() => lines.length).toBe(2);
  const pids = told('worker-started').map(({ pid }) => pid);
  expect(pids.every(isAlive)).toBe(true);
  expect(await tasks()).toHaveLength(2);
  await scaleTo(0);
  await expect.poll(() => told('worker-stopped').length).toBe(2);
  expect(told('worker-stopped')).toMatchObject([{ exitCode: 0 }, { exitCode: 0 }]);
  expect(pids.some(isAlive)).toBe(false);
  expect(told('worker-count').at(-1)).toMatchObject({ running: 0, desired: 0 });
});

test('a worker finds the local cloud, its agent and its own ARN in its environment', async () => {
  ecs.putService(testService(directory));
  const { env } = await startedWorker();
  expect(env).toMatchObject({ AWS_ENDPOINT_URL: server.url, AWS_REGION: 'eu-west-2', BEHAVIOUR: 'wait' });
  const metadata = await (await fetch(`${env.ECS_CONTAINER_METADATA_URI_V4}/task`)).json();
  expect(metadata).toMatchObject({
    TaskARN: (await tasks())[0],
    ServiceName: service,
    LaunchType: 'FARGATE',
  });
  expect((await fetch(`${env.ECS_CONTAINER_METADATA_URI_V4}/nothing`)).status).toBe(404);
  expect((await fetch(`${server.url}/ecs-metadata/unknown/task`)).status).toBe(404);
});

test("a worker's output lies in its log file", async () => {
  ecs.putService(testService(directory, { behaviour: 'stubborn', stopTimeoutSeconds: 0.5 }));
  await startedWorker();
  await scaleTo(0);
  await expect.poll(() => told('worker-stopped').length).toBe(1);
  const log = readFileSync(told('worker-started')[0]?.logFile ?? '', 'utf8');
  expect(log).toContain(lines[0]);
  expect(log).toContain('not yet');
});

test('a worker that does not stop is killed after its stop timeout', async () => {
  ecs.putService(testService(directory, { behaviour: 'stubborn', stopTimeoutSeconds: 0.2 }));
  await startedWorker();
  await scaleTo(0);
  await expect.poll(() => told('worker-stopped')).toMatchObject([{ exitCode: null, signal: 'SIGKILL' }]);
});

test('scale-in stops only workers without protection, the others when theirs ends', async () => {
  ecs.putService(testService(directory, { behaviour: 'protected' }));
  await expect.poll(() => lines.length).toBe(2);
  expect(JSON.parse(lines[1] ?? '')).toMatchObject({ protection: { ProtectionEnabled: true } });
  ecs.putService(testService(directory, { behaviour: 'wait', desiredCount: 2 }));
  await expect.poll(() => lines.length).toBe(3);
  const [guarded, idle] = told('worker-started');

  await scaleTo(0);
  await expect.poll(() => told('worker-stopped')).toMatchObject([{ workerId: idle?.workerId }]);
  expect(isAlive(guarded?.pid ?? 0)).toBe(true);
  expect(told('worker-stopping').map(({ workerId }) => workerId)).toEqual([idle?.workerId]);

  await agent('PUT', { ProtectionEnabled: false });
  await expect.poll(() => told('worker-stopped').length).toBe(2);
  expect(told('worker-unprotected')).toMatchObject([{ workerId: guarded?.workerId }]);
});

test('the agent answers in the shapes of AWS', async () => {
  ecs.putService(testService(directory));
  const [TaskArn] = await tasks();
  expect(await agent('GET')).toEqual({
    status: 200,
    body: { protection: { ExpirationDate: null, ProtectionEnabled: false, TaskArn } },
  });
  const { body } = await agent('PUT', { ProtectionEnabled: true });
  const { ExpirationDate = '' } = body.protection as { ExpirationDate?: string };
  const minutes = (Date.parse(ExpirationDate) - Date.now()) / 60_000;
  expect(Math.round(minutes)).toBe(120);
  for (const wrong of [
    {},
    { ProtectionEnabled: 'yes' },
    { ProtectionEnabled: true, ExpiresInMinutes: 2881 },
  ]) {
    expect(await agent('PUT', wrong)).toMatchObject({
      status: 400,
      body: { error: { Arn: TaskArn, Code: 'InvalidParameterException' } },
    });
  }
  expect((await agent('DELETE')).status).toBe(404);
});

test('a refused protection is a failure with its reason, and giving up is never refused', async () => {
  ecs.putService(testService(directory));
  const [Arn] = await tasks();
  ecs.refuseProtection('DEPLOYMENT_BLOCKED');
  expect(await agent('PUT', { ProtectionEnabled: true })).toEqual({
    status: 200,
    body: { failure: { Arn, Detail: null, Reason: 'DEPLOYMENT_BLOCKED' } },
  });
  expect((await agent('PUT', { ProtectionEnabled: false })).body).toHaveProperty('protection');
  ecs.refuseProtection(undefined);
  expect((await agent('PUT', { ProtectionEnabled: true })).body).toHaveProperty('protection');
});

test('protection can be read and set through ECS itself', async () => {
  ecs.putService(testService(directory, { desiredCount: 2 }));
  const [first = '', second = ''] = await tasks();
  const unknown = `${first.slice(0, -4)}dead`;
  const update = { cluster, tasks: [first, unknown], protectionEnabled: true, expiresInMinutes: 1 };
  const updated = await client.send(new UpdateTaskProtectionCommand(update));
  expect(updated.protectedTasks).toMatchObject([{ taskArn: first, protectionEnabled: true }]);
  expect(updated.failures).toEqual([{ arn: unknown, reason: 'MISSING' }]);
  const seen = await client.send(new GetTaskProtectionCommand({ cluster, tasks: [first, second] }));
  expect(seen.protectedTasks).toMatchObject([{ protectionEnabled: true }, { protectionEnabled: false }]);
  expect(seen.protectedTasks?.[0]?.expirationDate).toBeInstanceOf(Date);
});

test('a worker that is stopping gets no protection any more', async () => {
  ecs.putService(testService(directory, { behaviour: 'stubborn' }));
  const [task = ''] = await tasks();
  await startedWorker();
  await scaleTo(0);
  const update = { cluster, tasks: [task], protectionEnabled: true };
  const { failures } = await client.send(new UpdateTaskProtectionCommand(update));
  expect(failures).toEqual([{ arn: task, reason: 'TASK_NOT_VALID' }]);
});

test('a worker that ends by itself is replaced, ever more slowly if it ends at once', async () => {
  ecs.putService(testService(directory, { behaviour: 'exit' }));
  await expect.poll(() => told('worker-started').length).toBe(3);
  expect(told('worker-stopped')[0]).toMatchObject({
    exitCode: 3,
    reason: 'Essential container in task exited',
  });
  expect(await tasks()).toHaveLength(1);
});

test('a worker that was killed or stopped by hand is replaced while it is desired', async () => {
  ecs.putService(testService(directory));
  const { pid } = await startedWorker();
  process.kill(pid, 'SIGKILL');
  await expect.poll(() => lines.length).toBe(2);
  expect(told('worker-stopped')[0]).toMatchObject({ signal: 'SIGKILL' });
  const [task = ''] = await tasks();
  await client.send(new StopTaskCommand({ cluster, task, reason: 'by hand' }));
  await expect.poll(() => lines.length).toBe(3);
  await expect.poll(() => told('worker-stopped')[1]).toMatchObject({ reason: 'by hand', exitCode: 0 });
});

test('services and tasks can be described, ended ones too', async () => {
  ecs.putService(testService(directory));
  await startedWorker();
  const [task = ''] = await tasks();
  await scaleTo(0);
  await expect.poll(() => told('worker-stopped').length).toBe(1);
  const described = await client.send(new DescribeTasksCommand({ cluster, tasks: [task, 'unknown'] }));
  expect(described.tasks).toMatchObject([
    { taskArn: task, lastStatus: 'STOPPED', containers: [{ exitCode: 0 }] },
  ]);
  expect(described.failures).toMatchObject([{ reason: 'MISSING' }]);
  const services = [service, 'unknown'];
  const { services: found, failures } = await client.send(new DescribeServicesCommand({ cluster, services }));
  expect(found).toMatchObject([{ serviceName: service, desiredCount: 0, runningCount: 0, status: 'ACTIVE' }]);
  expect(failures).toMatchObject([{ reason: 'MISSING' }]);
  expect(await tasks()).toEqual([]);
  const stopped = new ListTasksCommand({ cluster, desiredStatus: 'STOPPED' });
  expect((await client.send(stopped)).taskArns).toEqual([task]);
});

test('tasks are listed in pages', async () => {
  ecs.putService(testService(directory, { desiredCount: 3 }));
  const first = await client.send(new ListTasksCommand({ cluster, maxResults: 2 }));
  expect(first.taskArns).toHaveLength(2);
  const { nextToken } = first;
  expect((await client.send(new ListTasksCommand({ cluster, nextToken }))).taskArns).toHaveLength(1);
});

test('what does not exist is refused by its name', async () => {
  const { send } = { send: client.send.bind(client) };
  await expect(send(new ListTasksCommand({ cluster }))).rejects.toMatchObject({
    name: 'ClusterNotFoundException',
  });
  await expect(scaleTo(1)).rejects.toMatchObject({ name: 'ServiceNotFoundException' });
  ecs.putService(testService(directory));
  await expect(scaleTo(-1)).rejects.toMatchObject({ name: 'InvalidParameterException' });
  const stop = new StopTaskCommand({ cluster, task: 'unknown' });
  await expect(send(stop)).rejects.toMatchObject({ name: 'InvalidParameterException' });
  const tasks = Array.from({ length: 101 }, (_, index) => String(index));
  await expect(send(new DescribeTasksCommand({ cluster, tasks }))).rejects.toThrow('at most 100');
});

test('closing stops every worker, protected ones too', async () => {
  ecs.putService(testService(directory, { behaviour: 'protected', desiredCount: 2 }));
  await expect.poll(() => told('worker-protected').length).toBe(2);
  await ecs.close();
  expect(
    told('worker-started')
      .map(({ pid }) => pid)
      .some(isAlive),
  ).toBe(false);
});
