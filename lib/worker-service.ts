import { Duration, Stack } from 'aws-cdk-lib';
import { DockerImageAsset, Platform } from 'aws-cdk-lib/aws-ecr-assets';
import {
  AvailabilityZoneRebalancing,
  Cluster,
  ContainerImage,
  CpuArchitecture,
  FargateService,
  FargateTaskDefinition,
  LogDrivers,
  OperatingSystemFamily,
  PropagatedTagSource,
  Secret,
} from 'aws-cdk-lib/aws-ecs';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { variables } from '../tasks/names.ts';
import type { SlackwaterEnvironment, WorkerSettings } from './environment.ts';
import type { FileIntake } from './file-intake.ts';
import { removalOf } from './removal.ts';
import type { RunDatabase } from './run-database.ts';
import { ScaleOnDemand } from './scale-on-demand.ts';
import { stageWorker, withStaged } from './stage.ts';
import type { TaskFiles } from './task-files.ts';
import type { TaskQueues } from './task-queues.ts';
import type { WorkerDemand } from './worker-demand.ts';
import type { WorkerNetwork } from './worker-network.ts';

/** Fargate's longest time from SIGTERM to SIGKILL. */
const stopTimeoutSeconds = 120;

export interface WorkerServiceProps {
  environment: SlackwaterEnvironment;
  network: WorkerNetwork;
  queues: TaskQueues;
  intake: FileIntake;
  files: TaskFiles;
  database: RunDatabase;
}

/** The workers: one small container on Fargate, as many as the demand asks for, from none. */
export class WorkerService extends Construct {
  readonly cluster: Cluster;
  readonly service: FargateService;
  private readonly props: WorkerServiceProps;

  constructor(scope: Construct, id: string, props: WorkerServiceProps) {
    super(scope, id);
    this.props = props;
    this.cluster = new Cluster(this, 'Cluster', {
      clusterName: Stack.of(this).stackName,
      vpc: props.network.vpc,
    });
    this.service = new FargateService(this, 'Service', {
      serviceName: Stack.of(this).stackName,
      cluster: this.cluster,
      taskDefinition: this.taskDefinition(),
      vpcSubnets: props.network.workerSubnets,
      securityGroups: [props.network.workerSecurityGroup],
      assignPublicIp: true,
      // New workers start beside the old ones, which go when they are empty.
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      circuitBreaker: { rollback: true },
      availabilityZoneRebalancing: AvailabilityZoneRebalancing.DISABLED,
      enableECSManagedTags: true,
      propagateTags: PropagatedTagSource.SERVICE,
    });
    // The worker that the service starts at its creation migrates the database.
    this.service.node.addDependency(props.database);
  }

  /** Lets the number of workers follow the demand, from 0 to the maximum. */
  scaleWith(demand: WorkerDemand, { maximum }: WorkerSettings): void {
    new ScaleOnDemand(this, 'Scaling', { service: this.service, demand: demand.metric, maximum });
  }

  /** Counting the workers and seeing which are busy. */
  grantCount(counter: IGrantable): void {
    counter.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['ecs:ListTasks'],
        // ListTasks knows no resource of Fargate; the condition limits it to this cluster.
        resources: ['*'],
        conditions: { ArnEquals: { 'ecs:cluster': this.cluster.clusterArn } },
      }),
    );
    counter.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['ecs:GetTaskProtection'], resources: [this.workerArns] }),
    );
  }

  private get workerArns(): string {
    const resourceName = `${this.cluster.clusterName}/*`;
    return Stack.of(this).formatArn({ service: 'ecs', resource: 'task', resourceName });
  }

  private taskDefinition(): FargateTaskDefinition {
    const { environment, queues, intake, files } = this.props;
    const definition = new FargateTaskDefinition(this, 'Definition', {
      family: Stack.of(this).stackName,
      cpu: environment.workers.cpuUnits,
      memoryLimitMiB: environment.workers.memoryMiB,
      runtimePlatform: {
        cpuArchitecture: CpuArchitecture.ARM64,
        operatingSystemFamily: OperatingSystemFamily.LINUX,
      },
      volumes: [{ name: 'tmp' }],
    });
    const container = definition.addContainer('worker', {
      containerName: 'worker',
      image: ContainerImage.fromDockerImageAsset(this.image()),
      environment: this.variables(),
      secrets: { [variables.databaseSecret]: Secret.fromSecretsManager(this.props.database.secret) },
      logging: LogDrivers.awsLogs({
        logGroup: new LogGroup(this, 'Logs', {
          logGroupName: `/${Stack.of(this).stackName}/workers`,
          retention: environment.logRetentionDays,
          removalPolicy: removalOf(environment),
        }),
        streamPrefix: 'worker',
      }),
      readonlyRootFilesystem: true,
      stopTimeout: Duration.seconds(stopTimeoutSeconds),
    });
    container.addMountPoints({ containerPath: '/tmp', sourceVolume: 'tmp', readOnly: false });
    queues.grantWork(definition.taskRole);
    intake.grantWork(definition.taskRole);
    files.grantWork(definition.taskRole);
    definition.addToTaskRolePolicy(
      new PolicyStatement({
        actions: ['ecs:GetTaskProtection', 'ecs:UpdateTaskProtection'],
        resources: [this.workerArns],
      }),
    );
    return definition;
  }

  private image(): DockerImageAsset {
    return withStaged(
      stageWorker,
      (directory) => new DockerImageAsset(this, 'Image', { directory, platform: Platform.LINUX_ARM64 }),
    );
  }

  private variables(): Record<string, string> {
    const { environment, queues, intake, files } = this.props;
    const stack = Stack.of(this);
    return {
      AWS_REGION: stack.region,
      [variables.deployment]: stack.stackName,
      [variables.taskQueues]: stack.toJsonString(queues.workerQueues),
      [variables.pausedTasksParameter]: queues.pausedTasks.parameterName,
      [variables.quarantineBucket]: intake.quarantine.bucketName,
      [variables.cleanBucket]: intake.clean.bucketName,
      [variables.reportsBucket]: files.reports.bucketName,
      [variables.claimCheckBucket]: files.claimChecks.bucketName,
      [variables.workerSlots]: String(environment.workers.slots),
      [variables.stopTimeoutSeconds]: String(stopTimeoutSeconds),
      [variables.logLevel]: environment.workers.logLevel,
    };
  }
}
