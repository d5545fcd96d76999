import {
  type ECSClient,
  GetTaskProtectionCommand,
  type GetTaskProtectionCommandOutput,
  paginateListTasks,
} from '@aws-sdk/client-ecs';

/** The workers of the service. */
export interface WorkerCounts {
  /** Starting, working or idle: all that are not told to stop. */
  running: number;
  /** Those that hold scale-in protection. */
  busy: number;
}

/** GetTaskProtection's limit. */
const workersPerCall = 100;

/** Counts the service's workers and how many of them are busy. Throws if ECS does not tell about one of them. */
export async function countBusyWorkers(
  ecs: ECSClient,
  { cluster, service }: { cluster: string; service: string },
): Promise<WorkerCounts> {
  const arns: string[] = [];
  const pages = paginateListTasks(
    { client: ecs, pageSize: workersPerCall },
    { cluster, serviceName: service, desiredStatus: 'RUNNING' },
  );
  for await (const { taskArns } of pages) arns.push(...(taskArns ?? []));
  let busy = 0;
  for (let from = 0; from < arns.length; from += workersPerCall) {
    const tasks = arns.slice(from, from + workersPerCall);
    busy += protectedWorkers(await ecs.send(new GetTaskProtectionCommand({ cluster, tasks })));
  }
  return { running: arns.length, busy };
}

function protectedWorkers({ protectedTasks, failures }: GetTaskProtectionCommandOutput): number {
  // A worker that is gone since it was listed is not busy.
  const unknown = failures?.filter((failure) => failure.reason !== 'MISSING') ?? [];
  if (unknown.length > 0) {
    const reasons = unknown.map(({ arn, reason, detail }) => [arn, reason, detail].filter(Boolean).join(' '));
    throw new Error(`ECS does not tell the protection of ${unknown.length} workers: ${reasons.join('; ')}`);
  }
  return protectedTasks?.filter((task) => task.protectionEnabled).length ?? 0;
}
