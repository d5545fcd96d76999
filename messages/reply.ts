import { z } from 'zod';
import { limits } from '../tasks/limits.ts';
import { handlerSource } from '../tasks/names.ts';
import { type ClaimCheckStore, checkIn, checkOut } from './claim-check.ts';
import { envelopeSchema, parseEnvelope, UnreadableMessage } from './envelope.ts';
import { runIdOf } from './run-id.ts';

/** The `type` of every reply, whatever the task: a task of this name could take replies as its messages. */
export const replyType = 'run-outcome';

const asked = {
  /** The `id` that the sender gave its message. */
  id: z.string(),
  /** The run's id, as `send` returned it. */
  runId: z.uuid(),
  task: z.string(),
};

/** What a reply says: how the run that a message asked for has ended. */
export const replyData = z.discriminatedUnion('status', [
  z.object({ ...asked, status: z.literal('done'), result: z.unknown() }),
  z.object({
    ...asked,
    status: z.literal('dead'),
    error: z.object({ name: z.string().optional(), message: z.string() }),
  }),
  z.object({ ...asked, status: z.literal('cancelled') }),
]);
export type ReplyData = z.output<typeof replyData>;

/** How a run ended, without the names of who asked. */
export type Outcome =
  | { status: 'done'; result: unknown }
  | { status: 'dead'; error: { name?: string; message: string } }
  | { status: 'cancelled' };

/** A reply as it stands on its queue. */
export const replySchema = envelopeSchema
  .omit({ replyto: true, idempotencykey: true })
  .extend({ type: z.literal(replyType), data: replyData.optional() });

/**
 * Writes the reply to a message. Its id is made of the message's run and the status, so a repetition has the same one,
 * and a run that was dead and is done after a redrive has another. Data over 256 KiB, the most that an older queue
 * may take, goes to the store.
 */
export async function writeReply(
  message: { task: string; source: string; id: string; traceparent?: string },
  outcome: Outcome & { endedAt: Date },
  claimChecks: ClaimCheckStore,
): Promise<string> {
  const { endedAt, ...ended } = outcome;
  const { task, source, id, traceparent } = message;
  const runId = runIdOf({ type: task, source, id });
  return checkIn(
    {
      specversion: '1.0',
      id: `${runId}/${ended.status}`,
      source: handlerSource(task),
      type: replyType,
      time: endedAt.toISOString(),
      datacontenttype: 'application/json',
      data: { id, runId, task, ...ended },
      ...(traceparent === undefined ? {} : { traceparent }),
    },
    claimChecks,
    limits.replyBytes,
  );
}

/**
 * What a message from a reply queue says. `claimChecks` is needed for large results. Throws UnreadableMessage that names
 * everything that is wrong if it is no reply.
 */
export async function readReply(body: string, claimChecks: Pick<ClaimCheckStore, 'get'>): Promise<ReplyData> {
  const envelope = parseEnvelope(body);
  if (envelope.type !== replyType) {
    throw new UnreadableMessage(
      `type: a reply is of the type ${replyType}, not ${JSON.stringify(envelope.type)}`,
    );
  }
  const parsed = replyData.safeParse(await checkOut(envelope, claimChecks));
  if (parsed.success) return parsed.data;
  const reasons = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'data'}: ${message}`);
  throw new UnreadableMessage(`the data is no reply: ${reasons.join('; ')}`);
}
