import type { Pool } from 'pg';
import { RateLimiterPostgres } from 'rate-limiter-flexible';
import { translated } from '../ledger/database.ts';
import { permitsInWindow, type RateLimit, windowSeconds } from '../tasks/rate-limit.ts';

/** What was granted of the permits that were asked for. */
export interface Granted {
  granted: number;
  /** Permits that are left for whoever asks next. */
  left: number;
  /** When there are new ones. */
  nextInSeconds: number;
}

/**
 * Takes permits to begin attempts of a task, as many of `count` as there are. Atomic over all workers: in no stretch of
 * time more than `burst + perSecond × seconds` are granted. Throws LedgerUnreachable if the database cannot be asked.
 */
export type TakePermits = (task: string, limit: RateLimit, count: number) => Promise<Granted>;

/** Counts permits in the table `rate_limit` of a migrated database. */
export function createTakePermits(pool: Pool): TakePermits {
  const limiters = new Map<string, RateLimiterPostgres>();
  const limiterOf = (task: string, limit: RateLimit) => {
    const known =
      limiters.get(task) ??
      new RateLimiterPostgres({
        ...{ storeClient: pool, storeType: 'pool', keyPrefix: '' },
        ...{ tableName: 'rate_limit', tableCreated: true, clearExpiredByTimeout: false },
        ...{ points: permitsInWindow(limit), duration: windowSeconds(limit) },
      });
    limiters.set(task, known);
    return known;
  };
  return async (task, limit, count) => {
    try {
      // A penalty counts without refusing. What goes beyond the window's permits is forgotten: the next begins anew.
      const { consumedPoints, remainingPoints, msBeforeNext } = await limiterOf(task, limit).penalty(
        task,
        count,
      );
      const over = Math.max(0, consumedPoints - permitsInWindow(limit));
      return {
        granted: Math.max(0, count - over),
        left: remainingPoints,
        nextInSeconds: msBeforeNext / 1000,
      };
    } catch (error) {
      throw translated(error);
    }
  };
}
