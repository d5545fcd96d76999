import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from './config.ts';

const environment = {
  DEPLOYMENT: 'slackwater-dev',
  QUEUES_URL: 'https://sqs.eu-west-2.amazonaws.com/111122223333',
  PAUSED_TASKS_PARAMETER: '/slackwater-dev/paused-tasks',
  CLUSTER: 'workers',
  SERVICE: 'worker',
  MAXIMUM_WORKERS: '50',
};
const task = { name: 'letter', concurrency: 2, startWithinSeconds: 120, expectedSeconds: 60 };

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'slackwater-demand-'));
  write(JSON.stringify([task]));
});
afterEach(() => rmSync(directory, { recursive: true }));
const write = (tasks: string) => writeFileSync(join(directory, 'demand-tasks.json'), tasks);

describe('readConfig', () => {
  it('knows the queues of every task by the deployment and its name', () => {
    expect(readConfig(environment, directory).tasks).toEqual([
      {
        ...task,
        queueUrl: 'https://sqs.eu-west-2.amazonaws.com/111122223333/slackwater-dev-letter',
        deadLetterUrl: 'https://sqs.eu-west-2.amazonaws.com/111122223333/slackwater-dev-letter-dead-letter',
      },
    ]);
  });

  it('finds its tasks where Lambda puts the code', () => {
    expect(readConfig({ ...environment, LAMBDA_TASK_ROOT: directory }).tasks).toHaveLength(1);
  });

  it.each(Object.keys(environment))('names %s when it is missing', (name) => {
    expect(() => readConfig({ ...environment, [name]: undefined }, directory)).toThrow(name);
  });

  it('says what is wrong with its file of tasks', () => {
    write('no JSON');
    expect(() => readConfig(environment, directory)).toThrow(/demand-tasks\.json.*not valid JSON/s);
    write('[{ "name": "letter" }]');
    expect(() => readConfig(environment, directory)).toThrow(/concurrency/);
  });
});
