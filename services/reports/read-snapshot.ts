import type { ClientBase } from 'pg';
import type { Database } from '../database/database.ts';
import { cancelOnAbort } from '../register/cancel-on-abort.ts';

/**
 * Runs `work` on the database as it is at one moment: all that a report says fits together, however long it takes and
 * whatever is loaded meanwhile. Times are told in London's. When the signal is aborted, the statement is cancelled.
 */
export async function readSnapshot<Value>(
  { database, signal }: { database: Database; signal: AbortSignal },
  work: (reader: ClientBase) => Promise<Value>,
): Promise<Value> {
  const reader = await database.connect();
  try {
    await reader.query(`
      BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
      SET LOCAL TimeZone = 'Europe/London';
      SET LOCAL DateStyle = 'ISO'`);
    const value = await cancelOnAbort({ transaction: reader, database, signal }, () => work(reader));
    await reader.query('COMMIT');
    reader.release();
    return value;
  } catch (error) {
    // It may be in the middle of an answer that nobody reads to its end.
    reader.release(true);
    throw error;
  }
}
