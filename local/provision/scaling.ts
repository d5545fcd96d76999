import { z } from 'zod';
import { localAccount, localRegion } from '../local-service.ts';
import type { StepScalingPolicy } from '../scaling/step-scaling.ts';
import { type Body, madeUpName, readProperties } from './body.ts';

/** `AWS::ApplicationAutoScaling::ScalableTarget`: the desired count of a service. */
export const scalableTarget: Body = async (context) => {
  const { ecs, scaling } = context.services;
  const { ResourceId, ...said } = readProperties(
    context,
    z.object({
      ResourceId: z.string().regex(/^service\/[^/]+\/[^/]+$/, 'only services of ECS are scaled'),
      ScalableDimension: z.literal('ecs:service:DesiredCount'),
      MinCapacity: z.coerce.number(),
      MaxCapacity: z.coerce.number(),
    }),
  );
  const [, cluster, service] = ResourceId.split('/');
  const { services } = await ecs.call<{ services: { desiredCount: number }[] }>('DescribeServices', {
    cluster,
    services: [service],
  });
  let capacity = services[0]?.desiredCount ?? 0;
  scaling.putTarget({
    resourceId: ResourceId,
    minimum: said.MinCapacity,
    maximum: said.MaxCapacity,
    capacity: () => capacity,
    setCapacity: async (desiredCount) => {
      capacity = desiredCount;
      await ecs.call('UpdateService', { cluster, service, desiredCount });
    },
  });
  return { Ref: `${ResourceId}|${said.ScalableDimension}|ecs`, Id: ResourceId };
};

const number = z.coerce.number();
const policySchema = z.object({
  PolicyName: z.string(),
  PolicyType: z.literal('StepScaling', 'only step scaling has a local body'),
  ScalingTargetId: z.string(),
  StepScalingPolicyConfiguration: z.object({
    AdjustmentType: z.enum(['ExactCapacity', 'ChangeInCapacity', 'PercentChangeInCapacity']),
    Cooldown: number.optional(),
    MetricAggregationType: z.enum(['Average', 'Minimum', 'Maximum']).optional(),
    MinAdjustmentMagnitude: number.optional(),
    StepAdjustments: z.array(
      z.object({
        MetricIntervalLowerBound: number.optional(),
        MetricIntervalUpperBound: number.optional(),
        ScalingAdjustment: number,
      }),
    ),
  }),
});

/** `AWS::ApplicationAutoScaling::ScalingPolicy`: step scaling, called by alarms. */
export const scalingPolicy: Body = (context) => {
  const said = readProperties(context, policySchema);
  const resourceId = said.ScalingTargetId.split('|')[0] ?? '';
  const arn = `arn:aws:autoscaling:${localRegion}:${localAccount}:scalingPolicy:${context.logicalId}:resource/ecs/${resourceId}:policyName/${said.PolicyName}`;
  context.services.scaling.putPolicy({
    arn,
    resourceId,
    configuration: said.StepScalingPolicyConfiguration as StepScalingPolicy,
  });
  return { Ref: arn, Arn: arn };
};

/** `AWS::CloudWatch::Alarm`: evaluated on the local clock; metric math is not. */
export const alarm: Body = async (context) => {
  const { AlarmName = madeUpName(context), Metrics } = readProperties(
    context,
    z.object({ AlarmName: z.string().optional(), Metrics: z.unknown().optional() }),
  );
  const arn = `arn:aws:cloudwatch:${localRegion}:${localAccount}:alarm:${AlarmName}`;
  if (Metrics !== undefined) {
    context.say(
      `Alarm ${AlarmName} reckons with several metrics, which the local CloudWatch does not: it stays silent`,
    );
    return { Ref: AlarmName, Arn: arn };
  }
  const { Tags: _tags, ...definition } = context.properties;
  await context.services.cloudwatch.call('PutMetricAlarm', { ...definition, AlarmName });
  return { Ref: AlarmName, Arn: arn };
};
