import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, lstat, mkdir, mkdtemp, readFile, realpath, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from 'pg';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { processesRunning } from './postgres/processes.ts';
import { type LocalPostgres, startPostgres } from './postgres.ts';

let directory: string;
const running: { stop(): Promise<void> }[] = [];
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'slackwater-postgres-trial-'));
});
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
  await rm(directory, { recursive: true });
});

const isRoot = process.getuid?.() === 0;
const readableByOthers = await isReadableByOthers();

async function start(at = directory): Promise<LocalPostgres> {
  const server = await startPostgres({ directory: at, log: () => undefined });
  running.push(server);
  return server;
}

async function ask(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** A process of its own that starts the database there, says its URL and lives on. */
async function startElsewhere(
  options: { uid?: number; gid?: number } = {},
): Promise<{ owner: ChildProcess; url: string }> {
  const script = `
    const { startPostgres } = await import(${JSON.stringify(new URL('postgres.ts', import.meta.url).href)});
    const { url } = await startPostgres({ directory: ${JSON.stringify(directory)}, log: () => undefined });
    console.log(url);
    setInterval(() => undefined, 1000);`;
  const owner = spawn(process.execPath, ['--input-type=module', '-e', script], {
    ...options,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: owner.stdout });
  const url = await new Promise<string>((resolve, reject) => {
    lines.once('line', resolve);
    lines.once('close', () => reject(new Error('it ended without a URL')));
  });
  return { owner, url };
}

async function kill(owner: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => owner.once('exit', resolve));
  owner.kill('SIGKILL');
  await ended;
}

describe('a running server', () => {
  let home: string;
  let server: LocalPostgres;
  beforeAll(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'slackwater-postgres-trial-'));
    server = await startPostgres({ directory: home, log: () => undefined });
    return async () => {
      await server.stop();
      await rm(home, { recursive: true });
    };
  });

  test('speaks UTF-8 and sorts alike on every machine', async () => {
    expect(await ask(server.url, 'SHOW server_encoding')).toEqual([{ server_encoding: 'UTF8' }]);
    const rows = await ask(server.url, "SELECT upper('gärten') AS upper, 'Z' < 'a' AS by_code_point");
    expect(rows).toEqual([{ upper: 'GÄRTEN', by_code_point: true }]);
  });

  test('lets nobody in without the password', async () => {
    const url = new URL(server.url);
    url.password = 'guess';
    await expect(ask(url.href, 'SELECT 1')).rejects.toThrow('password authentication failed');
  });

  test.runIf(isRoot)('runs as another user than root', async () => {
    expect((await stat(path.join(home, 'data'))).uid).not.toBe(0);
    expect((await lstat(path.join(home, 'password'))).mode & 0o077).toBe(0);
  });

  test('says why it does not start', async () => {
    const port = Number(new URL(server.url).port);
    const second = startPostgres({ directory, port, log: () => undefined });
    await expect(second).rejects.toThrow(/does not start[\s\S]*could not (bind|create)/);
  });
});

describe('a server that starts', () => {
  test('keeps its data over a stop and a start, under the same password', async () => {
    const first = await start();
    await ask(first.url, 'CREATE TABLE kept (id int)');
    await ask(first.url, 'INSERT INTO kept VALUES (7)');
    await first.stop();
    await expect(ask(first.url, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
    const second = await start();
    expect(new URL(second.url).password).toBe(new URL(first.url).password);
    expect(await ask(second.url, 'SELECT id FROM kept')).toEqual([{ id: 7 }]);
  });

  test('starts after its predecessor was killed, and finds what that had committed', async () => {
    const { owner, url } = await startElsewhere();
    await ask(url, 'CREATE TABLE kept (id int)');
    await kill(owner);
    expect(await ask(url, 'SELECT 1 AS orphan')).toEqual([{ orphan: 1 }]);
    const next = await start();
    await expect(ask(url, 'SELECT 1')).rejects.toThrow();
    expect(await ask(next.url, 'SELECT count(*)::int AS rows FROM kept')).toEqual([{ rows: 0 }]);
  });

  test('ends a killed predecessor also when its folder was deleted', async () => {
    const { owner } = await startElsewhere();
    const orphans = () => processesRunning(`/bin/postgres -D ${path.join(directory, 'data')}`);
    await kill(owner);
    await rm(directory, { recursive: true });
    expect(await orphans()).toHaveLength(1);
    const next = await start();
    expect(await orphans()).toHaveLength(1);
    await next.stop();
    expect(await orphans()).toEqual([]);
  });

  test('is refused to a second process while the first one lives', async () => {
    const { owner, url } = await startElsewhere();
    try {
      await expect(start()).rejects.toThrow(`in use by process ${owner.pid}`);
      expect(await ask(url, 'SELECT 1 AS untouched')).toEqual([{ untouched: 1 }]);
    } finally {
      await kill(owner);
      await (await start()).stop();
    }
  });
});

describe.runIf(isRoot)('as root', () => {
  test('lies elsewhere when its user is not let through to the folder, and is forgotten with it', async () => {
    const closed = path.join(directory, 'closed');
    await mkdir(closed);
    await chmod(closed, 0o700);
    const home = path.join(closed, 'postgres');
    const first = await start(home);
    await ask(first.url, 'CREATE TABLE kept (id int)');
    await first.stop();
    const elsewhere = await realpath(path.join(home, 'data'));
    expect(elsewhere).toMatch(/^\/var\/lib\/slackwater\//);
    const second = await start(home);
    expect(await ask(second.url, "SELECT to_regclass('kept') IS NOT NULL AS kept")).toEqual([{ kept: true }]);
    await second.stop();
    await rm(home, { recursive: true });
    const third = await start(home);
    expect(await ask(third.url, "SELECT to_regclass('kept') IS NOT NULL AS kept")).toEqual([{ kept: false }]);
    await third.stop();
    await rm(home, { recursive: true });
    await (await start(path.join(closed, 'next'))).stop();
    await expect(stat(elsewhere)).rejects.toThrow('ENOENT');
    // Four servers, one after the other.
  }, 180_000);

  test.runIf(readableByOthers)('also works when started by another user', async () => {
    const nobody = 65_534;
    await rm(directory, { recursive: true });
    await mkdir(directory);
    await chmod(directory, 0o777);
    const { owner, url } = await startElsewhere({ uid: nobody, gid: nobody });
    expect(await ask(url, 'SELECT 1 AS works')).toEqual([{ works: 1 }]);
    expect(await readFile(path.join(directory, 'owner.pid'), 'utf8')).toContain(String(owner.pid));
    await kill(owner);
    for (const pid of await processesRunning(`/bin/postgres -D ${path.join(directory, 'data')}`)) {
      process.kill(pid, 'SIGQUIT');
    }
  });
});

/** Whether a user other than root could read this project at all. */
async function isReadableByOthers(): Promise<boolean> {
  for (let folder = import.meta.dirname; ; folder = path.dirname(folder)) {
    if (((await stat(folder)).mode & 0o001) === 0) return false;
    if (folder === path.dirname(folder)) return true;
  }
}
