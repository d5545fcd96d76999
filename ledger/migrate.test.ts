import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../test/test-database.ts';
import { migrate } from './migrate.ts';

let database: TestDatabase;
let folder: string;
beforeEach(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(path.join(tmpdir(), 'slackwater-migrations-'));
});
afterEach(async () => {
  await database.drop();
  await rm(folder, { recursive: true });
});

const migrations = () => ({ folder, table: 'trial_migration' });
const write = (name: string, sql: string) => writeFile(path.join(folder, name), sql);

test('many workers that start at once migrate once', async () => {
  await write('001.do.thing.sql', 'CREATE TABLE thing (id int); INSERT INTO thing VALUES (1)');
  await Promise.all(Array.from({ length: 8 }, () => migrate(database.url, migrations())));
  expect((await database.pool.query('SELECT id FROM thing')).rows).toEqual([{ id: 1 }]);
});

test('a migration that fails leaves nothing behind and says why', async () => {
  await write('001.do.thing.sql', 'CREATE TABLE thing (id int)');
  await write('002.do.broken.sql', 'CREATE TABLE other (id int); SELECT 1 / 0');
  await expect(migrate(database.pool, migrations())).rejects.toThrow('division by zero');
  expect((await database.pool.query("SELECT to_regclass('thing') AS thing")).rows).toEqual([{ thing: null }]);
});

test('an old worker leaves a database alone that a newer version has brought further', async () => {
  await write('001.do.thing.sql', 'CREATE TABLE thing (id int)');
  await write('002.do.other.sql', 'CREATE TABLE other (id int)');
  await migrate(database.pool, migrations());
  await rm(path.join(folder, '002.do.other.sql'));
  await migrate(database.pool, migrations());
  expect((await database.pool.query("SELECT to_regclass('other') AS other")).rows).toEqual([
    { other: 'other' },
  ]);
});

test('a migration that was changed after it ran is refused', async () => {
  await write('001.do.thing.sql', 'CREATE TABLE thing (id int)');
  await migrate(database.pool, migrations());
  await write('001.do.thing.sql', 'CREATE TABLE thing (id bigint)');
  await write('002.do.other.sql', 'CREATE TABLE other (id int)');
  await expect(migrate(database.pool, migrations())).rejects.toThrow('MD5 checksum failed');
});

test('a folder without migrations changes nothing', async () => {
  await migrate(database.pool, migrations());
  expect((await database.pool.query("SELECT to_regclass('trial_migration') AS t")).rows).toEqual([
    { t: null },
  ]);
});
