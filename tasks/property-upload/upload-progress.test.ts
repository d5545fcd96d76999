import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Progress } from '../../ledger/ledger.ts';
import { tellProgress, type UploadProgress } from './upload-progress.ts';

let told: Progress[];
let progress: UploadProgress;
const last = () => told.at(-1);
const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance', 'setInterval', 'clearInterval', 'setTimeout'] });
  told = [];
  progress = tellProgress((update) => told.push(update), 1000);
});
afterEach(() => {
  progress.end();
  vi.useRealTimers();
});

/** Reads so many tenths of the file, a second for each, and tells the rows each time. */
async function read(tenths: number, rowsATenth = 10): Promise<void> {
  async function* content() {
    for (let tenth = 1; tenth <= tenths; tenth += 1) {
      await pass(1000);
      yield Buffer.alloc(100);
    }
  }
  let rows = 0;
  for await (const _ of progress.reading(content())) {
    rows += rowsATenth;
    progress.counted({ rows, bad: 1 });
  }
}

it('tells the share that is read, the rows, and the time that reading the rest and loading will take', async () => {
  await read(4);
  expect(last()).toEqual({
    done: 400,
    total: 1000,
    unit: 'bytes',
    message: 'reading',
    counts: { rows: 40, rejected: 1 },
    secondsLeft: 21,
  });
});

it('guesses nothing before anything was read for a while', async () => {
  progress.counted({ rows: 0, bad: 0 });
  await pass(5000);
  progress.counted({ rows: 0, bad: 0 });
  expect(last()).not.toHaveProperty('secondsLeft');
});

it('counts down while the database loads, and says nothing when its guess has run out', async () => {
  await read(10);
  progress.loading();
  expect(last()).toMatchObject({ message: 'loading', done: 1000, secondsLeft: 15 });
  await pass(4000);
  expect(last()).toMatchObject({ secondsLeft: 11 });
  await pass(12_000);
  expect(last()).toMatchObject({ message: 'loading', counts: { rows: 100, rejected: 1 } });
  expect(last()).not.toHaveProperty('secondsLeft');
});

it('begins again with a file that has to be read again', async () => {
  await read(10);
  await read(5);
  expect(last()).toMatchObject({ done: 500, counts: { rows: 50 }, secondsLeft: 20 });
});

it('tells in the end what was loaded, and then no more by itself', async () => {
  await read(10);
  progress.loading();
  progress.loaded({ loaded: 97, rejected: 3 });
  expect(last()).toMatchObject({ message: 'reporting', counts: { rows: 100, loaded: 97, rejected: 3 } });
  expect(last()).not.toHaveProperty('secondsLeft');
  progress.end();
  const before = told.length;
  await pass(10_000);
  expect(told).toHaveLength(before);
});
