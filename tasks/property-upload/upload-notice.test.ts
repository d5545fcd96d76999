import { expect, it } from 'vitest';
import { uploadNotice } from './upload-notice.ts';

const file = { bucket: 'clean', key: 'uploads/1/homes.csv' };
const errorReport = { bucket: 'reports', key: 'error-reports/r 1.csv' };
const loaded = { outcome: 'loaded', loaded: 12_340, rejected: 1, warnings: [], summary: [] } as const;
const about = { file, runId: 'r 1', runUrl: undefined };

it('tells the counts, and leads to the error report by the page on the run', () => {
  const runUrl = 'https://app.example.com/runs/{runId}?from=notice';
  expect(uploadNotice({ ...loaded, warnings: [], summary: [], errorReport }, { ...about, runUrl })).toBe(
    'homes.csv was loaded: 12,340 rows registered, 1 row rejected. ' +
      'The error report says what to mend: https://app.example.com/runs/r%201?from=notice',
  );
});

it('names no page where there is none, and no report where no row is bad', () => {
  const result = { ...loaded, warnings: [], summary: [] };
  expect(uploadNotice({ ...result, errorReport }, about)).toMatch(
    /rejected\. The error report says what to mend\.$/,
  );
  expect(uploadNotice({ ...result, rejected: 0 }, { ...about, runUrl: 'https://a.example/{runId}' })).toBe(
    'homes.csv was loaded: 12,340 rows registered, 0 rows rejected.',
  );
});

it('gives the reason why nothing was loaded', () => {
  const result = { outcome: 'rejected', loaded: 0, rejected: 0, warnings: [], summary: [] } as const;
  expect(uploadNotice({ ...result, warnings: [], summary: [], reason: 'The file is empty' }, about)).toBe(
    'homes.csv was not loaded. The file is empty.',
  );
});
