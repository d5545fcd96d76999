import { text } from 'node:stream/consumers';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDirectTaskClient } from '../../client/direct-task-client.ts';
import { createTestDatabase, type TestDatabase } from '../../test/test-database.ts';
import complianceReport from '../compliance-report/handler.ts';
import type { Handler } from '../handle.ts';
import councilReports from './handler.ts';
import { councilReports as task } from './task.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** A flat whose gas certificate has expired. */
const register = (council: string, uprn: number) =>
  database.pool.query(
    `INSERT INTO property (landlord_id, row_reference, uprn, local_council_code, property_type, ownership_type,
       licensing_type, is_occupied, tenancy_provide_later, bills_included, has_gas_supply, gas_cert_issue_date,
       gas_provide_later, electrical_provide_later, epc_provide_later, joint_landlord_emails)
     VALUES ('L-1', $2::bigint::text, $2::bigint, $1, 'FLAT', 'FREEHOLD', 'NO_LICENSING', false, false, '{}', true, '2020-01-01',
       false, true, true, '{}')`,
    [council, uprn],
  );

/** A client whose reports end up in `files`; the report of the council `broken` cannot be written. */
function reporting({ broken }: { broken?: string } = {}) {
  const files: string[] = [];
  const client = createDirectTaskClient({
    handlers: [councilReports, complianceReport] as unknown as Handler[],
    database: database.pool,
    log: pino({ enabled: false }),
    services: {
      buckets: { reports: 'reports' },
      database: database.pool,
      files: {
        write: async (_: unknown, content: NodeJS.ReadableStream) => {
          const written = await text(content);
          if (broken !== undefined && written.includes(`\n${broken},`)) throw new Error('no room');
          files.push(written);
          return { sizeBytes: written.length };
        },
      },
    },
  });
  return { client, files };
}

test('every council that has properties gets a report, and the totals follow when all have ended', async () => {
  const { client, files } = reporting();
  const none = await client.send(task, { format: 'csv' });
  expect((await client.status(none)).result).toEqual({ councils: 0 });
  await register('777', 1);
  await register('0777', 2);
  await register('777', 3);
  const runId = await client.send(task, { format: 'csv', totals: true });
  const status = await client.status(runId);
  expect(status).toMatchObject({ state: 'done', result: { councils: 2 } });
  expect(status.children).toEqual({ waiting: 0, done: 2, dead: 0, cancelled: 0 });
  const councils = files.map((file) =>
    file
      .trim()
      .split(/\r?\n/)
      .slice(1)
      .map((row) => row.split(',')[0]),
  );
  expect(councils).toEqual([['0777'], ['777', '777'], ['0777', '777']]);
});

test('a council whose report cannot be written stops no other', async () => {
  const { client, files } = reporting({ broken: '0777' });
  const runId = await client.send(task, { format: 'csv' });
  const status = await client.status(runId);
  expect(status.state).toBe('done');
  expect(status.children).toEqual({ waiting: 0, done: 1, dead: 1, cancelled: 0 });
  expect(files).toHaveLength(1);
});
