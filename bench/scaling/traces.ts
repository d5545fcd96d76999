import { createRandom, type Random } from './random.ts';
import type { Trace } from './trace.ts';

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;

/** The traces by name; each is made anew, the same for the same seed. */
export const traces: Readonly<Record<string, (seed: string) => Trace>> = {
  'silent-night': silentNight,
  burst,
  'office-day': officeDay,
  'heavy-tail': heavyTail,
  'nightly-bulk': nightlyBulk,
  'steady-trickle': steadyTrickle,
};

/** Sixty nights, so that there is a 95th percentile; nothing for at least 6½ hours before each message. */
function silentNight(seed: string): Trace {
  const random = createRandom(`${seed} silent-night`);
  const arrivals: number[] = [];
  for (let night = 0, at = 0; night < 60; night += 1) {
    at += random.between(6.5 * hourMs, 9 * hourMs);
    arrivals.push(at);
  }
  const firstMs = arrivals[0] ?? 0;
  return {
    name: 'silent-night',
    title: 'One message after a silent night (60 nights)',
    task: { name: 'upload', concurrency: 2, expectedSeconds: 20, startWithinSeconds: 120 },
    ...messages(arrivals, () => 20 * secondMs),
    endMs: (arrivals.at(-1) ?? 0) + hourMs,
    deploymentsMs: [],
    spotLossesPerWorkerHour: 0,
    picture: { fromMs: firstMs - 5 * minuteMs, toMs: firstMs + 40 * minuteMs },
  };
}

/** 300,000 messages of 200 ms in ten minutes on a base of 20 a second; a deployment in the middle of it. */
function burst(seed: string): Trace {
  const random = createRandom(`${seed} burst`);
  const endMs = 75 * minuteMs;
  const arrivals = arrivalsAt(random, 60 * minuteMs, (atMs) =>
    atMs >= 20 * minuteMs && atMs < 30 * minuteMs ? 520 : 20,
  );
  return {
    name: 'burst',
    title: 'Burst: 300,000 messages of 200 ms in 10 minutes on a base of 20 a second',
    task: { name: 'letter', concurrency: 10, expectedSeconds: 0.2, startWithinSeconds: 60 },
    ...messages(arrivals, () => 200),
    endMs,
    deploymentsMs: [25 * minuteMs],
    spotLossesPerWorkerHour: 0.05,
    picture: { fromMs: 0, toMs: endMs },
  };
}

/** Rises from seven, dips at noon, ends at seven; a few at night; three deployments. */
function officeDay(seed: string): Trace {
  const random = createRandom(`${seed} office-day`);
  const byHour = [
    0.002, 0.002, 0.002, 0.002, 0.002, 0.01, 0.05, 0.3, 1.2, 2, 2.2, 2, 1.2, 1.6, 2, 1.9, 1.5, 0.8, 0.3, 0.1,
    0.03, 0.01, 0.004, 0.002,
  ];
  const arrivals = arrivalsAt(random, 24 * hourMs, (atMs) => {
    const hour = atMs / hourMs - 0.5;
    const before = byHour[(Math.floor(hour) + 24) % 24] ?? 0;
    const after = byHour[(Math.floor(hour) + 25) % 24] ?? 0;
    return before + (after - before) * (hour - Math.floor(hour));
  });
  return {
    name: 'office-day',
    title: 'A day with office hours, attempts of 6 s on average',
    task: { name: 'upload', concurrency: 4, expectedSeconds: 6, startWithinSeconds: 60 },
    ...messages(arrivals, () => random.logNormal({ mean: 6 * secondMs, median: 4 * secondMs })),
    endMs: 25 * hourMs,
    deploymentsMs: [10.2 * hourMs, 14.7 * hourMs, 16.1 * hourMs],
    spotLossesPerWorkerHour: 0.05,
    picture: { fromMs: 0, toMs: 25 * hourMs },
  };
}

/** Half a day, so that luck evens out: a message a second, one in 200 of a quarter of an hour; three deployments. */
function heavyTail(seed: string): Trace {
  const random = createRandom(`${seed} heavy-tail`);
  const arrivals = arrivalsAt(random, 12 * hourMs, () => 1);
  return {
    name: 'heavy-tail',
    title: 'Heavy tail: 1 in 200 takes 15 minutes, the others 2 s',
    task: { name: 'report', concurrency: 4, expectedSeconds: 10, startWithinSeconds: 60 },
    ...messages(arrivals, () => (random.between(0, 200) < 1 ? 15 * minuteMs : 2 * secondMs)),
    endMs: 13 * hourMs,
    deploymentsMs: [1.5 * hourMs, 5 * hourMs, 9 * hourMs],
    spotLossesPerWorkerHour: 0.05,
    picture: { fromMs: 0, toMs: 13 * hourMs },
  };
}

/** 20,000 messages of 10 s within a minute at two in the morning; a deployment while they are worked off. */
function nightlyBulk(seed: string): Trace {
  const random = createRandom(`${seed} nightly-bulk`);
  const arrivals = arrivalsAt(random, 8 * hourMs, (atMs) =>
    atMs >= 2 * hourMs && atMs < 2 * hourMs + minuteMs ? 20_000 / 60 : 0,
  );
  return {
    name: 'nightly-bulk',
    title: 'Nightly bulk: 20,000 messages of 10 s at two in the morning',
    task: { name: 'reminder', concurrency: 4, expectedSeconds: 10, startWithinSeconds: 900 },
    ...messages(arrivals, () => random.logNormal({ mean: 10 * secondMs, median: 9 * secondMs })),
    endMs: 8 * hourMs,
    deploymentsMs: [2.2 * hourMs],
    spotLossesPerWorkerHour: 0.05,
    picture: { fromMs: 1.5 * hourMs, toMs: 5 * hourMs },
  };
}

/** One message of 2 s every 30 s on average, all day; two deployments. */
function steadyTrickle(seed: string): Trace {
  const random = createRandom(`${seed} steady-trickle`);
  const arrivals = arrivalsAt(random, 12 * hourMs, () => 1 / 30);
  return {
    name: 'steady-trickle',
    title: 'Steady trickle: a message of 2 s every 30 s',
    task: { name: 'scan', concurrency: 10, expectedSeconds: 2, startWithinSeconds: 60 },
    ...messages(arrivals, () => 2 * secondMs),
    endMs: 12.5 * hourMs,
    deploymentsMs: [4 * hourMs, 8 * hourMs],
    spotLossesPerWorkerHour: 0.05,
    picture: { fromMs: 0, toMs: 12.5 * hourMs },
  };
}

function messages(arrivals: readonly number[], lengthMs: () => number) {
  return { arrivals: Float64Array.from(arrivals), lengths: Float64Array.from(arrivals, lengthMs) };
}

/** Independent arrivals at a rate, in messages a second, that changes with time. */
function arrivalsAt(random: Random, endMs: number, perSecond: (atMs: number) => number): number[] {
  const arrivals: number[] = [];
  const stepMs = 10 * secondMs;
  for (let fromMs = 0; fromMs < endMs; fromMs += stepMs) {
    const meanGapMs = secondMs / perSecond(fromMs);
    if (!Number.isFinite(meanGapMs)) continue;
    for (let at = fromMs + random.exponential(meanGapMs); at < fromMs + stepMs; ) {
      arrivals.push(at);
      at += random.exponential(meanGapMs);
    }
  }
  return arrivals;
}
