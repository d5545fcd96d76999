const dayMilliseconds = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** What clocks on the wall show in a zone at an instant, as milliseconds since 1970 of that wall clock. */
export function wallTimeAt(instant: number, timeZone: string): number {
  const parts = Object.fromEntries(
    format(timeZone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  const milliseconds = ((instant % 1000) + 1000) % 1000;
  return Date.UTC(year, month - 1, day, hour, minute, second) + milliseconds;
}

/** The first instant at which clocks in the zone show this; undefined where they never do, in the hour that spring skips. */
export function instantOf(wallTime: number, timeZone: string): number | undefined {
  const offsets = [wallTime - dayMilliseconds, wallTime + dayMilliseconds].map(
    (instant) => wallTimeAt(instant, timeZone) - instant,
  );
  return offsets
    .map((offset) => wallTime - offset)
    .filter((instant) => wallTimeAt(instant, timeZone) === wallTime)
    .sort((one, other) => one - other)[0];
}

function format(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'iso8601',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(timeZone, made);
  return made;
}
