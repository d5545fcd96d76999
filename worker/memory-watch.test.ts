import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { memoryInUse, watchMemory } from './memory-watch.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Looks once a second, and answers after how many looks it called, and with what. */
function looks(shares: number[]): { looks: number; messages: string[] } {
  const messages: string[] = [];
  let taken = 0;
  const inUse = () => shares[taken++] ?? 0;
  watchMemory({ everySeconds: 1, onFull: ({ message }) => messages.push(message), inUse });
  vi.advanceTimersByTime(shares.length * 1000);
  return { looks: taken, messages };
}

it('says once that memory is full, when it has been for three looks, and looks no more', () => {
  expect(looks([0.5, 0.9, 0.9, 0.95, 0.95, 0.95])).toEqual({
    looks: 4,
    messages: ["95 % of the worker's memory is in use: something leaks"],
  });
});

it('takes garbage that is collected in between for no leak', () => {
  expect(looks([0.9, 0.9, 0.3, 0.9, 0.9, 0.8])).toEqual({ looks: 6, messages: [] });
});

it('sees what an ordinary process uses', () => {
  expect(memoryInUse()).toBeGreaterThan(0);
  expect(memoryInUse()).toBeLessThan(0.85);
});
