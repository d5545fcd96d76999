import type { ClaimRequest } from '../ledger/ledger.ts';
import { type ClaimCheckStore, checkOut } from '../messages/claim-check.ts';
import { dataDigest } from '../messages/data-digest.ts';
import { type Envelope, parseEnvelope, UnreadableMessage } from '../messages/envelope.ts';
import { runIdOf } from '../messages/run-id.ts';
import { InvalidInput, parseInput } from '../messages/write-message.ts';
import { restoreContent } from './dead-letter-content.ts';
import type { Delivery } from './delivery.ts';
import { destinationProblem } from './replies.ts';

/** A message as it was understood. */
export interface Request {
  /** Which run it asks for, as the ledger wants to know it. */
  run: Omit<ClaimRequest, 'worker' | 'leaseSeconds'>;
  /** Where the data lay if it did not travel in the message. */
  dataRef?: string;
  /** The handler's input with its defaults; undefined if there is a problem. */
  input: unknown;
  /** Why the message can never be worked on, with every reason. */
  problem?: Error;
}

/**
 * Understands a message: its envelope, its data, its task's schema. Bad input is no error here but a request with a
 * problem, whose run is named after the SQS message if the message cannot name it. Throws if a store is out of reach.
 */
export async function readRequest(
  delivery: Delivery,
  { claimChecks, replyDestinations }: { claimChecks: ClaimCheckStore; replyDestinations: readonly string[] },
): Promise<Request> {
  const { task } = delivery.queue;
  let envelope: Envelope;
  try {
    await restoreContent(delivery, claimChecks);
    envelope = parseEnvelope(delivery.body);
    if (envelope.type !== task.name) {
      throw new UnreadableMessage(
        `type: the queue is ${task.name}'s, but the message asks for ${JSON.stringify(envelope.type)}`,
      );
    }
  } catch (error) {
    return unreadable(delivery, problemOf(error));
  }
  try {
    const data = await checkOut(envelope, claimChecks);
    return requestOf(delivery, envelope, data, replyProblem(envelope, replyDestinations));
  } catch (error) {
    return requestOf(delivery, envelope, null, problemOf(error));
  }
}

/** The request of a message that does not say whose run it is. */
export function unreadable(delivery: Delivery, problem: Error): Request {
  const { queue, messageId } = delivery;
  const identity = { type: queue.task.name, source: queue.arn, id: messageId };
  return {
    run: {
      runId: runIdOf(identity),
      task: identity.type,
      source: identity.source,
      id: identity.id,
      sqsMessageId: messageId,
      sentAt: delivery.sentAt,
      input: null,
      dataDigest: dataDigest(null),
    },
    input: undefined,
    problem,
  };
}

function requestOf(delivery: Delivery, envelope: Envelope, data: unknown, problem?: Error): Request {
  const { task } = delivery.queue;
  const run: Request['run'] = {
    runId: runIdOf(envelope),
    task: task.name,
    source: envelope.source,
    id: envelope.id,
    sqsMessageId: delivery.messageId,
    sentAt: envelope.time === undefined ? delivery.sentAt : new Date(envelope.time),
    input: data ?? null,
    dataDigest: dataDigest(data),
    ...(envelope.idempotencykey === undefined ? {} : { idempotencyKey: envelope.idempotencykey }),
    ...(envelope.traceparent === undefined ? {} : { traceparent: envelope.traceparent }),
    ...(envelope.replyto === undefined ? {} : { replyTo: envelope.replyto }),
    ...(delivery.group === undefined ? {} : { group: delivery.group }),
  };
  const request = { run, ...(envelope.dataref !== undefined && { dataRef: envelope.dataref }) };
  if (problem) return { ...request, input: undefined, problem };
  try {
    return { ...request, input: parseInput(task, data) };
  } catch (error) {
    // A schema reads nothing but the data: what it throws today it throws at every later try.
    return {
      ...request,
      input: undefined,
      problem: error instanceof Error ? error : new InvalidInput(String(error)),
    };
  }
}

/** Nobody works for an outcome that may not be told. */
function replyProblem({ replyto }: Envelope, allowed: readonly string[]): Error | undefined {
  const problem = replyto === undefined ? undefined : destinationProblem(replyto, allowed);
  return problem === undefined ? undefined : new UnreadableMessage(problem);
}

/** The message's own fault; anything else is passed on as an outage. */
function problemOf(error: unknown): Error {
  if (error instanceof UnreadableMessage || error instanceof InvalidInput) return error;
  throw error;
}
