import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type HandlerTrial, tryHandlers } from '../../test/handler-trial.ts';
import handler from './handler.ts';
import { trimmed } from './trimmed.ts';

/** Columns that hold any text. */
const textColumns = [
  'address_line_1',
  'address_line_2',
  'county',
  'custom_property_type',
  'licence_number',
] as const;
const fixed = {
  property_type: 'OTHER',
  ownership_type: 'FREEHOLD',
  licensing_type: 'SELECTIVE_LICENCE',
  is_occupied: 'no',
  has_gas_supply: 'no',
  electrical_provide_later: 'yes',
  epc_provide_later: 'yes',
};
const header = ['row_reference', 'uprn', ...textColumns, ...Object.keys(fixed)];

let trial: HandlerTrial;
beforeAll(async () => {
  trial = await tryHandlers();
  // What the register must hold, written by plain INSERTs.
  await trial.database.pool.query('CREATE TABLE expected (LIKE property INCLUDING DEFAULTS)');
});
afterAll(() => trial.close());
beforeEach(() => trial.database.pool.query('TRUNCATE property, expected'));

/** Of all that a load decides; numbers and times are the register's own. */
async function hash(table: 'property' | 'expected'): Promise<string> {
  const { rows } = await trial.database.pool.query<{ hash: string }>(
    `SELECT md5(coalesce(string_agg((to_jsonb(t) - '{registration_number,created_at,updated_at}'::text[])::text, E'\\n'
       ORDER BY uprn), '')) AS hash FROM ${table} AS t`,
  );
  return rows[0]?.hash ?? '';
}

async function expectRow(uprn: number, cells: readonly string[]): Promise<void> {
  const values = cells.map((cell) => trimmed(cell) || null);
  await trial.database.pool.query(
    `INSERT INTO expected (landlord_id, uprn, row_reference, ${textColumns.join(', ')}, property_type, ownership_type,
       licensing_type, is_occupied, tenancy_provide_later, bills_included, has_gas_supply, gas_provide_later,
       electrical_provide_later, epc_provide_later, joint_landlord_emails)
     VALUES ('L', $1, $2, $3, $4, $5, $6, $7, 'OTHER', 'FREEHOLD', 'SELECTIVE_LICENCE', false, false, '{}', false, false,
       true, true, '{}')`,
    [uprn, ...values],
  );
}

async function load(content: string) {
  const { result } = await trial.attempt(handler, { file: await trial.upload(content), landlordId: 'L' });
  return result;
}

const trap = fc.constantFrom(
  '\\.',
  '\n\\.\n',
  '\\N',
  '\\',
  '\\t',
  '\t',
  '\n',
  '\r\n',
  '\r',
  '"',
  '""',
  ',',
  ' ',
  '{',
  '}',
);
const anyText = fc
  .string({ unit: fc.oneof(trap, fc.string({ unit: 'grapheme', maxLength: 2 })), maxLength: 12 })
  .map((text) => text.replaceAll('\0', '').toWellFormed());
/** How a cell stands in the file, and how its row ends. */
const writtenCell = fc.record({ text: anyText, isQuoted: fc.boolean() });
const rowEnd = fc.constantFrom('\n', '\r\n', '\r');
const needed = (cell: { text: string; isQuoted: boolean }) => ({ ...cell, text: `x${cell.text}` });
const anyRow = fc.record({
  reference: writtenCell,
  texts: fc.tuple(writtenCell, writtenCell, writtenCell, writtenCell.map(needed), writtenCell.map(needed)),
  end: rowEnd,
});

function written({ text, isQuoted }: { text: string; isQuoted: boolean }): string {
  return isQuoted || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

it('whatever stands in its cells and however its lines end, a file is loaded as plain INSERTs would store it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyRow, { minLength: 1, maxLength: 12 }), rowEnd, async (rows, headerEnd) => {
      await trial.database.pool.query('TRUNCATE property, expected');
      let content = `${header.join(',')}${headerEnd}`;
      for (const [index, { reference, texts, end }] of rows.entries()) {
        const named = { ...reference, text: `${reference.text}R${index}` };
        const cells = [named, { text: String(index + 1), isQuoted: false }, ...texts];
        content += `${[...cells.map(written), ...Object.values(fixed)].join(',')}${end}`;
        await expectRow(
          index + 1,
          [named, ...texts].map(({ text }) => text),
        );
      }
      expect(await load(content)).toMatchObject({ outcome: 'loaded', loaded: rows.length, rejected: 0 });
      expect(await hash('property')).toBe(await hash('expected'));
    }),
    { numRuns: 30 },
  );
});

const row = (uprn: number, texts: readonly string[]) =>
  [`R${uprn}`, uprn, ...texts, ...Object.values(fixed)].join(',');

it('a line that would end a COPY is a bad row, and no row behind it is lost', async () => {
  const texts = ['\\.', '', '""', 'x', '\\N'];
  const result = await load(`${header.join(',')}\n${row(1, texts)}\n\\.\n"\\."\n${row(2, texts)}\n\\.`);
  for (const uprn of [1, 2]) await expectRow(uprn, [`R${uprn}`, '\\.', '', '', 'x', '\\N']);
  expect(result).toMatchObject({ loaded: 2, rejected: 3, summary: ['row has too few cells: 3 rows'] });
  expect(await hash('property')).toBe(await hash('expected'));
});

it('a cell that is quoted and empty is as empty as one that is not', async () => {
  await load(
    `${header.join(',')}\n${row(1, ['', '', '', 'x', 'y'])}\n${row(2, ['""', '" "', '""', '"x"', '"y"'])}`,
  );
  for (const uprn of [1, 2]) await expectRow(uprn, [`R${uprn}`, '', '', '', 'x', 'y']);
  expect(await hash('property')).toBe(await hash('expected'));
});

it('a NUL anywhere keeps the whole file out and leaves the register as it was', async () => {
  await load(`${header.join(',')}\n${row(1, ['a', '', '', 'x', 'y'])}`);
  const before = await hash('property');
  const rows = Array.from({ length: 3000 }, (_, index) => row(index + 1, ['b', '', '', 'x', 'y']));
  const result = await load(
    `${header.join(',')}\n${rows.join('\n')}\n${row(4000, ['a\0', '', '', 'x', 'y'])}`,
  );
  expect(result).toMatchObject({ outcome: 'rejected', loaded: 0, reason: expect.stringContaining('NUL') });
  expect(await hash('property')).toBe(before);
});
