import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { csvRecord } from '../../services/csv/write-csv.ts';
import { FileNotFound } from '../../services/files/files.ts';
import { type PropertyColumn, propertyColumns } from '../../services/register/property.ts';
import { type HandlerTrial, type TrialAttempt, tryHandlers } from '../../test/handler-trial.ts';
import type { TaskInput } from '../define-task.ts';
import { PermanentError } from '../handle.ts';
import handler from './handler.ts';
import type { propertyUpload } from './task.ts';

type Cells = Partial<Record<PropertyColumn, string>>;

const goodCells: Cells = {
  property_type: 'FLAT',
  ownership_type: 'FREEHOLD',
  licensing_type: 'NO_LICENSING',
  is_occupied: 'no',
  has_gas_supply: 'no',
  electrical_provide_later: 'yes',
  epc_provide_later: 'yes',
};
const columns: PropertyColumn[] = [
  'row_reference',
  'uprn',
  'address_line_1',
  'town_or_city',
  'postcode',
  'local_council_code',
  'property_type',
  'ownership_type',
  'licensing_type',
  'is_occupied',
  'has_gas_supply',
  'electrical_provide_later',
  'epc_provide_later',
  'joint_landlord_emails',
];
const address = {
  address_line_1: '1 High Street',
  town_or_city: 'Anytown',
  postcode: 'AB1 2DE',
  local_council_code: '1',
};

let trial: HandlerTrial;
let lastUprn = 0;
function newUprn(): string {
  lastUprn += 1;
  return String(lastUprn);
}
const newLandlord = () => `L-${crypto.randomUUID()}`;

beforeAll(async () => {
  trial = await tryHandlers();
});
afterAll(() => trial.close());

function csv(rows: Cells[], header: readonly string[] = columns): string {
  return [header, ...rows.map((row) => columns.map((name) => ({ ...goodCells, ...row })[name] ?? ''))]
    .map((cells) => csvRecord([...cells]))
    .join('');
}

interface Loading extends TrialAttempt, Partial<TaskInput<typeof propertyUpload>> {}

async function load(content: string | Buffer, { landlordId = newLandlord(), ...options }: Loading = {}) {
  const { onInvalidRows, maximumSizeBytes, file = await trial.upload(content), ...attempt } = options;
  const input = { file, landlordId, onInvalidRows, maximumSizeBytes };
  const { runId, result } = await trial.attempt(handler, input, attempt);
  const report = result.errorReport === undefined ? undefined : await trial.download(result.errorReport);
  return {
    runId,
    result,
    report,
    errors: report === undefined ? [] : parse(report, { columns: true }).map((row) => Object(row)),
  };
}

async function registered(landlordId: string): Promise<Record<string, unknown>[]> {
  const { rows } = await trial.database.pool.query(
    'SELECT * FROM property WHERE landlord_id = $1 ORDER BY row_reference COLLATE "C"',
    [landlordId],
  );
  return rows;
}

describe('a file of properties', () => {
  it('is loaded with every value of every column', async () => {
    const landlordId = newLandlord();
    const whole: Record<PropertyColumn, string> = {
      row_reference: 'R\\1\t"x"\nline',
      uprn: '00012345',
      address_line_1: '1 High Street',
      address_line_2: '\\N',
      town_or_city: 'Anytown',
      county: 'Anyshire £',
      postcode: 'AB1 2DE',
      local_council_code: '00123',
      property_type: 'OTHER',
      custom_property_type: 'Boat',
      ownership_type: 'FREEHOLD',
      licensing_type: 'SELECTIVE_LICENCE',
      licence_number: 'L/1',
      is_occupied: 'yes',
      tenancy_provide_later: 'no',
      num_households: '1',
      num_people: '2',
      num_bedrooms: '3',
      rent_includes_bills: 'yes',
      bills_included: 'GAS;SOMETHING_ELSE',
      custom_bills_included: 'Window cleaning',
      furnished_status: 'FURNISHED',
      rent_frequency: 'OTHER',
      custom_rent_frequency: 'Each term',
      rent_amount: '£1,250.5',
      has_gas_supply: 'yes',
      gas_cert_issue_date: '29/02/2024',
      gas_provide_later: '',
      electrical_cert_type: 'EICR',
      electrical_expiry_date: '2027-01-01',
      electrical_provide_later: 'no',
      epc_certificate_number: '00001111222233334444',
      epc_expiry_date: '2020-01-01',
      epc_energy_rating: 'F',
      tenancy_started_before_epc_expiry: 'yes',
      epc_exemption_reason: '',
      mees_exemption_reason: 'HIGH_COST',
      epc_provide_later: '',
      joint_landlord_emails: 'a@example.org;"b{}\\"@example.org',
    };
    const { result } = await load(
      csvRecord(propertyColumns) + csvRecord(propertyColumns.map((name) => whole[name])),
      { landlordId },
    );
    expect(result).toEqual({
      outcome: 'loaded',
      loaded: 1,
      rejected: 0,
      warnings: [],
      summary: [],
      notice: expect.stringMatching(/^\S+\.csv was loaded: 1 row registered, 0 rows rejected\.$/),
    });
    const { rows } = await trial.database.pool.query(
      'SELECT to_jsonb(property) AS property FROM property WHERE landlord_id = $1',
      [landlordId],
    );
    expect(rows[0].property).toEqual({
      registration_number: expect.stringMatching(
        /^P-[CDFGHJKMNPQRSTVWXYZ2345679]{4}-[CDFGHJKMNPQRSTVWXYZ2345679]{4}$/,
      ),
      landlord_id: landlordId,
      address_key: null,
      created_at: expect.any(String),
      updated_at: expect.any(String),
      ...whole,
      uprn: 12345,
      is_occupied: true,
      tenancy_provide_later: false,
      num_households: 1,
      num_people: 2,
      num_bedrooms: 3,
      rent_includes_bills: true,
      bills_included: ['GAS', 'SOMETHING_ELSE'],
      rent_amount: 1250.5,
      has_gas_supply: true,
      gas_cert_issue_date: '2024-02-29',
      gas_provide_later: false,
      electrical_provide_later: false,
      epc_certificate_number: '0000-1111-2222-3333-4444',
      tenancy_started_before_epc_expiry: true,
      epc_exemption_reason: null,
      epc_provide_later: false,
      joint_landlord_emails: ['a@example.org', '"b{}\\"@example.org'],
    });
  });

  it('changes nothing when it is loaded a second time, and only what differs when it was changed', async () => {
    const landlordId = newLandlord();
    const rows: Cells[] = [
      { row_reference: 'A', uprn: newUprn() },
      { row_reference: 'B', ...address },
      { row_reference: 'C', ...address, address_line_1: '2 High Street' },
    ];
    await load(csv(rows), { landlordId });
    const before = await registered(landlordId);
    expect((await load(csv(rows), { landlordId })).result).toMatchObject({ loaded: 3, rejected: 0 });
    expect(await registered(landlordId)).toEqual(before);

    const changed = [
      { ...rows[0], property_type: 'DETACHED_HOUSE' },
      { ...rows[1], address_line_1: '1, HIGH street' },
    ];
    expect((await load(csv(changed), { landlordId })).result).toMatchObject({ loaded: 2 });
    const after = await registered(landlordId);
    expect(after.map((row) => row.registration_number)).toEqual(before.map((row) => row.registration_number));
    expect(after[0]).toMatchObject({ property_type: 'DETACHED_HOUSE' });
    expect(after[1]).toMatchObject({ address_line_1: '1, HIGH street' });
    expect(after[0]?.updated_at).not.toEqual(before[0]?.updated_at);
    expect(after[2]).toEqual(before[2]);
  });

  it('never matches a property without uprn by its uprn, nor the other way round', async () => {
    const landlordId = newLandlord();
    await load(csv([{ row_reference: 'A', ...address }]), { landlordId });
    await load(csv([{ row_reference: 'A', ...address, uprn: newUprn() }]), { landlordId });
    expect(await registered(landlordId)).toHaveLength(2);
    const other = newLandlord();
    expect(
      (await load(csv([{ row_reference: 'A', ...address }]), { landlordId: other })).result,
    ).toMatchObject({
      loaded: 1,
    });
  });

  it('may have its columns in any order and spelling, and unknown ones, which it is warned of', async () => {
    const { result } = await load(
      '\n  \n\ufeffEPC Provide-Later , extra,ROW - REFERENCE,Property_Type,ownership-type,licensing type,,IS_occupied,"has__gas supply",electrical_provide_later,uprn,extra,\n' +
        `yes,1,A,flat,freehold,no licensing,2,n,n,y,${newUprn()},3,4\n`,
    );
    expect(result).toMatchObject({
      loaded: 1,
      rejected: 0,
      warnings: [
        'Columns "extra", "extra" are unknown and ignored',
        'Columns 7, 13 are without a name and ignored',
      ],
    });
  });

  it.each<[string, (text: string) => Buffer]>([
    ['UTF-8 with BOM', (text) => Buffer.from(`\ufeff${text}`)],
    ['UTF-16LE', (text) => Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['UTF-16BE', (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
    ['Windows-1252', (text) => Buffer.from(text, 'latin1')],
  ])('may be %s', async (_, encode) => {
    const landlordId = newLandlord();
    const rows = [{ row_reference: 'Café £', uprn: newUprn() }];
    expect((await load(encode(csv(rows)), { landlordId })).result).toMatchObject({ loaded: 1 });
    expect((await registered(landlordId))[0]).toMatchObject({ row_reference: 'Café £' });
  });

  it('that only its last row shows to be Windows-1252 is read again as such', async () => {
    const landlordId = newLandlord();
    const rows = [
      { row_reference: 'Café', uprn: newUprn(), property_type: 'x' },
      { row_reference: 'B', uprn: newUprn() },
    ];
    const content = Buffer.concat([
      Buffer.from(csv(rows)),
      Buffer.from(csv([{ row_reference: '\u00e9' }]), 'latin1'),
    ]);
    const { result, errors } = await load(content, { landlordId });
    expect(result).toMatchObject({ loaded: 1, rejected: 3 });
    expect(errors.map((row) => row.row_reference)).toEqual(['CafÃ©', 'row_reference', 'é']);
  });

  it('without rows, or with bad rows only, is loaded with 0 rows and says so', async () => {
    expect((await load(csv([]))).result).toEqual({
      outcome: 'loaded',
      loaded: 0,
      rejected: 0,
      warnings: ['No row was loaded: the file has none'],
      summary: [],
      notice: expect.any(String),
    });
    expect((await load(csv([{ row_reference: '' }, { row_reference: '' }]))).result).toMatchObject({
      outcome: 'loaded',
      loaded: 0,
      rejected: 2,
      warnings: ['No row was loaded: all 2 are bad'],
    });
  });

  it('tells how far it is', async () => {
    const updates: unknown[] = [];
    const content = csv([{ row_reference: 'A', uprn: newUprn() }, { row_reference: '' }]);
    await load(content, { onProgress: (update) => updates.push(update) });
    expect(updates).toContainEqual({
      done: content.length,
      total: content.length,
      unit: 'bytes',
      message: 'loading',
      counts: { rows: 2, rejected: 1 },
    });
    expect(updates.at(-1)).toMatchObject({
      message: 'reporting',
      counts: { rows: 2, loaded: 1, rejected: 1 },
    });
  });
});

describe('a file that cannot be read', () => {
  it.each<[string, string | Buffer, RegExp]>([
    ['no text', '', /empty/],
    ['blank lines only', '\n \n\t\n', /empty: it has no line/],
    [
      'a quote that is never closed',
      `${csv([{ row_reference: 'A', uprn: '1' }])}"B,\n1\n`,
      /opens on line 3/,
    ],
    [
      'required columns missing',
      'row_reference,uprn\nA,1\n',
      /lacks property_type, ownership_type, licensing_type, is_occupied, has_gas_supply\. Correct the header/,
    ],
    [
      'a column twice',
      csv([], [...columns, 'UPRN', 'Row reference']),
      /has uprn, row_reference more than once\. Correct the header/,
    ],
    ['a malformed header', csv([], columns).replace('uprn', 'up"rn'), /not well formed: a quote/],
  ])('with %s is rejected with one clear reason and loads nothing', async (_, content, reason) => {
    const landlordId = newLandlord();
    const file = await trial.upload(content);
    const { result } = await load(content, { landlordId, file });
    expect(result).toEqual({
      outcome: 'rejected',
      reason: expect.stringMatching(reason),
      loaded: 0,
      rejected: 0,
      warnings: [],
      summary: [],
      notice: `${/[^/]+\.csv$/.exec(file.key)?.[0]} was not loaded. ${result.reason}`.replace(
        /(?<![.!?])$/,
        '.',
      ),
    });
    expect(await registered(landlordId)).toEqual([]);
  });

  it('because it is too large is rejected with its limit', async () => {
    const content = csv([{ row_reference: 'A', uprn: newUprn() }]);
    expect((await load(content, { maximumSizeBytes: content.length })).result.outcome).toBe('loaded');
    expect((await load(content, { maximumSizeBytes: content.length - 1 })).result).toMatchObject({
      outcome: 'rejected',
      reason: `The file has ${content.length} bytes and may have ${content.length - 1}: split it and upload the parts`,
    });
  });

  it('because it is not there, or has not been scanned, is a dead letter', async () => {
    const { clean, quarantine } = trial.services.buckets;
    const missing = load('', { file: { bucket: clean, key: 'nothing.csv' } });
    await expect(missing).rejects.toThrow(
      new PermanentError('There is no file s3://clean/nothing.csv: upload it again'),
    );
    const unscanned = load('', { file: { bucket: quarantine, key: 'new.csv', versionId: 'v1' } });
    await expect(unscanned).rejects.toThrow(/s3:\/\/quarantine\/new.csv \(version v1\) lies in quarantine/);
    await expect(unscanned).rejects.toBeInstanceOf(PermanentError);
  });
});

it('a file that goes away while it is read is a dead letter, and trouble with S3 is not', async () => {
  const content = csv([]);
  const failing = (error: Error) =>
    load(content, { services: { files: { ...trial.services.files, read: () => Promise.reject(error) } } });
  await expect(failing(new FileNotFound('There is no such file'))).rejects.toBeInstanceOf(PermanentError);
  await expect(failing(new Error('slow down'))).rejects.toThrow('slow down');
});

describe('bad rows', () => {
  it('come back as they were, with their line and all of their errors, and the good ones are loaded', async () => {
    const landlordId = newLandlord();
    const header = [
      'extra',
      'row_reference',
      'uprn',
      'property_type',
      'ownership_type',
      'licensing_type',
      'is_occupied',
      'has_gas_supply',
      'electrical_provide_later',
      'epc_provide_later',
    ];
    const rest = 'FLAT,FREEHOLD,NO_LICENSING,no,no,yes,yes';
    const [one, two, three, four, five] = Array.from({ length: 5 }, newUprn);
    const { result, report, runId } = await load(
      `${header.join(',')}\r\n` +
        `x,A,${one},${rest}\n` +
        `=1+1, B ,${two},FLAT,,NO_LICENSING,no,maybe,yes,yes\r` +
        `"two\nlines",C,${three},${rest},5,6\n` +
        '\n' +
        `x,D,5" pipe,${rest}\n` +
        'x,E\n' +
        `-5,A,${four},${rest}\n` +
        `@x,F,0${two},${rest}\n` +
        `x,G,${five},${rest}`,
      { landlordId },
    );
    expect(result).toMatchObject({ outcome: 'loaded', loaded: 2, rejected: 6 });
    expect(result.errorReport).toMatchObject({ bucket: 'reports', key: `error-reports/${runId}.csv` });
    expect(report?.split('\r\n')).toEqual([
      `${header.join(',')},row_number,errors`,
      `'=1+1," B ",${two},FLAT,,NO_LICENSING,no,maybe,yes,yes,3,ownership_type: is missing; has_gas_supply: is neither yes nor no`,
      `"two\nlines",C,${three},${rest},4,"row: has too many cells (12 instead of 10, 2 left out here)"`.replaceAll(
        '"row',
        '"row',
      ),
      `x,D,"5"" pipe",${rest},7,row: is not well formed (a quote stands inside an unquoted cell on line 7)`,
      'x,E,,,,,,,,,8,row: has too few cells (2 instead of 10)',
      `-5,A,${four},${rest},9,row_reference: repeats an earlier row (line 2)`,
      `'@x,F,0${two},${rest},10,uprn: repeats an earlier row (line 3)`,
      '',
    ]);
    expect((await registered(landlordId)).map((row) => row.row_reference)).toEqual(['A', 'G']);
    expect(result.summary).toEqual([
      'ownership_type is missing: 1 row',
      'has_gas_supply is neither yes nor no: 1 row',
      'row has too many cells: 1 row',
      'row is not well formed: 1 row',
      'row has too few cells: 1 row',
      'row_reference repeats an earlier row: 1 row',
      'uprn repeats an earlier row: 1 row',
    ]);
  });

  it('keep the whole file out under reject-file, and the report still lists each', async () => {
    const landlordId = newLandlord();
    const rows = [{ row_reference: 'A', uprn: newUprn() }, { row_reference: '' }, { row_reference: 'A' }];
    const { result, errors } = await load(csv(rows), { landlordId, onInvalidRows: 'reject-file' });
    expect(result).toMatchObject({
      outcome: 'rejected',
      reason: '2 of 3 rows are bad, so nothing was loaded',
      loaded: 0,
      rejected: 2,
    });
    expect(errors.map((row) => row.row_number)).toEqual(['3', '4']);
    expect(await registered(landlordId)).toEqual([]);
    const good = await load(csv(rows.slice(0, 1)), { landlordId, onInvalidRows: 'reject-file' });
    expect(good.result).toMatchObject({ outcome: 'loaded', loaded: 1 });
  });

  it('are those whose uprn another landlord has, also where the row is bad otherwise', async () => {
    const uprn = newUprn();
    await load(csv([{ row_reference: 'A', uprn }]));
    const landlordId = newLandlord();
    const rows = [
      { row_reference: 'A', uprn },
      { row_reference: 'B', uprn: newUprn() },
      { row_reference: 'C', uprn, property_type: '' },
    ];
    const { result, errors } = await load(csv(rows), { landlordId });
    expect(result).toMatchObject({ loaded: 1, rejected: 2 });
    expect(errors.map((row) => row.errors)).toEqual([
      'uprn: is registered to another landlord',
      'uprn: is registered to another landlord; uprn: repeats an earlier row (line 2); property_type: is missing',
    ]);
    const strict = await load(csv(rows), { landlordId: newLandlord(), onInvalidRows: 'reject-file' });
    expect(strict.result).toMatchObject({ outcome: 'rejected', rejected: 3 });
  });

  it('are repeats of an earlier row, even a bad one, by reference, uprn or address', async () => {
    const uprn = newUprn();
    const { errors } = await load(
      csv([
        { row_reference: 'A', uprn, property_type: 'x' },
        { row_reference: 'B', uprn },
        { row_reference: 'b', ...address, property_type: 'x' },
        { row_reference: 'B', ...address, postcode: 'ab12de' },
        { row_reference: 'C', ...address, uprn: newUprn() },
        { row_reference: 'C', uprn: 'x' },
        { row_reference: 'D', uprn: 'x' },
      ]),
    );
    expect(errors.map((row) => [row.row_number, row.errors])).toEqual([
      ['2', expect.stringMatching(/^property_type/)],
      ['3', 'uprn: repeats an earlier row (line 2)'],
      ['4', expect.stringMatching(/^property_type/)],
      [
        '5',
        'row_reference: repeats an earlier row (line 3); address_line_1: repeats the address of an earlier row (line 4)',
      ],
      [
        '7',
        'row_reference: repeats an earlier row (line 6); uprn: is no number of the right length (1 to 12 digits)',
      ],
      ['8', 'uprn: is no number of the right length (1 to 12 digits)'],
    ]);
  });

  it('make a column suspicious that is wrong in more than 60 % of at least 16 rows', async () => {
    const rows = (count: number, wrong: number) =>
      csv(
        Array.from({ length: count }, (_, index) => ({
          row_reference: String(index),
          uprn: newUprn(),
          property_type: index < wrong ? '12' : 'FLAT',
        })),
      );
    const hint = 'nearly every property_type is wrong: has the column shifted?';
    expect((await load(rows(16, 10))).result.summary).toEqual([
      hint,
      'property_type is no known value: 10 rows',
    ]);
    expect((await load(rows(15, 15))).result.summary).toEqual(['property_type is no known value: 15 rows']);
    expect((await load(rows(20, 12))).result.summary).toEqual(['property_type is no known value: 12 rows']);
    expect((await load(rows(20, 13))).result.summary[0]).toBe(hint);
  });
});

describe('today', () => {
  it('is the date in London when the message was sent', async () => {
    const gas = (landlordId: string, sentAt: Date) => {
      const header = [...columns, 'gas_cert_issue_date'];
      const cells = { ...goodCells, row_reference: 'A', uprn: newUprn(), has_gas_supply: 'yes' } as Cells;
      return load(
        csvRecord(header) + csvRecord([...columns.map((name) => cells[name] ?? ''), '2026-07-01']),
        { landlordId, sentAt },
      );
    };
    expect((await gas(newLandlord(), new Date('2026-06-30T22:59:59Z'))).errors[0].errors).toBe(
      'gas_cert_issue_date: is after today',
    );
    expect((await gas(newLandlord(), new Date('2026-06-30T23:00:00Z'))).result.loaded).toBe(1);
  });
});

describe('an attempt that is aborted', () => {
  it('stops while it reads and leaves nothing', async () => {
    const landlordId = newLandlord();
    const stop = new AbortController();
    const content = csv(
      Array.from({ length: 5000 }, (_, index) => ({ row_reference: String(index), uprn: newUprn() })),
    );
    const attempt = load(content, {
      landlordId,
      signal: stop.signal,
      onProgress: () => stop.abort(new Error('enough')),
    });
    await expect(attempt).rejects.toThrow(/enough|aborted/);
    expect(await registered(landlordId)).toEqual([]);
    expect((await load(content, { landlordId })).result.loaded).toBe(5000);
  });

  it('does not wait for a statement that goes on', async () => {
    const landlordId = newLandlord();
    const uprn = newUprn();
    const other = await trial.database.pool.connect();
    try {
      await other.query('BEGIN; LOCK TABLE property IN EXCLUSIVE MODE');
      const stop = new AbortController();
      const attempt = load(csv([{ row_reference: 'A', uprn }]), {
        landlordId,
        signal: stop.signal,
        onProgress: ({ message }) => {
          if (message === 'loading') void waiting().then(() => stop.abort(new Error('enough')));
        },
      });
      await expect(attempt).rejects.toThrow('enough');
    } finally {
      await other.query('ROLLBACK');
      other.release();
    }
    expect(await registered(landlordId)).toEqual([]);
  });
});

/** Answers once a backend of this database waits for a lock. */
async function waiting(): Promise<void> {
  await expect
    .poll(async () => {
      const { rows } = await trial.database.pool.query(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return rows.length;
    })
    .toBeGreaterThan(0);
}

describe('two files at the same time', () => {
  it.each(['skip', 'reject-file'] as const)(
    'with the same new uprn: whoever commits first has it (%s)',
    async (onInvalidRows) => {
      const uprn = newUprn();
      const first = newLandlord();
      const second = newLandlord();
      const holder = await trial.database.pool.connect();
      await holder.query('BEGIN');
      await holder.query(
        `INSERT INTO property (landlord_id, uprn, row_reference, property_type, ownership_type, licensing_type,
           is_occupied, tenancy_provide_later, bills_included, has_gas_supply, gas_provide_later,
           electrical_provide_later, epc_provide_later, joint_landlord_emails)
         VALUES ($1, $2, 'A', 'FLAT', 'FREEHOLD', 'NO_LICENSING', false, false, '{}', false, false, true, true, '{}')`,
        [first, uprn],
      );
      const loading = load(
        csv([
          { row_reference: 'A', uprn },
          { row_reference: 'B', uprn: newUprn() },
        ]),
        {
          landlordId: second,
          onInvalidRows,
        },
      );
      await waiting();
      await holder.query('COMMIT');
      holder.release();
      const { result, errors } = await loading;
      expect(errors.map((row) => row.errors)).toEqual(['uprn: is registered to another landlord']);
      const loaded = onInvalidRows === 'skip' ? 1 : 0;
      expect(result).toMatchObject({ loaded, rejected: 1 });
      expect(await registered(second)).toHaveLength(loaded);
    },
  );

  it('in opposite orders never wait for each other for ever, and each uprn has one landlord', async () => {
    const uprns = Array.from({ length: 300 }, newUprn);
    const rows = (list: string[]) => csv(list.map((uprn) => ({ row_reference: uprn, uprn })));
    const results = await Promise.all(
      [uprns, uprns.toReversed(), uprns, uprns.toReversed()].map((list) => load(rows(list))),
    );
    expect(results.map(({ result }) => result.loaded).toSorted((a, b) => a - b)).toEqual([0, 0, 0, 300]);
    for (const { result } of results) expect(result.loaded + result.rejected).toBe(300);
  });
});

describe('files of one landlord at the same time', () => {
  const rows = (list: readonly string[], change: Cells = {}) =>
    csv(
      list.flatMap((name) => [
        { row_reference: `U-${name}`, uprn: `${name}1`, ...change },
        { row_reference: `A-${name}`, ...address, address_line_1: `${name} High Street`, ...change },
      ]),
    );
  const names = Array.from({ length: 150 }, (_, index) => String(70_000_000 + index));

  it('that are the same one, sent twice, load it once', async () => {
    const landlordId = newLandlord();
    const file = await trial.upload(rows(names));
    const results = await Promise.all([1, 2, 3].map(() => load('', { landlordId, file })));
    for (const { result } of results) expect(result).toMatchObject({ loaded: 300, rejected: 0 });
    const after = await registered(landlordId);
    expect(after).toHaveLength(300);
    expect(new Set(after.map((row) => row.registration_number)).size).toBe(300);
    expect(after.every((row) => String(row.created_at) === String(row.updated_at))).toBe(true);
  });

  it('that change the same properties in opposite orders leave each as one of them says, and all as the same', async () => {
    const landlordId = newLandlord();
    const [own] = [names.map((name) => `8${name}`)];
    await load(rows(own), { landlordId });
    const changes: Cells[] = [{ property_type: 'DETACHED_HOUSE' }, { property_type: 'TERRACED_HOUSE' }];
    const loading = changes.flatMap((change) => [rows(own, change), rows(own.toReversed(), change)]);
    const results = await Promise.all(loading.map((content) => load(content, { landlordId })));
    for (const { result } of results) expect(result).toMatchObject({ loaded: 300, rejected: 0 });
    const types = (await registered(landlordId)).map((row) => row.property_type);
    expect(types).toHaveLength(300);
    expect(changes.map((change) => change.property_type)).toContain(types[0]);
    expect(new Set(types).size).toBe(1);
  });
});

describe('any mix of good and bad rows', () => {
  it('loads exactly the good ones, and a second time changes nothing', async () => {
    const row = fc.constantFrom('good', 'good', 'bad', 'short', 'quote', 'repeat');
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { maxLength: 20 }),
        fc.constantFrom('\n', '\r\n', '\r'),
        async (kinds, end) => {
          const landlordId = newLandlord();
          const lines = kinds.map((kind, index) => {
            const cells = { ...goodCells, row_reference: `R${index}`, uprn: newUprn() } as Cells;
            if (kind === 'bad') cells.is_occupied = 'perhaps';
            if (kind === 'repeat') cells.row_reference = 'R';
            const text = columns.map((name) => cells[name] ?? '').join(',');
            return kind === 'short' ? 'R,1' : kind === 'quote' ? text.replace(',', '"x",') : text;
          });
          const content = [columns.join(','), ...lines].join(end);
          const good = kinds.flatMap((kind, index) => {
            if (kind === 'good') return [`R${index}`];
            return kind === 'repeat' && kinds.indexOf('repeat') === index ? ['R'] : [];
          });
          for (const _ of [1, 2]) {
            const { result, errors } = await load(content, { landlordId });
            expect(result).toMatchObject({ loaded: good.length, rejected: kinds.length - good.length });
            expect(errors).toHaveLength(kinds.length - good.length);
            expect((await registered(landlordId)).map((one) => one.row_reference)).toEqual(good.toSorted());
          }
        },
      ),
      { numRuns: 15 },
    );
  });
});
