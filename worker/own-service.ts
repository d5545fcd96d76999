import { DescribeServicesCommand, type ECSClient, paginateListTasks } from '@aws-sdk/client-ecs';
import type { OwnTask } from './own-task.ts';

/** The service in ECS that a worker belongs to, as far as the worker has to know it. */
export interface OwnService {
  /** Whether as many workers of a newer version run as are wanted. Throws if ECS does not answer. */
  isReplaced(): Promise<boolean>;
  /** Whether this is the first of all workers, which exactly one of them is. Throws if ECS does not answer. */
  isFirst(): Promise<boolean>;
}

/** A worker outside ECS, which has no others beside it. */
export const noService: OwnService = { isReplaced: async () => false, isFirst: async () => true };

/** Asks ECS. */
export function createOwnService({
  ecs,
  service,
  task: { cluster, arn, taskDefinition },
}: {
  ecs: ECSClient;
  service: string;
  task: OwnTask;
}): OwnService {
  return {
    isReplaced: async () => {
      const { services = [] } = await ecs.send(new DescribeServicesCommand({ cluster, services: [service] }));
      const newest = services[0]?.deployments?.find(({ status }) => status === 'PRIMARY');
      if (!newest?.taskDefinition || newest.taskDefinition.endsWith(`/${taskDefinition}`)) return false;
      return (newest.runningCount ?? 0) >= Math.max(1, services[0]?.desiredCount ?? 1);
    },
    isFirst: async () => {
      const pages = paginateListTasks(
        { client: ecs },
        { cluster, serviceName: service, desiredStatus: 'RUNNING' },
      );
      for await (const { taskArns = [] } of pages) {
        if (taskArns.some((other) => other < arn)) return false;
      }
      return true;
    },
  };
}
