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
    const buckets = {
      quarantine: intake.quarantine.bucketName,
      clean: intake.clean.bucketName,
      reports: files.reports.bucketName,
      claimChecks: files.claimChecks.bucketName,
    };
    const queueUrls = Object.fromEntries(
      Object.entries(queues.workerQueues).map(([task, { url }]) => [task, url]),
    );
    const parameter = new StringParameter(this, 'Parameter', {
      parameterName: `/${stack.stackName}/connection`,
      description: 'JSON of what a web application has to know: queues, buckets, database secret',
      stringValue: stack.toJsonString({
        region: stack.region,
        queues: queueUrls,
        buckets,
        databaseSecret: database.secret.secretArn,
      }),
    });
    const output = (name: string, value: string, description: string) =>
      new CfnOutput(stack, name, { value, description });
    output('ConnectionParameter', parameter.parameterName, 'SSM parameter with all of these as one JSON');
    for (const [task, url] of Object.entries(queueUrls)) {
      output(`${pascal(task)}Queue`, url, `URL of the queue of ${task}`);
    }
    output('QuarantineBucket', buckets.quarantine, 'Where uploads go');
    output('CleanBucket', buckets.clean, 'Where uploads lie once they are scanned');
    output('ReportsBucket', buckets.reports, 'Where reports lie');
    output('ClaimCheckBucket', buckets.claimChecks, 'Where data lies that is too large for a queue');
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
