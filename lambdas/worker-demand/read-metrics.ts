import {
  type CloudWatchClient,
  type Metric,
  type MetricDataQuery,
  paginateGetMetricData,
} from '@aws-sdk/client-cloudwatch';
import { metrics } from '../../tasks/names.ts';

/**
 * How long a need is remembered: until the workers' WorkersHeld counts an attempt, up to a minute after its message has
 * left the queue, and for a minute in which the counts of SQS lag. Longer would keep idle workers, and Fargate bills by
 * the second; docs/scaling.md tells what other lengths do.
 */
export const smoothingMinutes = 2;

/** What the workers and this Lambda itself have told CloudWatch. */
export interface MeasuredWork {
  held: number;
  /** Length of an attempt, by task; only tasks with an attempt in the last two hours. */
  seconds: ReadonlyMap<string, number>;
  /** WorkersNeeded of the last minutes. WorkerDemand is never read: it would feed on itself. */
  recentNeeded: number[];
}

/** Without workers nothing is in progress, nothing is measured, and nothing has to be smoothed. */
export const nothingMeasured: MeasuredWork = { held: 0, seconds: new Map(), recentNeeded: [] };

/** Reads what was measured. Throws if CloudWatch does not answer in full. */
export async function readMetrics(
  cloudWatch: CloudWatchClient,
  { deployment, tasks, now }: { deployment: string; tasks: readonly string[]; now: Date },
): Promise<MeasuredWork> {
  const [recent, lengths] = await Promise.all([
    read(cloudWatch, recentQueries(deployment), since(now, smoothingMinutes * 60)),
    read(cloudWatch, lengthQueries(deployment, tasks), since(now, 7200)),
  ]);
  const seconds = new Map<string, number>();
  for (const [index, task] of tasks.entries()) {
    const newest = lengths.get(`seconds${index}`)?.[0];
    if (newest !== undefined) seconds.set(task, newest);
  }
  return {
    // A minute that is not over, or whose logs are late, counts too little: the fullest of the last ones is right.
    held: Math.max(0, ...(recent.get('held') ?? [])),
    seconds,
    recentNeeded: recent.get('needed') ?? [],
  };
}

function recentQueries(deployment: string): MetricDataQuery[] {
  return [
    query('held', metric(metrics.workersHeld, deployment), { period: 60, stat: 'Sum' }),
    query('needed', metric(metrics.workersNeeded, deployment), { period: 60, stat: 'Maximum' }),
  ];
}

function lengthQueries(deployment: string, tasks: readonly string[]): MetricDataQuery[] {
  return tasks.map((task, index) =>
    query(`seconds${index}`, metric(metrics.attemptSeconds, deployment, task), {
      period: 3600,
      stat: 'Average',
    }),
  );
}

function metric(name: string, deployment: string, task?: string): Metric {
  return {
    Namespace: metrics.namespace,
    MetricName: name,
    Dimensions: [
      { Name: metrics.deploymentDimension, Value: deployment },
      ...(task === undefined ? [] : [{ Name: metrics.taskDimension, Value: task }]),
    ],
  };
}

function query(
  Id: string,
  Metric: Metric,
  { period, stat }: { period: number; stat: string },
): MetricDataQuery {
  return { Id, MetricStat: { Metric, Period: period, Stat: stat } };
}

function since(now: Date, seconds: number): { StartTime: Date; EndTime: Date } {
  return { StartTime: new Date(now.getTime() - seconds * 1000), EndTime: now };
}

/** Values by query, newest first. */
async function read(
  cloudWatch: CloudWatchClient,
  MetricDataQueries: MetricDataQuery[],
  window: { StartTime: Date; EndTime: Date },
): Promise<Map<string, number[]>> {
  const values = new Map<string, number[]>();
  const pages = paginateGetMetricData(
    { client: cloudWatch },
    { MetricDataQueries, ScanBy: 'TimestampDescending', ...window },
  );
  for await (const { MetricDataResults } of pages) {
    for (const { Id = '', StatusCode, Values = [], Messages } of MetricDataResults ?? []) {
      if (StatusCode === 'InternalError' || StatusCode === 'Forbidden') {
        throw new Error(`CloudWatch answered ${StatusCode} to ${Id}: ${JSON.stringify(Messages ?? [])}`);
      }
      values.set(Id, [...(values.get(Id) ?? []), ...Values]);
    }
  }
  return values;
}
