import type { AlarmDefinition } from '../../local/cloudwatch/alarms.ts';
import type { StepScalingPolicy } from '../../local/scaling/step-scaling.ts';
import type { Template, TemplateResource } from '../../local/template/template.ts';

/** Everything in a template that decides how many workers there are. */
export interface ScalingTemplate {
  minimum: number;
  maximum: number;
  /** Alarms that scale, without the dimensions that tell one deployment's metric from another's. */
  alarms: AlarmDefinition[];
  /** Step scaling policies by the action with which an alarm calls them. */
  steps: ReadonlyMap<string, StepScalingPolicy>;
  tracking: TargetTracking[];
}

/** A target tracking policy. */
export interface TargetTracking {
  metricName: string;
  target: number;
  scaleOutCooldownSeconds: number;
  scaleInCooldownSeconds: number;
}

/** What ECS's target tracking waits when a policy says nothing. */
const defaultCooldownSeconds = 300;

/** Reads alarms, policies and limits. Throws an Error if the template scales no ECS service or more than one. */
export function readScalingTemplate(template: Template): ScalingTemplate {
  const named = Object.entries(template.Resources);
  const of = (type: string) => named.filter(([, { Type }]) => Type === type);
  const targets = of('AWS::ApplicationAutoScaling::ScalableTarget');
  const limits = targets[0]?.[1].Properties;
  if (targets.length !== 1 || !limits) {
    throw new Error(`The template has ${targets.length} scalable targets; the benchmark reads exactly one`);
  }
  const policies = of('AWS::ApplicationAutoScaling::ScalingPolicy');
  const steps = new Map(
    policies.flatMap(([id, { Properties }]) => {
      const steps = Properties?.StepScalingPolicyConfiguration as StepScalingPolicy | undefined;
      return steps ? [[id, steps] as const] : [];
    }),
  );
  return {
    minimum: Number(limits.MinCapacity),
    maximum: Number(limits.MaxCapacity),
    steps,
    alarms: of('AWS::CloudWatch::Alarm')
      .map(([id, resource]) => alarmOf(id, resource))
      .filter(({ AlarmActions }) => AlarmActions?.some((action) => steps.has(action))),
    tracking: policies.flatMap(([, { Properties }]) => trackingOf(Properties) ?? []),
  };
}

function alarmOf(id: string, { Properties = {} }: TemplateResource): AlarmDefinition {
  const { Dimensions: _, AlarmName: __, AlarmActions, ...rest } = Properties;
  return {
    ...(rest as unknown as AlarmDefinition),
    AlarmName: id,
    AlarmActions: ((AlarmActions ?? []) as { Ref?: string }[]).flatMap(({ Ref }) => Ref ?? []),
  };
}

function trackingOf(properties: TemplateResource['Properties']): TargetTracking | undefined {
  const settings = properties?.TargetTrackingScalingPolicyConfiguration as
    | {
        TargetValue: number;
        PredefinedMetricSpecification?: { PredefinedMetricType: string };
        ScaleOutCooldown?: number;
        ScaleInCooldown?: number;
      }
    | undefined;
  return settings?.PredefinedMetricSpecification?.PredefinedMetricType === 'ECSServiceAverageCPUUtilization'
    ? {
        metricName: 'CPUUtilization',
        target: settings.TargetValue,
        scaleOutCooldownSeconds: settings.ScaleOutCooldown ?? defaultCooldownSeconds,
        scaleInCooldownSeconds: settings.ScaleInCooldown ?? defaultCooldownSeconds,
      }
    : undefined;
}
