import { Duration } from 'aws-cdk-lib';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { SlackwaterEnvironment } from './environment.ts';
import { removalOf } from './removal.ts';

export interface PrivateBucketProps {
  environment: SlackwaterEnvironment;
  /** Objects are deleted after so many days. */
  expireDays: number;
  /** Replaced and deleted versions stay so many days more. */
  supersededDays?: number;
  cors?: BucketProps['cors'];
}

/** A versioned bucket that is encrypted, answers over TLS only, and is never public. */
export class PrivateBucket extends Bucket {
  constructor(scope: Construct, id: string, props: PrivateBucketProps) {
    super(scope, id, {
      encryption: BucketEncryption.S3_MANAGED,
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
      removalPolicy: removalOf(props.environment),
    });
  }

  /** Allows actions on every object of the bucket. */
  grantObjects(grantee: IGrantable, actions: string[]): void {
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({ actions, resources: [this.arnForObjects('*')] }),
    );
  }

  /** Allows actions on the bucket itself, such as listing; without that S3 answers 403 for an object that is not there. */
  grantBucket(grantee: IGrantable, actions: string[]): void {
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({ actions, resources: [this.bucketArn] }),
    );
  }
}
