import { Stack, type StackProps } from 'aws-cdk-lib';
import { SecurityGroup, Vpc, type VpcAttributes } from 'aws-cdk-lib/aws-ec2';
import { Repository } from 'aws-cdk-lib/aws-ecr';
import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { Slackwater } from '../../lib/slackwater.ts';
import { tasks } from './catalogue.ts';

/** What this account has already. */
export interface ExistingAccount {
  /** Its private subnets have a NAT gateway or endpoints. */
  network: VpcAttributes;
  databaseSecretName: string;
  databaseSecurityGroupId: string;
  imageRepository: string;
  imageTag: string;
  alarmTopicArn: string;
  webApplicationRole: string;
}

/** Background work in an account that has its own network, database, image and alarm topic. */
export class BackgroundWork extends Stack {
  constructor(
    scope: Construct,
    id: string,
    { account, ...props }: StackProps & { account: ExistingAccount },
  ) {
    super(scope, id, props);
    new Slackwater(this, 'Slackwater', {
      tasks,
      network: { vpc: Vpc.fromVpcAttributes(this, 'Vpc', account.network) },
      database: {
        secret: Secret.fromSecretNameV2(this, 'DatabaseSecret', account.databaseSecretName),
        connections: SecurityGroup.fromSecurityGroupId(this, 'Database', account.databaseSecurityGroupId),
      },
      image: ContainerImage.fromEcrRepository(
        Repository.fromRepositoryName(this, 'Images', account.imageRepository),
        account.imageTag,
      ),
      settings: {
        workers: { maximum: 20, spotPercent: 50 },
        alarms: { criticalTopicArn: account.alarmTopicArn, otherTopicArn: account.alarmTopicArn },
        webApplication: { roleName: account.webApplicationRole },
        encryption: 'aws-owned',
      },
    });
  }
}
