import { Duration } from 'aws-cdk-lib';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { grant, grantKey } from './grant.ts';
import { removalOf } from './removal.ts';

export interface PrivateBucketProps {
  /** True keeps the bucket when its stack is deleted. */
  retainData: boolean;
  /** Left out: encrypted by S3 itself. */
  key?: IKey | undefined;
  /** Objects are deleted after so many days. */
  expireDays: number;
  /** Replaced and deleted versions stay so many days more. Default 7. */
  supersededDays?: number;
  cors?: BucketProps['cors'];
}

/** A versioned bucket that is encrypted, answers over TLS only, and is never public. */
export class PrivateBucket extends Bucket {
  constructor(scope: Construct, id: string, props: PrivateBucketProps) {
    super(scope, id, {
      ...(props.key
        ? { encryption: BucketEncryption.KMS, encryptionKey: props.key, bucketKeyEnabled: true }
        : { encryption: BucketEncryption.S3_MANAGED }),
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      versioned: true,
      ...(props.cors ? { cors: props.cors } : {}),
      lifecycleRules: [
        {
          id: 'expire',
          expiration: Duration.days(props.expireDays),
          noncurrentVersionExpiration: Duration.days(props.supersededDays ?? 7),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
      removalPolicy: removalOf(props),
    });
  }

  /** Allows actions on the objects whose keys begin so, by default on all. */
  grantObjects(grantee: IGrantable, actions: string[], keyPrefix = ''): void {
    grant(grantee, { actions, resources: [this.arnForObjects(`${keyPrefix}*`)] });
    grantKey(grantee, this.encryptionKey);
  }

  /** Allows actions on the bucket itself, such as listing; without that S3 answers 403 for an object that is not there. */
  grantBucket(grantee: IGrantable, actions: string[]): void {
    grant(grantee, { actions, resources: [this.bucketArn] });
  }
}
