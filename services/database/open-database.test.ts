import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/test-database.ts';
import type { Database } from './database.ts';
import { openDatabase } from './open-database.ts';

let trial: TestDatabase;
let database: Database | undefined;
beforeEach(async () => {
  trial = await createTestDatabase();
});
afterEach(async () => {
  vi.useRealTimers();
  await database?.end();
  database = undefined;
  await trial.drop();
});

const secretOf = (url: string, change: object = {}) => {
  const { hostname, port, pathname, username, password } = new URL(url);
  return JSON.stringify({
    host: hostname,
    port: Number(port),
    dbname: pathname.slice(1),
    username,
    password: decodeURIComponent(password) || 'not asked for',
    ...change,
  });
};
const connections = async () => {
  const { rows } = await trial.pool.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'slackwater'`,
  );
  return rows[0]?.count;
};

test('a URL or a secret opens the database, with no connection before the first query', async () => {
  for (const address of [{ url: trial.url }, { secret: secretOf(trial.url) }]) {
    const opened = openDatabase(address);
    expect(opened.totalCount).toBe(0);
    const { rows } = await opened.query('SELECT current_database() AS name');
    expect(rows).toEqual([{ name: new URL(trial.url).pathname.slice(1) }]);
    await opened.end();
  }
});

test('idle connections close after ten seconds, so that Aurora can pause', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  database = openDatabase({ url: trial.url });
  await database.query('SELECT 1');
  expect(await connections()).toBe(1);
  vi.advanceTimersByTime(9_000);
  expect(database.totalCount).toBe(1);
  vi.advanceTimersByTime(1_500);
  expect(database.totalCount).toBe(0);
  vi.useRealTimers();
  await expect.poll(connections).toBe(0);
});

test('a server that cuts its connections ends no process, and the next query connects anew', async () => {
  database = openDatabase({ url: trial.url });
  const held = await database.connect();
  await database.query('SELECT 1');
  expect(await connections()).toBe(2);
  const ended = new Promise<void>((resolve) => held.once('end', () => resolve()));
  await trial.pool.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'slackwater'`,
  );
  await ended;
  await expect(held.query('SELECT 1')).rejects.toThrow();
  held.release(true);
  await expect.poll(() => database?.totalCount).toBe(0);
  expect((await database.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
});

test('a host of a secret that is not loopback is spoken to over TLS', async () => {
  const { options } = openDatabase({ secret: secretOf(trial.url, { host: 'cluster.example.com' }) });
  expect(options.ssl).toEqual({ rejectUnauthorized: true });
  expect(openDatabase({ secret: secretOf(trial.url) }).options.ssl).toBeUndefined();
});

test('a server without TLS is refused before the password is sent', async () => {
  const received: string[] = [];
  const server = createServer((socket) => {
    socket.on('data', (data) => received.push(data.toString('latin1')));
    // Postgres's answer to a request for TLS that it does not have.
    socket.write('N');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  // Leads to loopback by a name that is not known as such.
  database = openDatabase({
    secret: secretOf(trial.url, { host: '127.1', port, password: 'hidden-word' }),
  });
  await expect(database.query('SELECT 1')).rejects.toThrow('does not support SSL');
  expect(received.join('')).not.toContain('hidden-word');
  server.close();
});

test.each([
  ['{"password":"hidden-word"', 'is not JSON'],
  ['{"host":"h","password":"hidden-word"}', 'dbname'],
  ['{"host":"h","port":"hidden-word","dbname":"d","username":"u","password":"p"}', 'port'],
])('a secret that cannot be used is told by its fields, never by its values', (secret, reason) => {
  expect(() => openDatabase({ secret })).toThrow(reason);
  expect(() => openDatabase({ secret })).not.toThrow('hidden-word');
});
