import { CfnScalableTarget, CfnScalingPolicy } from 'aws-cdk-lib/aws-applicationautoscaling';
import { CfnAlarm, type CfnAlarmProps } from 'aws-cdk-lib/aws-cloudwatch';
import type { FargateService } from 'aws-cdk-lib/aws-ecs';
import { Construct } from 'constructs';
import { type CapacityStep, capacitySteps, checkSteps } from './capacity-steps.ts';

/** A CloudWatch metric by its name and dimensions. */
export type MetricName = Required<Pick<CfnAlarmProps, 'namespace' | 'metricName' | 'dimensions'>>;

export interface ScaleOnDemandProps {
  service: FargateService;
  /** How many workers are needed now. */
  demand: MetricName;
  /** Prefix of the alarms' names. */
  deployment: string;
  maximum: number;
  /** Default: `capacitySteps(maximum)`. */
  steps?: readonly CapacityStep[];
}

/**
 * Makes the number of workers equal to the demand, from 0 to the maximum and back. Exact capacities leave zero, which
 * percentages cannot. The first alarm looks every ten seconds so that a message wakes a worker soon; an alarm
 * repeats its action about every minute whatever its period. No demand told is no reason to change anything.
 */
export class ScaleOnDemand extends Construct {
  constructor(scope: Construct, id: string, props: ScaleOnDemandProps) {
    super(scope, id);
    const { service, demand, deployment, maximum, steps = capacitySteps(maximum) } = props;
    checkSteps(steps, maximum);
    const target = new CfnScalableTarget(this, 'Target', {
      serviceNamespace: 'ecs',
      scalableDimension: 'ecs:service:DesiredCount',
      resourceId: `service/${service.cluster.clusterName}/${service.serviceName}`,
      minCapacity: 0,
      maxCapacity: maximum,
    });
    const follow = new CfnScalingPolicy(this, 'FollowPolicy', {
      policyName: 'follow-demand',
      policyType: 'StepScaling',
      scalingTargetId: target.ref,
      stepScalingPolicyConfiguration: {
        ...exactly,
        stepAdjustments: steps.map(({ lowerBound, upperBound, capacity }) => ({
          metricIntervalLowerBound: lowerBound,
          ...(upperBound === undefined ? {} : { metricIntervalUpperBound: upperBound }),
          scalingAdjustment: capacity,
        })),
      },
    });
    const stop = new CfnScalingPolicy(this, 'StopPolicy', {
      policyName: 'stop-without-demand',
      policyType: 'StepScaling',
      scalingTargetId: target.ref,
      stepScalingPolicyConfiguration: {
        ...exactly,
        stepAdjustments: [{ metricIntervalUpperBound: 0, scalingAdjustment: 0 }],
      },
    });
    new CfnAlarm(this, 'Demand', {
      ...demand,
      ...everyDatapoint,
      alarmName: `${deployment}-worker-demand-above-zero`,
      alarmDescription: 'Work waits or is being done: the number of workers follows the demand',
      comparisonOperator: 'GreaterThanOrEqualToThreshold',
      threshold: 1,
      period: 10,
      alarmActions: [follow.ref],
    });
    new CfnAlarm(this, 'NoDemand', {
      ...demand,
      ...everyDatapoint,
      alarmName: `${deployment}-worker-demand-zero`,
      alarmDescription: 'Nothing waits and no worker is busy: the last workers go',
      comparisonOperator: 'LessThanOrEqualToThreshold',
      threshold: 0,
      period: 60,
      alarmActions: [stop.ref],
    });
  }
}

const exactly = {
  adjustmentType: 'ExactCapacity',
  metricAggregationType: 'Maximum',
  cooldown: 0,
} satisfies CfnScalingPolicy.StepScalingPolicyConfigurationProperty;

const everyDatapoint = {
  statistic: 'Maximum',
  evaluationPeriods: 1,
  datapointsToAlarm: 1,
  treatMissingData: 'ignore',
} satisfies Partial<CfnAlarmProps>;
