import type { Progress } from './ledger.ts';

/** How far a run is, in a few words: `reading 43 % of 201 MiB, 216,000 rows, 2,160 rejected, about 12 s left`. */
export function describeProgress({ done, total, unit, message, counts = {}, secondsLeft }: Progress): string {
  const parts = [
    [message, share({ done, total, unit })].filter(Boolean).join(' '),
    ...Object.entries(counts).map(([name, count]) => `${told(count)} ${name}`),
    ...(secondsLeft === undefined ? [] : [`about ${duration(secondsLeft)} left`]),
  ];
  return parts.filter((part) => part !== '').join(', ');
}

function share({ done, total, unit }: Pick<Progress, 'done' | 'total' | 'unit'>): string {
  const amount = (value: number) =>
    unit === 'bytes' ? size(value) : [told(value), unit].filter(Boolean).join(' ');
  if (total === undefined || total <= 0) return amount(done);
  // Rounded down: 100 % is all of it.
  return `${Math.floor((100 * Math.min(done, total)) / total)} % of ${amount(total)}`;
}

function told(count: number): string {
  return count.toLocaleString('en-GB');
}

function size(bytes: number): string {
  if (bytes < 2 ** 10) return `${told(bytes)} bytes`;
  return bytes < 2 ** 20
    ? `${told(Math.round(bytes / 2 ** 10))} KiB`
    : `${told(Math.round(bytes / 2 ** 20))} MiB`;
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
