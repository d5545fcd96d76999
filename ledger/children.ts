import type { Pool } from 'pg';
import { inTransaction } from './database.ts';
import { holdLease } from './hold-lease.ts';
import type { ChildRun, Lease } from './ledger.ts';
import { storedJson, storedText } from './stored-text.ts';

/** Writes children down, open and counted, before they are sent; known runs stay as they are. Throws LeaseLost. */
export async function addChildren(pool: Pool, lease: Lease, children: readonly ChildRun[]): Promise<void> {
  if (children.length === 0) return;
  await inTransaction(pool, async (client) => {
    await holdLease(client, lease);
    const { rowCount } = await client.query(
      `INSERT INTO run (run_id, task, source, message_id, input, state, parent_run_id)
       SELECT run_id, task, source, message_id, input, 'open', $6
       FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::json[])
         AS child (run_id, task, source, message_id, input)
       WHERE run_id NOT IN (SELECT alias_run_id FROM run_alias)
       ORDER BY run_id
       ON CONFLICT DO NOTHING`,
      [
        children.map((child) => child.runId),
        children.map((child) => storedText(child.task)),
        children.map((child) => storedText(child.source)),
        children.map((child) => storedText(child.id)),
        children.map((child) => storedJson(child.input)),
        lease.runId,
      ],
    );
    await client.query(
      `INSERT INTO run_family (parent_run_id, waiting) VALUES ($1, $2)
       ON CONFLICT (parent_run_id) DO UPDATE SET waiting = run_family.waiting + excluded.waiting`,
      [lease.runId, rowCount],
    );
  });
}

/** Names the message that is sent once, when the run is done and its children have ended. Throws LeaseLost. */
export async function setFollowUp(
  pool: Pool,
  lease: Lease,
  { task, input }: { task: string; input: unknown },
): Promise<void> {
  await inTransaction(pool, async (client) => {
    await holdLease(client, lease);
    await client.query(
      `INSERT INTO run_family (parent_run_id, follow_up_task, follow_up_input) VALUES ($1, $2, $3)
       ON CONFLICT (parent_run_id) DO UPDATE
       SET follow_up_task = excluded.follow_up_task, follow_up_input = excluded.follow_up_input`,
      [lease.runId, task, storedJson(input)],
    );
  });
}
