import { CfnOutput } from 'aws-cdk-lib';
import { ManagedPolicy, Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Connection } from './connection.ts';
import type { FileIntake } from './file-intake.ts';
import { grant, grantKey } from './grant.ts';
import type { OneTimeSchedules } from './one-time-schedules.ts';
import type { WorkerDatabase } from './run-database.ts';
import { completeSettings, type PartialSettings } from './settings.ts';
import type { TaskFiles } from './task-files.ts';
import type { TaskQueues } from './task-queues.ts';

export interface WebApplicationAccessProps {
  queues: TaskQueues;
  oneTimeSchedules: OneTimeSchedules;
  intake: FileIntake;
  files: TaskFiles;
  connection: Connection;
  /** Of one that exists already its owner says who may log in. */
  database: WorkerDatabase;
  /**
   * Names an existing role of this account that gets the policy; by default you attach it yourself. If there are reply
   * destinations, the web application may read large results.
   */
  settings?: Pick<PartialSettings, 'webApplication' | 'replyDestinations'>;
}

/** The user as whom the web application logs into the database; the ledger's migrations say what it may read. */
const databaseUser = 'slackwater_webapp';

/** A managed policy with exactly what a web application needs to send, upload, download and read status. */
export class WebApplicationAccess extends Construct {
  readonly policy: ManagedPolicy;

  constructor(scope: Construct, id: string, props: WebApplicationAccessProps) {
    super(scope, id);
    const { queues, oneTimeSchedules, intake, files, connection, database } = props;
    const { webApplication, replyDestinations } = completeSettings(props.settings);
    const { roleName } = webApplication;
    this.policy = new ManagedPolicy(this, 'Policy', {
      managedPolicyName: `${queues.deployment}-web-application`,
      description: 'Sends work now or later, uploads files, reads status and reports; nothing else',
    });
    if (queues.sendable.length > 0) {
      grant(this.policy, {
        actions: ['sqs:SendMessage'],
        resources: queues.sendable.map(({ queue }) => queue.queueArn),
      });
    }
    oneTimeSchedules.grantSchedule(this.policy);
    intake.quarantine.grantObjects(this.policy, ['s3:PutObject'], 'uploads/');
    files.claimChecks.grantObjects(this.policy, ['s3:PutObject'], 'claim-checks/');
    if (replyDestinations.length > 0) {
      files.claimChecks.grantObjects(this.policy, ['s3:GetObject', 's3:GetObjectVersion'], 'replies/');
    }
    // Presigned links: whoever opens one reads with the rights of the role that signed it.
    files.reports.grantObjects(this.policy, ['s3:GetObject', 's3:GetObjectVersion']);
    grant(this.policy, { actions: ['ssm:GetParameter'], resources: [connection.parameter.parameterArn] });
    grantKey(this.policy, queues.key);
    database.cluster?.grantConnect(this.policy, databaseUser);
    if (roleName !== undefined) this.policy.attachToRole(Role.fromRoleName(this, 'Role', roleName));
    new CfnOutput(this, 'PolicyArn', {
      value: this.policy.managedPolicyArn,
      description: 'Managed policy for the role of the web application',
    }).overrideLogicalId('WebApplicationPolicy');
  }
}
