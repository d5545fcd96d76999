import { Duration, Stack } from 'aws-cdk-lib';
import {
  AvailabilityZoneRebalancing,
  Cluster,
  type ContainerImage,
  CpuArchitecture,
  FargateService,
  FargateTaskDefinition,
  LogDrivers,
  OperatingSystemFamily,
  PropagatedTagSource,
  Secret,
} from 'aws-cdk-lib/aws-ecs';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { variables } from '../tasks/names.ts';
import { capacityProviders } from './capacity-providers.ts';
import { stopTimeoutProblems } from './check-stop-timeout.ts';
import { deploymentLogs } from './deployment-logs.ts';
import type { FileIntake } from './file-intake.ts';
import { grant } from './grant.ts';
import { replyQueueUrls } from './reply-destinations.ts';
import type { WorkerDatabase } from './run-database.ts';
import { ScaleOnDemand } from './scale-on-demand.ts';
import { completeSettings, type PartialSettings, type Settings } from './settings.ts';
import type { TaskFiles } from './task-files.ts';
import type { TaskQueues } from './task-queues.ts';
import { tracingVariables } from './tracing-variables.ts';
import type { WorkerDemand } from './worker-demand.ts';
import { workerHealthCheck } from './worker-health-check.ts';
import { workerImage } from './worker-image.ts';
import type { WorkerNetwork } from './worker-network.ts';

export interface WorkerServiceProps {
  queues: TaskQueues;
  network: WorkerNetwork;
  database: WorkerDatabase;
  intake: FileIntake;
  files: TaskFiles;
  /** Default: `settings.workers.image`, and without one an image that is built from this project. */
  image?: ContainerImage | undefined;
  /** Default: see `defaultSettings`. */
  settings?: Pick<
    PartialSettings,
    | 'workers'
    | 'database'
    | 'webApplication'
    | 'replyDestinations'
    | 'logRetentionDays'
    | 'retainData'
    | 'tracing'
  >;
}

/** The workers: one small container on Fargate, as many as the demand asks for, from none. */
export class WorkerService extends Construct {
  readonly cluster: Cluster;
  readonly service: FargateService;
  /** Workers at most. */
  readonly maximum: number;
  private readonly props: WorkerServiceProps;
  private readonly settings: Settings;
  private readonly deployment: string;

  constructor(scope: Construct, id: string, props: WorkerServiceProps) {
    super(scope, id);
    this.props = props;
    this.deployment = props.queues.deployment;
    this.settings = completeSettings(props.settings);
    const { workers } = this.settings;
    this.maximum = workers.maximum;
    this.cluster = new Cluster(this, 'Cluster', {
      clusterName: this.deployment,
      vpc: props.network.vpc,
      enableFargateCapacityProviders: workers.spotPercent > 0,
    });
    this.service = new FargateService(this, 'Service', {
      serviceName: this.deployment,
      cluster: this.cluster,
      taskDefinition: this.taskDefinition(),
      vpcSubnets: props.network.workerSubnets,
      securityGroups: [props.network.workerSecurityGroup],
      assignPublicIp: props.network.assignPublicIp,
      // New workers start beside the old ones, which go when they are empty.
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      circuitBreaker: { rollback: true },
      availabilityZoneRebalancing: AvailabilityZoneRebalancing.DISABLED,
      enableECSManagedTags: true,
      propagateTags: PropagatedTagSource.SERVICE,
      ...capacityProviders(workers.spotPercent),
    });
    // The worker that the service starts at its creation migrates the database.
    if (props.database.cluster) this.service.node.addDependency(props.database.cluster);
    this.node.addValidation({
      validate: () => stopTimeoutProblems(props.queues.tasks, workers.stopTimeoutSeconds),
    });
  }

  /** Lets the number of workers follow the demand, from 0 to the maximum. */
  scaleWith(demand: WorkerDemand): ScaleOnDemand {
    return new ScaleOnDemand(this, 'Scaling', {
      service: this.service,
      demand: demand.metric,
      deployment: this.deployment,
      maximum: this.maximum,
    });
  }

  /** Counting the workers and seeing which are busy. */
  grantCount(counter: IGrantable): void {
    this.grantList(counter);
    grant(counter, { actions: ['ecs:GetTaskProtection'], resources: [this.workerArns] });
  }

  private grantList(reader: IGrantable): void {
    grant(reader, {
      actions: ['ecs:ListTasks'],
      // ListTasks knows no resource of Fargate; the condition limits it to this cluster.
      resources: ['*'],
      conditions: { ArnEquals: { 'ecs:cluster': this.cluster.clusterArn } },
    });
  }

  /** By its name: the service itself needs the definition whose role this is for. */
  private get serviceArn(): string {
    const resourceName = `${this.cluster.clusterName}/${this.deployment}`;
    return Stack.of(this).formatArn({ service: 'ecs', resource: 'service', resourceName });
  }

  private get workerArns(): string {
    const resourceName = `${this.cluster.clusterName}/*`;
    return Stack.of(this).formatArn({ service: 'ecs', resource: 'task', resourceName });
  }

  private taskDefinition(): FargateTaskDefinition {
    const { queues, intake, files, database } = this.props;
    const { workers, replyDestinations } = this.settings;
    const tracing = tracingVariables(this, this.settings.tracing);
    const definition = new FargateTaskDefinition(this, 'Definition', {
      family: this.deployment,
      cpu: workers.cpuUnits,
      memoryLimitMiB: workers.memoryMiB,
      runtimePlatform: {
        cpuArchitecture: CpuArchitecture.ARM64,
        operatingSystemFamily: OperatingSystemFamily.LINUX,
      },
      volumes: [{ name: 'tmp' }],
    });
    const container = definition.addContainer('worker', {
      containerName: 'worker',
      image: this.props.image ?? workerImage(this, workers),
      healthCheck: workerHealthCheck,
      environment: { ...this.variables(), ...tracing.environment },
      secrets: { [variables.databaseSecret]: Secret.fromSecretsManager(database.secret), ...tracing.secrets },
      logging: LogDrivers.awsLogs({
        logGroup: deploymentLogs(this, 'Logs', {
          name: `/${this.deployment}/workers`,
          settings: this.settings,
          key: queues.key,
        }),
        streamPrefix: 'worker',
      }),
      readonlyRootFilesystem: true,
      stopTimeout: Duration.seconds(workers.stopTimeoutSeconds),
    });
    container.addMountPoints({ containerPath: '/tmp', sourceVolume: 'tmp', readOnly: false });
    if (queues.key) {
      // For the secret, which is encrypted with it.
      grant(definition.obtainExecutionRole(), { actions: ['kms:Decrypt'], resources: [queues.key.keyArn] });
    }
    queues.grantWork(definition.taskRole);
    intake.grantWork(definition.taskRole);
    files.grantWork(definition.taskRole);
    if (replyDestinations.length > 0) {
      grant(definition.taskRole, { actions: ['sqs:SendMessage'], resources: replyDestinations });
    }
    grant(definition.taskRole, {
      actions: ['ecs:GetTaskProtection', 'ecs:UpdateTaskProtection'],
      resources: [this.workerArns],
    });
    // To make way for others: which of them run, and of which version.
    this.grantList(definition.taskRole);
    grant(definition.taskRole, { actions: ['ecs:DescribeServices'], resources: [this.serviceArn] });
    return definition;
  }

  private variables(): Record<string, string> {
    const { queues, intake, files } = this.props;
    const { workers, database, webApplication, replyDestinations } = this.settings;
    const stack = Stack.of(this);
    return {
      AWS_REGION: stack.region,
      [variables.deployment]: this.deployment,
      [variables.service]: this.deployment,
      [variables.taskQueues]: stack.toJsonString(queues.workerQueues),
      [variables.pausedTasksParameter]: queues.pausedTasks.parameterName,
      [variables.quarantineBucket]: intake.quarantine.bucketName,
      [variables.cleanBucket]: intake.clean.bucketName,
      [variables.reportsBucket]: files.reports.bucketName,
      [variables.claimCheckBucket]: files.claimChecks.bucketName,
      [variables.runDays]: String(database.runDays),
      ...(webApplication.runUrl !== undefined && { [variables.runUrl]: webApplication.runUrl }),
      [variables.replyDestinations]: JSON.stringify(replyQueueUrls(replyDestinations)),
      [variables.workerSlots]: String(workers.slots),
      [variables.stopTimeoutSeconds]: String(workers.stopTimeoutSeconds),
      [variables.logLevel]: workers.logLevel,
    };
  }
}
