import type { Forgotten, Ledger } from '../ledger/ledger.ts';
import { messageGroup } from '../messages/message-group.ts';
import { ledgerCleanup } from '../tasks/ledger-cleanup/task.ts';
import type { TaskClient } from './task-client.ts';

/** Whose data is to be forgotten. */
export type Whom =
  | { runId: string }
  /** Whose messages they are: what a task's `fairBy` says of its input, or the `groupId` they were sent with. */
  | { sender: string };

/** Erases what the ledger holds, and sends for the deletion of what lies in the claim-check bucket. */
export async function forget(
  whom: Whom,
  {
    ledger,
    client,
    queues,
  }: {
    ledger: Pick<Ledger, 'forgetRun' | 'forgetGroups'>;
    client: Pick<TaskClient, 'send'>;
    queues: Readonly<Record<string, string>>;
  },
): Promise<Forgotten> {
  if ('sender' in whom && whom.sender === '')
    throw new RangeError('sender is empty: say whose data to forget');
  const forgotten =
    'runId' in whom
      ? await ledger.forgetRun(whom.runId)
      : await ledger.forgetGroups([...new Set([whom.sender, messageGroup(whom.sender)])]);
  // Without its queue the daily cleanup does it.
  const canSend = queues[ledgerCleanup.name] !== undefined;
  if (forgotten.claimChecks > 0 && canSend) await client.send(ledgerCleanup, {});
  return forgotten;
}
