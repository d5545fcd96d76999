import { CfnOutput, Stack } from 'aws-cdk-lib';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import type { FileIntake } from './file-intake.ts';
import type { RunDatabase } from './run-database.ts';
import type { TaskFiles } from './task-files.ts';
import type { TaskQueues } from './task-queues.ts';

export interface ConnectionProps {
  queues: TaskQueues;
  intake: FileIntake;
  files: TaskFiles;
  database: RunDatabase;
}

/** What a web application has to know to send work and read its outcome, as outputs and as one parameter of JSON. */
export class Connection extends Construct {
  constructor(scope: Construct, id: string, { queues, intake, files, database }: ConnectionProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const connection = {
      queues: Object.fromEntries(Object.entries(queues.workerQueues).map(([task, { url }]) => [task, url])),
      quarantineBucket: intake.quarantine.bucketName,
      cleanBucket: intake.clean.bucketName,
      reportsBucket: files.reports.bucketName,
      claimCheckBucket: files.claimChecks.bucketName,
      databaseSecret: database.secret.secretArn,
    };
    const parameter = new StringParameter(this, 'Parameter', {
      parameterName: `/${stack.stackName}/connection`,
      description: 'JSON of what a web application has to know; its keys are those of createTaskClient',
      stringValue: stack.toJsonString(connection),
    });
    const output = (name: string, value: string, description: string) =>
      new CfnOutput(stack, name, { value, description });
    output('ConnectionParameter', parameter.parameterName, 'SSM parameter with all of these as one JSON');
    for (const [task, url] of Object.entries(connection.queues)) {
      output(`${pascal(task)}Queue`, url, `URL of the queue of ${task}`);
    }
    output('QuarantineBucket', connection.quarantineBucket, 'Where uploads go');
    output('CleanBucket', connection.cleanBucket, 'Where uploads lie once they are scanned');
    output('ReportsBucket', connection.reportsBucket, 'Where reports lie');
    output('ClaimCheckBucket', connection.claimCheckBucket, 'Where data lies that is too large for a queue');
    output(
      'DatabaseSecret',
      database.secret.secretArn,
      'Secret with the address and password of the database',
    );
  }
}

function pascal(name: string): string {
  return name.replace(/(^|-)(.)/g, (_match, _hyphen, letter: string) => letter.toUpperCase());
}
