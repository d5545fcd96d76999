import { CfnOutput } from 'aws-cdk-lib';
import { ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { grant, grantKey } from './grant.ts';
import type { TaskQueues } from './task-queues.ts';

/** A managed policy for whoever looks after dead letters: see them, send them back, pause a task. */
export class OperatorAccess extends Construct {
  readonly policy: ManagedPolicy;

  constructor(scope: Construct, id: string, { queues }: { queues: TaskQueues }) {
    super(scope, id);
    this.policy = new ManagedPolicy(this, 'Policy', {
      managedPolicyName: `${queues.deployment}-operator`,
      description: 'Sees dead letters and sends them back, pauses tasks',
    });
    // StartMessageMoveTask needs the rights of a receiver at the source and of a sender at the destination.
    grant(this.policy, {
      actions: [
        'sqs:StartMessageMoveTask',
        'sqs:CancelMessageMoveTask',
        'sqs:ListMessageMoveTasks',
        'sqs:ReceiveMessage',
        'sqs:DeleteMessage',
        'sqs:GetQueueAttributes',
      ],
      resources: queues.all.map(({ deadLetters }) => deadLetters.queueArn),
    });
    grant(this.policy, {
      actions: ['sqs:SendMessage', 'sqs:GetQueueAttributes'],
      resources: queues.all.map(({ queue }) => queue.queueArn),
    });
    grant(this.policy, {
      actions: ['ssm:GetParameter', 'ssm:PutParameter'],
      resources: [queues.pausedTasks.parameterArn],
    });
    grantKey(this.policy, queues.key);
    new CfnOutput(this, 'PolicyArn', {
      value: this.policy.managedPolicyArn,
      description: 'Managed policy for whoever sends dead letters back and pauses tasks',
    }).overrideLogicalId('OperatorPolicy');
  }
}
