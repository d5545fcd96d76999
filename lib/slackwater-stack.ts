import { Stack, type StackProps, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { checkCatalogue, type Task } from '../tasks/define-task.ts';
import { virusScanResult } from '../tasks/virus-scan-result/task.ts';
import { Connection } from './connection.ts';
import type { SlackwaterEnvironment } from './environment.ts';
import { FileIntake } from './file-intake.ts';
import { RunDatabase } from './run-database.ts';
import { TaskFiles } from './task-files.ts';
import { TaskQueues } from './task-queues.ts';
import { TaskSchedules } from './task-schedules.ts';
import { WorkerDemand } from './worker-demand.ts';
import { WorkerNetwork } from './worker-network.ts';
import { WorkerService } from './worker-service.ts';

export interface SlackwaterStackProps extends StackProps {
  tasks: readonly Task[];
  environment: SlackwaterEnvironment;
}

/** The whole deployment: messages wait on queues, and workers exist only while there is work. */
export class SlackwaterStack extends Stack {
  constructor(scope: Construct, id: string, { tasks, environment, ...props }: SlackwaterStackProps) {
    super(scope, id, props);
    checkCatalogue(tasks, this.stackName);
    const network = new WorkerNetwork(this, 'Network');
    const queues = new TaskQueues(this, 'Queues', { tasks });
    const intake = new FileIntake(this, 'Intake', { environment, verdictsTo: queues.for(virusScanResult) });
    const files = new TaskFiles(this, 'Files', { environment });
    const database = new RunDatabase(this, 'Database', { environment, network });
    const worker = new WorkerService(this, 'Worker', {
      environment,
      network,
      queues,
      intake,
      files,
      database,
    });
    const demand = new WorkerDemand(this, 'Demand', {
      environment,
      queues,
      worker,
      wakeOn: [intake.verdictRule],
    });
    worker.scaleWith(demand, environment.workers);
    new TaskSchedules(this, 'Schedules', { tasks, queues });
    new Connection(this, 'Connection', { queues, intake, files, database });
    Tags.of(this).add('slackwater:deployment', this.stackName);
  }
}
