import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { limits } from '../tasks/limits.ts';
import { PrivateBucket } from './private-bucket.ts';
import { completeSettings, type PartialSettings } from './settings.ts';

export interface TaskFilesProps {
  /** How long reports stay. Default: see `defaultSettings`. */
  settings?: Pick<PartialSettings, 'files' | 'retainData'>;
  key?: IKey | undefined;
}

/** What tasks write: reports for people, and data that is too large for a queue. */
export class TaskFiles extends Construct {
  readonly reports: PrivateBucket;
  readonly claimChecks: PrivateBucket;

  constructor(scope: Construct, id: string, { settings, key }: TaskFilesProps = {}) {
    super(scope, id);
    const { files, retainData } = completeSettings(settings);
    this.reports = new PrivateBucket(this, 'Reports', { retainData, key, expireDays: files.reportDays });
    const expireDays = limits.claimCheckSeconds / 86_400;
    this.claimChecks = new PrivateBucket(this, 'ClaimChecks', { retainData, key, expireDays });
  }

  /** Writing reports, both ends of a claim check, and deleting it for good. */
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
    // What was to be forgotten goes with all its versions.
    this.claimChecks.grantObjects(worker, ['s3:DeleteObjectVersion']);
    this.claimChecks.grantBucket(worker, ['s3:ListBucketVersions']);
  }
}
