import { expect, test } from 'vitest';
import { createGate } from './gate.ts';
import { createPermitLine, longestInLineSeconds, type Turn } from './permit-line.ts';
import type { Granted } from './take-permits.ts';

const task = 'limited';

/** A line of at most four at once, whose permits are granted by hand. */
function startLine() {
  const gate = createGate();
  const asked: number[] = [];
  const answers: { grant(granted: Granted): void; fail(error: Error): void }[] = [];
  const turns: [number, Turn][] = [];
  const line = createPermitLine({
    mostAtOnce: 4,
    gate: { close: (why) => gate.close(why, task), open: (why) => gate.open(why, task) },
    take: (count) => {
      asked.push(count);
      return new Promise((grant, fail) => answers.push({ grant, fail }));
    },
  });
  return {
    ...{ line, asked, turns },
    isOpen: () => gate.isOpen(task),
    ask: (...messages: number[]) => {
      for (const one of messages) void line.turn().then((turn) => turns.push([one, turn]));
    },
    grant: async (granted: Granted) => {
      await expect.poll(() => answers.length, { interval: 2 }).toBeGreaterThan(0);
      answers.shift()?.grant(granted);
    },
  };
}

test('what was received together asks together, and gets its turn in the order in which it came', async () => {
  const { ask, asked, grant, turns, isOpen } = startLine();
  ask(1, 2, 3);
  await grant({ granted: 2, left: 0, nextInSeconds: 0.01 });
  await expect.poll(() => turns).toHaveLength(2);
  expect(isOpen()).toBe(false);
  ask(4, 5, 6, 7);
  await grant({ granted: 4, left: 0, nextInSeconds: 0.01 });
  await grant({ granted: 1, left: 3, nextInSeconds: 0.01 });
  await expect.poll(() => turns).toHaveLength(7);
  expect(asked).toEqual([3, 4, 1]);
  expect(turns).toEqual([1, 2, 3, 4, 5, 6, 7].map((one) => [one, { is: 'now' }]));
  await expect.poll(isOpen).toBe(true);
});

test('who would wait long is sent away, and nothing more is to be received until then', async () => {
  const { ask, asked, grant, turns, isOpen, line } = startLine();
  const inSeconds = longestInLineSeconds + 60;
  ask(1, 2, 3);
  await grant({ granted: 1, left: 0, nextInSeconds: inSeconds });
  await expect.poll(() => turns).toHaveLength(3);
  expect(isOpen()).toBe(false);
  ask(4);
  await expect.poll(() => turns).toHaveLength(4);
  expect(asked).toEqual([3]);
  const [first, ...others] = turns.map(([, turn]) => turn);
  expect(first).toEqual({ is: 'now' });
  for (const turn of others) {
    expect(turn.is === 'later' && turn.inSeconds).toBeGreaterThan(longestInLineSeconds);
    expect(turn.is === 'later' && turn.inSeconds).toBeLessThanOrEqual(inSeconds);
  }
  line.stop();
});

test('once the worker stops, all are sent away at once', async () => {
  const { ask, asked, grant, turns, line } = startLine();
  ask(1, 2);
  await grant({ granted: 1, left: 0, nextInSeconds: longestInLineSeconds });
  await expect.poll(() => turns).toHaveLength(1);
  line.stop();
  ask(3);
  await expect.poll(() => turns).toHaveLength(3);
  expect(turns.slice(1).map(([, turn]) => turn)).toEqual(Array(2).fill({ is: 'later', inSeconds: 0 }));
  expect(asked).toEqual([2]);
});

test('permits that cannot be asked for fail all who wait, and the next asks again', async () => {
  const asked: number[] = [];
  const gate = createGate();
  const line = createPermitLine({
    mostAtOnce: 4,
    gate,
    take: async (count) => {
      if (asked.push(count) === 1) throw new Error('no answer');
      return { granted: count, left: 1, nextInSeconds: 1 };
    },
  });
  const answers = await Promise.allSettled([line.turn(), line.turn()]);
  expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await line.turn()).toEqual({ is: 'now' });
  expect(asked).toEqual([2, 1]);
  expect(gate.isOpen(task)).toBe(true);
});
