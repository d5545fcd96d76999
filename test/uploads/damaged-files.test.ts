import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FileRejected } from '../../services/files/file-rejected.ts';
import { table } from './nasty-file.ts';
import { readPackedTable } from './read-table.ts';
import { writeDialect } from './write-dialect.ts';
import { textRows, writeWorkbook } from './write-workbook.ts';
import { writeZip } from './write-zip.ts';

const rows = table({ row_reference: 'A', uprn: '1' }, { row_reference: 'é', uprn: '2' });
const csv = writeDialect(rows);
const workbook = writeWorkbook({ rows: textRows(rows), strings: ['<t>x</t>'], formats: ['d/m/yy'] });
const files: Record<string, Buffer> = {
  'a ZIP': writeZip({ name: 'a.csv', content: csv }),
  'a ZIP that is not compressed': writeZip({ name: 'a.csv', content: csv, method: 'stored' }),
  'a workbook': workbook,
  'a workbook in a ZIP': writeZip({ name: 'a.xlsx', content: workbook }),
};

const damage = fc.record({
  file: fc.constantFrom(...Object.keys(files)),
  // Behind the first bytes, which say that it is a ZIP; from the end backwards too, where its directory stands.
  changes: fc.array(fc.tuple(fc.integer({ min: -500, max: 5000 }), fc.nat(255)), { maxLength: 3 }),
  cut: fc.option(fc.nat(300), { freq: 3 }),
});

it('whatever happened to a ZIP or a workbook on its way, it is read as it was or refused', async () => {
  await fc.assert(
    fc.asyncProperty(damage, async ({ file, changes, cut }) => {
      const whole = Buffer.from(files[file] ?? '');
      for (const [place, byte] of changes) {
        const at = (place + whole.length) % whole.length;
        if (at >= 4) whole[at] = byte;
      }
      const bytes = cut === null ? whole : whole.subarray(0, -1 - cut);
      try {
        expect(await readPackedTable(bytes, 1 << 20)).toEqual(rows);
      } catch (error) {
        if (!(error instanceof FileRejected)) throw error;
        expect(error.message).toMatch(/upload/);
      }
    }),
    { numRuns: 500 },
  );
});
