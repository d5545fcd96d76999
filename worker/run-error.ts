import type { RunError } from '../ledger/ledger.ts';

const mostCharacters = 8_000;

/** Anything thrown, as the ledger and a dead letter keep it, cut to a length that leaves room for the message. */
export function runErrorOf(thrown: unknown): RunError {
  const { name, message, stack } = thrown instanceof Error ? thrown : new Error(textOf(thrown));
  return {
    name: cut(textOf(name)),
    message: cut(textOf(message)),
    ...(stack === undefined ? {} : { stack: cut(textOf(stack)) }),
  };
}

/** Whatever a library puts there: settling must not fail for it. */
function textOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return `${typeof value} without a text`;
  }
}

function cut(text: string): string {
  return text.length > mostCharacters ? `${text.slice(0, mostCharacters)}…` : text;
}
