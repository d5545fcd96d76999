import { type CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { metrics } from '../../tasks/names.ts';
import type { Demand } from './compute-demand.ts';

/** What is told of one moment. */
export interface DemandReport extends Demand {
  deployment: string;
  /** Over all tasks. */
  waiting: number;
  deadLetters: number;
  now: Date;
}

/** Tells CloudWatch: few aggregates, since a custom metric costs 0.30 dollars a month; SQS's own are per queue. */
export async function publishDemand(cloudWatch: CloudWatchClient, report: DemandReport): Promise<void> {
  const values = {
    [metrics.workersNeeded]: report.needed,
    [metrics.workerDemand]: report.demand,
    [metrics.messagesWaiting]: report.waiting,
    [metrics.deadLetters]: report.deadLetters,
  };
  await cloudWatch.send(
    new PutMetricDataCommand({
      Namespace: metrics.namespace,
      MetricData: Object.entries(values).map(([MetricName, Value]) => ({
        MetricName,
        Value,
        Unit: 'Count',
        Timestamp: report.now,
        // To the second: the alarm that wakes workers looks every ten.
        StorageResolution: 1,
        Dimensions: [{ Name: metrics.deploymentDimension, Value: report.deployment }],
      })),
    }),
  );
}
