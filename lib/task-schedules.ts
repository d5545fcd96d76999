import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSchedule, CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Task, TaskSchedule } from '../tasks/define-task.ts';
import { limits } from '../tasks/limits.ts';
import { scheduleName } from '../tasks/names.ts';
import { secureQueue, type TaskQueues } from './task-queues.ts';

/** A schedule in EventBridge Scheduler for each schedule of the catalogue; it sends the same envelope as everybody. */
export class TaskSchedules extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { tasks, queues }: { tasks: readonly Task[]; queues: TaskQueues },
  ) {
    super(scope, id);
    const scheduled = tasks.filter((task) => task.schedules.length > 0);
    if (scheduled.length === 0) return;
    const prefix = Stack.of(this).stackName;
    const undelivered = new Queue(this, 'Undelivered', {
      ...secureQueue,
      queueName: `${prefix}-undelivered-schedules`,
      retentionPeriod: Duration.seconds(limits.deadLetterRetentionSeconds),
    });
    const group = new CfnScheduleGroup(this, 'Group', { name: prefix });
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
    role.addToPolicy(
      new PolicyStatement({
        actions: ['sqs:SendMessage'],
        resources: [...scheduled.map((task) => queues.for(task).queueArn), undelivered.queueArn],
      }),
    );
    for (const task of scheduled) {
      for (const schedule of task.schedules) {
        const one = new CfnSchedule(this, schedule.name, {
          name: scheduleName(prefix, schedule.name),
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
  }
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
