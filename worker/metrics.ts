import { metrics } from '../tasks/names.ts';
import type { Delivery } from './delivery.ts';

/** What attempts tell of themselves. */
export interface AttemptMetrics {
  attemptEnded(task: string, seconds: number): void;
}

/** The worker's metrics, written in CloudWatch's embedded metric format. */
export interface WorkerMetrics extends AttemptMetrics {
  /** Writes what was gathered and ends the timers. */
  stop(): void;
}

const flushEveryMs = 5_000;
/** CloudWatch takes at most 100 values of a metric in one line. */
const mostValues = 100;
/** How much the newest attempt weighs in the measured length of a task's attempts. */
const weight = 0.2;

/**
 * Writes the length of every attempt, and once a minute how much of a worker the attempts in progress take. That is in
 * the middle of each minute of the clock, so that no minute of CloudWatch's sum has a worker twice.
 */
export function startMetrics(options: {
  deployment: string;
  deliveries: ReadonlySet<Delivery>;
  write(line: string): void;
}): WorkerMetrics {
  const { deployment, deliveries } = options;
  const measured = new Map<string, number>();
  const gathered = new Map<string, number[]>();

  const emit = (name: string, value: number | number[], unit: string, task?: string) => {
    const dimensions = {
      [metrics.deploymentDimension]: deployment,
      ...(task === undefined ? {} : { [metrics.taskDimension]: task }),
    };
    const directive = {
      Namespace: metrics.namespace,
      Dimensions: [Object.keys(dimensions)],
      Metrics: [{ Name: name, Unit: unit }],
    };
    const _aws = { Timestamp: Date.now(), CloudWatchMetrics: [directive] };
    options.write(`${JSON.stringify({ _aws, ...dimensions, [name]: value })}\n`);
  };

  const flush = (task: string) => {
    const seconds = gathered.get(task) ?? [];
    gathered.delete(task);
    if (seconds.length > 0) emit(metrics.attemptSeconds, seconds, 'Seconds', task);
  };
  const flushAll = () => {
    for (const task of [...gathered.keys()]) flush(task);
  };
  const tellHeld = () => emit(metrics.workersHeld, workersHeld(deliveries, measured), 'Count');

  const flushTimer = setInterval(flushAll, flushEveryMs);
  let heldTimer: NodeJS.Timeout = setTimeout(() => {
    tellHeld();
    heldTimer = setInterval(tellHeld, 60_000);
  }, millisecondsToHalfPast(Date.now()));

  return {
    attemptEnded: (task, seconds) => {
      const before = measured.get(task);
      measured.set(task, before === undefined ? seconds : before + weight * (seconds - before));
      const values = gathered.get(task) ?? [];
      gathered.set(task, values);
      if (values.push(seconds) === mostValues) flush(task);
    },
    stop: () => {
      clearInterval(flushTimer);
      clearTimeout(heldTimer);
      flushAll();
    },
  };
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
