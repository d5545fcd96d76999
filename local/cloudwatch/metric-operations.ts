import type { Clock } from '../clock.ts';
import { AwsError, type Operation } from '../json-protocol.ts';
import { floorTo, type MetricDatum, type MetricName, type MetricStore } from './metric-store.ts';

interface Dimension {
  Name: string;
  Value?: string;
}

interface PutMetricDataInput {
  Namespace: string;
  MetricData: {
    MetricName: string;
    Dimensions?: Dimension[];
    /** Seconds since 1970, as the JSON protocol carries time. */
    Timestamp?: number;
    Value?: number;
    Values?: number[];
    Counts?: number[];
    StatisticValues?: { SampleCount: number; Sum: number; Minimum: number; Maximum: number };
    StorageResolution?: number;
  }[];
}

interface GetMetricDataInput {
  MetricDataQueries: {
    Id: string;
    Label?: string;
    ReturnData?: boolean;
    Expression?: string;
    MetricStat?: {
      Metric: { Namespace: string; MetricName: string; Dimensions?: Dimension[] };
      Period: number;
      Stat: string;
    };
  }[];
  StartTime: number;
  EndTime: number;
  ScanBy?: 'TimestampDescending' | 'TimestampAscending';
  MaxDatapoints?: number;
  NextToken?: string;
}

interface ListMetricsInput {
  Namespace?: string;
  MetricName?: string;
  Dimensions?: Dimension[];
  NextToken?: string;
}

const listPageSize = 500;
const windowsAtMost = 1_000_000;

/** CloudWatch's operations on metrics. */
export function metricOperations(
  store: MetricStore,
  clock: Clock,
): Record<'PutMetricData' | 'GetMetricData' | 'ListMetrics', Operation> {
  return {
    PutMetricData: ({ Namespace, MetricData }: PutMetricDataInput) => {
      if (!Namespace) throw new AwsError('MissingParameter', 'The parameter Namespace is required.');
      if (!MetricData?.length)
        throw new AwsError('MissingParameter', 'The parameter MetricData is required.');
      // All or none: a batch with a mistake is refused as a whole.
      const data = MetricData.map((datum) => readDatum(Namespace, datum, clock));
      for (const datum of data) store.put(datum);
      return {};
    },

    GetMetricData: (input: GetMetricDataInput) => {
      const limit = input.MaxDatapoints ?? 100_800;
      const offset = Number(input.NextToken ?? 0);
      let seen = 0;
      const results = input.MetricDataQueries.filter(({ ReturnData }) => ReturnData !== false).map(
        (query) => {
          const points = pointsOf(store, query, input);
          const page = points.slice(Math.max(0, offset - seen), Math.max(0, offset + limit - seen));
          seen += points.length;
          return {
            Id: query.Id,
            Label: query.Label ?? query.MetricStat?.Metric.MetricName,
            Timestamps: page.map(({ seconds }) => seconds),
            Values: page.map(({ value }) => value),
            StatusCode: seen > offset + limit ? 'PartialData' : 'Complete',
          };
        },
      );
      return {
        MetricDataResults: results,
        Messages: [],
        ...(seen > offset + limit && { NextToken: String(offset + limit) }),
      };
    },

    ListMetrics: ({ Namespace, MetricName, Dimensions = [], NextToken }: ListMetricsInput) => {
      const matches = ({ namespace, metricName, dimensions }: MetricName): boolean =>
        (Namespace === undefined || namespace === Namespace) &&
        (MetricName === undefined || metricName === MetricName) &&
        Dimensions.every(({ Name, Value }) =>
          Value === undefined ? Name in dimensions : dimensions[Name] === Value,
        );
      const found = store.list().filter(matches);
      const offset = Number(NextToken ?? 0);
      return {
        Metrics: found.slice(offset, offset + listPageSize).map(({ namespace, metricName, dimensions }) => ({
          Namespace: namespace,
          MetricName: metricName,
          Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
        })),
        ...(found.length > offset + listPageSize && { NextToken: String(offset + listPageSize) }),
      };
    },
  };
}

function readDatum(
  namespace: string,
  datum: PutMetricDataInput['MetricData'][number],
  clock: Clock,
): MetricDatum {
  const { MetricName: metricName, StatisticValues: set, Values, Value, Counts: counts } = datum;
  const values = Values ?? (Value === undefined ? [] : [Value]);
  if (values.length === 0 && !set) {
    throw new AwsError(
      'InvalidParameterCombination',
      `${metricName} has neither Value, Values nor StatisticValues`,
    );
  }
  if (counts && counts.length !== values.length) {
    throw new AwsError('InvalidParameterValue', `${metricName}: Counts and Values differ in length`);
  }
  return {
    namespace,
    metricName,
    dimensions: dimensionsOf(datum.Dimensions),
    timestamp: datum.Timestamp === undefined ? clock.now() : datum.Timestamp * 1000,
    values,
    ...(counts && { counts }),
    ...(set && {
      statistics: { sampleCount: set.SampleCount, sum: set.Sum, minimum: set.Minimum, maximum: set.Maximum },
    }),
    resolutionSeconds: datum.StorageResolution ?? 60,
  };
}

/** Windows begin at multiples of the period; the one in which StartTime lies counts, EndTime does not. */
function pointsOf(
  store: MetricStore,
  { Id, MetricStat, Expression }: GetMetricDataInput['MetricDataQueries'][number],
  { StartTime, EndTime, ScanBy }: GetMetricDataInput,
): { seconds: number; value: number }[] {
  if (!MetricStat) {
    throw new AwsError(
      'ValidationError',
      `Query ${Id}: the local CloudWatch has no metric math (${Expression})`,
    );
  }
  if (!(EndTime > StartTime)) throw new AwsError('ValidationError', 'EndTime must be after StartTime');
  const periodMs = MetricStat.Period * 1000;
  const start = floorTo(StartTime * 1000, periodMs);
  const windows = Math.ceil((EndTime * 1000 - start) / periodMs);
  if (windows > windowsAtMost) {
    throw new AwsError(
      'ValidationError',
      `${windows} periods are too many: ask for a longer period or less time`,
    );
  }
  const values = store.query({
    namespace: MetricStat.Metric.Namespace,
    metricName: MetricStat.Metric.MetricName,
    dimensions: dimensionsOf(MetricStat.Metric.Dimensions),
    stat: MetricStat.Stat,
    periodMs,
    start,
    windows,
  });
  const points = values.flatMap((value, window) =>
    value === undefined ? [] : { seconds: (start + window * periodMs) / 1000, value },
  );
  return ScanBy === 'TimestampAscending' ? points : points.reverse();
}

function dimensionsOf(dimensions: readonly Dimension[] = []): Record<string, string> {
  return Object.fromEntries(dimensions.map(({ Name, Value }) => [Name, Value ?? '']));
}
