import type { AlarmState } from '../../local/cloudwatch/cloudwatch.ts';
import { type AlarmRule, evaluateAlarm, extraPeriods } from '../../local/cloudwatch/evaluate-alarm.ts';
import type { MetricStore } from '../../local/cloudwatch/metric-store.ts';
import { metricMath, type Series } from './metric-math.ts';

/** The part of a synthesized template that alarms need. */
export interface Template {
  Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>;
}

/** An alarm of a template, ready to be evaluated on data. */
export interface SynthesizedAlarm {
  /** Without the deployment's name. */
  name: string;
  description: string;
  properties: AlarmProperties;
  /** Its state at a moment, in milliseconds since 1970, after it was in this state before. */
  evaluate(store: MetricStore, at: number, before: AlarmState): AlarmState;
}

interface MetricOfTemplate {
  Namespace: string;
  MetricName: string;
  Dimensions?: { Name: string; Value: unknown }[];
}
interface AlarmProperties extends AlarmRule, Partial<MetricOfTemplate> {
  AlarmName: string;
  AlarmDescription: string;
  AlarmActions?: unknown[];
  Period?: number;
  Statistic?: string;
  Metrics?: {
    Id: string;
    Expression?: string;
    ReturnData?: boolean;
    MetricStat?: { Metric: MetricOfTemplate; Period: number; Stat: string };
  }[];
}

/** Every alarm of a template that tells people; those of the scaling policy act by themselves. */
export function synthesizedAlarms(template: Template, deployment: string): SynthesizedAlarm[] {
  return Object.values(template.Resources)
    .filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm')
    .map(({ Properties }) => Properties as unknown as AlarmProperties)
    .filter(({ AlarmName }) => !AlarmName.startsWith(`${deployment}-worker-demand-above`))
    .filter(({ AlarmName }) => !AlarmName.startsWith(`${deployment}-worker-demand-zero`))
    .map((properties) => ({
      name: properties.AlarmName.slice(deployment.length + 1),
      description: properties.AlarmDescription,
      properties,
      evaluate: (store, at, before) => {
        const windows = properties.EvaluationPeriods + extraPeriods;
        const query = (metric: MetricOfTemplate, period: number, stat: string): Series =>
          store.query({
            namespace: metric.Namespace,
            metricName: metric.MetricName,
            dimensions: Object.fromEntries(
              (metric.Dimensions ?? []).map(({ Name, Value }) => [Name, nameOf(template, Value)]),
            ),
            stat,
            periodMs: period * 1000,
            start: at - windows * period * 1000,
            windows,
          });
        return evaluateAlarm(properties, seriesOf(properties, query), before).state;
      },
    }));
}

type Query = (metric: MetricOfTemplate, period: number, stat: string) => Series;

function seriesOf(
  { Metrics, Namespace = '', MetricName = '', ...rest }: AlarmProperties,
  query: Query,
): Series {
  if (!Metrics) {
    return query({ ...rest, Namespace, MetricName }, rest.Period ?? 0, rest.Statistic ?? '');
  }
  const series: Record<string, Series> = {};
  for (const { Id, MetricStat } of Metrics) {
    if (MetricStat) series[Id] = query(MetricStat.Metric, MetricStat.Period, MetricStat.Stat);
  }
  const result = Metrics.find(({ Expression }) => Expression !== undefined);
  if (!result?.Expression) throw new Error('An alarm has several metrics and no expression');
  return metricMath(result.Expression, series);
}

/** The name that a reference of the template stands for: what the resource is called, else its logical id. */
function nameOf({ Resources }: Template, value: unknown): string {
  if (typeof value === 'string') return value;
  const reference = value as { Ref?: string; 'Fn::GetAtt'?: [string, string] };
  const id = reference.Ref ?? reference['Fn::GetAtt']?.[0] ?? '';
  const { QueueName, FunctionName, Name } = Resources[id]?.Properties ?? {};
  return String(QueueName ?? FunctionName ?? Name ?? id);
}
