import { z } from 'zod';

/** The wire format: a CloudEvents 1.0 object in structured JSON mode. Extension attributes are kept. */
export const envelopeSchema = z.looseObject({
  specversion: z.literal('1.0'),
  id: z.string().min(1).max(1024),
  source: z.string().min(1).max(1024),
  /** The task's name. */
  type: z.string().min(1),
  /** RFC 3339; left out: the time at which SQS took the message. */
  time: z.iso.datetime({ offset: true }).optional(),
  datacontenttype: z.literal('application/json').optional(),
  data: z.unknown().optional(),
  /** Where the data lies if it was too large for the queue; goes instead of `data`. */
  dataref: z.string().min(1).optional(),
  traceparent: z.string().optional(),
  /** URL of the queue that wants the outcome. */
  replyto: z.string().min(1).optional(),
  idempotencykey: z.string().min(1).max(1024).optional(),
});
export type Envelope = z.output<typeof envelopeSchema>;

/** The message cannot be understood whatever happens: all reasons stand in its text. */
export class UnreadableMessage extends Error {
  override readonly name = 'UnreadableMessage';
}

/** Reads a message's body. Throws UnreadableMessage that names everything that is wrong. */
export function parseEnvelope(body: string): Envelope {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch (error) {
    throw new UnreadableMessage(
      `the body is not JSON (${(error as Error).message}): send a CloudEvents 1.0 object`,
    );
  }
  const parsed = envelopeSchema.safeParse(json);
  if (!parsed.success) {
    const reasons = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`);
    throw new UnreadableMessage(`the body is no CloudEvents 1.0 object: ${reasons.join('; ')}`);
  }
  if (parsed.data.data !== undefined && parsed.data.dataref !== undefined) {
    throw new UnreadableMessage('the envelope has both data and dataref: send one of them');
  }
  return parsed.data;
}

/**
 * Writes a message's body. What SQS refuses, and what EventBridge Scheduler would take for an attribute of its own to
 * fill in, is escaped, which JSON allows inside strings.
 */
export function formatEnvelope(envelope: Envelope): string {
  return JSON.stringify(envelope).replace(
    /[\ufffe\uffff]|<(?=aws\.scheduler\.)/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
