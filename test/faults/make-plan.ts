import { draw } from '../../local/faults/draw.ts';
import { type Kind, kinds, type MessageContent } from './message-kinds.ts';

/** A message that is to be sent. */
export interface PlannedMessage extends MessageContent {
  /** The envelope's id; an invalid message has it somewhere in its body. */
  id: string;
  kind: Kind;
  /** Sent twice under its id, so that SQS has two messages of one run. */
  twice: boolean;
  /** So long after it was sent somebody cancels it. */
  cancelAfterMs?: number;
}

/** Something that is done to a worker or to the database. */
export interface PlannedEvent {
  /** When this share of the messages' runs has ended. */
  at: number;
  what: 'kill' | 'stop' | 'pause' | 'restart-database' | 'crash-database';
  /** Which of the crew, or how long in which the database is away: from 0 up to 1. */
  luck: number;
}

/** Everything that a run of the fault test decides. */
export interface Plan {
  messages: readonly PlannedMessage[];
  /** In the order of their time. */
  events: readonly PlannedEvent[];
}

/** Decides everything, by the seed alone. */
export function makePlan({ seed, messages: count }: { seed: string; messages: number }): Plan {
  const poison = Math.max(1, Math.round(count / 7000));
  const messages = Array.from({ length: count }, (_, index): PlannedMessage => {
    const luck = (what: string) => draw(seed, 'message', index, what);
    // Few, for each of them costs three workers, and spread over the run.
    const kind =
      index % Math.ceil(count / poison) === Math.floor(count / poison / 2) ? 'kill' : pick(luck('kind'));
    const id = `m-${String(index).padStart(6, '0')}`;
    return {
      ...kinds[kind].content(luck, id),
      id,
      kind,
      twice: kind !== 'kill' && kind !== 'invalid' && luck('twice') < 0.03,
      ...(kind === 'cancelled' ? { cancelAfterMs: Math.round(luck('cancel') * 4000) } : {}),
    };
  });
  return { messages, events: planEvents(seed, count) };
}

const weights = Object.entries(kinds).map(([kind, { weight }]) => ({ kind: kind as Kind, weight }));
const totalWeight = weights.reduce((sum, { weight }) => sum + weight, 0);

function pick(luck: number): Kind {
  let left = luck * totalWeight;
  const picked = weights.find(({ weight }) => {
    left -= weight;
    return left < 0;
  });
  return picked?.kind ?? 'record';
}

function planEvents(seed: string, count: number): PlannedEvent[] {
  const several = (what: PlannedEvent['what'], times: number, [from, to]: [number, number]) =>
    Array.from({ length: times }, (_, index): PlannedEvent => {
      const luck = (about: string) => draw(seed, what, index, about);
      return { at: from + luck('at') * (to - from), what, luck: luck('luck') };
    });
  return [
    ...several('kill', Math.min(40, Math.max(3, Math.round(count / 1000))), [0.02, 0.95]),
    ...several('stop', Math.min(10, Math.max(1, Math.round(count / 2500))), [0.05, 0.95]),
    ...several('pause', Math.min(6, Math.max(1, Math.round(count / 4000))), [0.1, 0.7]),
    ...several('restart-database', 1, [0.2, 0.4]),
    ...several('crash-database', 1, [0.5, 0.8]),
  ].sort((a, b) => a.at - b.at);
}
