import type { Finding } from './finding.ts';
import type { Plan } from './make-plan.ts';
import { type Kind, kinds } from './message-kinds.ts';
import type { Observation } from './observe.ts';

/** How a run of the fault test went; `--json` prints it. */
export interface FaultOutcome {
  ok: boolean;
  seed: string;
  messages: number;
  seconds: number;
  /** How often SQS was called, and what went wrong by how often. */
  sqs: { calls: number; faults: Record<string, number> };
  /** What was done to workers and database. */
  events: Record<string, number>;
  kinds: KindRow[];
  findings: Finding[];
  /** Where logs, messages and rows lie; gone if all is well. */
  directory: string;
}

/** What became of the messages of one kind. */
export interface KindRow {
  kind: Kind;
  title: string;
  sent: number;
  done: number;
  dead: number;
  cancelled: number;
}

/** Sums up what was seen. */
export function describeOutcome(from: {
  observation: Observation;
  findings: Finding[];
  plan: Plan;
  sqs: FaultOutcome['sqs'];
  seed: string;
  seconds: number;
  directory: string;
}): FaultOutcome {
  const { observation, findings, plan, sqs, seed, seconds, directory } = from;
  return {
    ok: findings.every(({ breaches }) => breaches.length === 0),
    ...{ seed, messages: plan.messages.length, seconds, directory, findings, sqs },
    events: Object.fromEntries(
      [...Map.groupBy(plan.events, ({ what }) => what)].map(([what, { length }]) => [what, length]),
    ),
    kinds: Object.entries(kinds).map(([kind, { title }]) => ({
      kind: kind as Kind,
      title,
      ...countKind(kind as Kind, observation),
    })),
  };
}

/** An invalid message names no run: what became of it is seen on the dead-letter queue. */
function countKind(kind: Kind, { sent, runs, aliases }: Observation) {
  const states = new Map(runs.map(({ runId, state }) => [runId, state]));
  const own = sent.filter(({ message }) => message.kind === kind);
  const named = own.flatMap(({ runId }) => (runId ? [states.get(aliases.get(runId) ?? runId)] : []));
  const count = (state: string) => named.filter((one) => one === state).length;
  return { sent: own.length, done: count('done'), dead: count('dead'), cancelled: count('cancelled') };
}
