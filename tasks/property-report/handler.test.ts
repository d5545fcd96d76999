import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Progress } from '../../ledger/ledger.ts';
import { csvRecord } from '../../services/csv/write-csv.ts';
import { type HandlerTrial, type TrialAttempt, tryHandlers } from '../../test/handler-trial.ts';
import type { TaskInput } from '../define-task.ts';
import upload from '../property-upload/handler.ts';
import handler from './handler.ts';
import type { propertyReport } from './task.ts';

let trial: HandlerTrial;
beforeAll(async () => {
  trial = await tryHandlers();
});
afterAll(() => trial.close());

const noon = new Date('2026-06-15T12:00:00Z');

async function report(input: TaskInput<typeof propertyReport>, options: TrialAttempt = { sentAt: noon }) {
  const { runId, result } = await trial.attempt(handler, input, options);
  const text = await trial.download(result.report);
  return { runId, result, text, rows: parse(text, { columns: true }) as Record<string, string>[] };
}

/** Loads rows for a new landlord; what they do not say is a vacant flat without gas and certificates for later. */
async function register(rows: Record<string, string>[]): Promise<string> {
  const landlordId = `L-${crypto.randomUUID()}`;
  const whole = rows.map((row) => ({
    address_line_1: `${row.row_reference} High Street`,
    town_or_city: 'Anytown',
    postcode: 'ZZ1 1AA',
    local_council_code: '1',
    property_type: 'FLAT',
    ownership_type: 'FREEHOLD',
    licensing_type: 'NO_LICENSING',
    is_occupied: 'no',
    has_gas_supply: 'no',
    ...(row.electrical_cert_type === undefined && { electrical_provide_later: 'yes' }),
    ...(row.epc_certificate_number === undefined &&
      row.epc_exemption_reason === undefined && { epc_provide_later: 'yes' }),
    ...row,
  }));
  const names = [...new Set(whole.flatMap((row) => Object.keys(row)))];
  const records = whole.map((row) =>
    csvRecord(names.map((name) => (row as Record<string, string>)[name] ?? '')),
  );
  const file = await trial.upload(csvRecord(names) + records.join(''));
  const { result } = await trial.attempt(upload, { file, landlordId }, { sentAt: noon });
  expect(result).toMatchObject({ loaded: rows.length });
  return landlordId;
}

const gas = (issued: string) => ({ has_gas_supply: 'yes', gas_cert_issue_date: issued });
const eicr = (expiry: string) => ({ electrical_cert_type: 'EICR', electrical_expiry_date: expiry });
const occupied = {
  is_occupied: 'yes',
  num_households: '1',
  num_people: '1',
  num_bedrooms: '1',
  rent_includes_bills: 'no',
  furnished_status: 'FURNISHED',
  rent_frequency: 'MONTHLY',
  rent_amount: '900',
  tenancy_started_before_epc_expiry: 'yes',
};
const epc = (expiry: string) => ({
  epc_certificate_number: '0'.repeat(20),
  epc_expiry_date: expiry,
  epc_energy_rating: 'C',
});

describe('the status of a certificate', () => {
  it.each<[status: string, row: Record<string, string>, asOf: string]>([
    ['gas NOT_REQUIRED', {}, '2026-06-15'],
    ['gas PROVIDE_LATER', { has_gas_supply: 'yes', gas_provide_later: 'yes' }, '2026-06-15'],
    ['gas ADDED', gas('2025-06-16'), '2026-06-15'],
    ['gas EXPIRED', gas('2025-06-15'), '2026-06-15'],
    ['gas ADDED', gas('2024-02-29'), '2025-02-28'],
    ['gas EXPIRED', gas('2024-02-29'), '2025-03-01'],
    ['gas ADDED', gas('2023-03-01'), '2024-02-29'],
    ['gas EXPIRED', gas('2023-03-01'), '2024-03-01'],
    ['gas ADDED', gas('2023-02-28'), '2024-02-27'],
    ['gas EXPIRED', gas('2023-02-28'), '2024-02-28'],
    ['electrical MISSING', { electrical_cert_type: 'NONE' }, '2026-06-15'],
    ['electrical PROVIDE_LATER', {}, '2026-06-15'],
    ['electrical ADDED', eicr('2026-06-16'), '2026-06-15'],
    ['electrical EXPIRED', eicr('2026-06-15'), '2026-06-15'],
    ['epc NOT_REQUIRED', { epc_exemption_reason: 'TEMPORARY_BUILDING' }, '2026-06-15'],
    ['epc PROVIDE_LATER', {}, '2026-06-15'],
    ['epc ADDED', epc('2026-06-15'), '2026-06-15'],
    ['epc EXPIRED', epc('2026-06-14'), '2026-06-15'],
  ])('is %s for %j on %s', async (expected, row, asOf) => {
    const landlordId = await register([{ row_reference: 'A', ...row }]);
    const { rows } = await report({ landlordId }, { sentAt: new Date(`${asOf}T12:00:00Z`) });
    const [name, status] = expected.split(' ');
    expect(rows[0]?.[`${name}_status`]).toBe(status);
  });

  it('is judged by the date in London', async () => {
    const landlordId = await register([{ row_reference: 'A', ...eicr('2026-06-16') }]);
    const statusAt = async (sentAt: string) =>
      (await report({ landlordId }, { sentAt: new Date(sentAt) })).rows[0]?.electrical_status;
    expect(await statusAt('2026-06-15T22:59:59Z')).toBe('ADDED');
    expect(await statusAt('2026-06-15T23:00:00Z')).toBe('EXPIRED');
  });
});

describe('a report', () => {
  it('has its header alone where nothing is found, and tells its rows, size and digest', async () => {
    const { runId, result, text } = await report({ landlordId: 'nobody' });
    expect(text).toBe(
      'registration_number,landlord_id,row_reference,uprn,address_line_1,address_line_2,town_or_city,county,postcode,' +
        'local_council_code,property_type,is_occupied,gas_status,gas_cert_expiry_date,electrical_status,' +
        'electrical_expiry_date,epc_status,epc_expiry_date,epc_energy_rating\n',
    );
    const key = `reports/${runId}/properties-2026-06-15.csv`;
    expect(result).toEqual({
      report: { bucket: 'reports', key, versionId: expect.any(String) },
      rows: 0,
      sizeBytes: Buffer.byteLength(text),
      sha256: createHash('sha256').update(text).digest('hex'),
      notice: 'No property of the register is as was asked for.',
    });
  });

  it("has a landlord's properties, or a council's, or all, always in the same order", async () => {
    const one = await register([
      { row_reference: 'A', local_council_code: '777' },
      { row_reference: 'B', local_council_code: '0777' },
    ]);
    const two = await register([{ row_reference: 'C', local_council_code: '777' }]);
    const references = async (input: TaskInput<typeof propertyReport>) =>
      (await report(input)).rows.map((row) => row.row_reference).toSorted();
    expect(await references({ landlordId: one })).toEqual(['A', 'B']);
    expect(await references({ localCouncilCode: '777' })).toEqual(['A', 'C']);
    expect(await references({ landlordId: two, localCouncilCode: '0777' })).toEqual([]);
    const all = await report({});
    expect(all.rows.length).toBeGreaterThan(2);
    const places = all.rows.map((row) => `${row.landlord_id} ${row.registration_number}`);
    expect(places).toEqual(places.toSorted());
    expect((await report({})).text).toBe(all.text);
    expect((await report({})).result.sha256).toBe(all.result.sha256);
  });

  it('shows what was registered, with formulas defused', async () => {
    const landlordId = await register([
      {
        row_reference: '=1+1',
        uprn: '990000000001',
        county: 'Über, "Shire"',
        ...gas('2026-01-31'),
        ...epc('2030-01-01'),
      },
    ]);
    expect((await report({ landlordId })).rows).toEqual([
      {
        registration_number: expect.stringMatching(/^P-/),
        landlord_id: landlordId,
        row_reference: "'=1+1",
        uprn: '990000000001',
        address_line_1: "'=1+1 High Street",
        address_line_2: '',
        town_or_city: 'Anytown',
        county: 'Über, "Shire"',
        postcode: 'ZZ1 1AA',
        local_council_code: '1',
        property_type: 'FLAT',
        is_occupied: 'no',
        gas_status: 'ADDED',
        gas_cert_expiry_date: '2027-01-31',
        electrical_status: 'PROVIDE_LATER',
        electrical_expiry_date: '',
        epc_status: 'ADDED',
        epc_expiry_date: '2030-01-01',
        epc_energy_rating: 'C',
      },
    ]);
  });

  it('has every row once, however many there are, and tells its progress', async () => {
    const landlordId = await register(
      Array.from({ length: 2500 }, (_, index) => ({ row_reference: `R${index}` })),
    );
    const told: Progress[] = [];
    const { result, rows } = await report(
      { landlordId },
      { sentAt: noon, onProgress: (update) => told.push(update) },
    );
    expect(result.rows).toBe(2500);
    expect(new Set(rows.map((row) => row.row_reference)).size).toBe(2500);
    expect(told.length).toBeGreaterThan(2);
    expect(told.at(-2)).toEqual({ done: result.sizeBytes, unit: 'bytes' });
    expect(told.at(-1)).toEqual({ done: 2500, unit: 'rows' });
  });

  it('has only the properties of a type, an occupancy or a status of their certificates', async () => {
    const landlordId = await register([
      { row_reference: 'A', property_type: 'DETACHED_HOUSE', ...gas('2024-01-31') },
      { row_reference: 'B', electrical_cert_type: 'NONE' },
      { row_reference: 'C', ...gas('2026-01-31'), ...eicr('2026-01-01') },
      { row_reference: 'D', ...occupied, ...epc('2026-01-01') },
    ]);
    const references = async (input: TaskInput<typeof propertyReport>) =>
      (await report({ landlordId, ...input })).rows.map((row) => row.row_reference).toSorted();
    expect(await references({ propertyType: 'FLAT' })).toEqual(['B', 'C', 'D']);
    expect(await references({ occupancy: 'occupied' })).toEqual(['D']);
    expect(await references({ occupancy: 'vacant', propertyType: 'DETACHED_HOUSE' })).toEqual(['A']);
    expect(await references({ gasStatus: 'EXPIRED' })).toEqual(['A']);
    expect(await references({ electricalStatus: 'MISSING' })).toEqual(['B']);
    expect(await references({ epcStatus: 'EXPIRED' })).toEqual(['D']);
    expect(await references({ anyStatus: 'EXPIRED' })).toEqual(['A', 'C', 'D']);
    expect(await references({ anyStatus: 'EXPIRED', occupancy: 'vacant' })).toEqual(['A', 'C']);
  });

  it('is of the moment that is asked for, whenever it is', async () => {
    const landlordId = await register([{ row_reference: 'A', ...eicr('2026-06-16') }]);
    const { rows, result } = await report({ landlordId, asOf: '2026-06-16T00:30:00+01:00' });
    expect(rows[0]?.electrical_status).toBe('EXPIRED');
    expect(result.report.key).toMatch(/properties-2026-06-16\.csv$/);
  });

  it('is compressed if that is asked for, and told as it is stored', async () => {
    const landlordId = await register([{ row_reference: 'A' }]);
    const { runId, result } = await trial.attempt(handler, { landlordId, gzip: true }, { sentAt: noon });
    const stored = await buffer(await trial.services.files.read(result.report));
    expect(result).toMatchObject({
      report: { key: `reports/${runId}/properties-2026-06-15.csv.gz` },
      rows: 1,
    });
    expect(result.sizeBytes).toBe(stored.length);
    expect(result.sha256).toBe(createHash('sha256').update(stored).digest('hex'));
    expect((await trial.services.files.head(result.report))?.contentType).toBe('application/gzip');
    expect(gunzipSync(stored).toString()).toBe((await report({ landlordId })).text);
  });

  it('leaves no connection behind that is in the middle of an answer when it cannot be stored', async () => {
    await register(Array.from({ length: 500 }, (_, index) => ({ row_reference: `R${index}` })));
    const write = () => Promise.reject(new Error('no room'));
    const attempt = report({}, { services: { files: { ...trial.services.files, write } } });
    await expect(attempt).rejects.toThrow('no room');
    const { idleCount, totalCount } = trial.services.database;
    expect(idleCount).toBe(totalCount);
    expect((await report({ landlordId: 'nobody' })).result.rows).toBe(0);
  });

  it('stops when its attempt is aborted, and no file is stored', async () => {
    const stop = new AbortController();
    const { reports } = trial.services.buckets;
    let key = '';
    const write: typeof trial.services.files.write = (file, content, signal) => {
      key = file.key;
      return trial.services.files.write(file, content, signal);
    };
    const attempt = report(
      {},
      {
        signal: stop.signal,
        onProgress: () => stop.abort(new Error('enough')),
        services: { files: { ...trial.services.files, write } },
      },
    );
    await expect(attempt).rejects.toThrow(/enough|abort/);
    expect(await trial.services.files.head({ bucket: reports, key })).toBeUndefined();
  });
});
