import { type ChildProcess, spawn } from 'node:child_process';
import { open, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { Client } from 'pg';
import { locateData, makeDataDirectory } from './postgres/data-directory.ts';
import { ensureDatabase } from './postgres/new-database.ts';
import { dropOwnership, endServer, stopOrphan, takeOwnership } from './postgres/previous-server.ts';
import { serverBinaries } from './postgres/server-binaries.ts';
import { serverUser } from './postgres/server-user.ts';

/** A running database server. */
export interface LocalPostgres {
  /** With user and password, on 127.0.0.1; the database is `postgres`. */
  url: string;
  stop(): Promise<void>;
  /** Ends it at once and in no order, as a crash would: at its next start it recovers what had been committed. */
  crash(): Promise<void>;
}

/**
 * Starts a real PostgreSQL whose data stays in the given folder; its log is `server.log` there. A server that a killed
 * predecessor left behind is stopped first. Works as root and not as root. Default port: a free one.
 * Throws if a living process uses the folder, or with the end of the log if the server does not start.
 */
export async function startPostgres({
  directory,
  port,
  log,
}: {
  directory: string;
  port?: number;
  log(line: string): void;
}): Promise<LocalPostgres> {
  const home = path.resolve(directory);
  const user = await serverUser();
  const { initdb, postgres } = await serverBinaries({ forOtherUser: user !== undefined });
  const data = await locateData(home, user);
  await takeOwnership(home);
  await stopOrphan(data);
  await makeDataDirectory(home, { data, user });
  const passwordFile = path.join(home, 'password');
  const password = await ensureDatabase({ passwordFile, data, initdb, user, log });
  const at = port ?? (await freePort());
  const logFile = await open(path.join(home, 'server.log'), 'w');
  const server = spawn(postgres, ['-D', data, '-p', String(at), ...settings], {
    ...user,
    cwd: '/',
    // Its own process group: Ctrl-C in a terminal must not end the database before those who still write to it.
    detached: true,
    stdio: ['ignore', logFile.fd, logFile.fd],
  });
  await logFile.close();
  const end = async (how?: 'at-once') => {
    if (server.pid !== undefined) await endServer(server.pid, how);
    await dropOwnership(home);
  };
  const stop = () => end();
  const url = `postgres://postgres:${password}@127.0.0.1:${at}/postgres`;
  try {
    await untilReady(url, server);
  } catch (error) {
    await stop();
    const said = (await readFile(path.join(home, 'server.log'), 'utf8'))
      .trim()
      .split('\n')
      .slice(-5)
      .join('\n');
    throw new Error(`The database in ${home} does not start (${(error as Error).message}):\n${said}`);
  }
  server.unref();
  return { url, stop, crash: () => end('at-once') };
}

/** Safe against the end of any process, not against a power cut: the local cloud's data is not worth the waiting. */
const settings = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'fsync=off',
  'full_page_writes=off',
  'max_connections=200',
  'timezone=UTC',
].flatMap((setting) => ['-c', setting]);

async function untilReady(url: string, server: ChildProcess): Promise<void> {
  let failure: Error | undefined;
  server.once('error', (error) => {
    failure = error;
  });
  server.once('exit', (code, signal) => {
    failure = new Error(`it ended with ${code ?? signal}`);
  });
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    if (failure) throw failure;
    if (await answers(url)) return;
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  throw new Error('no answer within 60 s');
}

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
