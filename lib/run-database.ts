import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Port } from 'aws-cdk-lib/aws-ec2';
import {
  AuroraPostgresEngineVersion,
  ClusterInstance,
  Credentials,
  DatabaseCluster,
  DatabaseClusterEngine,
  ParameterGroup,
} from 'aws-cdk-lib/aws-rds';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { SlackwaterEnvironment } from './environment.ts';
import type { WorkerNetwork } from './worker-network.ts';

/** The Postgres that holds the ledger and what tasks load; it pauses while nobody is connected. */
export class RunDatabase extends Construct {
  /** JSON with host, port, dbname, username and password. */
  readonly secret: ISecret;
  readonly cluster: DatabaseCluster;

  constructor(
    scope: Construct,
    id: string,
    { environment, network }: { environment: SlackwaterEnvironment; network: WorkerNetwork },
  ) {
    super(scope, id);
    const engine = DatabaseClusterEngine.auroraPostgres({ version: AuroraPostgresEngineVersion.VER_17_7 });
    this.cluster = new DatabaseCluster(this, 'Cluster', {
      engine,
      defaultDatabaseName: 'slackwater',
      credentials: Credentials.fromGeneratedSecret('slackwater'),
      vpc: network.vpc,
      vpcSubnets: network.databaseSubnets,
      writer: ClusterInstance.serverlessV2('Writer', { publiclyAccessible: false }),
      serverlessV2MinCapacity: 0,
      serverlessV2MaxCapacity: environment.database.maximumCapacityUnits,
      serverlessV2AutoPauseDuration: Duration.seconds(environment.database.pauseAfterSeconds),
      storageEncrypted: true,
      parameterGroup: new ParameterGroup(this, 'Parameters', {
        engine,
        description: 'Connections over TLS only',
        parameters: { 'rds.force_ssl': '1' },
      }),
      backup: { retention: Duration.days(environment.retainData ? 14 : 1) },
      copyTagsToSnapshot: true,
      deletionProtection: environment.retainData,
      removalPolicy: environment.retainData ? RemovalPolicy.SNAPSHOT : RemovalPolicy.DESTROY,
    });
    const { secret } = this.cluster;
    if (!secret) throw new Error('The database cluster has no generated secret');
    this.secret = secret;
    this.cluster.connections.allowFrom(network.workerSecurityGroup, Port.tcp(5432), 'Workers');
  }
}
