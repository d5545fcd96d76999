import { isLonger, trimmed } from './trimmed.ts';

/** What is wrong with a cell. */
export interface CellProblem {
  /** The same words for the same mistake, whatever the cell: what the summary counts by. */
  kind: string;
  /** `kind` with what helps to mend it. */
  message: string;
}

/** The problem, told as `kind (help)`. */
export function problem(kind: string, help?: string): { problem: CellProblem } {
  return { problem: { kind, message: help === undefined ? kind : `${kind} (${help})` } };
}

/** How a trimmed cell that is not empty becomes a value. */
export interface CellType<Value> {
  /** What may stand in the cell, for the guide. */
  words: string;
  read(text: string, today: string): Reading<Value>;
  /** Whether a file repeats a few such cells over and over, so that what one says is worth remembering. */
  recurs?: true;
  /**
   * Whether the bytes of a cell, which are not none, are for certain a value that is stored as it stands: most cells
   * then need not become text. It may always say no.
   */
  isPlain?(bytes: Uint8Array, from: number, to: number): boolean;
}

/** What a cell says. Nobody may change the value, since it may be told again. */
export type Reading<Value> = { value: Value } | { problem: CellProblem };

/** Any text of at most so many characters. */
export function text(characters = Number.POSITIVE_INFINITY): CellType<string> {
  return {
    words: characters === Number.POSITIVE_INFINITY ? 'Text' : `Text, at most ${characters} characters`,
    read: (cell) =>
      isLonger(cell, characters)
        ? problem('is too long', `at most ${characters} characters`)
        : { value: cell },
    // A character has one byte or more, and none of ASCII's visible ones is trimmed.
    isPlain: (bytes, from, to) =>
      to - from <= characters && isVisible(bytes[from]) && isVisible(bytes[to - 1]),
  };
}

function isVisible(byte: number | undefined): boolean {
  return byte !== undefined && byte > 0x20 && byte < 0x7f;
}

const spokenBooleans = new Map([
  ...['yes', 'y', 'true', '1'].map((word) => [word, true] as const),
  ...['no', 'n', 'false', '0'].map((word) => [word, false] as const),
]);

/** `yes/no`, `y/n`, `true/false` or `1/0`, without case. */
export const yesOrNo: CellType<boolean> = {
  recurs: true,
  words: '`yes` or `no` (also `y/n`, `true/false`, `1/0`)',
  read(cell) {
    const value = spokenBooleans.get(cell.toLowerCase());
    return value === undefined ? problem('is neither yes nor no') : { value };
  },
};

/** One of the words, without case, with blanks or hyphens for `_`. */
export function oneOf(...words: string[]): CellType<string> {
  const known = new Map(words.map((word) => [word.toLowerCase(), word]));
  return {
    recurs: true,
    words: `One of ${words.map((word) => `\`${word}\``).join(', ')}`,
    read(cell) {
      const value = known.get(cell.toLowerCase().replace(/[ -]+/g, '_'));
      return value === undefined ? problem('is no known value', `use ${words.join(', ')}`) : { value };
    },
  };
}

/** The items of a `;` list, trimmed, empty ones dropped. */
function items(cell: string): string[] {
  return cell
    .split(';')
    .map(trimmed)
    .filter((item) => item !== '');
}

/** A `;` list of some of the words; repeats count once. */
export function someOf(...words: string[]): CellType<string[]> {
  const one = oneOf(...words);
  return {
    recurs: true,
    words: `A list with \`;\` between its items, of ${words.map((word) => `\`${word}\``).join(', ')}`,
    read(cell, today) {
      const value = new Set<string>();
      for (const item of items(cell)) {
        const read = one.read(item, today);
        if ('problem' in read) return problem('has an unknown item', `use ${words.join(', ')}`);
        value.add(read.value);
      }
      return { value: [...value] };
    },
  };
}

/** Digits only, at most 9,999. */
export function wholeNumber({ minimum }: { minimum: number }): CellType<number> {
  return {
    recurs: true,
    words: `A whole number from ${minimum} to 9999, digits only`,
    read(cell) {
      if (!/^[0-9]+$/.test(cell)) return problem('is no whole number', 'digits only');
      const value = Number(cell);
      return value < minimum || value > 9999 ? problem('is out of range', `${minimum} to 9999`) : { value };
    },
  };
}

const zero = 0x30;
const nine = 0x39;
const hyphen = 0x2d;

/** So many ASCII digits. */
export function digits({
  maximum,
  withoutLeadingZeros,
}: {
  maximum: number;
  withoutLeadingZeros: boolean;
}): CellType<string> {
  const pattern = new RegExp(`^[0-9]{1,${maximum}}$`);
  return {
    words: `1 to ${maximum} digits`,
    read(cell) {
      if (!pattern.test(cell)) return problem('is no number of the right length', `1 to ${maximum} digits`);
      return { value: withoutLeadingZeros ? cell.replace(/^0+(?=.)/, '') : cell };
    },
    isPlain(bytes, from, to) {
      if (to - from > maximum || (withoutLeadingZeros && bytes[from] === zero)) return false;
      for (let at = from; at < to; at += 1) {
        const byte = bytes[at] as number;
        if (byte < zero || byte > nine) return false;
      }
      return true;
    },
  };
}

/** `YYYY-MM-DD` or `DD/MM/YYYY`, an existing day of the years 1900 to 2200; the value is `YYYY-MM-DD`. */
export function date({ notAfterToday }: { notAfterToday: boolean }): CellType<string> {
  return {
    recurs: true,
    words: `A date as \`YYYY-MM-DD\` or \`DD/MM/YYYY\`${notAfterToday ? ', not after today' : ''}`,
    read(cell, today) {
      const parts =
        /^(?<year>[0-9]{4})-(?<month>[0-9]{2})-(?<day>[0-9]{2})$/.exec(cell)?.groups ??
        /^(?<day>[0-9]{2})\/(?<month>[0-9]{2})\/(?<year>[0-9]{4})$/.exec(cell)?.groups;
      if (parts === undefined) return problem('is no date', 'write YYYY-MM-DD or DD/MM/YYYY');
      const value = `${parts.year}-${parts.month}-${parts.day}`;
      // A day or month that does not exist becomes one of another month.
      const moment = new Date(Date.UTC(Number(parts.year), Number(parts.month) - 1, Number(parts.day)));
      if (moment.getUTCDate() !== Number(parts.day) || moment.getUTCMonth() + 1 !== Number(parts.month)) {
        return problem('is a date that does not exist');
      }
      if (value < '1900-01-01' || value > '2200-12-31') {
        return problem('is out of range', 'dates lie in the years 1900 to 2200');
      }
      if (notAfterToday && value > today) return problem('is after today');
      return { value };
    },
  };
}

/** Pounds and pence, more than 0 and less than 10,000,000; the value has no commas. */
export const amount: CellType<string> = {
  recurs: true,
  words: 'An amount above 0 and below 10,000,000, such as `950`, `1,250.00` or `£1250.5`',
  read(cell) {
    const found = /^£?([0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(\.[0-9]{1,2})?$/.exec(cell);
    if (found === null) return problem('is no amount of money', 'write 950, 1,250.00 or £1250.50');
    const value = `${found[1]?.replaceAll(',', '').replace(/^0+(?=.)/, '')}${found[2] ?? ''}`;
    const pounds = Number(value);
    return pounds > 0 && pounds < 10_000_000
      ? { value }
      : problem('is out of range', 'above 0 and below 10,000,000');
  },
};

/** A British postcode, kept as given. */
export const postcode: CellType<string> = {
  recurs: true,
  words: 'A postcode',
  read: (cell) =>
    /^([A-Z]{1,2}[0-9][0-9A-Z]?[0-9][ABD-HJLNP-UW-Z]{2}|GIR0AA)$/.test(cell.toUpperCase().replaceAll(' ', ''))
      ? { value: cell }
      : problem('is no postcode', 'write it like AB1 2DE'),
};

/** The number of an energy performance certificate: 20 digits once hyphens are removed, kept as 4-4-4-4-4. */
export const epcNumber: CellType<string> = {
  words: '20 digits, with or without hyphens',
  read(cell) {
    const number = cell.length === 20 ? cell : cell.replaceAll('-', '');
    if (!/^[0-9]{20}$/.test(number)) {
      return problem('is no certificate number', '20 digits, like 0000-1111-2222-3333-4444');
    }
    return { value: [0, 4, 8, 12, 16].map((at) => number.slice(at, at + 4)).join('-') };
  },
  // As it is kept: four digits and a hyphen five times, but for the last hyphen.
  isPlain(bytes, from, to) {
    if (to - from !== 24) return false;
    for (let place = 0; place < 24; place += 1) {
      const byte = bytes[from + place] as number;
      if (place % 5 === 4 ? byte !== hyphen : byte < zero || byte > nine) return false;
    }
    return true;
  },
};

const email =
  /^[^@,;\p{White_Space}\uFEFF]+@[^@.,;\p{White_Space}\uFEFF]+(\.[^@.,;\p{White_Space}\uFEFF]+)+$/u;

/** A `;` list of e-mail addresses, each once. */
export const emails: CellType<string[]> = {
  words: 'E-mail addresses with `;` between them, each once and of at most 320 characters',
  read(cell) {
    const value = items(cell);
    const seen = new Set<string>();
    for (const item of value) {
      if (isLonger(item, 320)) return problem('has an address that is too long', 'at most 320 characters');
      if (!email.test(item)) return problem('has an item that is no e-mail address', 'name@example.org');
      const folded = item.toLowerCase();
      if (seen.has(folded)) return problem('names an address twice');
      seen.add(folded);
    }
    return { value };
  },
};
