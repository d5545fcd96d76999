import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { DueReply, Ledger } from '../ledger/ledger.ts';
import type { ClaimCheckStore } from '../messages/claim-check.ts';
import { writeReply } from '../messages/reply.ts';
import type { Delivery } from './delivery.ts';
import type { Request } from './read-request.ts';
import { recordedClaimChecks } from './recorded-claim-checks.ts';
import { SendRefused } from './send-message.ts';

/** Sends outcomes to those who asked for them. */
export interface Replies {
  /**
   * Replies to a message whose run has ended, unless that was done; call it before the message is deleted. Throws
   * SendRefused if the queue will never take a reply.
   */
  answer(delivery: Delivery, run: Request['run'], insist: Insist): Promise<void>;
}

/** Repeats what must not be lost, under the name that the log gives it. */
type Insist = <Value>(what: string, action: () => Promise<Value>) => Promise<Value>;

/** Makes what sends a worker's replies, to the queues of these URLs and to no other. */
export function createReplies(options: {
  replyDestinations: readonly string[];
  sqs: SQSClient;
  claimChecks: ClaimCheckStore;
  ledger: Pick<Ledger, 'dueReply' | 'recordReplySent' | 'recordClaimCheck'>;
}): Replies {
  const { replyDestinations, sqs, claimChecks, ledger } = options;

  const send = async (replyTo: string, run: Request['run'], due: DueReply) => {
    const problem = destinationProblem(replyTo, replyDestinations);
    if (problem !== undefined) throw refused(due, problem);
    const store = recordedClaimChecks(claimChecks, { ledger, runId: run.runId });
    const MessageBody = await writeReply(run, due, store).catch((error: Error) => {
      throw error instanceof RangeError ? refused(due, error.message) : error;
    });
    const message = { QueueUrl: replyTo, MessageBody, ...(run.group && { MessageGroupId: run.group }) };
    await sqs.send(new SendMessageCommand(message)).catch((error: Error) => {
      if (!isForGood(error)) throw error;
      throw refused(due, `${replyTo} refuses it: ${error.name}: ${error.message}`);
    });
  };

  return {
    answer: async ({ messageId: sqsMessageId, log }, run, insist) => {
      const { runId, replyTo } = run;
      if (replyTo === undefined) return;
      const due = await insist('asking whether a reply is due', () =>
        ledger.dueReply({ runId, sqsMessageId }),
      );
      if (!due) return;
      try {
        await insist('sending the reply', () => send(replyTo, run, due));
      } catch (error) {
        // Its dead letter lies on its queue already; sent back, it is replied to once it has ended.
        if (!(error instanceof SendRefused) || due.status !== 'dead') throw error;
        log.error({ err: error }, 'could not reply');
        return;
      }
      await insist('recording the reply', () => ledger.recordReplySent({ runId, sqsMessageId }));
      log.info({ status: due.status }, 'replied');
    },
  };
}

/** Why nothing may be sent to this queue; undefined if it may. */
export function destinationProblem(replyTo: string, allowed: readonly string[]): string | undefined {
  if (allowed.includes(replyTo)) return undefined;
  return (
    `replyto: ${JSON.stringify(replyTo)} is none of the queues that replies may go to ` +
    `(${allowed.join(', ') || 'none'}): add it to the setting replyDestinations and deploy`
  );
}

function refused({ status }: DueReply, reason: string): SendRefused {
  return new SendRefused(`The run is ${status}, but its reply cannot be sent: ${reason}`);
}

/** What SQS answers as long as nobody changes the queue, its policy or its key. */
const forGood =
  /^(QueueDoesNotExist|NonExistentQueue|AccessDenied(Exception)?|InvalidAddress|InvalidSecurity|UnsupportedOperation|InvalidMessageContents|InvalidParameterValue(Exception)?|Kms(AccessDenied|Disabled|InvalidKeyUsage|InvalidState|NotFound|OptInRequired))$/;

function isForGood({ name }: Error): boolean {
  return forGood.test(name.split('.').at(-1) ?? '');
}
