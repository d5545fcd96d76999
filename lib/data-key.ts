import { ArnFormat, Stack } from 'aws-cdk-lib';
import { type AddToResourcePolicyResult, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { removalOf } from './removal.ts';
import type { Settings } from './settings.ts';

export interface DataKeyProps {
  /** Prefix of everything that is encrypted with it; the alias is `alias/<deployment>`. */
  deployment: string;
  /** `retainData` keeps the key when the stack is deleted: without it nothing that was kept can be read. */
  settings: Pick<Settings, 'retainData'>;
}

/**
 * The customer-managed key of a deployment. Roles are let in by their own policies; only the services that come without
 * a role of this account, EventBridge's rules, CloudWatch's alarms and its logs, stand in the key's policy.
 */
export class DataKey extends Key {
  private readonly isComplete: boolean = false;

  constructor(scope: Construct, id: string, { deployment, settings }: DataKeyProps) {
    super(scope, id, {
      alias: `alias/${deployment}`,
      description: `Queues, buckets, logs and database of ${deployment}`,
      enableKeyRotation: true,
      removalPolicy: removalOf(settings),
    });
    const stack = Stack.of(this);
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'RulesSendToEncryptedQueues',
        principals: [new ServicePrincipal('events.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: ['*'],
        // EventBridge names its rule as the source; naming that here would make key and rule wait for each other.
        conditions: { StringEquals: { 'aws:SourceAccount': stack.account } },
      }),
    );
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsTellEncryptedTopics',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': stack.account } },
      }),
    );
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'LogsOfThisDeployment',
        principals: [new ServicePrincipal(`logs.${stack.region}.amazonaws.com`)],
        actions: [
          'kms:Encrypt',
          'kms:Decrypt',
          'kms:ReEncryptFrom',
          'kms:ReEncryptTo',
          'kms:GenerateDataKey',
          'kms:DescribeKey',
        ],
        resources: ['*'],
        conditions: {
          ArnLike: {
            'kms:EncryptionContext:aws:logs:arn': stack.formatArn({
              service: 'logs',
              resource: 'log-group',
              resourceName: `*${deployment}*`,
              arnFormat: ArnFormat.COLON_RESOURCE_NAME,
            }),
          },
        },
      }),
    );
    this.isComplete = true;
  }

  /** CDK's own grants to services would add wildcards of what the policy says already. */
  override addToResourcePolicy(statement: PolicyStatement, allowNoOp?: boolean): AddToResourcePolicyResult {
    return this.isComplete ? { statementAdded: false } : super.addToResourcePolicy(statement, allowNoOp);
  }
}
