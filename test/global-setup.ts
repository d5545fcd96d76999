import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import type { TestProject } from 'vitest/node';
import { migrate } from '../ledger/migrate.ts';
import { stopOrphan, takeOwnership } from '../local/postgres/previous-server.ts';
import { startPostgres } from '../local/postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** URL of the database server, as its administrator. */
    databaseServer: string;
    /** A migrated database that test databases are copied from. */
    templateDatabase: string;
  }
}

/** Starts one database server for the whole run, or takes the one of TEST_DATABASE_URL, and migrates a template. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.TEST_DATABASE_URL;
  await removeLeftovers();
  const directory = await mkdtemp(path.join(tmpdir(), leftover));
  const server = given
    ? { url: given, stop: async () => undefined }
    : await startPostgres({ directory, log: () => undefined });
  const template = `slackwater_template_${crypto.randomUUID().replaceAll('-', '')}`;
  await administer(server.url, `CREATE DATABASE ${template}`);
  const url = new URL(server.url);
  url.pathname = `/${template}`;
  for (const [folder, table] of [
    ['ledger', 'ledger_migration'],
    ['services', 'services_migration'],
  ] as const) {
    await migrate(url.href, { folder: path.join(import.meta.dirname, '..', folder, 'migrations'), table });
  }
  project.provide('databaseServer', server.url);
  project.provide('templateDatabase', template);
  return async () => {
    await administer(server.url, `DROP DATABASE ${template}`);
    await server.stop();
    await rm(directory, { recursive: true });
  };
}

const leftover = 'slackwater-test-run-';

/** Ends servers of runs that were killed, and removes their folders. */
async function removeLeftovers(): Promise<void> {
  for (const name of (await readdir(tmpdir())).filter((one) => one.startsWith(leftover))) {
    const directory = path.join(tmpdir(), name);
    const isOver = await takeOwnership(directory).then(
      () => true,
      () => false,
    );
    if (!isOver) continue;
    await stopOrphan(path.join(directory, 'data'));
    await rm(directory, { recursive: true, force: true });
  }
}

async function administer(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
