/** How somebody's program writes CSV. */
export interface Dialect {
  /** Default: a comma. */
  separator?: string;
  /** Default: CRLF. */
  lineEnd?: string;
  /** Which cells stand in quotes. Default: those that need it. */
  quotes?: 'all' | 'needed';
  /** Default: UTF-8 without byte order mark. */
  encoding?: 'utf8' | 'utf8-marked' | 'utf16le' | 'utf16be' | 'windows-1252';
}

/** A table as CSV in a dialect. */
export function writeDialect(rows: readonly (readonly string[])[], dialect: Dialect = {}): Buffer {
  const { separator = ',', lineEnd = '\r\n', quotes = 'needed', encoding = 'utf8' } = dialect;
  const cell = (text: string): string => {
    const must = quotes === 'all' || /["\r\n]/.test(text) || text.includes(separator);
    return must ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return encoded(rows.map((cells) => `${cells.map(cell).join(separator)}${lineEnd}`).join(''), encoding);
}

/** A text as the bytes of a file. */
export function encoded(text: string, encoding: NonNullable<Dialect['encoding']>): Buffer {
  switch (encoding) {
    case 'utf8':
      return Buffer.from(text);
    case 'utf8-marked':
      return Buffer.from(`\ufeff${text}`);
    case 'utf16le':
      return Buffer.from(`\ufeff${text}`, 'utf16le');
    case 'utf16be':
      return Buffer.from(`\ufeff${text}`, 'utf16le').swap16();
    case 'windows-1252':
      return Buffer.from(Array.from(text, windows1252Byte));
  }
}

/** Where Windows-1252 is not Latin-1. */
const special = '€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ';

function windows1252Byte(character: string): number {
  const place = character === ' ' ? -1 : special.indexOf(character);
  const code = place < 0 ? character.charCodeAt(0) : 0x80 + place;
  if (code > 0xff) throw new Error(`Windows-1252 has no ${character}`);
  return code;
}
