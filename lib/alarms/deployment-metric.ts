import type { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { metrics } from '../../tasks/names.ts';

/** Which view of a metric of our own. */
export interface MetricView {
  statistic: string;
  period: Duration;
  /** For a metric that is told by task. */
  task?: string;
  label?: string;
}

/** A metric that workers or Lambdas of the deployment tell. */
export function deploymentMetric(
  deployment: string,
  metricName: string,
  { task, ...view }: MetricView,
): Metric {
  return new Metric({
    namespace: metrics.namespace,
    metricName,
    dimensionsMap: {
      [metrics.deploymentDimension]: deployment,
      ...(task === undefined ? {} : { [metrics.taskDimension]: task }),
    },
    ...view,
  });
}
