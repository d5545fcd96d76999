import { expect, it } from 'vitest';
import { describeProgress } from './describe-progress.ts';
import type { Progress } from './ledger.ts';

it.each<[Progress, string]>([
  [
    {
      done: 90_000_000,
      total: 209_000_000,
      unit: 'bytes',
      message: 'reading',
      counts: { rows: 216_000, rejected: 2160 },
      secondsLeft: 11.2,
    },
    'reading 43 % of 199 MiB, 216,000 rows, 2,160 rejected, about 12 s left',
  ],
  [
    { done: 999, total: 1000, unit: 'councils', secondsLeft: 300 },
    '99 % of 1,000 councils, about 5 min left',
  ],
  [{ done: 2048, unit: 'bytes', secondsLeft: 9000 }, '2 KiB, about 2.5 h left'],
  [{ done: 3, total: 0 }, '3'],
  [{ done: 12, total: 10, unit: 'bytes', message: 'loading' }, 'loading 100 % of 10 bytes'],
])('%j is %s', (progress, words) => {
  expect(describeProgress(progress)).toBe(words);
});
