import { CfnScalableTarget, CfnScalingPolicy } from 'aws-cdk-lib/aws-applicationautoscaling';
import { CfnAlarm, type CfnAlarmProps } from 'aws-cdk-lib/aws-cloudwatch';
import type { FargateService } from 'aws-cdk-lib/aws-ecs';
import { Construct } from 'constructs';
import { type CapacityStep, capacitySteps, checkSteps, stepsFrom } from './capacity-steps.ts';

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

/** A demand that rises past one of these has an alarm of its own. */
const followedFrom = [1, 8];

/**
 * Makes the number of workers equal to the demand, from 0 to the maximum and back. Exact capacities leave zero, which
 * percentages cannot. An alarm acts when it goes off, and while it stays so about once a minute, whatever its period. The
 * alarms that follow look every ten seconds and take silence for the end, so that every telling of the demand sets them
 * off anew; the higher one acts at once on a rise even where CloudWatch would remember the last telling longer. What ends
 * does nothing: a demand that nobody tells changes nothing.
 */
export class ScaleOnDemand extends Construct {
  private readonly props: ScaleOnDemandProps;
  private readonly target: CfnScalableTarget;

  constructor(scope: Construct, id: string, props: ScaleOnDemandProps) {
    super(scope, id);
    this.props = props;
    const { service, maximum, steps = capacitySteps(maximum) } = props;
    checkSteps(steps, maximum);
    this.target = new CfnScalableTarget(this, 'Target', {
      serviceNamespace: 'ecs',
      scalableDimension: 'ecs:service:DesiredCount',
      resourceId: `service/${service.cluster.clusterName}/${service.serviceName}`,
      minCapacity: 0,
      maxCapacity: maximum,
    });
    for (const threshold of followedFrom.filter((one) => one <= maximum)) this.follow(steps, threshold);
    this.stop();
  }

  private follow(steps: readonly CapacityStep[], threshold: number): void {
    const [lowest] = followedFrom;
    const isLowest = threshold === lowest;
    const policy = this.policy(isLowest ? 'FollowPolicy' : `FollowPolicy${threshold}`, {
      name: isLowest ? 'follow-demand' : `follow-demand-from-${threshold}`,
      stepAdjustments: stepsFrom(steps, threshold).map(({ lowerBound, upperBound, capacity }) => ({
        metricIntervalLowerBound: lowerBound,
        ...(upperBound === undefined ? {} : { metricIntervalUpperBound: upperBound }),
        scalingAdjustment: capacity,
      })),
    });
    new CfnAlarm(this, isLowest ? 'Demand' : `Demand${threshold}`, {
      ...this.props.demand,
      ...everyDatapoint,
      alarmName: `${this.props.deployment}-worker-demand-above-${isLowest ? 'zero' : threshold - 1}`,
      alarmDescription: 'Work waits or is being done: the number of workers follows the demand',
      comparisonOperator: 'GreaterThanOrEqualToThreshold',
      threshold,
      period: 10,
      alarmActions: [policy.ref],
    });
  }

  private stop(): void {
    const policy = this.policy('StopPolicy', {
      name: 'stop-without-demand',
      stepAdjustments: [{ metricIntervalUpperBound: 0, scalingAdjustment: 0 }],
    });
    new CfnAlarm(this, 'NoDemand', {
      ...this.props.demand,
      ...everyDatapoint,
      alarmName: `${this.props.deployment}-worker-demand-zero`,
      alarmDescription: 'Nothing waits and no worker is busy: the last workers go',
      comparisonOperator: 'LessThanOrEqualToThreshold',
      threshold: 0,
      period: 60,
      alarmActions: [policy.ref],
    });
  }

  private policy(
    id: string,
    { name, stepAdjustments }: { name: string; stepAdjustments: CfnScalingPolicy.StepAdjustmentProperty[] },
  ): CfnScalingPolicy {
    return new CfnScalingPolicy(this, id, {
      policyName: name,
      policyType: 'StepScaling',
      scalingTargetId: this.target.ref,
      stepScalingPolicyConfiguration: {
        adjustmentType: 'ExactCapacity',
        metricAggregationType: 'Maximum',
        cooldown: 0,
        stepAdjustments,
      },
    });
  }
}

const everyDatapoint = {
  statistic: 'Maximum',
  evaluationPeriods: 1,
  datapointsToAlarm: 1,
  treatMissingData: 'notBreaching',
} satisfies Partial<CfnAlarmProps>;
