import {
  FlowLogDestination,
  GatewayVpcEndpointAwsService,
  IpAddresses,
  type IVpc,
  SecurityGroup,
  type SubnetConfiguration,
  type SubnetSelection,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { deploymentLogs } from './deployment-logs.ts';
import type { Settings } from './settings.ts';

const workerSubnets = 'Workers';
const zones = 2;

/** Where workers run. */
export interface ExistingNetwork {
  vpc: IVpc;
  /** Default: the VPC's private subnets with a way out. They need one to SQS, S3, ECR and the rest of AWS. */
  workerSubnets?: SubnetSelection;
  /** True for public subnets. Default false. */
  assignPublicIp?: boolean;
}

export interface WorkerNetworkProps {
  deployment: string;
  settings: Pick<Settings, 'network' | 'logRetentionDays' | 'retainData'>;
  key?: IKey | undefined;
  /** Left out: a VPC is made. */
  existing?: ExistingNetwork | undefined;
}

/** Subnets for workers, from which they reach out and nothing reaches in, and closed ones for the database. */
export class WorkerNetwork extends Construct {
  readonly vpc: IVpc;
  readonly workerSubnets: SubnetSelection;
  readonly databaseSubnets: SubnetSelection = { subnetType: SubnetType.PRIVATE_ISOLATED };
  readonly assignPublicIp: boolean;
  readonly workerSecurityGroup: SecurityGroup;

  constructor(scope: Construct, id: string, props: WorkerNetworkProps) {
    super(scope, id);
    const { existing, settings } = props;
    this.vpc = existing?.vpc ?? this.newVpc(props);
    this.assignPublicIp = existing
      ? (existing.assignPublicIp ?? false)
      : settings.network.workers === 'public';
    this.workerSubnets = existing
      ? (existing.workerSubnets ?? { subnetType: SubnetType.PRIVATE_WITH_EGRESS })
      : { subnetGroupName: workerSubnets };
    this.workerSecurityGroup = new SecurityGroup(this, 'WorkerSecurityGroup', {
      vpc: this.vpc,
      description: 'Workers: out to anywhere, in from nowhere',
    });
  }

  private newVpc({ deployment, settings, key }: WorkerNetworkProps): Vpc {
    const isPrivate = settings.network.workers === 'private';
    const subnets = (name: string, subnetType: SubnetType, cidrMask: number): SubnetConfiguration => ({
      ...{ name, subnetType, cidrMask },
      ...(subnetType === SubnetType.PUBLIC && { mapPublicIpOnLaunch: false }),
    });
    const vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr('10.20.0.0/16'),
      maxAzs: zones,
      natGateways: isPrivate ? zones : 0,
      // The gateways' subnets come last: the others keep their addresses when the setting changes.
      subnetConfiguration: [
        subnets(workerSubnets, isPrivate ? SubnetType.PRIVATE_WITH_EGRESS : SubnetType.PUBLIC, 20),
        subnets('Database', SubnetType.PRIVATE_ISOLATED, 24),
        ...(isPrivate ? [subnets('Gateways', SubnetType.PUBLIC, 24)] : []),
      ],
      // CDK would do it with a provider Lambda; nothing here uses the default security group.
      restrictDefaultSecurityGroup: false,
      gatewayEndpoints: { S3: { service: GatewayVpcEndpointAwsService.S3 } },
    });
    if (settings.network.flowLogs) {
      vpc.addFlowLog('FlowLog', {
        destination: FlowLogDestination.toCloudWatchLogs(
          deploymentLogs(this, 'FlowLogs', { name: `/${deployment}/network`, settings, key }),
        ),
      });
    }
    return vpc;
  }
}
