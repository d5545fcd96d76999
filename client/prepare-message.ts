import type { PreparedMessage } from '../ledger/ledger.ts';
import { type ClaimCheckStore, checkIn } from '../messages/claim-check.ts';
import { type ComposedMessage, composeMessage, type MessageOptions } from '../messages/write-message.ts';
import type { Task } from '../tasks/define-task.ts';
import { limits } from '../tasks/limits.ts';
import type { SendOptions } from './send-options.ts';
import { activeTraceparent } from './trace-context.ts';

/** A message whose input and options were checked; nothing of it has been stored or sent. */
export interface DraftMessage extends ComposedMessage {
  /** The task's name. */
  task: string;
  delaySeconds?: number;
}

/** A message ready for the queue of its task. */
export interface OwnMessage extends PreparedMessage {
  runId: string;
}

/** Checks everything that a sender says. Throws InvalidInput that names every reason, RangeError for a delay. */
export function draftMessage(
  task: Task,
  input: unknown,
  options: Omit<SendOptions, 'transaction'> & MessageOptions,
): DraftMessage {
  const { groupId, delaySeconds } = options;
  checkDelay(delaySeconds);
  const traceparent = options.traceparent ?? activeTraceparent();
  return {
    task: task.name,
    ...composeMessage(task, input, { ...options, ...(traceparent && { traceparent }) }),
    ...(groupId === undefined ? {} : { group: groupId }),
    ...(delaySeconds === undefined ? {} : { delaySeconds }),
  };
}

/** Writes the message's body, and its data into the store if that is too large for the queue. */
export async function prepareMessage(
  { envelope, ...message }: DraftMessage,
  claimChecks: Pick<ClaimCheckStore, 'put'>,
): Promise<OwnMessage> {
  return { ...message, body: await checkIn(envelope, claimChecks) };
}

function checkDelay(seconds: number | undefined): void {
  if (seconds === undefined) return;
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= limits.delaySeconds) return;
  throw new RangeError(
    `delaySeconds must be a whole number from 0 to ${limits.delaySeconds}, got ${seconds}: use sendAt for later`,
  );
}
