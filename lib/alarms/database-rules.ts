import { Duration } from 'aws-cdk-lib';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { DatabaseCluster } from 'aws-cdk-lib/aws-rds';
import type { AlarmRule } from './alarm-rule.ts';

const fiveMinutes = Duration.minutes(5);
/** Aurora's limit for clusters that may shrink to nothing. */
const mostConnections = 2_000;

/** The database works at its largest size, or its connections run out. */
export function databaseNearLimits(
  cluster: DatabaseCluster,
  { maximumCapacityUnits }: { maximumCapacityUnits: number },
): AlarmRule[] {
  const connections = connectionsAtMost(maximumCapacityUnits);
  return [
    {
      name: 'database-capacity',
      severity: 'other',
      section: 'the-database-is-near-its-limits',
      says: `The database has worked at more than 90 % of its ${maximumCapacityUnits} capacity units for a quarter of an hour.`,
      metric: cluster.metric('ACUUtilization', { statistic: 'Average', period: fiveMinutes }),
      when: { above: 90 },
      periods: 3,
      // A database that sleeps has nothing to tell.
      missing: TreatMissingData.NOT_BREACHING,
    },
    {
      name: 'database-connections',
      severity: 'other',
      section: 'the-database-is-near-its-limits',
      says: `More than 80 % of the database's ${connections} connections are taken.`,
      metric: cluster.metricDatabaseConnections({ statistic: 'Maximum', period: fiveMinutes }),
      when: { above: Math.floor(connections * 0.8) },
      missing: TreatMissingData.NOT_BREACHING,
    },
  ];
}

/**
 * What `max_connections` is by default: about 211 a capacity unit (189 for one, 823 for 4, 1,669 for 8), and no more
 * than 2,000 when the cluster may pause,
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html
 */
export function connectionsAtMost(maximumCapacityUnits: number): number {
  return Math.min(mostConnections, Math.floor(211 * maximumCapacityUnits - 22));
}
