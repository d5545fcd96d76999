import { escapeLiteral } from 'pg';

/** A piece of SQL whose values are literals: made by `sql` alone, so that no text from outside becomes code. */
export class Sql {
  readonly text: string;

  private constructor(text: string) {
    this.text = text;
  }

  /** What `sql` is made of. */
  static of(strings: readonly string[], values: readonly SqlValue[]): Sql {
    return new Sql(strings.map((code, index) => code + embedded(values[index])).join(''));
  }
}

/** What may stand in a piece of SQL: a value, or another piece. */
export type SqlValue = Sql | string | number | null;

/**
 * SQL for statements that take no parameters, such as COPY: what stands in `${}` becomes a literal, a piece of SQL stays
 * what it is. Throws an Error for a text with NUL, which Postgres cannot store and so cannot find, and for a number that
 * is not finite.
 */
export function sql(strings: TemplateStringsArray, ...values: readonly SqlValue[]): Sql {
  return Sql.of(strings, values);
}

/** Pieces of SQL with the same text between each two; empty if there are none. */
export function joined(pieces: readonly Sql[], between: ', ' | ' AND ' | ' UNION ALL '): Sql {
  return Sql.of([pieces.map(({ text }) => text).join(between)], []);
}

function embedded(value: SqlValue | undefined): string {
  if (value === undefined) return '';
  if (value === null) return 'NULL';
  if (value instanceof Sql) return value.text;
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return `(${value})`;
    throw new Error(`${value} is no number that SQL could take`);
  }
  if (!value.includes('\0')) return escapeLiteral(value);
  throw new Error(`${JSON.stringify(value)} holds a NUL character, which Postgres cannot take`);
}
