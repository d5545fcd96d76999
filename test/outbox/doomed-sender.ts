import { SQSClient } from '@aws-sdk/client-sqs';
import { Client } from 'pg';
import { createTaskClient } from '../../client/task-client.ts';
import { trialTask } from '../worker/trial-tasks.ts';

/**
 * A web application that books something and sends a message in the same transaction, and dies without a word before
 * the step that it is told: before it asks anything of Postgres or SQS.
 */
const { queues, databaseUrl, reference, dieBefore } = JSON.parse(process.argv[2] ?? '') as {
  queues: Record<string, string>;
  databaseUrl: string;
  reference: string;
  dieBefore: string;
};

const step = (does: string) => {
  if (does.includes(dieBefore)) process.kill(process.pid, 'SIGKILL');
};

const sqs = new SQSClient({});
sqs.middlewareStack.add(
  (next, { commandName = '' }) =>
    async (args) => {
      step(commandName);
      return next(args);
    },
  { step: 'initialize' },
);
const connection = new Client({ connectionString: databaseUrl });
const query = connection.query.bind(connection) as (sql: string, values?: unknown[]) => Promise<never>;
Object.assign(connection, {
  query: (sql: string, values?: unknown[]) => {
    step(sql);
    return query(sql, values);
  },
});
await connection.connect();

const client = createTaskClient({
  source: '/doomed',
  queues,
  claimCheckBucket: 'claim-checks',
  relayDelaySeconds: 3,
  sqs,
});
await client.transaction(connection, async (transaction) => {
  await transaction.query('INSERT INTO booking VALUES ($1)', [reference]);
  await client.send(trialTask, { do: 'return', text: reference }, { transaction, id: reference });
});
throw new Error(`Nothing was done that is called ${dieBefore}`);
