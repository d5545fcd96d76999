import { expect, test } from 'vitest';
import { readConfig } from './config.ts';

const queue = {
  url: 'http://127.0.0.1/queue',
  arn: 'arn:aws:sqs:eu-west-2:0:queue',
  deadLetterUrl: 'http://127.0.0.1/dead',
};
const environment = {
  DEPLOYMENT: 'here',
  TASK_QUEUES: JSON.stringify({ letter: queue }),
  QUARANTINE_BUCKET: 'quarantine',
  CLEAN_BUCKET: 'clean',
  REPORTS_BUCKET: 'reports',
  CLAIM_CHECK_BUCKET: 'claim-checks',
  PAUSED_TASKS_PARAMETER: '/here/paused',
  DATABASE_URL: 'postgres://here',
};

test('what the stack says is read, and what it leaves out has a default', () => {
  expect(readConfig(environment)).toMatchObject({
    queues: { letter: queue },
    database: { url: 'postgres://here' },
    slots: 16,
    stopTimeoutSeconds: 120,
    logLevel: 'info',
    ecsAgentUri: undefined,
  });
});

test('without a URL the secret leads to the database', () => {
  const { DATABASE_URL: _, ...rest } = environment;
  expect(readConfig({ ...rest, DATABASE_SECRET: '{}' }).database).toEqual({ secret: '{}' });
  expect(() => readConfig(rest)).toThrow('set DATABASE_URL or DATABASE_SECRET');
});

test('everything that is wrong is named at once, and no value is shown', () => {
  const wrong = { DATABASE_SECRET: 'sesame', TASK_QUEUES: '{', WORKER_SLOTS: '0', LOG_LEVEL: 'loud' };
  const error = (() => {
    try {
      return readConfig(wrong);
    } catch (thrown) {
      return String(thrown);
    }
  })();
  for (const name of [
    'DEPLOYMENT',
    'TASK_QUEUES: is not JSON',
    'WORKER_SLOTS',
    'LOG_LEVEL',
    'CLEAN_BUCKET',
  ]) {
    expect(error).toContain(name);
  }
  expect(error).not.toContain('sesame');
});
