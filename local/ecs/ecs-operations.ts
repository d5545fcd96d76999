import { AwsError, type Operation } from '../json-protocol.ts';
import { type Fleet, type FleetService, serviceKey } from './fleet.ts';
import type { Protection } from './protection.ts';
import { ecsArn, nameOf, type Worker } from './worker.ts';

const pageSize = 100;

interface ListTasksInput {
  cluster?: string;
  serviceName?: string;
  desiredStatus?: 'RUNNING' | 'PENDING' | 'STOPPED';
  maxResults?: number;
  nextToken?: string;
}

/** ECS's operations that Lambdas, workers and operators ask for. */
export function ecsOperations(fleet: Fleet, protection: Protection): Record<string, Operation> {
  const serviceOf = (cluster: string, service: string): FleetService => {
    const found = fleet.services.get(serviceKey(nameOf(cluster), nameOf(service)));
    if (!found) throw new AwsError('ServiceNotFoundException', `Service not found: ${cluster}/${service}`);
    return found;
  };
  const workersOf = (cluster = 'default'): Worker[] => {
    const name = nameOf(cluster);
    if (![...fleet.services.values()].some(({ definition }) => definition.cluster === name)) {
      throw new AwsError('ClusterNotFoundException', `Cluster not found: ${cluster}`);
    }
    return fleet.workers().filter((worker) => worker.cluster === name);
  };
  /** What each named worker gives, and a failure for every one that is not there. */
  const each = <Result>(
    { cluster, tasks = [] }: { cluster?: string; tasks?: string[] },
    result: (worker: Worker) => Result,
  ): { found: Result[]; failures: { arn: string; reason: string }[] } => {
    if (tasks.length > pageSize) {
      throw new AwsError('InvalidParameterException', `${tasks.length} tasks: at most ${pageSize} a call`);
    }
    const byId = new Map(workersOf(cluster).map((worker) => [worker.id, worker]));
    const workers = tasks.map((task) => [task, byId.get(nameOf(task))] as const);
    return {
      found: workers.flatMap(([, worker]) => (worker ? [result(worker)] : [])),
      failures: workers.flatMap(([task, worker]) =>
        worker
          ? []
          : [{ arn: ecsArn(`task/${nameOf(cluster ?? 'default')}/${nameOf(task)}`), reason: 'MISSING' }],
      ),
    };
  };

  return {
    ListTasks: ({ cluster, serviceName, desiredStatus = 'RUNNING', ...page }: ListTasksInput) => {
      const wantsStopped = desiredStatus === 'STOPPED';
      const arns = workersOf(cluster)
        .filter(({ service }) => serviceName === undefined || service === nameOf(serviceName))
        .filter(({ stopping, stopped }) => Boolean(stopping ?? stopped) === wantsStopped)
        .map(({ arn }) => arn);
      const offset = Number(page.nextToken ?? 0);
      const end = offset + Math.min(page.maxResults ?? pageSize, pageSize);
      return { taskArns: arns.slice(offset, end), ...(arns.length > end && { nextToken: String(end) }) };
    },
    DescribeTasks: (input: { cluster?: string; tasks: string[] }) => {
      const { found, failures } = each(input, (worker) => describeTask(worker, protection));
      return { tasks: found, failures };
    },
    StopTask: ({ cluster, task, reason }: { cluster?: string; task: string; reason?: string }) => {
      const worker = workersOf(cluster).find(({ id }) => id === nameOf(task));
      if (!worker)
        throw new AwsError('InvalidParameterException', `The referenced task was not found: ${task}`);
      fleet.stop(worker, reason ?? 'Task stopped by user');
      return { task: describeTask(worker, protection) };
    },
    DescribeServices: ({ cluster = 'default', services }: { cluster?: string; services: string[] }) => {
      const known = services.map((name) => fleet.services.get(serviceKey(nameOf(cluster), nameOf(name))));
      return {
        services: known.flatMap((service) => (service ? [describeService(service, fleet)] : [])),
        failures: services
          .filter((_, index) => !known[index])
          .map((name) => ({ arn: serviceArn(nameOf(cluster), nameOf(name)), reason: 'MISSING' })),
      };
    },
    UpdateService: (input: { cluster?: string; service: string; desiredCount?: number }) => {
      const service = serviceOf(input.cluster ?? 'default', input.service);
      if (input.desiredCount !== undefined) {
        if (!Number.isInteger(input.desiredCount) || input.desiredCount < 0) {
          throw new AwsError(
            'InvalidParameterException',
            `desiredCount ${input.desiredCount} is no number of tasks`,
          );
        }
        fleet.setDesired(service, input.desiredCount);
      }
      return { service: describeService(service, fleet) };
    },
    GetTaskProtection: (input: { cluster?: string; tasks: string[] }) => {
      const { found, failures } = each(input, protection.state);
      return { protectedTasks: found, failures };
    },
    UpdateTaskProtection: (input: {
      cluster?: string;
      tasks: string[];
      protectionEnabled: boolean;
      expiresInMinutes?: number;
    }) => {
      const { found, failures } = each(input, (worker) => protection.update(worker, input));
      return {
        protectedTasks: found.filter((answer) => 'taskArn' in answer),
        failures: [...failures, ...found.filter((answer) => 'reason' in answer)],
      };
    },
  };
}

/** The ARN of a service. */
export function serviceArn(cluster: string, service: string): string {
  return ecsArn(`service/${cluster}/${service}`);
}

function describeTask(worker: Worker, protection: Protection): object {
  const { stopping, stopped } = worker;
  return {
    taskArn: worker.arn,
    clusterArn: ecsArn(`cluster/${worker.cluster}`),
    taskDefinitionArn: ecsArn(`task-definition/${worker.taskDefinition}`),
    group: `service:${worker.service}`,
    launchType: 'FARGATE',
    desiredStatus: (stopping ?? stopped) ? 'STOPPED' : 'RUNNING',
    lastStatus: stopped ? 'STOPPED' : 'RUNNING',
    createdAt: worker.startedAt / 1000,
    startedAt: worker.startedAt / 1000,
    ...(stopping && { stoppingAt: stopping.at / 1000, stoppedReason: stopping.reason }),
    ...(stopped && { stoppedAt: stopped.at / 1000, stoppedReason: stopped.reason }),
    containers: [
      {
        name: worker.container,
        taskArn: worker.arn,
        lastStatus: stopped ? 'STOPPED' : 'RUNNING',
        ...(stopped?.exitCode != null && { exitCode: stopped.exitCode }),
      },
    ],
    protection: protection.state(worker),
  };
}

function describeService({ definition, createdAt }: FleetService, fleet: Fleet): object {
  const running = fleet
    .workers()
    .filter(({ cluster, service }) => cluster === definition.cluster && service === definition.name)
    .filter(({ stopped }) => !stopped);
  const versions = new Set([definition, ...running].map(({ taskDefinition }) => taskDefinition));
  return {
    serviceArn: serviceArn(definition.cluster, definition.name),
    serviceName: definition.name,
    clusterArn: ecsArn(`cluster/${definition.cluster}`),
    status: 'ACTIVE',
    launchType: 'FARGATE',
    desiredCount: definition.desiredCount,
    runningCount: running.length,
    pendingCount: 0,
    taskDefinition: ecsArn(`task-definition/${definition.taskDefinition}`),
    deployments: [...versions].map((version, index) => ({
      status: index === 0 ? 'PRIMARY' : 'ACTIVE',
      taskDefinition: ecsArn(`task-definition/${version}`),
      runningCount: running.filter(({ taskDefinition }) => taskDefinition === version).length,
    })),
    createdAt: createdAt / 1000,
  };
}
