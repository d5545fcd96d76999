import { createMetricStore, type MetricStore } from '../../local/cloudwatch/metric-store.ts';
import { type Assumptions, assumptions as standard } from './assumptions.ts';
import { createFleet, type Fleet, type Habits } from './fleet.ts';
import { createQueue, type Queue } from './queue.ts';
import { createRandom, type Random } from './random.ts';
import { createScoreBoard, type Scores } from './score-board.ts';
import type { Trace } from './trace.ts';
import { createVirtualClock, type VirtualClock } from './virtual-clock.ts';

/** What a scaler sees of the world, and acts on. */
export interface World {
  trace: Trace;
  clock: VirtualClock;
  random: Random;
  queue: Queue;
  fleet: Fleet;
  store: MetricStore;
  assumptions: Assumptions;
  /** What GetQueueAttributes answers now: counts that are some seconds old. */
  readCounts(): { waiting: number; inFlight: number };
}

/** Decides how many workers there should be. */
export interface Scaler {
  name: string;
  /** Everything that the reading of its algorithm assumes. */
  assumed: string;
  habits(world: World): Habits;
  /** Sets the first desired count and schedules whatever it does. */
  start(world: World): void;
}

/** How many workers were asked for and how many there were, at even times of the trace's picture. */
export interface Timeline {
  stepMs: number;
  desired: number[];
  workers: number[];
}

/** What came of one simulation. */
export interface Outcome {
  scores: Scores;
  timeline: Timeline;
  /** Messages at the end: all arrived ones are handled, waiting or in flight. */
  left: { waiting: number; inFlight: number };
}

const timelineSteps = 480;

/** Plays a trace against a scaler. The same seed gives the same outcome. */
export function simulate(
  trace: Trace,
  scaler: Scaler,
  { seed, assumptions = standard }: { seed: string; assumptions?: Assumptions },
): Outcome {
  const clock = createVirtualClock();
  const queue = createQueue(clock);
  const board = createScoreBoard(trace, assumptions);
  const random = (use: string) => createRandom(`${seed} ${trace.name} ${use}`);
  const lags = random('counts');
  const store = createMetricStore();
  const { mean, most } = assumptions.countLagSeconds;
  const inFleet = (fleet: Fleet): World => ({
    ...{ trace, clock, queue, fleet, store, assumptions },
    random: random(scaler.name),
    readCounts: () => queue.countsAgo(Math.min(most, lags.exponential(mean)) * 1000),
  });
  const fleet = createFleet({
    ...{ trace, clock, queue, board, assumptions },
    random: random('fleet'),
    habits: (fleet) => scaler.habits(inFleet(fleet)),
  });
  const world = inFleet(fleet);
  arrive(world);
  for (const atMs of trace.deploymentsMs) clock.schedule(atMs, fleet.deploy);
  const timeline = watch(world);
  scaler.start(world);
  clock.runUntil(trace.endMs);
  for (const { launchedMs } of fleet.workers) {
    board.workerGone({ launchedMs, goneMs: trace.endMs });
  }
  return { scores: board.scores(), timeline, left: { waiting: queue.waiting, inFlight: queue.inFlight } };
}

function arrive({ trace: { arrivals }, clock, queue, fleet }: World): void {
  let next = 0;
  const step = () => {
    queue.put(next);
    next += 1;
    const at = arrivals[next];
    if (at !== undefined) clock.schedule(at - clock.now(), step);
    fleet.dispatch();
  };
  const first = arrivals[0];
  if (first !== undefined) clock.schedule(first, step);
}

function watch({ trace: { picture }, clock, fleet }: World): Timeline {
  const stepMs = (picture.toMs - picture.fromMs) / timelineSteps;
  const timeline: Timeline = { stepMs, desired: [], workers: [] };
  const look = () => {
    timeline.desired.push(fleet.desired);
    timeline.workers.push(fleet.workers.size);
    if (timeline.workers.length <= timelineSteps) clock.schedule(stepMs, look);
  };
  clock.schedule(Math.max(0, picture.fromMs), look);
  return timeline;
}
