import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { removalOf } from './removal.ts';
import type { Settings } from './settings.ts';

/** A log group with a retention, encrypted with the deployment's key if it has one. */
export function deploymentLogs(
  scope: Construct,
  id: string,
  props: {
    name: string;
    settings: Pick<Settings, 'logRetentionDays' | 'retainData'>;
    key?: IKey | undefined;
  },
): LogGroup {
  return new LogGroup(scope, id, {
    logGroupName: props.name,
    retention: props.settings.logRetentionDays,
    removalPolicy: removalOf(props.settings),
    ...(props.key ? { encryptionKey: props.key } : {}),
  });
}
