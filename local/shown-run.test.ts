import { expect, it } from 'vitest';
import { shownRun } from './shown-run.ts';

const upload = {
  runId: 'r-1',
  task: 'property-upload',
  input: { file: { bucket: 'clean', key: 'uploads/1/Ann Smith.csv' }, landlordId: 'L-100' },
  result: { outcome: 'loaded', loaded: 1, rejected: 0, warnings: ['Column "Ann" is unknown'], summary: [] },
  reason: 'There is no file s3://clean/uploads/1/Ann Smith.csv of L-100',
};

it('shows of a run what its task does not mark, and no quotation of what it does', () => {
  expect(shownRun(upload)).toEqual({
    runId: 'r-1',
    task: 'property-upload',
    input: { file: { bucket: 'clean', key: '[hidden]' }, landlordId: '[hidden]' },
    result: { outcome: 'loaded', loaded: 1, rejected: 0, warnings: ['[hidden]'], summary: [] },
    reason: 'There is no file s3://clean/[hidden] of [hidden]',
  });
});

it('shows nothing of what a run of an unknown task holds', () => {
  expect(shownRun({ ...upload, task: 'a task' })).toMatchObject({ input: '[hidden]', reason: '[hidden]' });
});
