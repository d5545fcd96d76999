import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createRedactor, hidden } from './redactor.ts';
import { sensitive } from './sensitive.ts';

/** A schema, a value that fits it, and what of the value must never be shown, and what must. */
interface Case {
  schema: z.ZodType;
  value: unknown;
  secrets: string[];
  open: string[];
}

// Recognizable, so that none is found by chance in a name or in another value.
const secret = fc.uuid().map((id) => `secret-${id}`);
const open = fc.uuid().map((id) => `open-${id}`);

const marked = (schema: z.ZodType) =>
  secret.map((value): Case => ({ schema: sensitive(schema), value, secrets: [value], open: [] }));
const leaf: fc.Arbitrary<Case> = fc.oneof(
  marked(z.string().min(1)),
  marked(z.string().max(99).optional()),
  marked(z.unknown()),
  fc.tuple(secret, open).map(([one, other]) => ({
    schema: z.object({ hid: sensitive(z.object({ inner: z.array(z.any()) })), shown: z.string() }),
    value: { hid: { inner: [{ deep: one }] }, shown: other },
    secrets: [one],
    open: [other],
  })),
  secret.map((value) => ({
    schema: z.record(sensitive(z.string()), z.int()),
    value: { [value]: 1 },
    secrets: [value],
    open: [],
  })),
  secret.map((value) => ({
    schema: sensitive(z.record(z.string(), z.int())),
    value: { [value]: 1 },
    secrets: [value],
    open: [],
  })),
  secret.map((value) => ({
    schema: z.object({ known: sensitive(z.string()).optional() }),
    value: { unknown: value },
    secrets: [value],
    open: [],
  })),
  open.map((value) => ({ schema: z.string().describe('an open text'), value, secrets: [], open: [value] })),
  open.map((value) => ({ schema: z.unknown(), value: [{ value }], secrets: [], open: [value] })),
);

const wrappers: ((schema: z.ZodType) => z.ZodType)[] = [
  (schema) => schema.optional(),
  (schema) => schema.nullable(),
  (schema) => schema.default('default'),
  (schema) => schema.prefault('default'),
  (schema) => schema.catch('caught'),
  (schema) => schema.readonly(),
  (schema) => schema.optional().nonoptional(),
  (schema) => schema.refine(() => true),
  (schema) => schema.transform((value) => value),
  (schema) => z.preprocess((value) => value, schema),
  (schema) => z.lazy(() => schema),
  (schema) => z.union([z.int(), schema, z.boolean()]),
  (schema) => schema.describe('described'),
  (schema) => schema.brand('branded'),
];

const { tree } = fc.letrec<{ tree: Case }>((tie) => {
  const all = fc.array(tie('tree'), { minLength: 1, maxLength: 3 });
  const together = (cases: Case[]) => ({
    secrets: cases.flatMap((one) => one.secrets),
    open: cases.flatMap((one) => one.open),
  });
  const named = <Value>(cases: Case[], pick: (one: Case) => Value) =>
    Object.fromEntries(cases.map((one, at) => [`field${at}`, pick(one)]));
  return {
    tree: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc
        .tuple(tie('tree'), fc.constantFrom(...wrappers))
        .map(([one, wrap]) => ({ ...one, schema: wrap(one.schema) })),
      tie('tree').map((one) => ({ ...one, schema: z.array(one.schema), value: [one.value, one.value] })),
      tie('tree').map((one) => ({
        ...one,
        schema: z.record(z.string(), one.schema),
        value: { key: one.value },
      })),
      all.map((cases) => ({
        schema: z.object(named(cases, ({ schema }) => schema)),
        value: named(cases, ({ value }) => value),
        ...together(cases),
      })),
      all.map((cases) => ({
        schema: z.tuple([z.int(), ...cases.map(({ schema }) => schema)]),
        value: [1, ...cases.map(({ value }) => value)],
        ...together(cases),
      })),
      // What one side does not know may be anything: where anything is marked, nothing stays open.
      fc.tuple(tie('tree'), tie('tree')).map(([one, other]) => ({
        schema: z.intersection(z.object({ one: one.schema }), z.object({ other: other.schema })),
        value: { one: one.value, other: other.value },
        secrets: [...one.secrets, ...other.secrets],
        open: [],
      })),
      fc.tuple(tie('tree'), tie('tree')).map(([one, other]) => ({
        schema: z.discriminatedUnion('kind', [
          z.object({ kind: z.literal('one'), field: one.schema }),
          z.object({ kind: z.literal('other'), field: other.schema }),
        ]),
        value: { kind: 'other', field: other.value },
        ...together([other]),
      })),
    ),
  };
});

function redactorOf(schema: z.ZodType, value: unknown) {
  const redactor = createRedactor();
  redactor.learn(schema, value);
  return redactor;
}

describe('a payload', () => {
  it('is shown without what is marked, however deep, and with everything that is not', () => {
    fc.assert(
      fc.property(tree, ({ schema, value, secrets, open: shownToo }) => {
        const shown = JSON.stringify(redactorOf(schema, value).redact(value));
        for (const one of secrets) expect(shown).not.toContain(one);
        for (const one of shownToo) expect(shown).toContain(one);
      }),
      { numRuns: 200 },
    );
  });

  it('is shown without what has not the shape of its schema, where that has marks', () => {
    fc.assert(
      fc.property(tree, secret, ({ schema }, stranger) => {
        const outer = z.object({ inner: z.tuple([z.string(), schema]), to: sensitive(z.email()) });
        for (const inner of [{ stranger }, [{ stranger }], [[stranger]]]) {
          expect(JSON.stringify(redactorOf(outer, { inner }).redact({ inner }))).not.toContain(stranger);
        }
      }),
    );
  });

  it('is known by the option of a union that accepts it, and by all if none does', () => {
    const schema = z.union([
      z.object({ to: sensitive(z.email()) }),
      z.object({ to: z.string().startsWith('team-') }),
    ]);
    const shown = (to: string) => redactorOf(schema, { to }).redact({ to });
    expect(shown('team-a')).toEqual({ to: 'team-a' });
    expect(shown('team-a@example.org')).toEqual({ to: hidden });
    expect(shown('somebody')).toEqual({ to: hidden });
  });

  it('is hidden as text if a later schema marks a part of it', () => {
    const schema = z
      .string()
      .transform((text) => JSON.parse(text))
      .pipe(z.object({ email: sensitive(z.string()) }));
    const text = '{"email":"jo@example.org"}';
    expect(redactorOf(schema, text).redact(text)).toBe(hidden);
    expect(redactorOf(schema, JSON.parse(text)).redact('to jo@example.org')).toBe('to [hidden]');
  });

  it('is followed through a schema that contains itself', () => {
    interface Person {
      name: string;
      friends: Person[];
    }
    const person: z.ZodType<Person> = z.object({
      name: sensitive(z.string()),
      friends: z.lazy(() => z.array(person)),
    });
    const value = { name: 'Josephine', friends: [{ name: 'Alexander', friends: [] }] };
    expect(redactorOf(person, value).redact(value)).toEqual({
      name: hidden,
      friends: [{ name: hidden, friends: [] }],
    });
  });

  it('holds neither its dates, nor its maps and sets, nor true and false in the fields of their name', () => {
    const schema = sensitive(
      z.object({
        born: z.coerce.date(),
        isIll: z.boolean(),
        names: z.set(z.string()),
        of: z.map(z.string(), z.bigint()),
      }),
    );
    const value = {
      born: new Date('1980-02-03T00:00:00Z'),
      isIll: true,
      names: new Set(['Josephine']),
      of: new Map([['children', 1234567n]]),
    };
    const redactor = redactorOf(schema, value);
    expect(
      redactor.redact({
        text: 'Josephine, 1980-02-03T00:00:00.000Z, 1234567 children',
        isIll: true,
        ok: true,
      }),
    ).toEqual({ text: '[hidden], [hidden], [hidden] [hidden]', isIll: hidden, ok: true });
  });
});

describe('a text that quotes what was learned', () => {
  const schema = z.object({
    email: sensitive(z.string()),
    age: sensitive(z.int()).optional(),
    city: z.string().optional(),
  });
  const learned = (value: z.input<typeof schema>) => redactorOf(schema, value);

  it('does not hold it, whether it stands there as it is, in JSON or in a URL', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 4 }).filter((one) => one.trim().length >= 4);
    fc.assert(
      fc.property(text, fc.string(), fc.string(), (email, before, after) => {
        const forms = [email, JSON.stringify(email).slice(1, -1), encodeURIComponent(email.toWellFormed())];
        // Else it stands there without being quoted, or as a part of another number.
        fc.pre(!/^-?[\d.]+$/.test(email.trim()));
        fc.pre(
          forms.every((form) => !before.includes(form) && !after.includes(form) && !hidden.includes(form)),
        );
        const redactor = learned({ email });
        for (const form of forms) {
          const shown = redactor.redact({ [form]: [{ deep: before + form + after }] });
          expect(Object.keys(shown)[0]).not.toContain(form);
          expect(Object.values(shown)[0]?.[0]?.deep).not.toContain(form);
        }
      }),
    );
  });

  it.each([
    ['as it is', 'no such address jo@example.org', 'no such address [hidden]'],
    [
      'in other letters',
      'Key (lower(email))=(JO@EXAMPLE.ORG) exists',
      'Key (lower(email))=([hidden]) exists',
    ],
    ['in a URL', 'GET /people?email=jo%40example.org', 'GET /people?email=[hidden]'],
    ['a number as a word', 'aged 42, not 142', 'aged [hidden], not 142'],
    ['not at all', 'no luck in Leeds', 'no luck in Leeds'],
  ])('%s', (_title, text, shown) => {
    expect(learned({ email: 'jo@example.org', age: 42, city: 'Leeds' }).redact(text)).toBe(shown);
  });

  it('does not hold a line of a text of several', () => {
    const redactor = learned({ email: 'Jo Bloggs\n1 High Street' });
    expect(redactor.redact('cannot deliver to 1 High Street')).toBe('cannot deliver to [hidden]');
  });

  it('hides numbers and keys inside JSON, and leaves the rest', () => {
    const redactor = learned({ email: 'jo@example.org', age: 42 });
    const value = { age: 42, rows: 43, 'jo@example.org': true, at: null };
    expect(redactor.redact(value)).toEqual({ age: '[hidden]', rows: 43, '[hidden]': true, at: null });
  });

  it('is hidden as a whole where too much was learned', () => {
    const many = Array.from({ length: 20_000 }, (_, at) => `person ${at}`);
    expect(redactorOf(sensitive(z.array(z.string())), many).redact('any text')).toBe('[hidden]');
  });

  it('is left as it is by a redactor that has learned nothing', () => {
    const value = { text: 'anything' };
    expect(createRedactor().redact(value)).toBe(value);
  });
});

it('the mark stands in the JSON Schema, beside what else is said of the field', () => {
  const schema = z.object({ email: sensitive(z.email().describe('Who is told')).optional() });
  expect(z.toJSONSchema(schema, { io: 'input' })).toMatchObject({
    properties: { email: { 'x-sensitive': true, description: 'Who is told', format: 'email' } },
  });
});
