import { type DestinationStream, type Logger, pino } from 'pino';

/**
 * The worker's structured log. Of an error it writes name, message, code and stack and nothing else: other fields, such
 * as those of a Postgres error, can hold rows. Payloads are never logged.
 */
export function createLog(options: { level: string; worker: string; output: DestinationStream }): Logger {
  return pino(
    {
      level: options.level,
      base: { worker: options.worker },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describeError },
    },
    options.output,
  );
}

function describeError(thrown: unknown): object {
  if (!(thrown instanceof Error)) return { message: String(thrown) };
  const { name, message, stack } = thrown;
  const code = 'code' in thrown ? { code: thrown.code } : {};
  return { name, message, ...code, stack, ...(thrown.cause ? { cause: describeError(thrown.cause) } : {}) };
}
