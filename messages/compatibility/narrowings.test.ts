import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { JsonSchema } from './json-schema.ts';
import { narrowings } from './narrowings.ts';

const schemaOf = (schema: z.ZodType, io: 'input' | 'output' = 'input') =>
  z.toJSONSchema(schema, { io }) as JsonSchema;
const between = (before: z.ZodType, now: z.ZodType) =>
  narrowings(schemaOf(before), schemaOf(now), { losesUnknown: true });

/** A schema before and after a change, whether that breaks, and values that were sent before. */
interface Change {
  before: z.ZodType;
  now: z.ZodType;
  breaks: boolean;
  sent: fc.Arbitrary<unknown>;
}

const texts = fc.string({ maxLength: 8 });
const fine = (before: z.ZodType, now: z.ZodType, sent: fc.Arbitrary<unknown>): Change => ({
  before,
  now,
  breaks: false,
  sent,
});
const breaking = (before: z.ZodType, now: z.ZodType): Change => ({
  before,
  now,
  breaks: true,
  sent: fc.constant(undefined),
});

const digits = fc.stringMatching(/^\d{1,4}$/);
const leaves: Change[] = [
  fine(z.string(), z.string(), texts),
  fine(z.string().max(8), z.string().max(9), texts),
  fine(z.string().regex(/^\d+$/), z.string(), digits),
  fine(z.enum(['a', 'b']), z.enum(['c', 'b', 'a']), fc.constantFrom('a', 'b')),
  fine(z.enum(['a', 'b']), z.string().regex(/^[ab]$/), fc.constantFrom('a', 'b')),
  fine(z.literal(7), z.int().min(7), fc.constant(7)),
  fine(z.int().min(3).max(9), z.number().min(3).max(9.5), fc.integer({ min: 3, max: 9 })),
  fine(z.number().gt(3), z.number().min(3), fc.integer({ min: 4, max: 9 })),
  fine(
    z.int().multipleOf(6),
    z.int().multipleOf(3),
    fc.integer({ max: 99, min: 0 }).map((n) => n * 6),
  ),
  fine(z.boolean(), z.union([z.boolean(), z.string()]), fc.boolean()),
  fine(z.email(), z.email().or(z.null()), fc.constant('a@example.org')),
  fine(z.iso.datetime(), z.string(), fc.constant('2026-01-01T00:00:00Z')),
  fine(z.string(), z.unknown(), texts),
  breaking(z.string(), z.string().min(1)),
  breaking(z.string(), z.string().max(100)),
  breaking(z.string(), z.string().regex(/^a/)),
  breaking(z.string().regex(/^a/), z.string().regex(/^b/)),
  breaking(z.string(), z.email()),
  breaking(z.string(), z.int()),
  breaking(z.number(), z.int()),
  breaking(z.int().min(3), z.int().min(4)),
  breaking(z.int().max(3), z.int().max(2)),
  breaking(z.number().min(3), z.number().gt(3)),
  breaking(z.int().multipleOf(3), z.int().multipleOf(6)),
  breaking(z.enum(['a', 'b']), z.enum(['a'])),
  breaking(z.enum(['a', 'b']), z.literal('a')),
  breaking(z.string(), z.enum(['a'])),
  breaking(z.string().nullable(), z.string()),
  breaking(z.union([z.string(), z.int()]), z.int()),
  breaking(z.unknown(), z.string()),
  breaking(z.literal('abc'), z.string().max(2)),
  breaking(z.boolean(), z.never()),
];

const { change } = fc.letrec<{ change: Change }>((tie) => {
  const some = fc.array(tie('change'), { minLength: 1, maxLength: 3 });
  const all = (changes: Change[], sent: fc.Arbitrary<unknown>) => ({
    breaks: changes.some(({ breaks }) => breaks),
    sent,
  });
  const shape = (changes: Change[], side: 'before' | 'now') =>
    Object.fromEntries(changes.map((one, at) => [`field${at}`, one[side]]));
  const values = (changes: Change[]) =>
    fc.record(Object.fromEntries(changes.map((one, at) => [`field${at}`, one.sent])));
  return {
    change: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom(...leaves),
      some.map((changes) => ({
        before: z.object(shape(changes, 'before')),
        now: z.object(shape(changes, 'now')),
        ...all(changes, values(changes)),
      })),
      some.map((changes) => ({
        before: z.object(shape(changes, 'before')),
        now: z.object({ ...shape(changes, 'now'), more: z.string().optional(), most: z.int().default(1) }),
        ...all(changes, values(changes)),
      })),
      some.map((changes) => ({
        before: z.object(shape(changes, 'before')),
        now: z.object(shape(changes, 'now')).partial(),
        ...all(changes, values(changes)),
      })),
      some.map((changes) => ({
        before: z.tuple([z.int(), ...changes.map(({ before }) => before)]),
        now: z.tuple([z.int(), ...changes.map(({ now }) => now)]),
        ...all(changes, fc.tuple(fc.integer(), ...changes.map(({ sent }) => sent))),
      })),
      tie('change').map((one) => ({
        before: z.array(one.before).max(4),
        now: z.array(one.now).max(5),
        ...all([one], fc.array(one.sent, { maxLength: 4 })),
      })),
      tie('change').map((one) => ({
        before: z.record(z.string().max(8), one.before),
        now: z.record(z.string(), one.now),
        ...all(
          [one],
          fc.dictionary(
            texts.filter((key) => key !== '__proto__'),
            one.sent,
          ),
        ),
      })),
      tie('change').map((one) => ({
        before: z.union([z.literal('no'), z.object({ yes: one.before })]),
        now: z.union([z.object({ yes: one.now }), z.literal(['no', 'perhaps'])]),
        ...all([one], fc.oneof(fc.constant('no'), fc.record({ yes: one.sent }))),
      })),
      tie('change').map((one) => ({
        before: z.discriminatedUnion('kind', [
          z.object({ kind: z.literal('a') }),
          z.object({ kind: z.literal('b'), field: one.before }),
        ]),
        now: z.discriminatedUnion('kind', [
          z.object({ kind: z.literal('b'), field: one.now }),
          z.object({ kind: z.literal('a'), more: z.string().optional() }),
        ]),
        ...all([one], fc.record({ kind: fc.constant('b'), field: one.sent })),
      })),
      some.map((changes) =>
        breaking(
          z.object(shape(changes, 'before')),
          z.object({ ...shape(changes, 'now'), more: z.string() }),
        ),
      ),
      some.map((changes) =>
        breaking(
          z.object({ ...shape(changes, 'before'), gone: z.string().optional() }),
          z.object(shape(changes, 'now')),
        ),
      ),
      some.map((changes) =>
        breaking(z.object(shape(changes, 'before')), z.strictObject(shape(changes, 'now'))),
      ),
      some.map((changes) =>
        breaking(z.looseObject(shape(changes, 'before')), z.object(shape(changes, 'now'))),
      ),
      some.map((changes) =>
        breaking(z.object(shape(changes, 'before')).partial(), z.object(shape(changes, 'now'))),
      ),
      tie('change').map((one) => breaking(z.array(one.before), z.array(one.now).min(1))),
      tie('change').map((one) => breaking(z.array(one.before).max(4), z.array(one.now).max(3))),
      tie('change').map((one) => breaking(z.array(one.before), z.object({ value: one.now }))),
    ),
  };
});

describe('a change of a schema', () => {
  it('narrows it exactly where something that was sent before is refused or lost', () => {
    fc.assert(
      fc.property(change, fc.gen(), ({ before, now, breaks, sent }, draw) => {
        expect(between(before, now).length > 0).toBe(breaks);
        if (breaks) return;
        const value = draw(() => sent);
        expect(now.parse(value)).toMatchObject(before.parse(value) as object);
      }),
      { numRuns: 500 },
    );
  });

  it('is none where both are the same, also one that contains itself', () => {
    const node = z.object({
      name: z.string(),
      get children() {
        return z.array(node);
      },
    });
    expect(between(node, node)).toEqual([]);
    const narrower = z.object({
      name: z.string().max(3),
      get children() {
        return z.array(narrower);
      },
    });
    expect(between(node, narrower)).toEqual([{ path: 'name', wide: {}, narrow: { maxLength: 3 } }]);
    fc.assert(
      fc.property(change, ({ before }) => void expect(between(before, before)).toEqual([])),
      {
        numRuns: 100,
      },
    );
  });

  it('is told by its path, with what was and what is', () => {
    const before = z.object({ people: z.array(z.object({ age: z.int().min(0) })), how: z.enum(['a', 'b']) });
    const now = z.object({
      people: z.array(z.object({ age: z.int().min(18), email: z.email() })),
      how: z.enum(['a']),
    });
    expect(between(before, now)).toEqual([
      { path: 'people[].email', wide: 'nothing', narrow: 'required' },
      { path: 'people[].age', wide: { minimum: 0 }, narrow: { minimum: 18 } },
      { path: 'how', wide: { const: 'b' }, narrow: { enum: ['a'] } },
    ]);
  });

  it('is not judged but refused where a keyword is not known, unless that is the same', () => {
    const before = { type: 'array', uniqueItems: true };
    expect(narrowings(before, { ...before, title: 'other' }, { losesUnknown: true })).toEqual([]);
    expect(narrowings({ type: 'array' }, before, { losesUnknown: true })).toEqual([
      { path: '', wide: { uniqueItems: undefined }, narrow: { uniqueItems: true } },
    ]);
  });

  it('of what is told to others may add, but not leave out, also what was optional', () => {
    const told = (before: z.ZodType, now: z.ZodType) =>
      narrowings(schemaOf(now, 'output'), schemaOf(before, 'output'), { losesUnknown: false });
    const before = z.object({ rows: z.int(), notice: z.string().optional() });
    expect(told(before, before.extend({ more: z.string(), rows: z.int().min(0) }))).toEqual([]);
    expect(told(before, before.omit({ notice: true }))).toMatchObject([{ path: 'notice', wide: 'nothing' }]);
    expect(told(before, before.omit({ rows: true }))).toMatchObject([{ path: 'rows', narrow: 'required' }]);
    expect(told(before, before.extend({ rows: z.int().nullable() }))).toMatchObject([{ path: 'rows' }]);
    expect(told(before.required(), before)).toMatchObject([{ path: 'notice', wide: 'optional' }]);
  });
});
