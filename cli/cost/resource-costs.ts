import { assumptions, hoursPerMonth } from './assumptions.ts';
import { type BillLine, line } from './bill.ts';

/** What one resource costs in a month by merely being there; undefined if this cannot be told of it. */
// biome-ignore lint/suspicious/noExplicitAny: every resource type has properties of its own
type ResourceCost = (properties: any) => BillLine[] | undefined;

const monthly = (item: string, price: string, note?: string): ResourceCost => {
  return () => [line(item, 1, price, note)];
};
const hourly = (item: string, price: string): ResourceCost => {
  return () => [line(item, hoursPerMonth, price)];
};

/** Resource types that are charged for being there. Fargate services and Lambdas are charged by what runs, elsewhere. */
export const resourceCosts: Record<string, ResourceCost> = {
  'AWS::ApplicationAutoScaling::ScalingPolicy': ({ PolicyType }) =>
    PolicyType === 'TargetTrackingScaling'
      ? [line('Alarms, standard', 2, 'alarm-standard', 'target tracking makes two of its own')]
      : [],
  'AWS::CloudWatch::Alarm': alarm,
  'AWS::CloudWatch::CompositeAlarm': monthly('Alarms, composite', 'alarm-composite'),
  'AWS::CloudWatch::Dashboard': monthly('Dashboards', 'dashboard'),
  'AWS::EC2::EIP': hourly('Public IPv4 of NAT gateways', 'public-ipv4-hour'),
  'AWS::EC2::NatGateway': hourly('NAT gateways', 'nat-gateway-hour'),
  'AWS::EC2::VPCEndpoint': vpcEndpoint,
  'AWS::KMS::Key': () => [
    line('KMS keys', 1, 'kms-key', 'each yearly rotation adds one more, at most two'),
    line(
      'KMS requests',
      assumptions.kmsRequestsPerHour * hoursPerMonth,
      'kms-request',
      'assumed: 60 an hour',
    ),
  ],
  'AWS::Logs::MetricFilter': ({ MetricTransformations }) =>
    (MetricTransformations ?? []).map(() => line('Custom metrics of log filters', 1, 'custom-metric')),
  'AWS::RDS::DBCluster': databaseCluster,
  'AWS::RDS::DBInstance': ({ DBInstanceClass }) => (DBInstanceClass === 'db.serverless' ? [] : undefined),
  'AWS::SSM::Parameter': parameter,
  'AWS::SecretsManager::Secret': monthly('Secrets', 'secret'),
};

/** Charged by the metrics it looks at; one that looks more often than once a minute costs three times as much. */
function alarm({ Period, Metrics }: AlarmProperties): BillLine[] | undefined {
  const metrics = Metrics ?? [{ MetricStat: { Period } }];
  // A query finds its metrics when it runs.
  if (metrics.some(({ Expression }) => /^\s*SELECT\b/i.test(Expression ?? ''))) return undefined;
  // An alarm on a band of anomaly detection is charged for the metric and both of its bounds.
  const bands = metrics.filter(({ Expression }) => /ANOMALY_DETECTION_BAND/.test(Expression ?? '')).length;
  const periods = metrics.flatMap(({ MetricStat }) => (MetricStat ? [MetricStat.Period ?? 60] : []));
  const count = periods.length + 2 * bands;
  return periods.some((period) => period < 60)
    ? [line('Alarms, high resolution', count, 'alarm-high-resolution')]
    : [line('Alarms, standard', count, 'alarm-standard')];
}

interface AlarmProperties {
  Period?: number;
  Metrics?: { MetricStat?: { Period?: number }; Expression?: string }[];
}

function vpcEndpoint(properties: {
  VpcEndpointType?: string;
  SubnetIds?: unknown[];
}): BillLine[] | undefined {
  const { VpcEndpointType: type = 'Gateway', SubnetIds = [] } = properties;
  if (type === 'Gateway') return [];
  if (type !== 'Interface') return undefined;
  return [line('Interface endpoints', SubnetIds.length * hoursPerMonth, 'interface-endpoint-hour')];
}

/** Advanced ones cost; an intelligent one becomes that beyond 4 KB. */
function parameter({ Tier = 'Standard', Value }: { Tier?: string; Value: unknown }): BillLine[] {
  const advanced = Tier === 'Advanced' || (Tier === 'Intelligent-Tiering' && lengthOf(Value) > 4096);
  return advanced ? [line('SSM parameters, advanced', 1, 'parameter-advanced')] : [];
}

/** About how long the text will be: a name or address that only AWS knows counts as 60 characters. */
function lengthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return String(value).length;
  const parts = (value as { 'Fn::Join'?: [string, unknown[]] })['Fn::Join']?.[1];
  return parts ? parts.reduce((sum: number, part) => sum + lengthOf(part), 0) : 60;
}

/** The capacity that is always there; storage is stated apart. */
function databaseCluster(properties: DatabaseClusterProperties): BillLine[] | undefined {
  const { ServerlessV2ScalingConfiguration: scaling } = properties;
  // A cluster of instances is charged by them.
  if (!scaling) return [];
  return [
    line(
      'Aurora, capacity that never sleeps',
      scaling.MinCapacity * hoursPerMonth,
      unitPrice(properties),
      scaling.MinCapacity === 0 ? 'pauses at 0 while nobody is connected' : undefined,
    ),
  ];
}

interface DatabaseClusterProperties {
  ServerlessV2ScalingConfiguration?: { MinCapacity: number; SecondsUntilAutoPause?: number };
  StorageType?: string;
}

/** The price of an Aurora capacity unit with this cluster's storage. */
export function unitPrice({ StorageType }: { StorageType?: string }): string {
  return StorageType === 'aurora-iopt1' ? 'aurora-io-optimized-acu-hour' : 'aurora-acu-hour';
}
