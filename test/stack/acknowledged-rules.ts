/** A finding of a rule pack that stands as it is. */
export interface AcknowledgedRule {
  /** Without its pack; of a finding with a detail only what stands before it. */
  rule: string;
  /** What the construct's path, behind the stack's, begins with. */
  at: string[];
  reason: string;
}

const buckets = ['Intake/Quarantine', 'Intake/Clean', 'Files/Reports', 'Files/ClaimChecks'];
const lambdas = ['Demand/Function', 'Alarms/UploadWatch/Function'];
const awsKeys =
  'encryption: aws-owned. AWS encrypts it with a key of its own, which is free; customer-key is for data that asks for more.';

/** What both environments leave as it is. */
export const everywhere: AcknowledgedRule[] = [
  {
    rule: 'AwsSolutions-IAM5',
    at: ['Intake/ScanRole'],
    reason:
      "GuardDuty's own list: any object of the quarantine bucket, and the rules it manages, whose names it ends as it likes.",
  },
  {
    rule: 'AwsSolutions-IAM5',
    at: ['Worker/Definition/TaskRole'],
    reason:
      'Workers read and write any object of their four buckets and protect themselves, whose ids nobody knows before; SendObjectMalwareScan knows no resource.',
  },
  {
    rule: 'AwsSolutions-IAM5',
    at: ['Worker/Definition/ExecutionRole'],
    reason: 'GetAuthorizationToken knows no resource.',
  },
  {
    rule: 'AwsSolutions-IAM5',
    at: ['Demand/Role'],
    reason:
      'GetMetricData, PutMetricData (held to our namespace) and ListTasks (held to our cluster) know no resource; worker ids are not known before.',
  },
  {
    rule: 'AwsSolutions-IAM5',
    at: ['Alarms/UploadWatch/Role'],
    reason: 'It reads the tags of whatever lies in quarantine; PutMetricData is held to our namespace.',
  },
  {
    rule: 'AwsSolutions-IAM5',
    at: ['WebApplication/Policy'],
    reason:
      'Names of uploads, claim checks and one-time schedules are made up when they are made; prefix and group are fixed. Reports are any object of their bucket.',
  },
  {
    rule: 'NIST.800.53.R5-IAMNoInlinePolicy',
    at: ['Intake', 'Schedules', 'OneTimeSchedules', 'Worker', 'Demand', 'Alarms'],
    reason:
      'Every role has one user and one policy made for it; a managed policy could be attached to others.',
  },
  {
    rule: 'AwsSolutions-S1',
    at: buckets,
    reason:
      "An account's owner logs access with CloudTrail's data events, once for all buckets; a log bucket each would cost and watch less.",
  },
  {
    rule: 'NIST.800.53.R5-S3BucketLoggingEnabled',
    at: buckets,
    reason: "As AwsSolutions-S1: CloudTrail's data events are the account's choice.",
  },
  {
    rule: 'NIST.800.53.R5-S3BucketReplicationEnabled',
    at: buckets,
    reason: 'Files are on their way through or can be made again; versions protect against overwriting.',
  },
  {
    rule: 'AwsSolutions-SQS3',
    at: ['Intake/UndeliveredVerdicts', 'Schedules/Undelivered'],
    reason: 'They are dead-letter queues, of EventBridge and Scheduler in place of a queue.',
  },
  {
    rule: 'AwsSolutions-SMG4',
    at: ['Database/Cluster/Secret'],
    reason:
      'Rotation needs a Lambda in the VPC with a way to Secrets Manager, and wakes the database; see docs/what-this-stack-does-not-do.md.',
  },
  {
    rule: 'NIST.800.53.R5-SecretsManagerRotationEnabled',
    at: ['Database/Cluster/Secret'],
    reason: 'As AwsSolutions-SMG4.',
  },
  {
    rule: 'AwsSolutions-ECS2',
    at: ['Worker/Definition'],
    reason: 'The variables are names and numbers of this deployment; the one secret comes as a secret.',
  },
  {
    rule: 'AwsSolutions-ECS4',
    at: ['Worker/Cluster'],
    reason:
      'Container Insights bills a dozen metrics a worker; workers tell what matters as embedded metrics.',
  },
  {
    rule: 'NIST.800.53.R5-LambdaDLQ',
    at: lambdas,
    reason:
      'A count of a minute ago is of no use to anybody; its missing metric is the alarm, and the next minute counts anew.',
  },
  {
    rule: 'NIST.800.53.R5-LambdaInsideVPC',
    at: lambdas,
    reason:
      'They speak to public endpoints of AWS only; in the VPC they would need a NAT gateway or endpoints, about 100 dollars a month.',
  },
  {
    rule: 'NIST.800.53.R5-LambdaConcurrency',
    at: ['Alarms/UploadWatch/Function'],
    reason: 'Only its own schedule invokes it, one at a time; reserving takes from a small account.',
  },
  {
    rule: 'NIST.800.53.R5-RDSEnhancedMonitoringEnabled',
    at: ['Database/Cluster/Writer'],
    reason: 'It is billed by the log line for as long as the instance is there, also while it sleeps.',
  },
  {
    rule: 'NIST.800.53.R5-RDSInBackupPlan',
    at: ['Database/Cluster/Writer'],
    reason: "The cluster's continuous backups are on; a plan of AWS Backup belongs to the account.",
  },
  {
    rule: 'NIST.800.53.R5-RDSLoggingEnabled',
    at: ['Database/Cluster'],
    reason:
      'RDS would make a log group without an end; workers log every error of the database, and retention needs a provider Lambda.',
  },
  {
    rule: 'NIST.800.53.R5-VPCDefaultSecurityGroupClosed',
    at: ['Network/Vpc'],
    reason: 'Nothing uses the default group; closing it takes a provider Lambda.',
  },
  {
    rule: 'NIST.800.53.R5-VPCNoUnrestrictedRouteToIGW',
    at: ['Network/Vpc/WorkersSubnet'],
    reason:
      'Workers reach SQS, S3, ECR and the rest by a public address of their own and let nobody in; the alternative costs about 100 dollars a month.',
  },
];

/** What only the environment for trying things out leaves as it is. */
export const inDev: AcknowledgedRule[] = [
  { rule: 'AwsSolutions-VPC7', at: ['Network/Vpc'], reason: 'Flow logs are for real work.' },
  { rule: 'NIST.800.53.R5-VPCFlowLogsEnabled', at: ['Network/Vpc'], reason: 'As AwsSolutions-VPC7.' },
  {
    rule: 'AwsSolutions-RDS10',
    at: ['Database/Cluster'],
    reason: 'retainData: false. It is meant to be deleted.',
  },
  {
    rule: 'NIST.800.53.R5-RDSInstanceDeletionProtectionEnabled',
    at: ['Database/Cluster'],
    reason: 'As AwsSolutions-RDS10.',
  },
  { rule: 'NIST.800.53.R5-S3DefaultEncryptionKMS', at: buckets, reason: awsKeys },
  {
    rule: 'NIST.800.53.R5-CloudWatchLogGroupEncrypted',
    at: ['Demand/Logs', 'Worker/Logs', 'Alarms'],
    reason: awsKeys,
  },
  { rule: 'NIST.800.53.R5-SNSEncryptedKMS', at: ['Alarms/Topics'], reason: awsKeys },
  {
    rule: 'NIST.800.53.R5-SecretsManagerUsingKMSKey',
    at: ['Database/Cluster/Secret'],
    reason: awsKeys,
  },
];

/** What only the environment for real work has, and leaves as it is. */
export const inProd: AcknowledgedRule[] = [
  {
    rule: 'NIST.800.53.R5-IAMNoInlinePolicy',
    at: ['Network/Vpc/FlowLog'],
    reason: 'As elsewhere: one role, one user, one policy.',
  },
];
