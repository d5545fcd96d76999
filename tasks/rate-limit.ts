/** How often attempts of a task may begin, over all workers together. */
export interface RateLimit {
  /** The steady rate. More than 0. */
  perSecond: number;
  /**
   * In no stretch of time begin more than this and `perSecond` times its seconds. Half of it, rounded up, may begin at
   * once, as the other half may follow close upon it. A whole number, at least 1.
   */
  burst: number;
}

/**
 * Permits that a task has in one window of time. Windows begin with a permit that is taken; the others of one window may
 * be taken at its end and all of the next at once: together the whole burst.
 */
export function permitsInWindow({ burst }: Pick<RateLimit, 'burst'>): number {
  return Math.floor((burst + 1) / 2);
}

/** How long a window lasts, so that the permits of one after the other make the steady rate. */
export function windowSeconds(limit: RateLimit): number {
  return permitsInWindow(limit) / limit.perSecond;
}
