import { createHash } from 'node:crypto';
import type { ClaimRequest } from './ledger.ts';
import { storedJson, storedText } from './stored-text.ts';

/** What a run's row keeps of its message, by the columns' names. */
export type MessageColumns = ReturnType<typeof messageColumns>;

/** What a run's row keeps of its message. */
export function messageColumns(request: ClaimRequest, { withKey = true } = {}) {
  return {
    task: storedText(request.task),
    source: storedText(request.source),
    message_id: storedText(request.id),
    input: storedJson(request.input),
    data_digest: request.dataDigest,
    idempotency_key: optionalText(request.idempotencyKey),
    key_digest: withKey ? keyDigest(request) : null,
    traceparent: optionalText(request.traceparent),
    reply_to: optionalText(request.replyTo),
    message_group: optionalText(request.group),
    sent_at: request.sentAt,
  };
}

/** What stands for the message's idempotency key in the index; null without a key. */
export function keyDigest({ idempotencyKey }: ClaimRequest): string | null {
  return idempotencyKey === undefined ? null : createHash('sha256').update(idempotencyKey).digest('hex');
}

/** `$3, $4, …` for so many values. */
export function placeholders(count: number, first: number): string {
  return Array.from({ length: count }, (_, index) => `$${first + index}`).join(', ');
}

function optionalText(text: string | undefined): string | null {
  return text === undefined ? null : storedText(text);
}
