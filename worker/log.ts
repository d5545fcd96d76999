import { type DestinationStream, type Logger, pino } from 'pino';
import { UnreadableMessage } from '../messages/envelope.ts';
import type { Redactor } from '../tasks/redactor.ts';
import { redactingOutput } from './redacted-log.ts';

/**
 * The worker's structured log. Payloads are never logged: of an error it writes name, message, code and stack, for other
 * fields, such as those of a Postgres error, can hold rows; of an unreadable message only the name, for its reasons
 * quote the body and stand on the dead letter. What its task's schema marks as sensitive is hidden in every line.
 */
export function createLog(options: {
  level: string;
  worker: string;
  output: DestinationStream;
  /** Of all deliveries that the worker has, for lines that are of none. */
  redactors(): Iterable<Redactor>;
}): Logger {
  return pino(
    {
      level: options.level,
      base: { worker: options.worker },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describeError },
    },
    redactingOutput(options.output, options.redactors),
  );
}

/** What of an error may be told to operators; of an unreadable message only the name. */
export interface ErrorDescription {
  name?: string;
  message?: string;
  code?: unknown;
  stack?: string | undefined;
  cause?: ErrorDescription;
}

/** Describes anything thrown. */
export function describeError(thrown: unknown): ErrorDescription {
  if (!(thrown instanceof Error)) return { message: String(thrown) };
  const { name, message, stack } = thrown;
  if (thrown instanceof UnreadableMessage) return { name };
  const code = 'code' in thrown ? { code: thrown.code } : {};
  return { name, message, ...code, stack, ...(thrown.cause ? { cause: describeError(thrown.cause) } : {}) };
}
