/** What the simulation takes for granted of AWS; the same for every scaler. Ranges are drawn from evenly. */
export interface Assumptions {
  /** From the change of the desired count to the worker's first poll. */
  workerStartSeconds: readonly [number, number];
  /** Fargate bills at least this much of every worker. */
  leastBilledSeconds: number;
  /** Age of what GetQueueAttributes counts: mostly seconds, at most a minute. Exponential with this mean. */
  countLagSeconds: { mean: number; most: number };
  /** From the end of a minute to its datapoint of an AWS/SQS or AWS/ECS metric. */
  serviceMetricSeconds: readonly [number, number];
  /** A queue nobody touched for this long has no metrics in CloudWatch … */
  queueSleepsAfterSeconds: number;
  /** … and gets them back this much after it is touched. */
  queueWakesSeconds: readonly [number, number];
  /** How long a Lambda runs until it has published, cold start included. */
  lambdaSeconds: readonly [number, number];
  /** From PutMetricData to the datapoint that an alarm sees. */
  putMetricSeconds: readonly [number, number];
  /** From a line in embedded metric format to the datapoint. */
  logMetricSeconds: readonly [number, number];
  /** From an alarm to the new desired count. */
  scalingActionSeconds: readonly [number, number];
}

/** As far as AWS says it, what AWS says; else what is usual. */
export const assumptions: Assumptions = {
  workerStartSeconds: [20, 60],
  leastBilledSeconds: 60,
  countLagSeconds: { mean: 10, most: 60 },
  serviceMetricSeconds: [30, 90],
  queueSleepsAfterSeconds: 6 * 3600,
  queueWakesSeconds: [0, 15 * 60],
  lambdaSeconds: [0.5, 2.5],
  putMetricSeconds: [1, 5],
  logMetricSeconds: [5, 15],
  scalingActionSeconds: [1, 3],
};
