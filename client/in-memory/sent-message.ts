import { formatEnvelope, parseEnvelope } from '../../messages/envelope.ts';
import type { Task } from '../../tasks/define-task.ts';
import type { DraftMessage } from '../prepare-message.ts';

/** A message as it would come off its queue. */
export interface SentMessage {
  task: Task;
  runId: string;
  id: string;
  source: string;
  /** The input as JSON carries it: a Date is a text, what is undefined is gone. */
  data: unknown;
  /** The message's own time. */
  sentAt: Date;
  idempotencyKey?: string;
  replyTo?: string;
  traceparent?: string;
  group?: string;
  delaySeconds?: number;
  /** When `sendAt` was asked to send it. */
  at?: Date;
}

/** Sends a draft through JSON, as a queue would. */
export function sentMessage(task: Task, draft: DraftMessage): SentMessage {
  const { runId, group, delaySeconds } = draft;
  const envelope = parseEnvelope(formatEnvelope(draft.envelope));
  const { id, source, data, time, idempotencykey, replyto, traceparent } = envelope;
  return {
    task,
    runId,
    id,
    source,
    data,
    sentAt: time === undefined ? new Date() : new Date(time),
    ...(idempotencykey === undefined ? {} : { idempotencyKey: idempotencykey }),
    ...(replyto === undefined ? {} : { replyTo: replyto }),
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(group === undefined ? {} : { group }),
    ...(delaySeconds === undefined ? {} : { delaySeconds }),
  };
}
