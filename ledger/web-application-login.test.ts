import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../test/test-database.ts';

const migration = path.join(import.meta.dirname, 'migrations', '003.do.web-application-login.sql');

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

/** Runs the migration in a transaction that leaves nothing: roles belong to the whole server. */
async function loginAfter(prepare: string) {
  const client = await database.pool.connect();
  try {
    await client.query('BEGIN');
    await client.query(prepare);
    await client.query(await readFile(migration, 'utf8'));
    const { rows } = await client.query<{ may_log_in: boolean; by_iam: boolean }>(
      `SELECT rolcanlogin AS may_log_in, EXISTS (
         SELECT 1 FROM pg_auth_members
         WHERE member = role.oid AND roleid = to_regrole('rds_iam')
       ) AS by_iam
       FROM pg_roles AS role WHERE rolname = 'slackwater_webapp'`,
    );
    return rows[0];
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
}

test('on Aurora the web application logs in by IAM', async () => {
  expect(await loginAfter('CREATE ROLE rds_iam')).toEqual({ may_log_in: true, by_iam: true });
});

test('elsewhere nobody logs in as the role of the web application', async () => {
  expect(await loginAfter('SELECT 1')).toEqual({ may_log_in: false, by_iam: false });
});
