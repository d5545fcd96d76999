import { expect, test } from 'vitest';
import { batched } from './batched.ts';
import { LedgerUnreachable } from './ledger.ts';

/** Doubles numbers, and keeps every batch waiting until it is let go. */
function doubling({ refused = [] as number[], leftOut = [] as number[], unreachable = false } = {}) {
  const batches: number[][] = [];
  const gates: (() => void)[] = [];
  const double = batched<number, number>({
    one: async (number) => {
      if (refused.includes(number)) throw new Error(`${number} is refused`);
      return 2 * number;
    },
    many: async (numbers) => {
      batches.push([...numbers]);
      await new Promise<void>((go) => gates.push(go));
      if (unreachable) throw new LedgerUnreachable('gone');
      if (numbers.some((number) => refused.includes(number))) throw new Error('one of them is refused');
      return numbers.map((number) => (leftOut.includes(number) ? undefined : 2 * number));
    },
  });
  const letGo = () => gates.splice(0).map((go) => go());
  return { double, batches, letGo };
}

test('what comes while a statement is under way goes together', async () => {
  const { double, batches, letGo } = doubling();
  const answers = Promise.all([1, 2, 3, 4, 5].map(double));
  expect(batches).toEqual([[1]]);
  letGo();
  await expect.poll(() => batches).toEqual([[1], [2, 3, 4, 5]]);
  letGo();
  expect(await answers).toEqual([2, 4, 6, 8, 10]);
});

test('no statement holds more than a hundred', async () => {
  const { double, batches, letGo } = doubling();
  const answers = Promise.all(Array.from({ length: 250 }, (_, number) => double(number)));
  letGo();
  await expect.poll(() => batches.map(({ length }) => length)).toEqual([1, 100]);
  letGo();
  await expect.poll(() => batches.map(({ length }) => length)).toEqual([1, 100, 100]);
  letGo();
  await expect.poll(() => batches.map(({ length }) => length)).toEqual([1, 100, 100, 49]);
  letGo();
  expect(await answers).toEqual(Array.from({ length: 250 }, (_, number) => 2 * number));
});

test('what is left out is asked for by itself', async () => {
  const { double, letGo } = doubling({ leftOut: [7] });
  const answer = double(7);
  letGo();
  expect(await answer).toBe(14);
});

test('one that is refused spoils nobody else’s call', async () => {
  const { double, batches, letGo } = doubling({ refused: [4] });
  const answers = Promise.allSettled([1, 2, 3, 4, 5].map(double));
  letGo();
  await expect.poll(() => batches.length).toBe(2);
  letGo();
  expect(await answers).toMatchObject([
    { value: 2 },
    { value: 4 },
    { value: 6 },
    { reason: { message: '4 is refused' } },
    { value: 10 },
  ]);
});

test('that the ledger is out of reach is told to all, and the next call tries again', async () => {
  const { double, batches, letGo } = doubling({ unreachable: true });
  const first = Promise.allSettled([1, 2, 3, 4].map(double));
  letGo();
  await expect.poll(() => batches.length).toBe(2);
  letGo();
  expect((await first).map(({ status }) => status)).toEqual(Array(4).fill('rejected'));
  const next = expect(double(5)).rejects.toThrow(LedgerUnreachable);
  await expect.poll(() => batches.length).toBe(3);
  letGo();
  await next;
});
