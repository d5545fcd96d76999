import { Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSchedule, CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Task, TaskSchedule } from '../tasks/define-task.ts';
import { scheduleName } from '../tasks/names.ts';
import { grant, grantKey } from './grant.ts';
import { DeadLetterQueue } from './secure-queue.ts';
import type { TaskQueues } from './task-queues.ts';

export interface TaskSchedulesProps {
  /** The queues of the catalogue whose schedules are made. */
  queues: TaskQueues;
}

/** A schedule in EventBridge Scheduler for each schedule of the catalogue; it sends the same envelope as everybody. */
export class TaskSchedules extends Construct {
  /** Where Scheduler puts what it could not deliver; not there if no task has a schedule. */
  readonly undelivered: Queue | undefined;
  /** Name of the schedules' group; not there if no task has a schedule. */
  readonly groupName: string | undefined;

  constructor(scope: Construct, id: string, { queues }: TaskSchedulesProps) {
    super(scope, id);
    const scheduled = queues.tasks.filter((task) => task.schedules.length > 0);
    this.node.addValidation({ validate: () => scheduleProblems(Stack.of(this)) });
    if (scheduled.length === 0) return;
    const { deployment, key } = queues;
    const undelivered = new DeadLetterQueue(this, 'Undelivered', {
      queueName: `${deployment}-undelivered-schedules`,
      key,
    });
    const group = new CfnScheduleGroup(this, 'Group', { name: deployment });
    const role = new Role(this, 'Role', {
      description: 'Lets the schedules of this deployment send to its queues',
      // Scheduler names the group, never the single schedule, as the source of its call.
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': Stack.of(this).account },
          ArnEquals: { 'aws:SourceArn': group.attrArn },
        },
      }),
    });
    grant(role, {
      actions: ['sqs:SendMessage'],
      resources: [...scheduled.map((task) => queues.for(task).queueArn), undelivered.queueArn],
    });
    grantKey(role, key);
    for (const task of scheduled) {
      for (const schedule of task.schedules) {
        const one = new CfnSchedule(this, schedule.name, {
          name: scheduleName(deployment, schedule.name),
          groupName: group.ref,
          description: task.summary,
          scheduleExpression: schedule.expression,
          scheduleExpressionTimezone: schedule.timeZone,
          flexibleTimeWindow: flexibleTimeWindow(schedule),
          target: {
            arn: queues.for(task).queueArn,
            roleArn: role.roleArn,
            input: JSON.stringify(scheduledEnvelope(task, schedule)),
            deadLetterConfig: { arn: undelivered.queueArn },
            retryPolicy: { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 },
          },
        });
        one.node.addDependency(role);
      }
    }
    this.undelivered = undelivered;
    this.groupName = deployment;
  }
}

/** What is wrong with the schedules of a stack, also with those that others made: CDK gives none a dead-letter queue. */
function scheduleProblems(stack: Stack): string[] {
  return stack.node
    .findAll()
    .filter((one) => one instanceof CfnSchedule)
    .filter(({ target }) => !('deadLetterConfig' in target) || target.deadLetterConfig === undefined)
    .map(
      ({ node }) =>
        `The schedule ${node.path} has no dead-letter queue, so what it cannot deliver is lost: give its target a deadLetterConfig`,
    );
}

/**
 * The message that a schedule sends. The scheduled time makes its id: Scheduler's execution id is new for every
 * delivery that it repeats, https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
 */
function scheduledEnvelope(task: Task, schedule: TaskSchedule<unknown>): object {
  return {
    specversion: '1.0',
    id: `${schedule.name}/<aws.scheduler.scheduled-time>`,
    source: '/schedules',
    type: task.name,
    time: '<aws.scheduler.scheduled-time>',
    datacontenttype: 'application/json',
    data: schedule.input,
  };
}

function flexibleTimeWindow({
  flexibleWindowMinutes,
}: TaskSchedule<unknown>): CfnSchedule.FlexibleTimeWindowProperty {
  return flexibleWindowMinutes === undefined
    ? { mode: 'OFF' }
    : { mode: 'FLEXIBLE', maximumWindowInMinutes: flexibleWindowMinutes };
}
