import { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { limits } from '../tasks/limits.ts';

/** A queue that is encrypted and answers over TLS only; with the given key, or without one by SQS itself. */
export class SecureQueue extends Queue {
  constructor(scope: Construct, id: string, { key, ...props }: QueueProps & { key?: IKey | undefined }) {
    super(scope, id, {
      enforceSSL: true,
      ...(key
        ? { encryption: QueueEncryption.KMS, encryptionMasterKey: key, dataKeyReuse: Duration.hours(1) }
        : { encryption: QueueEncryption.SQS_MANAGED }),
      ...props,
    });
  }
}

/** A queue for what was given up or could not be delivered: it keeps that as long as SQS can. */
export class DeadLetterQueue extends SecureQueue {
  constructor(scope: Construct, id: string, props: { queueName: string; key?: IKey | undefined }) {
    super(scope, id, { ...props, retentionPeriod: Duration.seconds(limits.deadLetterRetentionSeconds) });
  }
}
