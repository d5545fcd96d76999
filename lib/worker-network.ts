import {
  FlowLogDestination,
  GatewayVpcEndpointAwsService,
  IpAddresses,
  type IVpc,
  SecurityGroup,
  type SubnetSelection,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { deploymentLogs } from './deployment-logs.ts';
import type { Settings } from './settings.ts';

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

/** Public subnets for workers, closed ones for the database, and no NAT gateway that costs while nothing runs. */
export class WorkerNetwork extends Construct {
  readonly vpc: IVpc;
  /** Workers reach out through a public address of their own; nothing reaches in. */
  readonly workerSubnets: SubnetSelection;
  readonly databaseSubnets: SubnetSelection = { subnetType: SubnetType.PRIVATE_ISOLATED };
  readonly assignPublicIp: boolean;
  readonly workerSecurityGroup: SecurityGroup;

  constructor(scope: Construct, id: string, props: WorkerNetworkProps) {
    super(scope, id);
    const { existing } = props;
    this.vpc = existing?.vpc ?? this.newVpc(props);
    this.assignPublicIp = existing ? (existing.assignPublicIp ?? false) : true;
    this.workerSubnets = existing
      ? (existing.workerSubnets ?? { subnetType: SubnetType.PRIVATE_WITH_EGRESS })
      : { subnetType: SubnetType.PUBLIC };
    this.workerSecurityGroup = new SecurityGroup(this, 'WorkerSecurityGroup', {
      vpc: this.vpc,
      description: 'Workers: out to anywhere, in from nowhere',
    });
  }

  private newVpc({ deployment, settings, key }: WorkerNetworkProps): Vpc {
    const vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr('10.20.0.0/16'),
      maxAzs: 2,
      natGateways: 0,
      subnetConfiguration: [
        { name: 'Workers', subnetType: SubnetType.PUBLIC, cidrMask: 20, mapPublicIpOnLaunch: false },
        { name: 'Database', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 24 },
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
