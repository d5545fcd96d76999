/** The time by which schedules, metrics, alarms and scaling of the local cloud run. */
export interface Clock {
  /** Times faster than the wall clock; 1 but in demonstrations. */
  readonly speed: number;
  /** Milliseconds since 1970. */
  now(): number;
  /** Runs the callback once after so many of the clock's milliseconds; the answer cancels it. */
  after(milliseconds: number, callback: () => void): () => void;
}

/** A clock that starts at the wall clock's time and runs `speed` times as fast. */
export function startClock(speed = 1): Clock {
  const startedAt = Date.now();
  return {
    speed,
    now: () => startedAt + (Date.now() - startedAt) * speed,
    after: (milliseconds, callback) => {
      const timer = setTimeout(callback, milliseconds / speed);
      return () => clearTimeout(timer);
    },
  };
}
