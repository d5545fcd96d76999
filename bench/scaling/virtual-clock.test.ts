import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createVirtualClock } from './virtual-clock.ts';

test('events run in order of time, then in the order in which they were scheduled', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 20 }), { maxLength: 200 }), (delays) => {
      const clock = createVirtualClock();
      const ran: { at: number; order: number }[] = [];
      for (const [order, delay] of delays.entries()) {
        clock.schedule(delay, () => ran.push({ at: clock.now(), order }));
      }
      clock.runUntil(20);
      const sorted = delays
        .map((at, order) => ({ at, order }))
        .sort((one, other) => one.at - other.at || one.order - other.order);
      expect(ran).toEqual(sorted);
    }),
  );
});

test('an event may schedule others, also for now, and what was cancelled does not run', () => {
  const clock = createVirtualClock();
  const ran: string[] = [];
  const cancel = clock.after(30, () => ran.push('cancelled'));
  clock.schedule(10, () => {
    clock.schedule(0, () => ran.push(`now at ${clock.now()}`));
    clock.schedule(100, () => ran.push('too late'));
    cancel();
  });
  clock.runUntil(50);
  expect(ran).toEqual(['now at 10']);
  expect(clock.now()).toBe(50);
});
