import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { ECSClient } from '@aws-sdk/client-ecs';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { SSMClient } from '@aws-sdk/client-ssm';
import { limits } from '../../tasks/limits.ts';
import { computeDemand } from './compute-demand.ts';
import type { DemandConfig } from './config.ts';
import { countBusyWorkers } from './count-busy-workers.ts';
import { type DemandReport, publishDemand } from './publish-demand.ts';
import { nothingMeasured, readMetrics } from './read-metrics.ts';
import { readPausedTasks } from './read-paused-tasks.ts';
import { countDeadLetters, readQueues } from './read-queues.ts';

/** The AWS services that the demand is read from and told to. */
export interface DemandClients {
  sqs: SQSClient;
  ecs: ECSClient;
  cloudWatch: CloudWatchClient;
  ssm: SSMClient;
}

/**
 * Reads everything, computes the demand and publishes it. One read that fails makes the whole fail and publishes
 * nothing: a missing metric changes no worker and raises an alarm, a wrong 0 would stop them.
 */
export async function tellDemand(
  clients: DemandClients,
  config: DemandConfig,
  { wake, now }: { wake: boolean; now: Date },
): Promise<DemandReport> {
  // Each count of a queue is paid for, and no work waits for that of dead letters.
  const isTheirTurn = now.getUTCMinutes() % limits.deadLettersCountedEveryMinutes === 0;
  const [tasks, deadLetters, workers, paused] = await Promise.all([
    readQueues(clients.sqs, config.tasks),
    isTheirTurn ? countDeadLetters(clients.sqs, config.tasks) : undefined,
    countBusyWorkers(clients.ecs, config),
    readPausedTasks(clients.ssm, config.pausedTasksParameter),
  ]);
  const measured =
    workers.running === 0
      ? nothingMeasured
      : await readMetrics(clients.cloudWatch, {
          deployment: config.deployment,
          tasks: config.tasks.map(({ name }) => name),
          now,
        });
  const demand = computeDemand({
    tasks: tasks.map((task) => ({
      ...task,
      seconds: measured.seconds.get(task.name) ?? task.expectedSeconds,
      paused: paused.has(task.name),
    })),
    held: measured.held,
    busy: workers.busy,
    recentNeeded: measured.recentNeeded,
    maximum: config.maximumWorkers,
    wake,
  });
  const report: DemandReport = {
    ...demand,
    deployment: config.deployment,
    waiting: tasks.reduce((sum, task) => sum + task.waiting, 0),
    deadLetters,
    running: workers.running,
    now,
  };
  await publishDemand(clients.cloudWatch, report);
  return report;
}
