import { metrics } from '../tasks/names.ts';
import type { Delivery } from './delivery.ts';

/** What attempts tell of themselves. */
export interface AttemptMetrics {
  /** The first attempt of a run began, so long after its message was sent. */
  firstAttemptStarted(task: string, queueSeconds: number): void;
  attemptEnded(task: string, seconds: number): void;
}

/** What can become of an attempt or a run. */
export type OutcomeName = keyof typeof metrics.outcomes;

/** What settling tells. */
export interface OutcomeMetrics {
  count(task: string, ...outcomes: OutcomeName[]): void;
}

/** The worker's metrics, written in CloudWatch's embedded metric format. */
export interface WorkerMetrics extends AttemptMetrics, OutcomeMetrics {
  /** Writes what was gathered and ends the timers. */
  stop(): void;
}

const flushEveryMs = 5_000;
/** CloudWatch takes at most 100 values of a metric in one line. */
const mostValues = 100;
/** How much the newest attempt weighs in the measured length of a task's attempts. */
const weight = 0.2;

/**
 * Writes what became of a task's attempts, when something did: a metric that nobody tells costs nothing. And once a
 * minute how much of a worker the attempts in progress take. That is in the middle of each minute of the clock, so that
 * no minute of CloudWatch's sum has a worker twice.
 */
export function startMetrics(options: {
  deployment: string;
  deliveries: ReadonlySet<Delivery>;
  write(line: string): void;
}): WorkerMetrics {
  const { deployment, deliveries } = options;
  const measured = new Map<string, number>();
  const gathered = new Map<string, Gathered>();

  const emit = (values: Record<string, number | number[]>, task?: string) => {
    const dimensions = {
      [metrics.deploymentDimension]: deployment,
      ...(task === undefined ? {} : { [metrics.taskDimension]: task }),
    };
    const directive = {
      Namespace: metrics.namespace,
      Dimensions: [Object.keys(dimensions)],
      Metrics: Object.keys(values).map((Name) => ({
        Name,
        Unit: Name.endsWith('Seconds') ? 'Seconds' : 'Count',
      })),
    };
    const _aws = { Timestamp: Date.now(), CloudWatchMetrics: [directive] };
    options.write(`${JSON.stringify({ _aws, ...dimensions, ...values })}\n`);
  };

  const flush = (task: string) => {
    const { lists, counts } = gatheredOf(task);
    gathered.delete(task);
    emit({ ...Object.fromEntries(lists), ...Object.fromEntries(counts) }, task);
  };
  const flushAll = () => {
    for (const task of [...gathered.keys()]) flush(task);
  };
  const tellHeld = () => emit({ [metrics.workersHeld]: workersHeld(deliveries, measured) });

  const gatheredOf = (task: string): Gathered => {
    const known = gathered.get(task) ?? { lists: new Map(), counts: new Map() };
    gathered.set(task, known);
    return known;
  };
  const gather = (task: string, name: string, value: number) => {
    const { lists } = gatheredOf(task);
    const values = lists.get(name) ?? [];
    lists.set(name, values);
    if (values.push(value) === mostValues) flush(task);
  };

  const flushTimer = setInterval(flushAll, flushEveryMs);
  let heldTimer: NodeJS.Timeout = setTimeout(() => {
    tellHeld();
    heldTimer = setInterval(tellHeld, 60_000);
  }, millisecondsToHalfPast(Date.now()));

  return {
    firstAttemptStarted: (task, queueSeconds) =>
      // The clocks of SQS and of this worker may differ.
      gather(task, metrics.queueSeconds, Math.max(0, queueSeconds)),
    attemptEnded: (task, seconds) => {
      const before = measured.get(task);
      measured.set(task, before === undefined ? seconds : before + weight * (seconds - before));
      gather(task, metrics.attemptSeconds, seconds);
    },
    count: (task, ...outcomes) => {
      const { counts } = gatheredOf(task);
      for (const outcome of outcomes) {
        const name = metrics.outcomes[outcome];
        counts.set(name, (counts.get(name) ?? 0) + 1);
      }
    },
    stop: () => {
      clearInterval(flushTimer);
      clearTimeout(heldTimer);
      flushAll();
    },
  };
}

/** What happened to one task's messages since the last line. */
interface Gathered {
  lists: Map<string, number[]>;
  counts: Map<string, number>;
}

/**
 * Workers' worth of attempts in progress: each counts as its part of the task's concurrency, and less the sooner it
 * frees its slot, measured by the time within which the next message is to start.
 */
export function workersHeld(
  deliveries: Iterable<Delivery>,
  measuredSeconds: ReadonlyMap<string, number>,
  now = Date.now(),
): number {
  let held = 0;
  for (const { queue, workingSince } of deliveries) {
    if (workingSince === undefined) continue;
    const { name, expectedSeconds, startWithinSeconds, concurrency } = queue.task;
    // An attempt that has already taken longer shows that they can.
    const seconds = Math.max(measuredSeconds.get(name) ?? expectedSeconds, (now - workingSince) / 1000);
    held += Math.min(1, seconds / startWithinSeconds) / concurrency;
  }
  return held;
}

function millisecondsToHalfPast(now: number): number {
  return (90_000 - (now % 60_000)) % 60_000;
}
