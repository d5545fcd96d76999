import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Architecture, Code, Function as LambdaFn, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { variables } from '../../tasks/names.ts';
import { deploymentLogs } from '../deployment-logs.ts';
import { grant } from '../grant.ts';
import type { Settings } from '../settings.ts';
import { stageLambda, withStaged } from '../stage.ts';

export interface UploadWatchProps {
  deployment: string;
  quarantine: IBucket;
  settings: Pick<Settings, 'logRetentionDays' | 'retainData'>;
  key?: IKey | undefined;
}

/**
 * Looks every quarter of an hour whether uploads lie in quarantine that were never scanned. Counting uploads and verdicts
 * instead would be wrong at every edge: both are told at least once, and a scan may be repeated.
 */
export class UploadWatch extends Construct {
  /** The Lambda that looks. */
  readonly watcher: LambdaFn;

  constructor(scope: Construct, id: string, { deployment, quarantine, settings, key }: UploadWatchProps) {
    super(scope, id);
    const functionName = `${deployment}-upload-watch`;
    const logGroup = deploymentLogs(this, 'Logs', { name: `/aws/lambda/${functionName}`, settings, key });
    const role = new Role(this, 'Role', {
      description: 'Lets uploads without a verdict be found',
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    logGroup.grantWrite(role);
    grant(role, { actions: ['s3:ListBucket'], resources: [quarantine.bucketArn] });
    grant(role, { actions: ['s3:GetObjectTagging'], resources: [quarantine.arnForObjects('*')] });
    this.watcher = withStaged(
      (directory) => stageLambda('upload-watch', directory),
      (directory) =>
        new LambdaFn(this, 'Function', {
          functionName,
          description: 'Looks for uploads that never got a verdict',
          runtime: Runtime.NODEJS_24_X,
          architecture: Architecture.ARM_64,
          handler: 'index.handler',
          role,
          code: Code.fromAsset(directory),
          memorySize: 256,
          timeout: Duration.minutes(2),
          environment: {
            NODE_OPTIONS: '--enable-source-maps',
            [variables.deployment]: deployment,
            [variables.quarantineBucket]: quarantine.bucketName,
          },
          logGroup,
        }),
    );
    new Rule(this, 'EveryQuarterOfAnHour', {
      description: 'Looks for uploads without a verdict',
      schedule: Schedule.rate(Duration.minutes(15)),
      targets: [new LambdaFunction(this.watcher, { retryAttempts: 1, maxEventAge: Duration.minutes(10) })],
    });
  }
}
