import { type IGrantable, PolicyStatement, type PolicyStatementProps } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';

/** Allows exactly these actions on these resources. */
export function grant(
  grantee: IGrantable,
  statement: Required<Pick<PolicyStatementProps, 'actions' | 'resources'>> & PolicyStatementProps,
): void {
  grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement(statement));
}

/**
 * Allows what every reader and writer of encrypted queues and buckets needs: SQS and S3 ask for both actions of a sender,
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
 */
export function grantKey(grantee: IGrantable, key: IKey | undefined): void {
  if (key) grant(grantee, { actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [key.keyArn] });
}
