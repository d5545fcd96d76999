import type { RunStatus } from '../../ledger/ledger.ts';
import { messageGroup } from '../../messages/message-group.ts';
import type { Whom } from '../forget.ts';

/** Whether a run is among those that are to be forgotten. */
export function isOf(whom: Whom, { runId, group }: { runId: string; group?: string | undefined }): boolean {
  if ('runId' in whom) return runId === whom.runId;
  return group === whom.sender || group === messageGroup(whom.sender);
}

/** A run's status once it is forgotten: the counts stay, and what had not ended is cancelled. */
export function forgottenStatus({ result, progress, error, ...kept }: RunStatus): RunStatus {
  const hasEnded = ['done', 'dead', 'cancelled'].includes(kept.state);
  return hasEnded ? kept : { ...kept, state: 'cancelled', endedAt: new Date() };
}
