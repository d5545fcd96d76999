import { CfnOutput, Stack } from 'aws-cdk-lib';
import { ParameterTier, StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import type { FileIntake } from './file-intake.ts';
import type { OneTimeSchedules } from './one-time-schedules.ts';
import type { WorkerDatabase } from './run-database.ts';
import type { TaskFiles } from './task-files.ts';
import type { TaskQueues } from './task-queues.ts';

export interface ConnectionProps {
  queues: TaskQueues;
  oneTimeSchedules: OneTimeSchedules;
  intake: FileIntake;
  files: TaskFiles;
  database: WorkerDatabase;
}

/** What a web application has to know to send work and read its outcome, as outputs and as one parameter of JSON. */
export class Connection extends Construct {
  readonly parameter: StringParameter;

  constructor(
    scope: Construct,
    id: string,
    { queues, oneTimeSchedules, intake, files, database }: ConnectionProps,
  ) {
    super(scope, id);
    const stack = Stack.of(this);
    const connection = {
      queues: Object.fromEntries(Object.entries(queues.workerQueues).map(([task, { url }]) => [task, url])),
      quarantineBucket: intake.quarantine.bucketName,
      cleanBucket: intake.clean.bucketName,
      reportsBucket: files.reports.bucketName,
      claimCheckBucket: files.claimChecks.bucketName,
      schedules: {
        group: oneTimeSchedules.groupName,
        roleArn: oneTimeSchedules.role.roleArn,
        queueArnPrefix: oneTimeSchedules.queueArnPrefix,
      },
      databaseSecret: database.secret.secretArn,
    };
    this.parameter = new StringParameter(this, 'Parameter', {
      parameterName: `/${queues.deployment}/connection`,
      description: 'JSON of what a web application has to know; its keys are those of createTaskClient',
      stringValue: stack.toJsonString(connection),
      // Free up to 4 KB, about thirty tasks; beyond, five cents a month.
      tier: ParameterTier.INTELLIGENT_TIERING,
    });
    const output = (name: string, value: string, description: string) =>
      new CfnOutput(this, name, { value, description }).overrideLogicalId(name);
    output(
      'ConnectionParameter',
      this.parameter.parameterName,
      'SSM parameter with all of these as one JSON',
    );
    for (const [task, url] of Object.entries(connection.queues)) {
      output(`${pascal(task)}Queue`, url, `URL of the queue of ${task}`);
    }
    output('QuarantineBucket', connection.quarantineBucket, 'Where uploads go');
    output('CleanBucket', connection.cleanBucket, 'Where uploads lie once they are scanned');
    output('ReportsBucket', connection.reportsBucket, 'Where reports lie');
    output('ClaimCheckBucket', connection.claimCheckBucket, 'Where data lies that is too large for a queue');
    output(
      'DatabaseSecret',
      connection.databaseSecret,
      'Secret with the address and password of the database',
    );
  }
}

function pascal(name: string): string {
  return name.replace(/(^|-)(.)/g, (_match, _hyphen, letter: string) => letter.toUpperCase());
}
