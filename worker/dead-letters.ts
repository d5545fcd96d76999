import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Ledger, RunError } from '../ledger/ledger.ts';
import type { ClaimCheckStore } from '../messages/claim-check.ts';
import { writeDeadLetter } from './dead-letter-content.ts';
import type { Delivery } from './delivery.ts';
import type { Request } from './read-request.ts';
import { recordedClaimChecks } from './recorded-claim-checks.ts';

/** Why a run was given up. */
export interface Death {
  run: Request['run'];
  reason: string;
  error?: RunError;
  attempts: number;
}

/** Where given-up messages go. */
export interface DeadLetters {
  /** Sends the message with the reason written on it; it may be sent twice. */
  send(delivery: Delivery, death: Death): Promise<void>;
}

const mostReasonCharacters = 4_000;

/** Makes what sends a worker's dead letters. */
export function createDeadLetters(options: {
  worker: string;
  sqs: SQSClient;
  claimChecks: ClaimCheckStore;
  ledger: Pick<Ledger, 'recordClaimCheck'>;
}): DeadLetters {
  const { worker, sqs, claimChecks, ledger } = options;
  return {
    send: async (delivery, { run, reason, error, attempts }) => {
      const { body, attributes } = await writeDeadLetter(
        delivery,
        {
          runId: run.runId,
          task: run.task,
          source: run.source,
          id: run.id,
          reason: reason.slice(0, mostReasonCharacters),
          ...(error === undefined ? {} : { error }),
          attempts,
          worker,
          firstSeenAt: delivery.firstSeenAt.toISOString(),
          deadAt: new Date().toISOString(),
        },
        recordedClaimChecks(claimChecks, { ledger, runId: run.runId }),
      );
      await sqs.send(
        new SendMessageCommand({
          QueueUrl: delivery.queue.deadLetterUrl,
          MessageBody: body,
          MessageAttributes: attributes,
          ...(delivery.group === undefined ? {} : { MessageGroupId: delivery.group }),
        }),
      );
      delivery.log.error({ attempts }, 'gave up: the reason stands on the dead letter');
    },
  };
}
