import { AwsError } from '../json-protocol.ts';

/** Values of one metric at one moment. */
export interface MetricDatum {
  namespace: string;
  metricName: string;
  dimensions?: Readonly<Record<string, string>>;
  /** Milliseconds since 1970. */
  timestamp: number;
  values: readonly number[];
  /** How often each value occurred; left out: once each. */
  counts?: readonly number[];
  /** Instead of values, when only these are known. */
  statistics?: { sampleCount: number; sum: number; minimum: number; maximum: number };
  /** 1 or 60 seconds. Default: 60. */
  resolutionSeconds?: number;
}

/** Which metric: all dimensions count, as in AWS, where a metric with one more is another metric. */
export interface MetricName {
  namespace: string;
  metricName: string;
  dimensions: Readonly<Record<string, string>>;
}

/** What is asked of a metric: one statistic of consecutive windows. */
export interface MetricQuery extends MetricName {
  /** Sum, Maximum, Minimum, Average, SampleCount or a percentile such as `p99.9`. */
  stat: string;
  periodMs: number;
  /** Begin of the first window, in milliseconds since 1970. */
  start: number;
  windows: number;
}

/** Metrics in memory: a second's or a minute's values together, as CloudWatch keeps them. */
export interface MetricStore {
  put(datum: MetricDatum): void;
  /** One value a window, oldest first; undefined where there is no data. Throws AwsError on an unknown statistic. */
  query(query: MetricQuery): (number | undefined)[];
  list(): MetricName[];
}

/** Exact values in one bucket before further ones are rounded to three digits, so that memory has a bound. */
const exactValues = 500;
const retentionMs = { 1: 3 * 3_600_000, 60: 15 * 86_400_000 };

interface Bucket {
  sampleCount: number;
  sum: number;
  minimum: number;
  maximum: number;
  /** Occurrences by value, for percentiles. */
  values: Map<number, number>;
}

/** Starts empty. */
export function createMetricStore(): MetricStore {
  const metrics = new Map<string, { name: MetricName; buckets: Map<number, Bucket> }>();

  return {
    put: (datum) => {
      const name = { ...datum, dimensions: datum.dimensions ?? {} };
      const { buckets } = getOrCreate(metrics, keyOf(name), () => ({
        name: { namespace: name.namespace, metricName: name.metricName, dimensions: name.dimensions },
        buckets: new Map<number, Bucket>(),
      }));
      const resolution = datum.resolutionSeconds === 1 ? 1 : 60;
      const time = floorTo(datum.timestamp, resolution * 1000);
      if (!buckets.has(time)) forget(buckets, time - retentionMs[resolution]);
      add(getOrCreate(buckets, time, emptyBucket), datum);
    },
    query: ({ stat, periodMs, start, windows, ...name }) => {
      const statistic = statisticOf(stat);
      const merged = new Map<number, Bucket>();
      for (const [time, bucket] of metrics.get(keyOf(name))?.buckets ?? []) {
        const window = Math.floor((time - start) / periodMs);
        if (window >= 0 && window < windows) merge(getOrCreate(merged, window, emptyBucket), bucket);
      }
      return Array.from({ length: windows }, (_, window) => {
        const bucket = merged.get(window);
        return bucket && statistic(bucket);
      });
    },
    list: () => [...metrics.values()].map(({ name }) => name),
  };
}

/** The begin of the period in which a moment lies. */
export function floorTo(timestamp: number, periodMs: number): number {
  return Math.floor(timestamp / periodMs) * periodMs;
}

function keyOf({ namespace, metricName, dimensions }: MetricName): string {
  const sorted = Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([namespace, metricName, sorted]);
}

function emptyBucket(): Bucket {
  return {
    sampleCount: 0,
    sum: 0,
    minimum: Number.POSITIVE_INFINITY,
    maximum: Number.NEGATIVE_INFINITY,
    values: new Map(),
  };
}

function add(bucket: Bucket, { values, counts, statistics }: MetricDatum): void {
  for (const [index, value] of values.entries()) {
    const count = counts?.[index] ?? 1;
    const kept = bucket.values.size < exactValues ? value : Number(value.toPrecision(3));
    bucket.values.set(kept, (bucket.values.get(kept) ?? 0) + count);
    accumulate(bucket, { sampleCount: count, sum: value * count, minimum: value, maximum: value });
  }
  if (statistics) accumulate(bucket, statistics);
}

function merge(into: Bucket, from: Bucket): void {
  accumulate(into, from);
  for (const [value, count] of from.values) into.values.set(value, (into.values.get(value) ?? 0) + count);
}

function accumulate(into: Bucket, from: Omit<Bucket, 'values'>): void {
  into.sampleCount += from.sampleCount;
  into.sum += from.sum;
  into.minimum = Math.min(into.minimum, from.minimum);
  into.maximum = Math.max(into.maximum, from.maximum);
}

function statisticOf(stat: string): (bucket: Bucket) => number | undefined {
  if (stat === 'Sum') return ({ sum }) => sum;
  if (stat === 'SampleCount') return ({ sampleCount }) => sampleCount;
  if (stat === 'Average') return ({ sum, sampleCount }) => sum / sampleCount;
  if (stat === 'Minimum') return ({ minimum }) => minimum;
  if (stat === 'Maximum') return ({ maximum }) => maximum;
  const percent = /^p(\d{1,2}(?:\.\d+)?|100)$/.exec(stat)?.[1];
  if (percent) return (bucket) => percentile(bucket, Number(percent) / 100);
  throw new AwsError(
    'InvalidParameterValue',
    `The local CloudWatch has no statistic ${JSON.stringify(stat)}: use Sum, Maximum, Minimum, Average, SampleCount or pNN`,
  );
}

/** Undefined where only statistic sets were sent: AWS has no percentiles of them either. */
function percentile({ values }: Bucket, share: number): number | undefined {
  const sorted = [...values].sort(([a], [b]) => a - b);
  const rank = share * sorted.reduce((sum, [, count]) => sum + count, 0);
  let seen = 0;
  return sorted.find(([, count]) => {
    seen += count;
    return seen >= rank;
  })?.[0];
}

function forget(buckets: Map<number, Bucket>, before: number): void {
  for (const time of buckets.keys()) if (time < before) buckets.delete(time);
}

function getOrCreate<Key, Value>(map: Map<Key, Value>, key: Key, create: () => Value): Value {
  const value = map.get(key) ?? create();
  map.set(key, value);
  return value;
}
