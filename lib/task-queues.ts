import { Duration, Fn, Stack } from 'aws-cdk-lib';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { checkCatalogue, type Task } from '../tasks/define-task.ts';
import { limits } from '../tasks/limits.ts';
import { type DemandTask, deadLetterQueueName, taskQueueName, type WorkerQueues } from '../tasks/names.ts';
import { virusScanResult } from '../tasks/virus-scan-result/task.ts';
import { queueProblems } from './check-queues.ts';
import { grant, grantKey } from './grant.ts';
import { DeadLetterQueue, SecureQueue } from './secure-queue.ts';

export interface TaskQueuesProps {
  /** The catalogue. */
  tasks: readonly Task[];
  /** Prefix of every name. Default: the stack's name. */
  deployment?: string;
  /** Left out: encrypted by SQS itself. */
  key?: IKey | undefined;
}

/** The two queues of one task. */
export interface QueuePair {
  task: Task;
  queue: Queue;
  deadLetters: Queue;
}

/** A queue and a dead-letter queue a task, and the parameter that names the tasks an operator has paused. */
export class TaskQueues extends Construct {
  readonly tasks: readonly Task[];
  /** Prefix of every name, and dimension of every metric. */
  readonly deployment: string;
  readonly key: IKey | undefined;
  readonly pausedTasks: StringParameter;
  private readonly pairs: ReadonlyMap<string, QueuePair>;

  constructor(scope: Construct, id: string, { tasks, deployment, key }: TaskQueuesProps) {
    super(scope, id);
    this.tasks = tasks;
    this.deployment = deployment ?? Stack.of(this).stackName;
    this.key = key;
    checkCatalogue(tasks, this.deployment);
    this.pairs = new Map(tasks.map((task) => [task.name, this.queuePair(task)] as const));
    this.pausedTasks = new StringParameter(this, 'PausedTasks', {
      parameterName: `/${this.deployment}/paused-tasks`,
      description: 'JSON array of the names of tasks that no worker may start',
      stringValue: '[]',
    });
    this.node.addValidation({ validate: () => this.all.flatMap(queueProblems) });
  }

  /** The task's queue. Throws if the task is not in the catalogue. */
  for(task: Task): Queue {
    return this.pairFor(task).queue;
  }

  /** Every queue with its dead-letter queue, in the catalogue's order. */
  get all(): QueuePair[] {
    return [...this.pairs.values()];
  }

  /**
   * Queues to which a web application may send. Verdicts of the scanner are nothing that it may send: a forged one would
   * pass a file on unscanned.
   */
  get sendable(): QueuePair[] {
    return this.all.filter(({ task }) => task.name !== virusScanResult.name);
  }

  /** What a worker knows of the queues. */
  get workerQueues(): WorkerQueues {
    return Object.fromEntries(
      this.all.map(({ task, queue, deadLetters }) => [
        task.name,
        { url: queue.queueUrl, arn: queue.queueArn, deadLetterUrl: deadLetters.queueUrl },
      ]),
    );
  }

  /** What every queue's URL begins with: all but the slash and the queue's name. */
  get baseUrl(): string {
    const [first] = this.all;
    if (!first) throw new Error('There are no queues without tasks: give TaskQueues the catalogue');
    const name = taskQueueName(this.deployment, first.task.name);
    return Fn.select(0, Fn.split(`/${name}`, first.queue.queueUrl));
  }

  /** What the demand computation knows of the tasks. */
  get demandTasks(): DemandTask[] {
    return this.tasks.map(({ name, concurrency, startWithinSeconds, expectedSeconds, rateLimit }) => ({
      name,
      concurrency,
      startWithinSeconds,
      expectedSeconds,
      ...(rateLimit && { perSecond: rateLimit.perSecond }),
    }));
  }

  /** Receiving, settling, sending on and reading what is paused. */
  grantWork(worker: IGrantable): void {
    grant(worker, {
      actions: ['sqs:ReceiveMessage', 'sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:SendMessage'],
      resources: this.all.map(({ queue }) => queue.queueArn),
    });
    grant(worker, {
      actions: ['sqs:SendMessage'],
      resources: this.all.map(({ deadLetters }) => deadLetters.queueArn),
    });
    grantKey(worker, this.key);
    this.grantReadPaused(worker);
  }

  /** Counting what waits and reading what is paused. */
  grantCount(counter: IGrantable): void {
    grant(counter, {
      actions: ['sqs:GetQueueAttributes'],
      resources: this.all.flatMap(({ queue, deadLetters }) => [queue.queueArn, deadLetters.queueArn]),
    });
    this.grantReadPaused(counter);
  }

  private grantReadPaused(reader: IGrantable): void {
    grant(reader, { actions: ['ssm:GetParameter'], resources: [this.pausedTasks.parameterArn] });
  }

  private pairFor(task: Task): QueuePair {
    const pair = this.pairs.get(task.name);
    if (!pair) throw new Error(`Task ${task.name} is not in the catalogue: add it to tasks/index.ts`);
    return pair;
  }

  private queuePair(task: Task): QueuePair {
    const { deployment, key } = this;
    const deadLetters = new DeadLetterQueue(this, `${task.name}-dead-letter`, {
      queueName: deadLetterQueueName(deployment, task.name),
      key,
    });
    const queue = new SecureQueue(this, task.name, {
      queueName: taskQueueName(deployment, task.name),
      key,
      visibilityTimeout: Duration.seconds(limits.leaseSeconds),
      retentionPeriod: Duration.seconds(limits.queueRetentionSeconds),
      receiveMessageWaitTime: Duration.seconds(20),
      deadLetterQueue: { queue: deadLetters, maxReceiveCount: limits.maxReceiveCount },
    });
    return { task, queue, deadLetters };
  }
}
