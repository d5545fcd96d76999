import fc from 'fast-check';
import { expect, it } from 'vitest';
import { describeResult, describeValue } from './describe-result.ts';

const hash = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
const report = { bucket: 'reports', key: 'reports/0b6a9d3e-0000-5000-8000-000000000000.csv', versionId: 'v' };

it.each<[string, unknown, string]>([
  ['a verdict', { verdict: 'infected', threats: ['EICAR'] }, 'verdict infected, threats: 1'],
  ['counts', { loaded: 235, rejected: 65 }, 'loaded 235, rejected 65'],
  [
    'a report, its numbers before its file, hash and id short',
    { report, rows: 235, sizeBytes: 14_236, sha256: hash },
    'rows 235, size bytes 14236, sha256 9f86d081…, report s3://reports/reports/0b6a9d3e….csv',
  ],
  ['what is true and what is not', { errorReport: true, complete: false }, 'error report, not complete'],
  ['objects in objects', { totals: { good: 1, bad: [] } }, 'totals (good 1, bad: 0)'],
  ['an object without fields', {}, ''],
  ['fields without values', { reason: null, notice: undefined }, ''],
  ['no result', null, ''],
  ['a result that is no object', 'sent', 'sent'],
  ['a list', [1, 2], '1, 2'],
  ['a text of several lines', { reason: 'refused\nat …' }, 'reason refused'],
  ['a text without end', { reason: 'x'.repeat(1000) }, `reason ${'x'.repeat(79)}…`],
])('tells %s', (_title, result, words) => {
  expect(describeResult(result)).toBe(words);
});

it('says none of an empty list and leaves ordinary words and numbers alone', () => {
  expect(describeValue([])).toBe('none');
  expect(describeValue(undefined)).toBe('nothing');
  expect(describeValue('at most 3 at once')).toBe('at most 3 at once');
  expect(describeValue(0)).toBe('0');
});

it('makes one line of whatever JSON a handler returns', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(describeResult(value)).not.toContain('\n');
    }),
  );
});
