import type { Clock } from '../local/clock.ts';

/** A clock that goes with the wall's until it is told to jump ahead; what became due meanwhile happens at once. */
export function startJumpingClock(): Clock & { jump(milliseconds: number): void } {
  let ahead = 0;
  const waiting = new Set<() => void>();
  const now = () => Date.now() + ahead;
  return {
    speed: 1,
    now,
    after: (milliseconds, callback) => {
      const due = now() + milliseconds;
      const look = () => {
        if (now() < due) return;
        cancel();
        callback();
      };
      const timer = setTimeout(look, milliseconds);
      const cancel = () => {
        clearTimeout(timer);
        waiting.delete(look);
      };
      waiting.add(look);
      return cancel;
    },
    jump: (milliseconds) => {
      ahead += milliseconds;
      for (const look of [...waiting]) look();
    },
  };
}
