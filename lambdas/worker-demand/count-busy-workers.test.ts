import { ECSClient, GetTaskProtectionCommand, ListTasksCommand } from '@aws-sdk/client-ecs';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { countBusyWorkers } from './count-busy-workers.ts';

const client = new ECSClient({ region: 'eu-west-2' });
const mock = mockClient(client);
beforeEach(() => void mock.reset());

describe('countBusyWorkers', () => {
  const service = { cluster: 'workers', service: 'worker' };

  it('counts nobody when there is no worker, without asking for protection', async () => {
    mock.on(ListTasksCommand).resolves({ taskArns: [] });
    expect(await countBusyWorkers(client, service)).toEqual({ running: 0, busy: 0 });
    expect(mock.commandCalls(GetTaskProtectionCommand)).toHaveLength(0);
  });

  it('asks for the protection of a hundred at a time, over all pages', async () => {
    const arns = Array.from({ length: 230 }, (_, index) => `worker-${index}`);
    for (const [token, from] of [
      [undefined, 0],
      ['2', 100],
      ['3', 200],
    ] as const) {
      mock.on(ListTasksCommand, token === undefined ? {} : { nextToken: token }).resolves({
        taskArns: arns.slice(from, from + 100),
        nextToken: { 0: '2', 100: '3' }[from as 0 | 100],
      });
    }
    mock.on(GetTaskProtectionCommand).callsFake(({ tasks }: { tasks: string[] }) => ({
      protectedTasks: tasks.map((taskArn, index) => ({ taskArn, protectionEnabled: index % 2 === 0 })),
    }));
    expect(await countBusyWorkers(client, service)).toEqual({ running: 230, busy: 115 });
    const sizes = mock.commandCalls(GetTaskProtectionCommand).map((call) => call.args[0].input.tasks?.length);
    expect(sizes).toEqual([100, 100, 30]);
  });

  it('takes a worker that has gone in between as not busy', async () => {
    mock.on(ListTasksCommand).resolves({ taskArns: ['here', 'gone'] });
    mock.on(GetTaskProtectionCommand).resolves({
      protectedTasks: [{ taskArn: 'here', protectionEnabled: true }],
      failures: [{ arn: 'gone', reason: 'MISSING' }],
    });
    expect(await countBusyWorkers(client, service)).toEqual({ running: 2, busy: 1 });
  });

  it('fails when ECS does not tell about a worker for another reason', async () => {
    mock.on(ListTasksCommand).resolves({ taskArns: ['a'] });
    mock
      .on(GetTaskProtectionCommand)
      .resolves({ failures: [{ arn: 'a', reason: 'ACCESS', detail: 'denied' }] });
    await expect(countBusyWorkers(client, service)).rejects.toThrow('of 1 workers: a ACCESS denied');
  });
});
