import { type CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { metrics } from '../../tasks/names.ts';
import type { Demand } from './compute-demand.ts';

/** What is told of one moment. */
export interface DemandReport extends Demand {
  deployment: string;
  /** Over all tasks. */
  waiting: number;
  /** Over all tasks; undefined if they were not counted this time. */
  deadLetters: number | undefined;
  /** Workers that are not told to stop. */
  running: number;
  now: Date;
}

/**
 * Tells CloudWatch: few aggregates, since a custom metric costs 0.30 dollars a month for the hours in which it is told;
 * SQS's own are per queue. At rest only the demand is told, whose silence is an alarm.
 */
export async function publishDemand(cloudWatch: CloudWatchClient, report: DemandReport): Promise<void> {
  const { needed, demand, waiting, deadLetters = 0, running } = report;
  const isAtRest = Math.max(needed, demand, waiting, running) === 0;
  const values = {
    [metrics.workerDemand]: demand,
    ...(!isAtRest && { [metrics.workersNeeded]: needed, [metrics.messagesWaiting]: waiting }),
    ...(deadLetters > 0 && { [metrics.deadLetters]: deadLetters }),
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
