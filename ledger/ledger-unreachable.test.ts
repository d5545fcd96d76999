import { createServer, type Socket } from 'node:net';
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { delivery, type LedgerTrial, tryLedger } from '../test/ledger-trial.ts';
import { createLedger } from './create-ledger.ts';

let trial: LedgerTrial;
beforeAll(async () => {
  trial = await tryLedger();
});
afterAll(() => trial.drop());

const unreachable = { name: 'LedgerUnreachable' };
const lease = { runId: crypto.randomUUID(), token: 1 };

/** Cuts the connection that a transaction runs on, as a failover does. */
const cut = async (backend: number) => {
  await trial.pool.query('SELECT pg_terminate_backend($1)', [backend]);
};

describe('a database that nobody listens for', () => {
  test('makes every call say so', async () => {
    const pool = new Pool({ connectionString: 'postgres://postgres@127.0.0.1:1/postgres' });
    const ledger = createLedger(pool);
    await expect(ledger.claim(delivery())).rejects.toMatchObject(unreachable);
    await expect(ledger.renew([lease], 60)).rejects.toMatchObject(unreachable);
    await expect(ledger.complete(lease, {})).rejects.toMatchObject(unreachable);
    await expect(ledger.completeWith(lease, async () => 1)).rejects.toMatchObject(unreachable);
    await expect(ledger.transaction(lease, async () => 1)).rejects.toMatchObject(unreachable);
    await expect(ledger.addChildren(lease, [delivery()])).rejects.toMatchObject(unreachable);
    await expect(ledger.status(lease.runId)).rejects.toMatchObject(unreachable);
    await expect(ledger.cancel(lease.runId)).rejects.toMatchObject(unreachable);
    await pool.end();
  });

  test('is told from one that hangs up', async () => {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined).destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const pool = new Pool({ connectionString: `postgres://postgres@127.0.0.1:${port}/postgres` });
    await expect(createLedger(pool).claim(delivery())).rejects.toMatchObject(unreachable);
    expect(sockets.size).toBeGreaterThan(0);
    await pool.end();
    await new Promise((resolve) => server.close(resolve));
  });

  test('is also one that refuses the password', async () => {
    const url = new URL(trial.url);
    url.password = 'rotated';
    const pool = new Pool({ connectionString: url.href });
    await expect(createLedger(pool).claim(delivery())).rejects.toMatchObject({
      ...unreachable,
      message: expect.stringContaining('password'),
    });
    await pool.end();
  });
});

describe('a connection that breaks', () => {
  test('in the middle of a transaction neither ends the process nor is used again', async () => {
    const message = delivery();
    const held = await trial.lease(message);
    const work = trial.ledger.transaction(held, async (transaction) => {
      const { rows } = await transaction.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      await cut(rows[0]?.pid ?? 0);
      await transaction.query('SELECT 1');
    });
    await expect(work).rejects.toMatchObject(unreachable);
    expect(await trial.ledger.complete(held, {})).toMatchObject({ settled: true });
  });

  test('before the commit leaves the run to be completed again', async () => {
    const message = delivery();
    const held = await trial.lease(message);
    const work = trial.ledger.completeWith(held, async (transaction) => {
      const { rows } = await transaction.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      await cut(rows[0]?.pid ?? 0);
      return {};
    });
    await expect(work).rejects.toMatchObject(unreachable);
    expect(await trial.ledger.status(message.runId)).toMatchObject({ state: 'running' });
    expect(await trial.ledger.completeWith(held, async () => ({}))).toMatchObject({
      settled: { settled: true },
    });
  });
});

test('an error of the work itself is not mistaken for it', async () => {
  const message = delivery();
  const held = await trial.lease(message);
  const work = trial.ledger.transaction(held, (transaction) => transaction.query('SELECT 1 / 0'));
  await expect(work).rejects.toThrow('division by zero');
  const thrown = trial.ledger.transaction(held, () => Promise.reject('no error at all'));
  await expect(thrown).rejects.toBe('no error at all');
});

test('a deadlock is settled by trying again', async () => {
  const messages = Array.from({ length: 6 }, () => delivery());
  const leases = await Promise.all(messages.map(trial.lease));
  await Promise.all(
    Array.from({ length: 12 }, (_, round) =>
      trial.ledger.renew(round % 2 === 0 ? leases : leases.toReversed(), 60),
    ),
  );
  expect(await trial.ledger.renew(leases, 60)).toEqual(
    new Map(leases.map(({ runId }) => [runId, 'renewed'])),
  );
});
