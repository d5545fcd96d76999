import { buffer } from 'node:stream/consumers';
import { parse } from 'csv-parse/sync';
import ExcelJS from 'exceljs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type HandlerTrial, tryHandlers } from '../../test/handler-trial.ts';
import { propertyFile } from '../../test/property-file.ts';
import type { TaskInput } from '../define-task.ts';
import upload from '../property-upload/handler.ts';
import handler from './handler.ts';
import type { uploadReport } from './task.ts';

let trial: HandlerTrial;
beforeAll(async () => {
  trial = await tryHandlers();
});
afterAll(() => trial.close());
beforeEach(() => trial.database.pool.query('TRUNCATE property, upload, intake'));

const noon = new Date('2026-06-15T12:00:00Z');

async function report(input: TaskInput<typeof uploadReport> = {}) {
  const { result } = await trial.attempt(handler, input, { sentAt: noon });
  return { result, file: await buffer(await trial.services.files.read(result.report)) };
}

async function rows(input: TaskInput<typeof uploadReport> = {}) {
  const { result, file } = await report(input);
  const found = parse<Record<string, string>>(file, { columns: true });
  expect(result.rows).toBe(found.length);
  return found;
}

async function load(content: string, { landlordId = 'L-1', sentAt = noon } = {}) {
  const file = await trial.upload(content);
  const { runId } = await trial.attempt(upload, { file, landlordId }, { sentAt });
  return { file, runId };
}

const scanned = (
  key: string,
  verdict: string | null,
  { reason = null as string | null, threats = [] as string[] } = {},
) =>
  trial.database.pool.query(
    `INSERT INTO intake (bucket, key, version_id, e_tag, verdict, reason, threats, created_at)
     VALUES ('quarantine', $1, 'v1', 'e', $2, $3, $4, $5)`,
    [key, verdict, reason, threats, noon],
  );

describe('a report on uploads', () => {
  it('tells of each file that was read what was loaded, what was rejected and why', async () => {
    const { file, runId } = await load(`${propertyFile(3)}\nR,,CASTLE,,NO_LICENSING,no,no,yes,yes\nR-1,x`);
    const [row] = await rows();
    expect(row).toEqual({
      received_at: '2026-06-15T13:00:00+01:00',
      landlord_id: 'L-1',
      file_name: file.key.replace(/^.*\//, ''),
      size_bytes: expect.stringMatching(/^\d+$/),
      outcome: 'LOADED',
      reason: '',
      rows_loaded: '3',
      rows_rejected: '2',
      problems: expect.stringMatching(/property_type is no known value: 1 row.*row has too few cells: 1 row/),
      run_id: runId,
    });
  });

  it('tells why a file was kept out, be it by its content or by the malware scan', async () => {
    await load('no header');
    await scanned('uploads/1/infected.csv', 'infected', { threats: ['EICAR'] });
    await scanned('uploads/2/locked.zip', 'refused', { reason: 'PASSWORD_PROTECTED' });
    await scanned('uploads/3/new.csv', null);
    await scanned('uploads/4/clean.csv', 'clean');
    const found = (await rows()).map((row) => [row.outcome, row.reason]);
    expect(found).toHaveLength(5);
    expect(found).toEqual(
      expect.arrayContaining([
        ['REJECTED', expect.stringMatching(/\w/)],
        ['INFECTED', 'EICAR'],
        ['REFUSED', 'PASSWORD_PROTECTED'],
        ['SCANNING', ''],
        ['PASSED_ON', ''],
      ]),
    );
  });

  it('tells of a clean file that was read only once, as what became of it', async () => {
    const { file } = await load(propertyFile(1));
    await trial.database.pool.query(
      `INSERT INTO intake (bucket, key, version_id, e_tag, verdict, clean_bucket, clean_version_id, created_at)
       VALUES ('quarantine', $1, 'v1', 'e', 'clean', $2, $3, $4)`,
      [file.key, file.bucket, file.versionId, noon],
    );
    expect((await rows()).map((row) => row.outcome)).toEqual(['LOADED']);
  });

  it('is of the days that are asked for, by the clock of London, so that none is told twice or left out', async () => {
    // The clocks went forward on 29 March 2026: that week has 167 hours.
    await load(propertyFile(1), { sentAt: new Date('2026-03-23T09:00:00Z') });
    await load(propertyFile(1), { sentAt: new Date('2026-03-23T09:00:01Z') });
    await load(propertyFile(1), { sentAt: new Date('2026-03-30T08:00:00Z') });
    await load(propertyFile(1), { sentAt: new Date('2026-03-30T08:00:01Z') });
    const found = await rows({ asOf: '2026-03-30T09:00:00+01:00' });
    expect(found.map((row) => row.received_at)).toEqual([
      '2026-03-23T09:00:01+00:00',
      '2026-03-30T09:00:00+01:00',
    ]);
    expect(await rows({ asOf: '2026-03-30T09:00:00+01:00', days: 8 })).toHaveLength(3);
  });

  it("is of one landlord's files if that is asked for", async () => {
    await load(propertyFile(1));
    const other = await load(propertyFile(1, 1), { landlordId: 'L-2' });
    await scanned('uploads/1/infected.csv', 'infected');
    expect((await rows({ landlordId: 'L-2' })).map((row) => row.run_id)).toEqual([other.runId]);
  });

  it('counts outcomes and problems over all files in its summary', async () => {
    await load(`${propertyFile(2)}\nR,x`);
    await load(`${propertyFile(1, 2)}\nR,x\nR,x`);
    const { file } = await report({ format: 'xlsx' });
    const workbook = new ExcelJS.Workbook();
    await workbook.xlsx.load(file as unknown as ArrayBuffer);
    const told = JSON.stringify(workbook.worksheets[0]?.getSheetValues()).replaceAll('null,', '');
    expect(told).toContain('["Loaded",2,3,3]');
    expect(told).toContain('["row has too few cells",3]');
  });

  it('of nothing says so', async () => {
    const { result, file } = await report();
    expect(result).toMatchObject({ rows: 0, notice: 'No file came in.' });
    expect(file.toString()).toMatch(/^received_at,[^\n]*\n$/);
  });
});
