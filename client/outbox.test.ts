import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parseEnvelope } from '../messages/envelope.ts';
import { outboxRelay } from '../tasks/outbox-relay/task.ts';
import { propertyReport } from '../tasks/property-report/task.ts';
import { type ClientTrial, tryClient } from '../test/client-trial.ts';
import { createTaskClient, type TaskClient } from './task-client.ts';

let trial: ClientTrial;
let client: TaskClient;
let connection: Client;
beforeAll(async () => {
  trial = await tryClient([propertyReport, outboxRelay]);
  client = createTaskClient({ ...trial.config, relayDelaySeconds: 0 });
  await trial.database.pool.query('CREATE TABLE booking (reference text)');
});
afterAll(() => trial.close());
beforeEach(async () => {
  connection = new Client({ connectionString: trial.database.url });
  await connection.connect();
});
afterEach(async () => {
  await connection.end();
  await trial.takeAll(propertyReport);
  await relays();
  await trial.database.pool.query('DELETE FROM outbox; DELETE FROM booking');
});

const waiting = async () => (await trial.database.pool.query('SELECT task, body FROM outbox')).rows;
const bookings = async () => (await trial.database.pool.query('SELECT reference FROM booking')).rowCount;
const reports = async () => (await trial.takeAll(propertyReport)).map(({ body }) => parseEnvelope(body).data);
/** The transactions that relays were asked to look after. */
async function relays(): Promise<string[]> {
  return (await trial.takeAll(outboxRelay)).map(
    ({ body }) => outboxRelay.input.parse(parseEnvelope(body).data).transactionId,
  );
}
const book = (open: { query(sql: string): Promise<unknown> }) =>
  open.query("INSERT INTO booking VALUES ('B-1')");

/** The client with an SQS that fails calls of some kind. */
function clientWithout(operation: 'SendMessage' | 'SendMessageBatch'): TaskClient {
  const sqs = trial.newSqs();
  sqs.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        if (commandName !== `${operation}Command`) return next(args);
        throw new Error(`${operation} is down`);
      },
    { step: 'initialize' },
  );
  return createTaskClient({ ...trial.config, relayDelaySeconds: 0, sqs });
}

describe('a message sent in a transaction', () => {
  test('is on its queue as soon as that commits, with a relay that looks after it', async () => {
    expect(await relays()).toEqual([]);
    const runId = await client.transaction(trial.database.pool, async (transaction) => {
      await book(transaction);
      const sent = await client.send(propertyReport, { landlordId: 'L-1' }, { transaction, id: 'one' });
      expect(await trial.takeAll(propertyReport)).toEqual([]);
      const { rows } = await transaction.query('SELECT pg_current_xact_id()::text AS id');
      expect(await relays()).toEqual([rows[0].id]);
      return sent;
    });
    expect(await reports()).toEqual([{ landlordId: 'L-1' }]);
    expect(await waiting()).toEqual([]);
    expect(await bookings()).toBe(1);
    expect(await client.status(runId)).toMatchObject({ state: 'unknown' });
  });

  test('is never sent if the transaction is rolled back', async () => {
    const failed = client.transaction(connection, async (transaction) => {
      await book(transaction);
      await client.send(propertyReport, {}, { transaction });
      throw new Error('sold out');
    });
    await expect(failed).rejects.toThrow('sold out');
    expect([await reports(), await waiting(), await bookings()]).toEqual([[], [], 0]);
    expect(await relays()).toHaveLength(1);
  });

  test('is never sent if Postgres rolls back at the commit, and the caller is told', async () => {
    const swallowed = client.transaction(connection, async (transaction) => {
      await client.send(propertyReport, {}, { transaction });
      await transaction.query('SELECT 1 / 0').catch(() => undefined);
    });
    await expect(swallowed).rejects.toMatchObject({ name: 'RolledBack' });
    expect([await reports(), await waiting()]).toEqual([[], []]);
  });

  test('is never sent if it was rolled back to a savepoint, while its neighbours are', async () => {
    await client.transaction(connection, async (transaction) => {
      await client.send(propertyReport, { landlordId: 'before' }, { transaction });
      await transaction.query('SAVEPOINT here');
      await client.send(propertyReport, { landlordId: 'between' }, { transaction });
      await transaction.query('ROLLBACK TO here');
      await client.send(propertyReport, { landlordId: 'after' }, { transaction });
    });
    const landlords = (await reports()).map((data) => propertyReport.input.parse(data).landlordId);
    expect(landlords.sort()).toEqual(['after', 'before']);
  });

  test('shares one relay with all others of its transaction, a batch included', async () => {
    const inputs = Array.from({ length: 250 }, (_none, index) => ({ landlordId: `L-${index}` }));
    const results = await client.transaction(connection, async (transaction) => {
      await Promise.all(
        ['a', 'b'].map((landlordId) => client.send(propertyReport, { landlordId }, { transaction })),
      );
      return client.sendBatch(propertyReport, inputs, { transaction });
    });
    expect(results).toHaveLength(250);
    expect(await reports()).toHaveLength(252);
    expect(await relays()).toHaveLength(1);
  });

  test('is looked after from 15 seconds on, so that the relay seldom meets an open transaction', async () => {
    const standard = createTaskClient(trial.config);
    await standard.transaction(connection, (transaction) =>
      standard.send(propertyReport, {}, { transaction }),
    );
    expect(await trial.delayed(outboxRelay)).toBe(1);
    expect(await reports()).toHaveLength(1);
  });

  test('keeps its group and its delay', async () => {
    const options = { groupId: 'agents', delaySeconds: 1 };
    await client.transaction(connection, (transaction) =>
      client.send(propertyReport, {}, { ...options, transaction }),
    );
    expect(await trial.delayed(propertyReport)).toBe(1);
    await expect.poll(() => trial.takeAll(propertyReport)).toMatchObject([{ group: 'agents' }]);
  });

  test('stays in the outbox for the relay if the transaction is committed by somebody else', async () => {
    await connection.query('BEGIN');
    await client.send(propertyReport, { landlordId: 'L-1' }, { transaction: connection });
    await connection.query('COMMIT');
    expect(await reports()).toEqual([]);
    expect(await waiting()).toMatchObject([{ task: 'property-report' }]);
    expect(await relays()).toHaveLength(1);
  });

  test('is refused if no relay can be asked, so that the transaction fails as a whole', async () => {
    const broken = clientWithout('SendMessage');
    const failed = broken.transaction(connection, async (transaction) => {
      await book(transaction);
      await broken.send(propertyReport, {}, { transaction });
    });
    await expect(failed).rejects.toThrow('SendMessage is down');
    expect([await waiting(), await bookings()]).toEqual([[], 0]);
  });

  test('waits for the relay if SQS is down after the commit, and the caller succeeds', async () => {
    const broken = clientWithout('SendMessageBatch');
    await broken.transaction(connection, async (transaction) => {
      await book(transaction);
      await broken.send(propertyReport, {}, { transaction });
    });
    expect(await bookings()).toBe(1);
    expect(await waiting()).toHaveLength(1);
  });
});

describe('what cannot carry messages', () => {
  test('is a connection without a transaction', async () => {
    const sent = client.send(propertyReport, {}, { transaction: connection });
    await expect(sent).rejects.toMatchObject({ name: 'NoOutbox', message: /No transaction is open/ });
    expect(await waiting()).toEqual([]);
  });

  test('is a transaction on another database, of which no relay hears', async () => {
    const elsewhere = new Client({ connectionString: trial.database.url.replace(/\/[^/]*$/, '/postgres') });
    await elsewhere.connect();
    const sent = client.transaction(elsewhere, (transaction) =>
      client.send(propertyReport, {}, { transaction }),
    );
    await expect(sent).rejects.toMatchObject({ name: 'NoOutbox', message: /not on the ledger's database/ });
    await elsewhere.end();
    expect(await relays()).toEqual([]);
  });

  test('is a client without the queue of the relay', async () => {
    const { 'outbox-relay': _relay, ...queues } = trial.config.queues;
    const bare = createTaskClient({ ...trial.config, queues });
    const sent = bare.transaction(connection, (transaction) =>
      bare.send(propertyReport, {}, { transaction }),
    );
    await expect(sent).rejects.toThrow(/No queue is known for task "outbox-relay"/);
  });

  test('is a connection whose transaction somebody else has begun', async () => {
    await connection.query('BEGIN');
    await expect(client.transaction(connection, async () => undefined)).rejects.toThrow(
      /A transaction is open on this connection already/,
    );
    await connection.query('ROLLBACK');
  });
});

test("the web application's role may add, see what is left of its own, and read nothing of the outbox", async () => {
  await trial.database.pool.query('GRANT INSERT ON booking TO slackwater_webapp');
  await connection.query('SET ROLE slackwater_webapp');
  await client.transaction(connection, async (transaction) => {
    await book(transaction);
    await client.send(propertyReport, {}, { transaction });
  });
  expect(await reports()).toEqual([{}]);
  expect(await waiting()).toEqual([]);
  for (const sql of ['SELECT * FROM outbox', 'DELETE FROM outbox', "UPDATE outbox SET task = 'x'"]) {
    await expect(connection.query(sql)).rejects.toThrow(/permission denied/);
  }
});

test('a connection may carry one transaction after the other', async () => {
  for (const landlordId of ['first', 'second']) {
    await client.transaction(connection, (transaction) =>
      client.send(propertyReport, { landlordId }, { transaction }),
    );
  }
  expect(await reports()).toHaveLength(2);
  expect(new Set(await relays()).size).toBe(2);
});
