import type { Report } from './report.ts';

const longDate = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });
const londonTime = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'long',
  timeStyle: 'short',
  timeZone: 'Europe/London',
});

/** A day as people write it: `2026-06-15` is `15 June 2026`. */
export function longDay(day: string): string {
  return longDate.format(new Date(`${day}T00:00:00Z`));
}

/** A moment as people in London write it: `15 June 2026 at 13:00`. */
export function longTime(moment: Date): string {
  return londonTime.format(moment);
}

/** What a report was asked for, without what was left open. */
export function factsOf(facts: Record<string, string | undefined>): Report['facts'] {
  return Object.entries(facts).flatMap(([label, value]) => (value === undefined ? [] : [{ label, value }]));
}
