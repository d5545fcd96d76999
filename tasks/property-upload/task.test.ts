import { expect, test } from 'vitest';
import { propertyReport } from '../property-report/task.ts';
import { propertyUpload } from './task.ts';

test('a landlord whom the register cannot store is refused before any attempt', () => {
  const landlordId = 'L\0-1';
  const refusal = /NUL character, which the register cannot store/;
  expect(() => propertyUpload.input.parse({ file: { bucket: 'clean', key: 'a.csv' }, landlordId })).toThrow(
    refusal,
  );
  expect(() => propertyReport.input.parse({ landlordId })).toThrow(refusal);
});
