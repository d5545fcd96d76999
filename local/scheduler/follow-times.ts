import type { Clock } from '../clock.ts';
import type { Times } from './schedule-expression.ts';

/** Timers of Node hold 24 days at most; a longer wait is cut into pieces. */
const longestWaitMilliseconds = 3_600_000;

/** Calls `at` at every time later than `after`, on the clock; the answer ends it. Times that are over are not made up. */
export function followTimes(options: {
  times: Times;
  clock: Clock;
  after: number;
  at: (time: number) => void;
}): () => void {
  const { times, clock, at } = options;
  let cancel = () => {};
  const wait = (time: number | undefined): void => {
    if (time === undefined) return;
    const remaining = time - clock.now();
    if (remaining > 0) {
      cancel = clock.after(Math.min(remaining, longestWaitMilliseconds * clock.speed), () => wait(time));
      return;
    }
    at(time);
    wait(times.next(Math.max(time, clock.now())));
  };
  wait(times.next(options.after));
  return () => cancel();
}
