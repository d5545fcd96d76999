import {
  ConflictException,
  CreateScheduleCommand,
  DeleteScheduleCommand,
  ResourceNotFoundException,
  SchedulerClient,
} from '@aws-sdk/client-scheduler';
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { type ClaimCheckStore, checkIn } from '../messages/claim-check.ts';
import { limits } from '../tasks/limits.ts';
import { deadLetterNameOf } from '../tasks/names.ts';
import { type DraftMessage, draftMessage, prepareMessage } from './prepare-message.ts';
import { sqsFields } from './queue-messages.ts';
import type { TaskClient } from './task-client.ts';
import { needed, type OneTimeSchedules, queueOf, type TaskClientConfig } from './task-client-config.ts';

/** Sends messages later. */
export interface LaterSender {
  sendAt: TaskClient['sendAt'];
  /** Deletes the run's schedule if there is one: the ledger may forget that it was cancelled before its time comes. */
  withdraw(runId: string): Promise<void>;
}

/** A message may wait so long after its schedule until it is worked on: on its queue, and given up. */
const afterwardsSeconds = limits.queueRetentionSeconds + limits.deadLetterRetentionSeconds;

/** Makes what sends messages later: by a delay as far as a queue can, by a schedule beyond. */
export function createLaterSender({
  config,
  sqs,
  claimChecks,
}: {
  config: TaskClientConfig;
  sqs: SQSClient;
  claimChecks: ClaimCheckStore;
}): LaterSender {
  const scheduler = config.scheduler ?? new SchedulerClient({ retryMode: 'standard' });

  const schedule = async (draft: DraftMessage, when: Date, schedules: OneTimeSchedules) => {
    const queueName = queueOf(config, draft.task).split('/').at(-1) ?? '';
    const arnOf = (name: string) => schedules.queueArnPrefix + name;
    const command = new CreateScheduleCommand({
      Name: draft.runId,
      GroupName: schedules.group,
      ScheduleExpression: `at(${wholeSecond(when).slice(0, 'yyyy-mm-ddThh:mm:ss'.length)})`,
      ScheduleExpressionTimezone: 'UTC',
      FlexibleTimeWindow: { Mode: 'OFF' },
      ActionAfterCompletion: 'DELETE',
      Target: {
        Arn: arnOf(queueName),
        RoleArn: schedules.roleArn,
        Input: await checkIn(draft.envelope, storeUntil(when, claimChecks), limits.scheduledBytes),
        DeadLetterConfig: { Arn: arnOf(deadLetterNameOf(queueName)) },
        RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
      },
    });
    await scheduler.send(command).catch((error: unknown) => {
      // The same run is scheduled already: as with `send`, the same id again is the same message.
      if (!(error instanceof ConflictException)) throw error;
    });
  };

  return {
    sendAt: async (task, input, when, options = {}) => {
      if (Number.isNaN(when.getTime())) throw new RangeError(`sendAt takes a valid Date, got ${when}`);
      const queueUrl = queueOf(config, task.name);
      const draft = draftMessage(task, input, { ...options, source: config.source, time: when });
      const seconds = Math.max(0, Math.ceil((when.getTime() - Date.now()) / 1000));
      if (seconds > limits.delaySeconds) {
        const purpose = `A queue delays ${limits.delaySeconds} s at most, and beyond a schedule is made`;
        await schedule(draft, when, needed(config, 'schedules', purpose));
        return draft.runId;
      }
      const message = await prepareMessage({ ...draft, delaySeconds: seconds }, claimChecks);
      await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, ...sqsFields(message) }));
      return draft.runId;
    },

    withdraw: async (runId) => {
      if (!config.schedules) return;
      const command = new DeleteScheduleCommand({ Name: runId, GroupName: config.schedules.group });
      await scheduler.send(command).catch((error: unknown) => {
        if (!(error instanceof ResourceNotFoundException)) throw error;
      });
    },
  };
}

/** Scheduler knows whole seconds; what is sent is never early. */
function wholeSecond(when: Date): string {
  return new Date(Math.ceil(when.getTime() / 1000) * 1000).toISOString();
}

/** A store that takes only what it still has when the message may be worked on. */
function storeUntil(when: Date, claimChecks: ClaimCheckStore): Pick<ClaimCheckStore, 'put'> {
  const latest = new Date(Date.now() + (limits.claimCheckSeconds - afterwardsSeconds) * 1000);
  return {
    put: async (content) => {
      if (when <= latest) return claimChecks.put(content);
      throw new RangeError(
        `The message has more than the ${limits.scheduledBytes} bytes of a schedule, and its data cannot be kept beyond ` +
          `${latest.toISOString()}, got ${when.toISOString()}: keep the data yourself and send its name`,
      );
    },
  };
}
