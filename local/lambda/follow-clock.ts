import type { Clock } from '../clock.ts';

/** A clock as another process can follow it. */
export interface ClockReading {
  speed: number;
  /** The clock's time and the wall clock's at one moment, in milliseconds since 1970. */
  clockTime: number;
  wallTime: number;
}

/** Reads the clock for another process. */
export function readClock(clock: Clock): ClockReading {
  return { speed: clock.speed, clockTime: clock.now(), wallTime: Date.now() };
}

/** Makes `Date` of this process follow a fast clock; timers stay on the wall clock. Nothing changes at speed 1. */
export function followClock({ speed, clockTime, wallTime }: ClockReading): void {
  if (speed === 1) return;
  const WallDate = Date;
  const now = (): number => Math.floor(clockTime + (WallDate.now() - wallTime) * speed);
  globalThis.Date = new Proxy(WallDate, {
    apply: () => new WallDate(now()).toString(),
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as Date,
    get: (target, key, receiver) => (key === 'now' ? now : Reflect.get(target, key, receiver)),
  });
}
