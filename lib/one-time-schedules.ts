import { ArnFormat, Stack } from 'aws-cdk-lib';
import { type IGrantable, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { oneTimeGroupName } from '../tasks/names.ts';
import { grant, grantKey } from './grant.ts';
import type { TaskQueues } from './task-queues.ts';

export interface OneTimeSchedulesProps {
  /** Where messages go at their time; what cannot be delivered goes to the task's dead-letter queue. */
  queues: TaskQueues;
}

/**
 * A group in which a web application schedules single messages. The catalogue's schedules stand in another one: who may
 * make and delete schedules here can touch none of them.
 */
export class OneTimeSchedules extends Construct {
  readonly groupName: string;
  /** With it Scheduler sends whatever the web application may send, and nothing else. */
  readonly role: Role;
  /** What the ARN of every queue begins with: all but its name. */
  readonly queueArnPrefix: string;

  constructor(scope: Construct, id: string, { queues }: OneTimeSchedulesProps) {
    super(scope, id);
    const stack = Stack.of(this);
    this.groupName = oneTimeGroupName(queues.deployment);
    this.queueArnPrefix = stack.formatArn({ service: 'sqs', resource: '' });
    const group = new CfnScheduleGroup(this, 'Group', { name: this.groupName });
    this.role = new Role(this, 'Role', {
      description: "Lets the web application's one-time schedules send to the queues",
      // Scheduler names the group, never the single schedule, as the source of its call.
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': stack.account },
          ArnEquals: { 'aws:SourceArn': group.attrArn },
        },
      }),
    });
    if (queues.sendable.length > 0) {
      grant(this.role, {
        actions: ['sqs:SendMessage'],
        resources: queues.sendable.flatMap(({ queue, deadLetters }) => [
          queue.queueArn,
          deadLetters.queueArn,
        ]),
      });
    }
    grantKey(this.role, queues.key);
  }

  /** Making and deleting schedules of this group, which send with this role. */
  grantSchedule(grantee: IGrantable): void {
    grant(grantee, {
      actions: ['scheduler:CreateSchedule', 'scheduler:DeleteSchedule'],
      resources: [
        Stack.of(this).formatArn({
          service: 'scheduler',
          resource: 'schedule',
          resourceName: `${this.groupName}/*`,
          arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
        }),
      ],
    });
    grant(grantee, {
      actions: ['iam:PassRole'],
      resources: [this.role.roleArn],
      conditions: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
    });
  }
}
