import { type HandlerContext, handle, PermanentError } from '../handle.ts';
import { readS3Reference } from '../names.ts';
import { ledgerCleanup } from './task.ts';

/** So many rows at a time: no lock is held for long, and a worker that has to go loses little. */
const mostAtOnce = 500;

/** Deletes what was to be forgotten first: a forgotten run stays until its claim checks are gone. */
export default handle(ledgerCleanup, async (_input, context) => {
  const { deleted, strange } = await deleteForgotten(context);
  const removedRuns = await removeOld(context);
  if (strange.length > 0) {
    const { claimCheckBucket } = context.services.keptRuns;
    throw new PermanentError(
      `Forgotten, but not in the bucket ${claimCheckBucket}: ${strange.join(', ')}. Delete them by hand, and their rows ` +
        'in run_claim_check',
    );
  }
  return { removedRuns, deletedClaimChecks: deleted };
});

type Context = HandlerContext<typeof ledgerCleanup>;

async function removeOld({ services, signal, progress }: Context): Promise<number> {
  for (let removed = 0; ; ) {
    signal.throwIfAborted();
    const { rows } = await services.database.query<{ removed: number }>(
      'SELECT remove_old_runs($1, $2) AS removed',
      [services.keptRuns.days, mostAtOnce],
    );
    const some = rows[0]?.removed ?? 0;
    if (some === 0) return removed;
    removed += some;
    progress({ done: removed, unit: 'runs' });
  }
}

async function deleteForgotten({
  services,
  signal,
}: Context): Promise<{ deleted: number; strange: string[] }> {
  const { database, files, keptRuns } = services;
  const strange: string[] = [];
  for (let deleted = 0; ; ) {
    const { rows } = await database.query<{ reference: string }>(
      `SELECT DISTINCT reference FROM run_claim_check JOIN run USING (run_id)
       WHERE forgotten_at IS NOT NULL AND reference <> ALL ($1) LIMIT $2`,
      [strange, mostAtOnce],
    );
    if (rows.length === 0) return { deleted, strange };
    for (const { reference } of rows) {
      signal.throwIfAborted();
      const object = readS3Reference(reference);
      if (object?.bucket !== keptRuns.claimCheckBucket) {
        strange.push(reference);
        continue;
      }
      await files.deleteAllVersions(object);
      await database.query('DELETE FROM run_claim_check WHERE reference = $1', [reference]);
      deleted += 1;
    }
  }
}
