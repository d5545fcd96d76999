import { Stack } from 'aws-cdk-lib';
import { EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { CfnMalwareProtectionPlan } from 'aws-cdk-lib/aws-guardduty';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type CfnBucket, type CorsRule, HttpMethods } from 'aws-cdk-lib/aws-s3';
import type { IQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { virusScanResult } from '../tasks/virus-scan-result/task.ts';
import { grant } from './grant.ts';
import { malwareScanRole } from './malware-scan-role.ts';
import { PrivateBucket } from './private-bucket.ts';
import { DeadLetterQueue } from './secure-queue.ts';
import { completeSettings, type PartialSettings } from './settings.ts';

export interface FileIntakeProps {
  /** The queue of the task `virus-scan-result`. */
  verdictsTo: IQueue;
  /** Prefix of names. Default: the stack's name. */
  deployment?: string;
  /** How long files stay, and from which web pages they come. Default: see `defaultSettings`. */
  settings?: Pick<PartialSettings, 'files' | 'retainData'>;
  key?: IKey | undefined;
}

/** Upload → quarantine → scan → verdict on a queue; what is clean is copied to the clean bucket by its task. */
export class FileIntake extends Construct {
  readonly quarantine: PrivateBucket;
  readonly clean: PrivateBucket;
  /** Sees every verdict on the quarantine bucket. */
  readonly verdictRule: Rule;
  /** Where verdicts lie that could not be delivered. */
  readonly undelivered: Queue;

  constructor(scope: Construct, id: string, props: FileIntakeProps) {
    super(scope, id);
    const { key, deployment = Stack.of(this).stackName } = props;
    const { files, retainData } = completeSettings(props.settings);
    this.quarantine = new PrivateBucket(this, 'Quarantine', {
      retainData,
      key,
      expireDays: files.quarantineDays,
      supersededDays: 1,
      ...(files.uploadOrigins.length > 0 ? { cors: [uploadsFrom(files.uploadOrigins)] } : {}),
    });
    this.clean = new PrivateBucket(this, 'Clean', { retainData, key, expireDays: files.cleanDays });
    announceObjects(this.quarantine);
    const role = malwareScanRole(this, 'ScanRole', this.quarantine);
    const plan = new CfnMalwareProtectionPlan(this, 'ScanPlan', {
      protectedResource: { s3Bucket: { bucketName: this.quarantine.bucketName } },
      role: role.roleArn,
      actions: { tagging: { status: 'ENABLED' } },
    });
    plan.node.addDependency(role);
    this.undelivered = new DeadLetterQueue(this, 'UndeliveredVerdicts', {
      queueName: `${deployment}-undelivered-verdicts`,
      key,
    });
    this.verdictRule = this.ruleForVerdicts(props.verdictsTo);
  }

  /** Reading and emptying the quarantine, filling the clean bucket, asking for another scan. */
  grantWork(worker: IGrantable): void {
    this.quarantine.grantObjects(worker, [
      's3:GetObject',
      's3:GetObjectVersion',
      's3:DeleteObject',
      's3:DeleteObjectVersion',
    ]);
    this.quarantine.grantBucket(worker, ['s3:ListBucket', 's3:ListBucketVersions']);
    this.clean.grantObjects(worker, [
      's3:GetObject',
      's3:GetObjectVersion',
      's3:PutObject',
      's3:AbortMultipartUpload',
    ]);
    this.clean.grantBucket(worker, ['s3:ListBucket', 's3:ListBucketVersions']);
    // GuardDuty knows no resource for this action; the objects it can name are limited by the plan's own role.
    grant(worker, { actions: ['guardduty:SendObjectMalwareScan'], resources: ['*'] });
  }

  private ruleForVerdicts(queue: IQueue): Rule {
    return new Rule(this, 'Verdicts', {
      description: 'Verdicts of malware scans on uploaded files',
      eventPattern: {
        source: ['aws.guardduty'],
        detailType: ['GuardDuty Malware Protection Object Scan Result'],
        detail: { s3ObjectDetails: { bucketName: [this.quarantine.bucketName] } },
      },
      targets: [
        new SqsQueue(queue, {
          message: RuleTargetInput.fromObject(verdictEnvelope),
          deadLetterQueue: this.undelivered,
        }),
      ],
    });
  }
}

/**
 * Only whole values that every event has: EventBridge leaves a missing inner path out, and does not escape
 * values inside quotes, https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
const verdictEnvelope = {
  specversion: '1.0',
  id: EventField.fromPath('$.id'),
  source: 'aws.guardduty',
  type: virusScanResult.name,
  time: EventField.fromPath('$.time'),
  datacontenttype: 'application/json',
  data: EventField.fromPath('$.detail'),
};

/** What a browser of these pages may do: post a form, and read which version it made. */
function uploadsFrom(allowedOrigins: string[]): CorsRule {
  return {
    allowedMethods: [HttpMethods.POST],
    allowedOrigins,
    allowedHeaders: ['*'],
    exposedHeaders: ['ETag', 'x-amz-version-id'],
    maxAge: 3600,
  };
}

/** Sends the bucket's events to EventBridge; CDK's own switch for it would add a provider Lambda. */
function announceObjects(bucket: PrivateBucket): void {
  (bucket.node.defaultChild as CfnBucket).notificationConfiguration = {
    eventBridgeConfiguration: { eventBridgeEnabled: true },
  };
}
