import {
  GatewayVpcEndpointAwsService,
  IpAddresses,
  type ISecurityGroup,
  SecurityGroup,
  type SubnetSelection,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';

/** Public subnets for workers, closed ones for the database, and no NAT gateway that costs while nothing runs. */
export class WorkerNetwork extends Construct {
  readonly vpc: Vpc;
  /** Workers reach out through a public address of their own; nothing reaches in. */
  readonly workerSubnets: SubnetSelection = { subnetType: SubnetType.PUBLIC };
  readonly databaseSubnets: SubnetSelection = { subnetType: SubnetType.PRIVATE_ISOLATED };
  readonly workerSecurityGroup: ISecurityGroup;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.vpc = new Vpc(this, 'Vpc', {
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
    this.workerSecurityGroup = new SecurityGroup(this, 'WorkerSecurityGroup', {
      vpc: this.vpc,
      description: 'Workers: out to anywhere, in from nowhere',
    });
  }
}
