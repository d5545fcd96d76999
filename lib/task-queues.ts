import { Duration, Stack } from 'aws-cdk-lib';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type IQueue, Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import type { Task } from '../tasks/define-task.ts';
import { limits } from '../tasks/limits.ts';
import { type DemandTask, deadLetterQueueName, taskQueueName, type WorkerQueues } from '../tasks/names.ts';

/** Settings that every queue of the deployment shares. The place where a customer-managed key would go. */
export const secureQueue = {
  encryption: QueueEncryption.SQS_MANAGED,
  enforceSSL: true,
} satisfies QueueProps;

/** The two queues of one task. */
export interface QueuePair {
  queue: IQueue;
  deadLetters: IQueue;
}

/** A queue and a dead-letter queue a task, and the parameter that names the tasks an operator has paused. */
export class TaskQueues extends Construct {
  readonly pausedTasks: StringParameter;
  private readonly pairs: ReadonlyMap<string, QueuePair & { task: Task }>;

  constructor(scope: Construct, id: string, { tasks }: { tasks: readonly Task[] }) {
    super(scope, id);
    const prefix = Stack.of(this).stackName;
    this.pairs = new Map(
      tasks.map((task) => [task.name, { task, ...this.queuePair(prefix, task.name) }] as const),
    );
    this.pausedTasks = new StringParameter(this, 'PausedTasks', {
      parameterName: `/${prefix}/paused-tasks`,
      description: 'JSON array of the names of tasks that no worker may start',
      stringValue: '[]',
    });
  }

  /** The task's queue. Throws if the task is not in the catalogue. */
  for(task: Task): IQueue {
    return this.pairFor(task).queue;
  }

  /** Every queue with its dead-letter queue, in the catalogue's order. */
  get all(): QueuePair[] {
    return [...this.pairs.values()];
  }

  /** What a worker knows of the queues. */
  get workerQueues(): WorkerQueues {
    return Object.fromEntries(
      [...this.pairs.values()].map(({ task, queue, deadLetters }) => [
        task.name,
        { url: queue.queueUrl, arn: queue.queueArn, deadLetterUrl: deadLetters.queueUrl },
      ]),
    );
  }

  /** What the demand computation knows of the tasks. */
  get demandTasks(): DemandTask[] {
    return [...this.pairs.values()].map(({ task, queue, deadLetters }) => ({
      name: task.name,
      queueUrl: queue.queueUrl,
      deadLetterUrl: deadLetters.queueUrl,
      concurrency: task.concurrency,
      startWithinSeconds: task.startWithinSeconds,
      expectedSeconds: task.expectedSeconds,
    }));
  }

  /** Receiving, settling, sending on and reading what is paused. */
  grantWork(worker: IGrantable): void {
    const queueArns = this.all.map(({ queue }) => queue.queueArn);
    worker.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: [
          'sqs:ReceiveMessage',
          'sqs:ChangeMessageVisibility',
          'sqs:DeleteMessage',
          'sqs:SendMessage',
        ],
        resources: queueArns,
      }),
    );
    worker.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['sqs:SendMessage'],
        resources: this.all.map(({ deadLetters }) => deadLetters.queueArn),
      }),
    );
    this.grantReadPaused(worker);
  }

  /** Counting what waits and reading what is paused. */
  grantCount(counter: IGrantable): void {
    counter.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['sqs:GetQueueAttributes'],
        resources: this.all.flatMap(({ queue, deadLetters }) => [queue.queueArn, deadLetters.queueArn]),
      }),
    );
    this.grantReadPaused(counter);
  }

  private grantReadPaused(reader: IGrantable): void {
    reader.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['ssm:GetParameter'], resources: [this.pausedTasks.parameterArn] }),
    );
  }

  private pairFor(task: Task): QueuePair {
    const pair = this.pairs.get(task.name);
    if (!pair) throw new Error(`Task ${task.name} is not in the catalogue: add it to tasks/index.ts`);
    return pair;
  }

  private queuePair(prefix: string, task: string): QueuePair {
    const deadLetters = new Queue(this, `${task}-dead-letter`, {
      ...secureQueue,
      queueName: deadLetterQueueName(prefix, task),
      retentionPeriod: Duration.seconds(limits.deadLetterRetentionSeconds),
    });
    const queue = new Queue(this, task, {
      ...secureQueue,
      queueName: taskQueueName(prefix, task),
      visibilityTimeout: Duration.seconds(limits.leaseSeconds),
      retentionPeriod: Duration.seconds(limits.queueRetentionSeconds),
      receiveMessageWaitTime: Duration.seconds(20),
      deadLetterQueue: { queue: deadLetters, maxReceiveCount: limits.maxReceiveCount },
    });
    return { queue, deadLetters };
  }
}
