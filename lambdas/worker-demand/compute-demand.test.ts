import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { computeDemand, type DemandInput, type TaskLoad } from './compute-demand.ts';

const upload: TaskLoad = {
  name: 'property-upload',
  waiting: 0,
  seconds: 30,
  concurrency: 2,
  startWithinSeconds: 120,
  paused: false,
};
const quiet: DemandInput = { tasks: [], held: 0, busy: 0, recentNeeded: [], maximum: 50, wake: false };
const demandOf = (input: Partial<DemandInput>) => computeDemand({ ...quiet, ...input });

describe('the demand for workers, by example', () => {
  it('is none when nothing waits and nobody works', () => {
    expect(demandOf({ tasks: [upload] })).toEqual({ needed: 0, demand: 0 });
  });

  it('is one worker for one message', () => {
    expect(demandOf({ tasks: [{ ...upload, waiting: 1 }] })).toEqual({ needed: 1, demand: 1 });
  });

  it('lets a slot serve as many short attempts as fit into the objective', () => {
    // 80 messages of 30 s within 120 s need 20 slots, two to a worker.
    expect(demandOf({ tasks: [{ ...upload, waiting: 80 }] }).needed).toBe(10);
  });

  it('asks for workers with which everything starts within half of its objective', () => {
    expect(demandOf({ tasks: [{ ...upload, waiting: 80 }] }).demand).toBe(20);
    // An attempt of more than the half has a slot of its own; it needs no second one.
    expect(demandOf({ tasks: [{ ...upload, seconds: 90, waiting: 8 }] })).toEqual({ needed: 3, demand: 4 });
  });

  it('gives every message a slot when attempts take longer than the objective', () => {
    expect(demandOf({ tasks: [{ ...upload, seconds: 3600, waiting: 7 }] }).needed).toBe(4);
  });

  it('adds what attempts in progress hold, so that full workers do not hide the next message', () => {
    const long = { ...upload, seconds: 3600, waiting: 1 };
    expect(demandOf({ tasks: [long], held: 3, busy: 3 }).demand).toBe(4);
  });

  it('shares one worker among tasks that each need a part of it', () => {
    const third = { ...upload, seconds: 120, concurrency: 3, waiting: 1 };
    expect(demandOf({ tasks: [third, third, third] }).needed).toBe(1);
  });

  it('asks for no more slots of a rate-limited task than can be taken, but for one worker', () => {
    // A message every two seconds, 30 s each: 15 slots, two to a worker.
    const limited = { ...upload, perSecond: 0.5, waiting: 100_000 };
    expect(demandOf({ tasks: [limited], maximum: 5000 })).toEqual({ needed: 8, demand: 8 });
    expect(demandOf({ tasks: [{ ...limited, perSecond: 0.001 }] })).toEqual({ needed: 1, demand: 1 });
    expect(demandOf({ tasks: [{ ...limited, waiting: 4 }] }).needed).toBe(1);
  });

  it('remembers the last minutes, but reports what is needed now', () => {
    expect(demandOf({ recentNeeded: [2, 6, 1], busy: 3 })).toEqual({ needed: 0, demand: 6 });
  });

  it('stops asking at the maximum, also for workers that are already busy', () => {
    expect(demandOf({ tasks: [{ ...upload, waiting: 100_000 }], maximum: 20 }).demand).toBe(20);
    expect(demandOf({ busy: 30, maximum: 20 }).demand).toBe(20);
  });

  it('is at least one when a message is known to be on its way', () => {
    expect(demandOf({ tasks: [upload], wake: true })).toEqual({ needed: 1, demand: 1 });
    expect(demandOf({ tasks: [{ ...upload, waiting: 80 }], wake: true }).needed).toBe(10);
  });
});

const load: fc.Arbitrary<TaskLoad> = fc.record({
  name: fc.string(),
  waiting: fc.nat({ max: 1_000_000 }),
  seconds: fc.double({ min: 0, max: 43_200, noNaN: true }),
  concurrency: fc.integer({ min: 1, max: 1000 }),
  startWithinSeconds: fc.double({ min: 1, max: 86_400, noNaN: true }),
  perSecond: fc.option(fc.double({ min: 1e-3, max: 1000, noNaN: true }), { nil: undefined }),
  paused: fc.boolean(),
});
const input: fc.Arbitrary<DemandInput> = fc.record({
  tasks: fc.array(load, { maxLength: 8 }),
  held: fc.double({ min: 0, max: 500, noNaN: true }),
  busy: fc.nat({ max: 500 }),
  recentNeeded: fc.array(fc.nat({ max: 500 }), { maxLength: 4 }),
  maximum: fc.integer({ min: 1, max: 500 }),
  wake: fc.boolean(),
});
const holds = (property: (one: DemandInput) => void) => fc.assert(fc.property(input, property));

describe('the demand for workers, whatever comes', () => {
  it('is a whole number from 0 to the maximum', () => {
    holds((one) => {
      const { demand } = computeDemand(one);
      expect(Number.isInteger(demand)).toBe(true);
      expect(demand).toBeGreaterThanOrEqual(0);
      expect(demand).toBeLessThanOrEqual(one.maximum);
    });
  });

  it('asks for no fewer than are needed, as far as there may be so many', () => {
    holds((one) => {
      const { needed, demand } = computeDemand(one);
      expect(demand).toBeGreaterThanOrEqual(Math.min(needed, one.maximum));
    });
  });

  it('never asks a busy worker to go', () => {
    holds((one) => {
      expect(computeDemand(one).demand).toBeGreaterThanOrEqual(Math.min(one.busy, one.maximum));
    });
  });

  it('is at least one while a message of a task that is not paused waits', () => {
    holds((one) => {
      if (one.tasks.some((task) => task.waiting > 0 && !task.paused)) {
        expect(computeDemand(one).demand).toBeGreaterThanOrEqual(1);
      }
    });
  });

  it('is zero when nothing waits, is held, busy, remembered or on its way', () => {
    holds((one) => {
      const tasks = one.tasks.map((task) => ({ ...task, waiting: 0 }));
      expect(computeDemand({ ...quiet, tasks, maximum: one.maximum })).toEqual({ needed: 0, demand: 0 });
    });
  });

  it('does not fall when more waits, more is held, or more is busy', () => {
    fc.assert(
      fc.property(input, fc.nat({ max: 1000 }), (one, more) => {
        const { demand } = computeDemand(one);
        const waiting = one.tasks.map((task, index) =>
          index === 0 ? { ...task, waiting: task.waiting + more } : task,
        );
        expect(computeDemand({ ...one, tasks: waiting }).demand).toBeGreaterThanOrEqual(demand);
        expect(computeDemand({ ...one, held: one.held + more }).demand).toBeGreaterThanOrEqual(demand);
        expect(computeDemand({ ...one, busy: one.busy + more }).demand).toBeGreaterThanOrEqual(demand);
      }),
    );
  });

  it('needs no more for a limit, and no more for a rate-limited task than its limit keeps busy', () => {
    holds((one) => {
      const { needed } = computeDemand(one);
      const without = one.tasks.map((task) => ({ ...task, perSecond: undefined }));
      expect(needed).toBeLessThanOrEqual(computeDemand({ ...one, tasks: without }).needed);
      const limits = one.tasks.map(({ perSecond, seconds, concurrency }) =>
        perSecond === undefined ? Number.POSITIVE_INFINITY : (perSecond * seconds) / concurrency,
      );
      const most = limits.reduce((sum, workers) => sum + workers, one.held);
      expect(needed).toBeLessThanOrEqual(Math.max(1, Math.ceil(most)));
    });
  });

  it('is the same without the paused tasks', () => {
    holds((one) => {
      const unpaused = one.tasks.filter((task) => !task.paused);
      expect(computeDemand(one)).toEqual(computeDemand({ ...one, tasks: unpaused }));
    });
  });

  it('needs no more workers than there are slots wanted', () => {
    holds((one) => {
      const waiting = one.tasks.reduce((sum, task) => sum + task.waiting, 0);
      expect(computeDemand({ ...one, wake: false }).needed).toBeLessThanOrEqual(
        Math.ceil(one.held) + waiting,
      );
    });
  });
});
