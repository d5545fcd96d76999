import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { type IConnectable, Port } from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
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
import type { Settings } from './settings.ts';
import type { WorkerNetwork } from './worker-network.ts';

/** A PostgreSQL 14 or newer that exists already. */
export interface ExistingDatabase {
  /** JSON with host, port, dbname, username and password; the user owns the database or may create tables in it. */
  secret: ISecret;
  /** Its security group, into which workers are let. Left out: you let them in yourself. */
  connections?: IConnectable;
  /** Default 5432. */
  port?: number;
}

/** What workers have to know of the database, whoever made it. */
export interface WorkerDatabase {
  secret: ISecret;
  /** Absent if the database exists already. */
  cluster?: DatabaseCluster;
}

export interface RunDatabaseProps {
  settings: Pick<Settings, 'database' | 'retainData' | 'logRetentionDays'>;
  network: WorkerNetwork;
  key?: IKey | undefined;
}

/** The Postgres that holds the ledger and what tasks load; it pauses while nobody is connected. */
export class RunDatabase extends Construct implements WorkerDatabase {
  /** JSON with host, port, dbname, username and password. */
  readonly secret: ISecret;
  readonly cluster: DatabaseCluster;

  constructor(scope: Construct, id: string, { settings, network, key }: RunDatabaseProps) {
    super(scope, id);
    const { database, retainData } = settings;
    const engine = DatabaseClusterEngine.auroraPostgres({ version: AuroraPostgresEngineVersion.VER_17_7 });
    this.cluster = new DatabaseCluster(this, 'Cluster', {
      engine,
      defaultDatabaseName: 'slackwater',
      credentials: Credentials.fromGeneratedSecret('slackwater', key ? { encryptionKey: key } : {}),
      vpc: network.vpc,
      vpcSubnets: network.databaseSubnets,
      writer: ClusterInstance.serverlessV2('Writer', { publiclyAccessible: false }),
      serverlessV2MinCapacity: 0,
      serverlessV2MaxCapacity: database.maximumCapacityUnits,
      serverlessV2AutoPauseDuration: Duration.seconds(database.pauseAfterSeconds),
      iamAuthentication: true,
      storageEncrypted: true,
      ...(key ? { storageEncryptionKey: key } : {}),
      parameterGroup: new ParameterGroup(this, 'Parameters', {
        engine,
        description: 'Connections over TLS only',
        parameters: { 'rds.force_ssl': '1' },
      }),
      backup: { retention: Duration.days(database.backupDays) },
      copyTagsToSnapshot: true,
      deletionProtection: retainData,
      removalPolicy: retainData ? RemovalPolicy.SNAPSHOT : RemovalPolicy.DESTROY,
    });
    const { secret } = this.cluster;
    if (!secret) throw new Error('The database cluster has no generated secret');
    this.secret = secret;
    this.cluster.connections.allowFrom(network.workerSecurityGroup, Port.tcp(5432), 'Workers');
  }
}

/** Lets workers into a database that exists already. */
export function reachDatabase(existing: ExistingDatabase, network: WorkerNetwork): WorkerDatabase {
  existing.connections?.connections.allowFrom(
    network.workerSecurityGroup,
    Port.tcp(existing.port ?? 5432),
    'Workers',
  );
  return { secret: existing.secret };
}
