import type { RunError } from '../ledger/ledger.ts';

const mostCharacters = 8_000;

/** Anything thrown, as the ledger and a dead letter keep it, cut to a length that leaves room for the message. */
export function runErrorOf(thrown: unknown): RunError {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  return {
    name: cut(error.name),
    message: cut(error.message),
    ...(error.stack === undefined ? {} : { stack: cut(error.stack) }),
  };
}

function cut(text: string): string {
  return text.length > mostCharacters ? `${text.slice(0, mostCharacters)}…` : text;
}
