import { ArnFormat, type Duration, Stack } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { deploymentLogs } from '../deployment-logs.ts';
import type { Settings } from '../settings.ts';
import type { WorkerService } from '../worker-service.ts';

export interface WorkerExitsProps {
  deployment: string;
  worker: Pick<WorkerService, 'cluster' | 'service'>;
  settings: Pick<Settings, 'logRetentionDays' | 'retainData'>;
  key?: IKey | undefined;
}

/**
 * Keeps what ECS tells of every worker that failed: it ended with an error, or could not be started. ECS itself forgets
 * a stopped worker after an hour. How often the rule fired is a metric of EventBridge's own, which costs nothing.
 */
export class WorkerExits extends Construct {
  private readonly ruleName: string;

  constructor(scope: Construct, id: string, { deployment, worker, settings, key }: WorkerExitsProps) {
    super(scope, id);
    const stack = Stack.of(this);
    this.ruleName = `${deployment}-worker-failed`;
    const logGroupName = `/aws/events/${this.ruleName}`;
    const logs = deploymentLogs(this, 'Logs', { name: logGroupName, settings, key });
    logs.addToResourcePolicy(
      new PolicyStatement({
        principals: [
          new ServicePrincipal('events.amazonaws.com'),
          new ServicePrincipal('delivery.logs.amazonaws.com'),
        ],
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logs.logGroupArn],
      }),
    );
    const arn = stack.formatArn({
      service: 'logs',
      resource: 'log-group',
      resourceName: logGroupName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    const rule = new Rule(this, 'Rule', {
      ruleName: this.ruleName,
      description: 'Workers that ended with an error or could not start',
      eventPattern: {
        source: ['aws.ecs'],
        detailType: ['ECS Task State Change'],
        detail: {
          clusterArn: [worker.cluster.clusterArn],
          group: [`service:${worker.service.serviceName}`],
          lastStatus: ['STOPPED'],
          $or: [
            // What Spot takes back in the middle of its work is repeated, and no fault.
            {
              containers: { exitCode: [{ 'anything-but': [0] }] },
              stopCode: [{ 'anything-but': ['SpotInterruption'] }],
            },
            { stopCode: ['TaskFailedToStart'] },
          ],
        },
      },
    });
    rule.addTarget({ bind: () => ({ arn }) });
    rule.node.addDependency(logs);
  }

  /** How many workers failed in a period; no data means none. */
  failures(period: Duration): Metric {
    return new Metric({
      namespace: 'AWS/Events',
      metricName: 'TriggeredRules',
      dimensionsMap: { RuleName: this.ruleName },
      statistic: 'Sum',
      period,
    });
  }
}
