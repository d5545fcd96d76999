import { Duration } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type HorizontalAnnotation,
  type IMetric,
  type IWidget,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { Task } from '../tasks/define-task.ts';
import { metrics } from '../tasks/names.ts';
import { deploymentMetric } from './alarms/deployment-metric.ts';
import type { WorkerDatabase } from './run-database.ts';
import { defaultSettings } from './settings.ts';
import type { TaskAlarms } from './task-alarms.ts';
import type { QueuePair, TaskQueues } from './task-queues.ts';
import type { WorkerService } from './worker-service.ts';

export interface TaskDashboardProps {
  queues: TaskQueues;
  worker: Pick<WorkerService, 'maximum'>;
  /** Shown first. Left out: no alarms are shown. */
  alarms?: TaskAlarms;
  /** Only a cluster that was made here is shown. */
  database?: WorkerDatabase;
  /** Where docs/runbook.md can be read. Default: see `defaultSettings`. */
  runbookUrl?: string;
}

const minute = Duration.minutes(1);
const height = 6;

/**
 * What an operator opens first: which alarms ring, workers asked for and there, and for each task what waits, what became
 * of it and how long it took. Three dollars a month beyond an account's first three dashboards.
 */
export class TaskDashboard extends Construct {
  constructor(scope: Construct, id: string, props: TaskDashboardProps) {
    super(scope, id);
    const { queues, worker, alarms, database } = props;
    const { deployment } = queues;
    const runbook = props.runbookUrl ?? defaultSettings.alarms.runbookUrl;
    new Dashboard(this, 'Dashboard', {
      dashboardName: deployment,
      defaultInterval: Duration.hours(3),
      widgets: [
        [new TextWidget({ markdown: `# ${deployment}\n[Runbook](${runbook})`, width: 24, height: 2 })],
        ...(alarms
          ? [[new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms.alarms], width: 24, height: 4 })]]
          : []),
        workers(deployment, worker.maximum),
        ...queues.all.flatMap((pair) => taskRows(deployment, pair)),
        ...(database?.cluster ? [databaseRow(database.cluster)] : []),
      ],
    });
  }
}

function workers(deployment: string, maximum: number): IWidget[] {
  const metric = (name: string, statistic: string, label: string) =>
    deploymentMetric(deployment, name, { statistic, period: minute, label });
  return [
    graph('Workers: demand and what there is', {
      left: [
        metric(metrics.workersNeeded, 'Maximum', 'needed'),
        metric(metrics.workerDemand, 'Maximum', 'demand'),
        // Every worker that receives tells this once a minute.
        metric(metrics.workersHeld, 'SampleCount', 'receiving'),
        metric(metrics.workersHeld, 'Sum', "workers' worth of attempts"),
      ],
      marks: [{ value: maximum, label: 'maximum' }],
    }),
    graph('All tasks', {
      left: [metric(metrics.messagesWaiting, 'Maximum', 'waiting')],
      right: [metric(metrics.deadLetters, 'Maximum', 'dead letters')],
    }),
    graph('Uploads without a verdict', {
      left: [
        deploymentMetric(deployment, metrics.uploadsWithoutVerdict, {
          statistic: 'Maximum',
          period: Duration.minutes(15),
          label: 'never scanned',
        }),
      ],
    }),
  ];
}

function taskRows(deployment: string, pair: QueuePair): IWidget[][] {
  const { task } = pair;
  return [
    [new TextWidget({ markdown: `## ${task.name}\n${task.summary}`, width: 24, height: 2 })],
    [messages(pair), oldest(pair), ...(task.fairBy ? [quietGroups(pair)] : [])],
    [outcomes(deployment, task), ...times(deployment, task)],
  ];
}

function messages({ queue, deadLetters }: QueuePair): IWidget {
  const view = { statistic: 'Maximum', period: minute };
  return graph('Messages', {
    left: [
      queue.metricApproximateNumberOfMessagesVisible({ ...view, label: 'waiting' }),
      queue.metricApproximateNumberOfMessagesNotVisible({ ...view, label: 'in flight or in back-off' }),
      queue.metricApproximateNumberOfMessagesDelayed({ ...view, label: 'delayed' }),
    ],
    right: [deadLetters.metricApproximateNumberOfMessagesVisible({ ...view, label: 'dead' })],
  });
}

function oldest({ task, queue }: QueuePair): IWidget {
  return graph('Oldest message (s)', {
    left: [
      queue.metricApproximateAgeOfOldestMessage({ statistic: 'Maximum', period: minute, label: 'oldest' }),
    ],
    marks: [objective(task)],
  });
}

/** SQS's own view of senders that do not flood the queue. */
function quietGroups({ queue }: QueuePair): IWidget {
  const metric = (name: string, label: string) =>
    queue.metric(name, { statistic: 'Maximum', period: minute, label });
  return graph('Quiet groups', {
    left: [
      metric('ApproximateNumberOfMessagesVisibleInQuietGroups', 'waiting'),
      metric('ApproximateNumberOfMessagesNotVisibleInQuietGroups', 'in flight'),
      metric('ApproximateNumberOfNoisyGroups', 'noisy groups'),
    ],
    right: [metric('ApproximateAgeOfOldestMessageInQuietGroups', 'oldest (s)')],
  });
}

function outcomes(deployment: string, task: Task): IWidget {
  const colours = { done: '#2ca02c', failed: '#ff7f0e', retried: '#bcbd22', dead: '#d62728' };
  return graph('What became of it', {
    left: Object.entries(metrics.outcomes).map(([outcome, name]) =>
      deploymentMetric(deployment, name, { statistic: 'Sum', period: minute, task: task.name }).with({
        label: outcome,
        color: colours[outcome as keyof typeof colours],
      }),
    ),
  });
}

function times(deployment: string, task: Task): IWidget[] {
  const percentiles = (name: string) =>
    ['p50', 'p95', 'p99'].map((statistic) =>
      deploymentMetric(deployment, name, {
        statistic,
        period: Duration.minutes(5),
        task: task.name,
        label: statistic,
      }),
    );
  return [
    graph('Time in queue (s)', { left: percentiles(metrics.queueSeconds), marks: [objective(task)] }),
    graph('Time worked (s)', {
      left: percentiles(metrics.attemptSeconds),
      marks: [{ value: task.timeoutSeconds, label: 'deadline' }],
    }),
  ];
}

function databaseRow(cluster: NonNullable<WorkerDatabase['cluster']>): IWidget[] {
  const view = { statistic: 'Maximum', period: minute };
  return [
    graph('Database: capacity', {
      left: [cluster.metric('ServerlessDatabaseCapacity', { ...view, label: 'capacity units' })],
      right: [cluster.metric('ACUUtilization', { ...view, label: '% of the maximum' })],
    }),
    graph('Database: connections', {
      left: [cluster.metricDatabaseConnections({ ...view, label: 'connections' })],
    }),
  ];
}

function objective({ startWithinSeconds }: Task): HorizontalAnnotation {
  return { value: startWithinSeconds, label: 'objective' };
}

function graph(
  title: string,
  { left, right = [], marks = [] }: { left: IMetric[]; right?: IMetric[]; marks?: HorizontalAnnotation[] },
): IWidget {
  return new GraphWidget({
    title,
    left,
    right,
    leftAnnotations: marks,
    leftYAxis: { min: 0 },
    rightYAxis: { min: 0 },
    width: 8,
    height,
  });
}
