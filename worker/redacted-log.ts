import type { DestinationStream, Logger } from 'pino';
import type { Redactor } from '../tasks/redactor.ts';

/** Stands on a log, and so on its children: whose redactor their lines go through, and the log whose bindings stay. */
const redaction = Symbol('redaction');
interface Redaction {
  redactor: Redactor;
  log: Logger;
}
type Redacted = Logger & { [redaction]?: Redaction };

/** A child of the log: in its lines, and its children's, nothing stands that the redactor has learned but these bindings. */
export function redactedChild(log: Logger, bindings: Record<string, unknown>, redactor: Redactor): Logger {
  const child: Redacted = log.child(bindings);
  child[redaction] = { redactor, log: child };
  return child;
}

/**
 * Where a log writes, so that no line says what a redactor has learned: of a line of an attempt its own redactor, of any
 * other line all that are in use.
 */
export function redactingOutput(
  output: DestinationStream,
  inUse: () => Iterable<Redactor>,
): DestinationStream {
  const stream = {
    // Asks pino to say whose line it is.
    [Symbol.for('pino.metadata')]: true,
    lastLogger: undefined as Redacted | undefined,
    write: (line: string) => {
      const { lastLogger } = stream;
      const own = lastLogger?.[redaction];
      const asked = [...(own ? [own.redactor] : inUse())].filter((one) => !one.isEmpty());
      if (asked.length === 0) output.write(line);
      else output.write(redactLine(line, asked, (own?.log ?? lastLogger)?.bindings()));
    },
  };
  return stream;
}

function redactLine(line: string, redactors: readonly Redactor[], own: Record<string, unknown> = {}): string {
  const said = JSON.parse(line) as Record<string, unknown>;
  const kept = Object.entries(said).filter(([name, value]) => value === own[name] || isPinos(name, value));
  const redacted = redactors.reduce((rest, redactor) => redactor.redact(rest), said);
  return `${JSON.stringify({ ...redacted, ...Object.fromEntries(kept) })}\n`;
}

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];

/** Time and level are the log's, unless somebody put a text of his own there. */
function isPinos(name: string, value: unknown): boolean {
  if (name === 'time') return /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(String(value));
  return name === 'level' && levels.includes(String(value));
}
