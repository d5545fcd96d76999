import { expect, test } from 'vitest';
import { monotonicSeconds, watchLoops } from './watch-loops.ts';

function watching() {
  let now = 1000;
  const loops = watchLoops(() => now);
  const open: (() => void)[] = [];
  return {
    loops,
    pass: (seconds: number) => {
      now += seconds;
    },
    /** Something that does not end before it is told to. */
    hanging: () => new Promise<void>((resolve) => open.push(resolve)),
    endAll: () => {
      for (const end of open) end();
    },
  };
}

test('a step that does not end is a stall after the limit, and none any more once it has ended', async () => {
  const { loops, pass, hanging, endAll } = watching();
  const step = loops.loop('settling', { limitSeconds: 300 }).step(hanging);
  pass(300);
  expect(loops.stalls()).toEqual([]);
  pass(1);
  expect(loops.stalls()).toEqual([{ loop: 'settling', seconds: 301 }]);
  endAll();
  await step;
  expect(loops.stalls()).toEqual([]);
});

test('one step that hangs is a stall, however many others end beside it', async () => {
  const { loops, pass, hanging } = watching();
  const loop = loops.loop('settling', { limitSeconds: 300 });
  void loop.step(hanging);
  for (let times = 0; times < 4; times += 1) {
    pass(100);
    await loop.step(async () => undefined);
  }
  expect(loops.stalls()).toEqual([{ loop: 'settling', seconds: 400 }]);
});

test('tries that fail one after the other are no stall: a store that is out of reach is not mended by a new worker', async () => {
  const { loops, pass } = watching();
  const loop = loops.loop('settling', { limitSeconds: 300 });
  const failure = async () => {
    pass(45);
    throw new Error('out of reach');
  };
  for (let times = 0; times < 20; times += 1) {
    await expect(loop.step(failure)).rejects.toThrow('out of reach');
    pass(20);
    expect(loops.stalls()).toEqual([]);
  }
});

test('a loop may rest as long as it has leave to, and stalls when it does nothing without leave', () => {
  const { loops, pass } = watching();
  let mayRest = true;
  loops.loop('receiving', { limitSeconds: 300, mayRest: () => mayRest });
  pass(40_000);
  expect(loops.stalls()).toEqual([]);
  mayRest = false;
  pass(300);
  expect(loops.stalls()).toEqual([]);
  pass(1);
  expect(loops.stalls()).toEqual([{ loop: 'receiving', seconds: 301 }]);
});

test('a step answers what its action answers', async () => {
  const { loops } = watching();
  expect(await loops.loop('claiming', { limitSeconds: 1 }).step(async () => 'claimed')).toBe('claimed');
});

test('the clock is the one that the processes of a machine share', () => {
  const before = monotonicSeconds();
  expect(monotonicSeconds()).toBeGreaterThanOrEqual(before);
});
