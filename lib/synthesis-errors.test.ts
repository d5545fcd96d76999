import { App, Stack } from 'aws-cdk-lib';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import type { CfnQueue } from 'aws-cdk-lib/aws-sqs';
import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineTask, type TaskSettings } from '../tasks/define-task.ts';
import { capacitySteps, checkSteps } from './capacity-steps.ts';
import { documentProblems } from './check-documents.ts';
import { stopTimeoutProblems } from './check-stop-timeout.ts';
import { OperatorAccess } from './operator-access.ts';
import { Slackwater } from './slackwater.ts';
import { TaskQueues } from './task-queues.ts';
import { TaskSchedules } from './task-schedules.ts';

const letter = (settings: Partial<TaskSettings<z.ZodType, z.ZodType>> = {}) =>
  defineTask({
    name: 'letter',
    summary: 'Writes a letter',
    input: z.object({}),
    result: z.object({}),
    timeoutSeconds: 60,
    concurrency: 1,
    startWithinSeconds: 60,
    expectedSeconds: 10,
    retry: { attempts: 2, firstDelaySeconds: 10, factor: 2, maxDelaySeconds: 60 },
    ...settings,
  });

let app: App;
let stack: Stack;
beforeEach(() => {
  app = new App({ analyticsReporting: false });
  stack = new Stack(app, 'letters', { env: { region: 'eu-west-2' } });
});
const synthesis = () => app.synth();
const settingsOf = (queue: TaskQueues['all'][number]['queue']) => queue.node.defaultChild as CfnQueue;

describe('synthesis fails and says what to change', () => {
  it('for a visibility shorter than three renewals', () => {
    const queues = new TaskQueues(stack, 'Queues', { tasks: [letter()] });
    settingsOf(queues.for(letter())).visibilityTimeout = 30;
    expect(synthesis).toThrow(/letter hides a message for 30 s.*three renewals.*make it 60 s or more/);
  });

  it('for retries that outlive retention', () => {
    const patient = letter({
      retry: { attempts: 20, firstDelaySeconds: 3600, factor: 1, maxDelaySeconds: 3600 },
    });
    const queues = new TaskQueues(stack, 'Queues', { tasks: [patient] });
    settingsOf(queues.for(patient)).messageRetentionPeriod = 3600;
    expect(synthesis).toThrow(
      /keeps a message for 3600 s, but all attempts can take 69600 s: keep it longer/,
    );
  });

  it('for a dead-letter queue that forgets before the queue does, and for none', () => {
    const queues = new TaskQueues(stack, 'Queues', { tasks: [letter()] });
    const [pair] = queues.all;
    if (!pair) throw new Error('no queues');
    settingsOf(pair.deadLetters).messageRetentionPeriod = 3600;
    settingsOf(pair.queue).redrivePolicy = undefined;
    expect(synthesis).toThrow(/keep it longer there.*has no dead-letter queue/s);
  });

  it('for a schedule without a dead-letter queue, whoever made it', () => {
    new TaskSchedules(stack, 'Schedules', { queues: new TaskQueues(stack, 'Queues', { tasks: [letter()] }) });
    new CfnSchedule(stack, 'Mine', {
      flexibleTimeWindow: { mode: 'OFF' },
      scheduleExpression: 'rate(1 day)',
      target: { arn: 'arn:aws:sqs:eu-west-2:111122223333:mine', roleArn: 'arn:aws:iam::111122223333:role/r' },
    });
    expect(synthesis).toThrow(/letters\/Mine has no dead-letter queue.*deadLetterConfig/);
  });

  it('for more tasks than a policy document holds', () => {
    const many = Array.from({ length: 40 }, (_, index) =>
      letter({ name: `letter-of-the-kind-number-${index}` }),
    );
    const queues = new TaskQueues(stack, 'Queues', { tasks: many });
    new OperatorAccess(stack, 'Operator', { queues });
    expect(documentProblems(stack)).toEqual([
      expect.stringMatching(/managed policy letters\/Operator.*AWS takes 6144: divide the catalogue/),
    ]);
  });

  it('but not for as many tasks as it does hold', () => {
    const some = Array.from({ length: 20 }, (_, index) => letter({ name: `letter-${index}` }));
    const queues = new TaskQueues(stack, 'Queues', { tasks: some });
    new OperatorAccess(stack, 'Operator', { queues });
    expect(documentProblems(stack)).toEqual([]);
  });

  it.each([
    ['a-name-much-too-long-for-the-queues', /has 35 characters: use at most 27/],
    ['with_underscore', /letters, digits and hyphens/],
  ])('for a deployment called %s', (deployment, reason) => {
    expect(() => new Slackwater(stack, 'Slackwater', { tasks: [letter()], deployment })).toThrow(reason);
  });

  it('for a task or a schedule whose name is over its limit', () => {
    const name = 'a-letter-with-a-name-of-forty-characters';
    const tasks = [letter({ name })];
    expect(() => new TaskQueues(stack, 'Queues', { tasks, deployment: 'a'.repeat(28) })).toThrow(
      /no legal queue name: use at most/,
    );
  });

  it.each([
    ['that cannot leave zero', [{ lowerBound: 1, capacity: 2 }], /nothing leaves zero/],
    ['whose first starts nobody', [{ lowerBound: 0, capacity: 0 }], /nothing leaves zero/],
    ['that stop too early', [{ lowerBound: 0, capacity: 1 }], /maximum of 2 workers/],
    ['that end', [{ lowerBound: 0, upperBound: 5, capacity: 2 }], /no upper bound/],
    [
      'with a gap',
      [
        { lowerBound: 0, upperBound: 1, capacity: 1 },
        { lowerBound: 2, capacity: 2 },
      ],
      /step 2 must begin where step 1 ends/,
    ],
  ])('for steps %s', (_what, steps, reason) => {
    expect(() => checkSteps(steps, 2)).toThrow(reason);
  });

  it('for more than twenty steps', () => {
    const steps = Array.from({ length: 21 }, (_, index) => ({
      lowerBound: index,
      ...(index < 20 ? { upperBound: index + 1 } : {}),
      capacity: index + 1,
    }));
    expect(() => checkSteps(steps, 21)).toThrow(/there are 21, more than the 20/);
  });

  it('never for the steps that are reckoned here', () => {
    for (const maximum of [1, 2, 10, 11, 93, 94, 1000]) {
      expect(() => checkSteps(capacitySteps(maximum), maximum)).not.toThrow();
    }
  });

  it('for a stop timeout shorter than a task that cannot be interrupted claims', () => {
    const stubborn = letter({ uninterruptibleSeconds: 100 });
    expect(stopTimeoutProblems([stubborn], 114)).toEqual([
      expect.stringMatching(/letter says that 100 s.*set workers\.stopTimeoutSeconds to 115 or more/),
    ]);
    expect(stopTimeoutProblems([stubborn, letter()], 115)).toEqual([]);
  });

  it('for a reply destination that is a queue of the deployment itself', () => {
    const settings = { replyDestinations: ['arn:aws:sqs:eu-west-2:111122223333:letters-letter'] };
    expect(() => new Slackwater(stack, 'Slackwater', { tasks: [letter()], settings })).toThrow(
      /letters-letter are not allowed: outcomes would come back/,
    );
  });

  it('for a reply destination in another region', () => {
    const settings = { replyDestinations: ['arn:aws:sqs:us-east-1:111122223333:webapp-outcomes'] };
    const here = new Stack(new App(), 'here', { env: { region: 'eu-west-2' } });
    expect(() => new Slackwater(here, 'Slackwater', { tasks: [letter()], settings })).toThrow(
      /webapp-outcomes are not possible: workers in eu-west-2 send to queues of their own region/,
    );
  });

  it('for a setting that is wrong', () => {
    const settings = { workers: { maximum: 0 } };
    expect(() => new Slackwater(stack, 'Slackwater', { tasks: [letter()], settings })).toThrow(
      /settings of letters cannot be deployed: workers\.maximum/,
    );
  });
});
