import { z } from 'zod';

/** What a worker is in ECS: a task of a cluster. */
export interface OwnTask {
  arn: string;
  /** Its name or ARN. */
  cluster: string;
  /** Family and revision, such as `slackwater-prod:7`. */
  taskDefinition: string;
}

const metadataSchema = z.object({
  TaskARN: z.string().min(1),
  Cluster: z.string().min(1),
  Family: z.string(),
  Revision: z.string(),
});

const answerWithinMs = 5000;

/** Reads the metadata that ECS gives a container. Throws if they are not there. */
export async function readOwnTask(metadataUri: string): Promise<OwnTask> {
  const response = await fetch(`${metadataUri}/task`, { signal: AbortSignal.timeout(answerWithinMs) });
  const { TaskARN, Cluster, Family, Revision } = metadataSchema.parse(await response.json());
  return { arn: TaskARN, cluster: Cluster, taskDefinition: `${Family}:${Revision}` };
}

/** The worker's name: its ECS task's id, or outside ECS the process id. */
export function workerName(task: OwnTask | undefined): string {
  return task?.arn.split('/').at(-1) ?? `process-${process.pid}`;
}
