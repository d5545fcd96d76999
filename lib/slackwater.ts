import { Stack, Tags } from 'aws-cdk-lib';
import type { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { Construct } from 'constructs';
import type { Task } from '../tasks/define-task.ts';
import { virusScanResult } from '../tasks/virus-scan-result/task.ts';
import { checkDeployment } from './check-deployment.ts';
import { Connection } from './connection.ts';
import { DataKey } from './data-key.ts';
import { FileIntake } from './file-intake.ts';
import { OneTimeSchedules } from './one-time-schedules.ts';
import { OperatorAccess } from './operator-access.ts';
import { type ExistingDatabase, RunDatabase, reachDatabase } from './run-database.ts';
import { completeSettings, type PartialSettings } from './settings.ts';
import { TaskAlarms } from './task-alarms.ts';
import { TaskDashboard } from './task-dashboard.ts';
import { TaskFiles } from './task-files.ts';
import { TaskQueues } from './task-queues.ts';
import { TaskSchedules } from './task-schedules.ts';
import { WebApplicationAccess } from './web-application-access.ts';
import { WorkerDemand } from './worker-demand.ts';
import { type ExistingNetwork, WorkerNetwork } from './worker-network.ts';
import { WorkerService } from './worker-service.ts';

export interface SlackwaterProps {
  /** The catalogue; `virus-scan-result` must be in it. */
  tasks: readonly Task[];
  /** Prefix of every name. Default: the stack's name. */
  deployment?: string;
  /** What differs from `defaultSettings`. */
  settings?: PartialSettings;
  /** A VPC that exists already. Left out: one is made, without NAT gateways. */
  network?: ExistingNetwork;
  /** A PostgreSQL that exists already. Left out: an Aurora cluster is made that sleeps when idle. */
  database?: ExistingDatabase;
  /** An image that exists already. Left out: `settings.workers.image`, or one that is built from this project. */
  image?: ContainerImage;
}

/** The whole deployment: messages wait on queues, and workers exist only while there is work. */
export class Slackwater extends Construct {
  /** Has the policy for the role of the web application. */
  readonly webApplication: WebApplicationAccess;

  constructor(scope: Construct, id: string, { tasks, image, ...props }: SlackwaterProps) {
    super(scope, id);
    const deployment = props.deployment ?? Stack.of(this).stackName;
    const settings = completeSettings(props.settings);
    checkDeployment(this, { deployment, settings });
    const key =
      settings.encryption === 'customer-key' ? new DataKey(this, 'Key', { deployment, settings }) : undefined;
    const network = new WorkerNetwork(this, 'Network', {
      deployment,
      settings,
      key,
      existing: props.network,
    });
    const queues = new TaskQueues(this, 'Queues', { tasks, deployment, key });
    const intake = new FileIntake(this, 'Intake', {
      deployment,
      settings,
      key,
      verdictsTo: queues.for(virusScanResult),
    });
    const files = new TaskFiles(this, 'Files', { settings, key });
    const database = props.database
      ? reachDatabase(props.database, network)
      : new RunDatabase(this, 'Database', { settings, network, key });
    const worker = new WorkerService(this, 'Worker', {
      settings,
      network,
      queues,
      intake,
      files,
      database,
      image,
    });
    const demand = new WorkerDemand(this, 'Demand', {
      settings,
      queues,
      worker,
      wakeOn: [intake.verdictRule],
    });
    worker.scaleWith(demand);
    const schedules = new TaskSchedules(this, 'Schedules', { queues });
    const oneTimeSchedules = new OneTimeSchedules(this, 'OneTimeSchedules', { queues });
    const connection = new Connection(this, 'Connection', {
      queues,
      oneTimeSchedules,
      intake,
      files,
      database,
    });
    this.webApplication = new WebApplicationAccess(this, 'WebApplication', {
      settings,
      queues,
      oneTimeSchedules,
      intake,
      files,
      connection,
      database,
    });
    const alarms = new TaskAlarms(this, 'Alarms', {
      settings,
      queues,
      worker,
      demand,
      schedules,
      intake,
      database,
    });
    if (settings.alarms.dashboard) {
      const { runbookUrl } = settings.alarms;
      new TaskDashboard(this, 'Dashboard', { queues, worker, alarms, database, runbookUrl });
    }
    new OperatorAccess(this, 'Operator', { queues });
    Tags.of(this).add('slackwater:deployment', deployment);
  }
}
