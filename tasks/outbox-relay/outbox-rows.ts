import type { PreparedMessage, Transaction } from '../handle.ts';

/** What became of a transaction; `forgotten` is one so old that Postgres no longer knows. */
export async function transactionState(
  database: Transaction,
  transactionId: string,
): Promise<'in progress' | 'committed' | 'aborted' | 'forgotten'> {
  const { rows } = await database.query<{ state: 'in progress' | 'committed' | 'aborted' | null }>(
    'SELECT pg_xact_status($1::xid8) AS state',
    [transactionId],
  );
  return rows[0]?.state ?? 'forgotten';
}

/** Takes messages of a transaction out of the outbox, in the order in which they were sent. */
export async function takeMessages(
  database: Transaction,
  { transactionId, atMost }: { transactionId: string; atMost: number },
): Promise<PreparedMessage[]> {
  const { rows } = await database.query<{
    task: string;
    body: string;
    message_group: string | null;
    delay_seconds: number | null;
  }>(
    `WITH taken AS (
       DELETE FROM outbox WHERE id IN (
         SELECT id FROM outbox WHERE transaction_id = $1::xid8 ORDER BY position LIMIT $2
       )
       RETURNING position, task, body, message_group, delay_seconds
     )
     SELECT task, body, message_group, delay_seconds FROM taken ORDER BY position`,
    [transactionId, atMost],
  );
  return rows.map(({ task, body, message_group, delay_seconds }) => ({
    task,
    body,
    ...(message_group === null ? {} : { group: message_group }),
    ...(delay_seconds === null ? {} : { delaySeconds: delay_seconds }),
  }));
}
