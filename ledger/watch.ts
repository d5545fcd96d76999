import { type Connection, query } from './database.ts';

/** Says that the run is watched; answers the id in whose channel its changes are told. Say it again within 30 s. */
export async function watchRun(connection: Connection, runId: string): Promise<string> {
  const [row] = await query<{ run_id: string }>(connection, 'SELECT watch_run($1) AS run_id', [runId]);
  return row?.run_id ?? runId;
}

/** The channel in which a run's changes are told, fit for LISTEN. */
export function watchChannel(runId: string): string {
  return `run_${runId.replaceAll('-', '').toLowerCase()}`;
}
