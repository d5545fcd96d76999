import { buffer } from 'node:stream/consumers';
import { parse } from 'csv-parse/sync';
import ExcelJS from 'exceljs';
import { extractText, getDocumentProxy } from 'unpdf';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addProperty } from '../../test/add-property.ts';
import { type HandlerTrial, tryHandlers } from '../../test/handler-trial.ts';
import type { TaskInput } from '../define-task.ts';
import handler from './handler.ts';
import type { complianceReport } from './task.ts';

let trial: HandlerTrial;
beforeAll(async () => {
  trial = await tryHandlers();
});
afterAll(() => trial.close());
beforeEach(() => trial.database.pool.query('TRUNCATE property'));

const noon = new Date('2026-06-15T12:00:00Z');

async function report(input: TaskInput<typeof complianceReport> = {}) {
  const { result } = await trial.attempt(handler, input, { sentAt: noon });
  return { result, file: await buffer(await trial.services.files.read(result.report)) };
}

async function rows(input: TaskInput<typeof complianceReport> = {}) {
  const { result, file } = await report(input);
  const found = parse<Record<string, string>>(file, { columns: true });
  expect(result.rows).toBe(found.length);
  return found;
}

const add = (values: Parameters<typeof addProperty>[1]) => addProperty(trial.database.pool, values);
const gas = (gas_cert_issue_date: string) => ({ has_gas_supply: true, gas_cert_issue_date });
const eicr = (electrical_expiry_date: string) => ({
  electrical_provide_later: false,
  electrical_cert_type: 'EICR',
  electrical_expiry_date,
});
const epc = (epc_expiry_date: string) => ({
  epc_provide_later: false,
  epc_certificate_number: '0000-0000-0000-0000-0000',
  epc_expiry_date,
  epc_energy_rating: 'C',
});

describe('certificates that are expired or expiring', () => {
  it.each<[what: string, values: object, expected: string[]]>([
    ['gas from a year before', gas('2025-06-15'), ['GAS EXPIRED 2026-06-15 0']],
    ['gas from a day later', gas('2025-06-16'), ['GAS EXPIRING 2026-06-16 1']],
    ['gas that expires on the last of the days', gas('2025-07-15'), ['GAS EXPIRING 2026-07-15 30']],
    ['gas that expires the day after', gas('2025-07-16'), []],
    ['an EICR of today', eicr('2026-06-15'), ['ELECTRICAL EXPIRED 2026-06-15 0']],
    ['an EICR of the last day', eicr('2026-07-15'), ['ELECTRICAL EXPIRING 2026-07-15 30']],
    ['an EICR of the day after', eicr('2026-07-16'), []],
    ['an EPC of yesterday', epc('2026-06-14'), ['EPC EXPIRED 2026-06-14 0']],
    ['an EPC that is valid for the last time today', epc('2026-06-15'), ['EPC EXPIRING 2026-06-15 1']],
    ['an EPC that has expired on the last of the days', epc('2026-07-14'), ['EPC EXPIRING 2026-07-14 30']],
    ['an EPC that is valid on the last of the days', epc('2026-07-15'), []],
    ['nothing to judge', {}, []],
  ])('with %s', async (_, values, expected) => {
    await add(values);
    const found = await rows();
    expect(
      found.map((row) => `${row.certificate} ${row.status} ${row.expiry_date} ${row.days_left}`),
    ).toEqual(expected);
  });

  it('stand by council, the longest expired first, each with its property', async () => {
    await add({ local_council_code: '2', row_reference: 'B', ...gas('2020-01-01'), ...eicr('2026-07-01') });
    await add({ local_council_code: '1', row_reference: 'A', ...epc('2026-06-20'), postcode: 'AB1 2DE' });
    await add({ local_council_code: '2', row_reference: 'C', ...gas('2019-01-01') });
    const found = await rows();
    expect(found.map((row) => [row.local_council_code, row.row_reference, row.certificate])).toEqual([
      ['1', 'A', 'EPC'],
      ['2', 'C', 'GAS'],
      ['2', 'B', 'GAS'],
      ['2', 'B', 'ELECTRICAL'],
    ]);
    expect(found[0]).toMatchObject({
      postcode: 'AB1 2DE',
      property_type: 'FLAT',
      is_occupied: 'no',
      landlord_id: 'L-1',
    });
  });

  it('are those of one council, and within the days that are asked for', async () => {
    await add({ local_council_code: '1', row_reference: 'A', ...gas('2025-07-01') });
    await add({ local_council_code: '2', row_reference: 'B', ...gas('2025-07-01') });
    const references = async (input: TaskInput<typeof complianceReport>) =>
      (await rows(input)).map((row) => row.row_reference);
    expect(await references({ localCouncilCode: '2' })).toEqual(['B']);
    expect(await references({ localCouncilCode: '2', expiresWithinDays: 15 })).toEqual([]);
    expect(await references({ localCouncilCode: '2', expiresWithinDays: 16 })).toEqual(['B']);
    expect(await references({ asOf: '2026-06-01T00:30:00+01:00', expiresWithinDays: 30 })).toEqual([
      'A',
      'B',
    ]);
    expect(await references({ asOf: '2026-05-31T23:30:00+01:00', expiresWithinDays: 30 })).toEqual([]);
  });

  it('are counted for each council, those without one last', async () => {
    await add({ local_council_code: '1', ...gas('2020-01-01'), ...eicr('2026-06-20'), ...epc('2026-01-01') });
    await add({ local_council_code: '1', electrical_provide_later: false, electrical_cert_type: 'NONE' });
    await add({ ...epc('2026-06-20') });
    const none = {
      gas_expired: '0',
      gas_expiring: '0',
      electrical_expired: '0',
      electrical_expiring: '0',
      epc_expired: '0',
      epc_expiring: '0',
      electrical_missing: '0',
    };
    expect(await rows({ detail: 'councils' })).toEqual([
      {
        ...none,
        local_council_code: '1',
        properties: '2',
        properties_with_expired: '1',
        gas_expired: '1',
        electrical_expiring: '1',
        epc_expired: '1',
        electrical_missing: '1',
      },
      {
        ...none,
        local_council_code: 'none',
        properties: '1',
        properties_with_expired: '0',
        epc_expiring: '1',
      },
    ]);
  });
});

describe('a compliance report for people', () => {
  it('has its totals before its rows as a spreadsheet', async () => {
    await add({ local_council_code: '1', ...gas('2020-01-01'), ...eicr('2026-06-20') });
    const { result, file } = await report({ format: 'xlsx' });
    expect(result.rows).toBe(2);
    const workbook = new ExcelJS.Workbook();
    await workbook.xlsx.load(file as unknown as ArrayBuffer);
    const [summary, table] = workbook.worksheets;
    const told = JSON.stringify(summary?.getSheetValues());
    for (const words of [
      '15 June 2026',
      'by 15 July 2026',
      '"By certificate"',
      '["Gas certificate",1,0]',
      '"By council"',
    ]) {
      expect(told.replaceAll('null,', '')).toContain(words);
    }
    expect(table?.getCell('B2').value).toBe('Gas');
    expect(table?.getCell('D2').value).toEqual(new Date('2021-01-01T00:00:00Z'));
  });

  it.each(['csv', 'xlsx', 'pdf'] as const)(
    'of nothing is a valid %s, and its result says so',
    async (format) => {
      const { result, file } = await report({ format });
      expect(result).toMatchObject({
        rows: 0,
        notice: 'No certificate is expired or expiring.',
        sizeBytes: file.length,
      });
      if (format === 'csv') {
        expect(file.toString()).toMatch(/^local_council_code,certificate,status,[^\n]*\n$/);
      } else if (format === 'xlsx') {
        const workbook = new ExcelJS.Workbook();
        await workbook.xlsx.load(file as unknown as ArrayBuffer);
        expect(JSON.stringify(workbook.worksheets[0]?.getSheetValues())).toContain(
          'No certificate is expired',
        );
      } else {
        const { text } = await extractText(await getDocumentProxy(new Uint8Array(file)), {
          mergePages: true,
        });
        expect(text).toContain('No certificate is expired or expiring.');
      }
    },
  );
});
