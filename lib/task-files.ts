import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { SlackwaterEnvironment } from './environment.ts';
import { PrivateBucket } from './private-bucket.ts';

/** What tasks write: reports for people, and data that is too large for a queue. */
export class TaskFiles extends Construct {
  readonly reports: PrivateBucket;
  readonly claimChecks: PrivateBucket;

  constructor(scope: Construct, id: string, { environment }: { environment: SlackwaterEnvironment }) {
    super(scope, id);
    this.reports = new PrivateBucket(this, 'Reports', {
      environment,
      expireDays: environment.files.reportDays,
    });
    // Longer than a message can lie on its queue and its dead-letter queue together.
    this.claimChecks = new PrivateBucket(this, 'ClaimChecks', { environment, expireDays: 30 });
  }

  /** Writing reports, and both ends of a claim check. */
  grantWork(worker: IGrantable): void {
    for (const bucket of [this.reports, this.claimChecks]) {
      bucket.grantObjects(worker, [
        's3:GetObject',
        's3:GetObjectVersion',
        's3:PutObject',
        's3:AbortMultipartUpload',
      ]);
      bucket.grantBucket(worker, ['s3:ListBucket']);
    }
  }
}
