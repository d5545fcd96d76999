import { ulid } from 'ulid';
import type { ZodSafeParseResult } from 'zod';
import type { Task } from '../tasks/define-task.ts';
import { type ClaimCheckStore, checkIn } from './claim-check.ts';
import { type Envelope, envelopeSchema } from './envelope.ts';
import { messageGroup } from './message-group.ts';
import { runIdOf } from './run-id.ts';

/** What a sender says of a message beside its input. */
export interface MessageOptions {
  /** Who sends: a URI reference such as `/webapp`. Ids are unique per source. */
  source: string;
  /** Default: a new ULID. The same id again never does the work twice. */
  id?: string;
  /** Unique per task for as long as the ledger keeps runs. */
  idempotencyKey?: string;
  /** URL of the queue that wants the outcome. */
  replyTo?: string;
  traceparent?: string;
  /** What time the message is of. Default: now. */
  time?: Date;
}

/** A message that fits its task; where its data goes is not decided. */
export interface ComposedMessage {
  runId: string;
  envelope: Envelope;
  /** For SQS's MessageGroupId, from the task's `fairBy`. */
  group?: string;
}

/** A message ready for its queue. */
export interface WrittenMessage {
  runId: string;
  /** The JSON envelope. */
  body: string;
  /** For SQS's MessageGroupId, from the task's `fairBy`. */
  group?: string;
}

/** The input does not fit the task's schema, or what is said beside it no envelope: all reasons stand in its text. */
export class InvalidInput extends Error {
  override readonly name = 'InvalidInput';
}

/** Checks the input and writes the message that asks for the task. Throws InvalidInput. */
export async function writeMessage(
  task: Task,
  input: unknown,
  options: MessageOptions & { claimChecks: ClaimCheckStore },
): Promise<WrittenMessage> {
  const { envelope, ...message } = composeMessage(task, input, options);
  return { ...message, body: await checkIn(envelope, options.claimChecks) };
}

/** Checks the input and composes the message that asks for the task; nothing is stored. Throws InvalidInput. */
export function composeMessage(task: Task, input: unknown, options: MessageOptions): ComposedMessage {
  const data = parseInput(task, input);
  const envelope: Envelope = {
    specversion: '1.0',
    id: options.id ?? ulid(),
    source: options.source,
    type: task.name,
    time: (options.time ?? new Date()).toISOString(),
    datacontenttype: 'application/json',
    data: input,
    ...(options.traceparent === undefined ? {} : { traceparent: options.traceparent }),
    ...(options.replyTo === undefined ? {} : { replyto: options.replyTo }),
    ...(options.idempotencyKey === undefined ? {} : { idempotencykey: options.idempotencyKey }),
  };
  // A worker could not tell whose run an envelope that breaks its schema asks for.
  accepted(envelopeSchema.safeParse(envelope), {
    what: `The message's options make no envelope`,
    root: 'options',
  });
  const group = task.fairBy?.(data);
  return {
    runId: runIdOf(envelope),
    envelope,
    ...(group === undefined ? {} : { group: messageGroup(group) }),
  };
}

/** The input as the handler gets it, defaults filled in. Throws InvalidInput that names every reason. */
export function parseInput<T extends Task>(task: T, input: unknown): ReturnType<T['input']['parse']> {
  const parsed = task.input.safeParse(input);
  return accepted(parsed, { what: `The input does not fit ${task.name}`, root: 'input' }) as ReturnType<
    T['input']['parse']
  >;
}

/** What was parsed. Throws InvalidInput that names every reason; `root` is what a reason for the whole is laid to. */
function accepted<Value>(
  parsed: ZodSafeParseResult<Value>,
  { what, root }: { what: string; root: string },
): Value {
  if (parsed.success) return parsed.data;
  const reasons = parsed.error.issues.map((issue) => `${issue.path.join('.') || root}: ${issue.message}`);
  throw new InvalidInput(`${what}: ${reasons.join('; ')}`);
}
