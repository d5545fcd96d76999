import { Cron } from 'croner';
import { instantOf, wallTimeAt } from './wall-time.ts';

/**
 * Reads the six fields of EventBridge Scheduler (minutes hours day-of-month month day-of-week year) and answers a
 * function from an instant to the next one, both in milliseconds since 1970; undefined when no further one comes.
 * As in AWS, a time that the spring change skips is left out and one that autumn repeats comes once.
 * Throws RangeError that names the field.
 */
export function readCron(fields: string, timeZone: string): (after: number) => number | undefined {
  // Reckoned on the wall clock, as if it were UTC: only so both of AWS's rules about changes of the clock hold.
  const cron = new Cron(translateCron(fields), {
    paused: true,
    timezone: 'UTC',
    mode: '7-part',
    alternativeWeekdays: true,
  });
  return (after) => {
    let wallTime = wallTimeAt(after, timeZone);
    for (;;) {
      const next = cron.nextRun(new Date(wallTime));
      if (!next) return undefined;
      wallTime = next.getTime();
      const instant = instantOf(wallTime, timeZone);
      if (instant !== undefined && instant > after) return instant;
    }
  };
}

const fieldNames = ['minutes', 'hours', 'day-of-month', 'month', 'day-of-week', 'year'] as const;
const highest = { minutes: 59, hours: 23, 'day-of-month': 31, month: 12, 'day-of-week': 7, year: 2199 };
const dayFields = ['day-of-month', 'day-of-week'];

/** Writes EventBridge's six fields as croner's seven. Throws RangeError. */
export function translateCron(fields: string): string {
  const parts = fields.trim().split(/\s+/);
  if (parts.length !== fieldNames.length) {
    throw new RangeError(`cron(${fields}) has ${parts.length} fields, it takes six: ${fieldNames.join(' ')}`);
  }
  const [, , dayOfMonth, , dayOfWeek] = parts;
  if ((dayOfMonth === '?') === (dayOfWeek === '?')) {
    throw new RangeError(`cron(${fields}) needs a ? in one of day-of-month and day-of-week, and only in one`);
  }
  const translated = fieldNames.map((name, index) => translateField(name, parts[index] ?? '', fields));
  return ['0', ...translated].join(' ');
}

function translateField(name: (typeof fieldNames)[number], part: string, fields: string): string {
  if (part === '?' && dayFields.includes(name)) return '*';
  const items = part.toUpperCase().split(',');
  return items
    .map((item) => {
      if (!itemPattern(name).test(item)) {
        throw new RangeError(
          `cron(${fields}) has ${JSON.stringify(item)} for ${name}, which is not allowed there`,
        );
      }
      // EventBridge's 0/15 means every 15th from 0 on; L alone is the week's last day, Saturday.
      if (/^[^*-]+\/\d+$/.test(item)) return item.replace('/', `-${highest[name]}/`);
      return name === 'day-of-week' && item === 'L' ? '7' : item;
    })
    .join(',');
}

function itemPattern(name: (typeof fieldNames)[number]): RegExp {
  const value = {
    minutes: '[0-5]?\\d',
    hours: '([01]?\\d|2[0-3])',
    'day-of-month': '(0?[1-9]|[12]\\d|3[01])',
    month: '(0?[1-9]|1[0-2]|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)',
    'day-of-week': '([1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)',
    year: '(19[7-9]\\d|2[01]\\d\\d)',
  }[name];
  const special = {
    'day-of-month': `|L|LW|${value}W`,
    'day-of-week': `|L|${value}L|${value}#[1-5]`,
    minutes: '',
    hours: '',
    month: '',
    year: '',
  }[name];
  return new RegExp(`^((\\*|${value}(-${value})?)(/\\d+)?${special})$`);
}
