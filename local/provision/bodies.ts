import type { Body } from './body.ts';
import { cluster, service, taskDefinition } from './ecs.ts';
import { rule, schedule, scheduleGroup } from './events.ts';
import { malwareProtectionPlan } from './guardduty.ts';
import { eventInvokeConfig, lambdaFunction } from './lambda.ts';
import { parameter } from './parameter.ts';
import { databaseCluster, databaseInstance } from './rds.ts';
import { bucket } from './s3.ts';
import { alarm, scalableTarget, scalingPolicy } from './scaling.ts';
import { secret, secretTargetAttachment } from './secrets.ts';
import { queue, queuePolicy } from './sqs.ts';

/** Every resource type that has a local body. */
export const bodies: Readonly<Record<string, Body>> = {
  'AWS::SQS::Queue': queue,
  'AWS::SQS::QueuePolicy': queuePolicy,
  'AWS::S3::Bucket': bucket,
  'AWS::Events::Rule': rule,
  'AWS::Scheduler::Schedule': schedule,
  'AWS::Scheduler::ScheduleGroup': scheduleGroup,
  'AWS::Lambda::Function': lambdaFunction,
  'AWS::Lambda::EventInvokeConfig': eventInvokeConfig,
  'AWS::ECS::Cluster': cluster,
  'AWS::ECS::TaskDefinition': taskDefinition,
  'AWS::ECS::Service': service,
  'AWS::ApplicationAutoScaling::ScalableTarget': scalableTarget,
  'AWS::ApplicationAutoScaling::ScalingPolicy': scalingPolicy,
  'AWS::CloudWatch::Alarm': alarm,
  'AWS::SSM::Parameter': parameter,
  'AWS::GuardDuty::MalwareProtectionPlan': malwareProtectionPlan,
  'AWS::RDS::DBCluster': databaseCluster,
  'AWS::RDS::DBInstance': databaseInstance,
  'AWS::SecretsManager::Secret': secret,
  'AWS::SecretsManager::SecretTargetAttachment': secretTargetAttachment,
};

const reasons: readonly [RegExp, string][] = [
  [/^AWS::IAM::|Policy$|^AWS::Lambda::Permission$/, 'permissions are not evaluated here'],
  [/^AWS::EC2::|SubnetGroup$/, 'the network is this machine'],
  [/^AWS::ECS::ClusterCapacityProviderAssociations$/, 'workers are processes of this machine'],
  [/^AWS::Logs::/, 'logs go to files'],
  [/^AWS::RDS::/, 'the local Postgres has settings of its own'],
  [/^AWS::KMS::/, 'nothing is encrypted here'],
  [/^AWS::SNS::/, 'nobody is told here: look at the alarms'],
  [/^AWS::CloudWatch::Dashboard$/, 'there is no console here to show it'],
];

/** Why resources of this type have no local body. */
export function reasonForNoBody(type: string): string {
  return reasons.find(([pattern]) => pattern.test(type))?.[1] ?? 'the local cloud does not know this type';
}
