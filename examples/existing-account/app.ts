import { App } from 'aws-cdk-lib';
import settings from '../../cdk.json' with { type: 'json' };
import { BackgroundWork } from './background-work.ts';

const app = new App({ context: settings.context, analyticsReporting: false });

new BackgroundWork(app, 'background-work', {
  env: { account: '111122223333', region: 'eu-west-2' },
  account: {
    network: {
      vpcId: 'vpc-0123456789abcdef0',
      availabilityZones: ['eu-west-2a', 'eu-west-2b'],
      privateSubnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
      privateSubnetRouteTableIds: ['rtb-0123456789abcdef0', 'rtb-0123456789abcdef1'],
    },
    databaseSecretName: 'webapp/database',
    databaseSecurityGroupId: 'sg-0123456789abcdef0',
    imageRepository: 'webapp-worker',
    imageTag: '2026-11-23',
    alarmTopicArn: 'arn:aws:sns:eu-west-2:111122223333:on-call',
    webApplicationRole: 'webapp',
  },
});

app.synth();
