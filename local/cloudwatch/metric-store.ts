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
  unit?: string;
}
