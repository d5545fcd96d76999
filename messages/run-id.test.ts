import { expect, test } from 'vitest';
import { runIdOf } from './run-id.ts';

const key = { type: 'property-upload', source: '/webapp', id: '1' };

test('a run id is a UUIDv5 that stays the same for ever', () => {
  expect(runIdOf(key)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(runIdOf(key)).toBe('2b135020-cda1-5bae-a4df-481b4d6d8e89');
});

test('type, source and id all count, and cannot run into each other', () => {
  const ids = [
    key,
    { ...key, type: 'property-report' },
    { ...key, source: '/other' },
    { ...key, id: '2' },
    { type: 'a', source: 'b","c', id: 'd' },
    { type: 'a', source: 'b', id: 'c","d' },
  ].map(runIdOf);
  expect(new Set(ids).size).toBe(ids.length);
});
