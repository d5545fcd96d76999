import { expect, test } from 'vitest';
import { readRange } from './read-range.ts';

test.each([
  ['bytes=0-0', { start: 0, end: 0 }],
  ['bytes=3-', { start: 3, end: 9 }],
  ['bytes=-4', { start: 6, end: 9 }],
  ['bytes=-40', { start: 0, end: 9 }],
  ['bytes=5-500', { start: 5, end: 9 }],
])('%s of ten bytes is %j', (header, range) => {
  expect(readRange(header, 10)).toEqual(range);
});

test.each([undefined, 'bytes=-', 'bytes=4-2', 'bytes=0-1,3-4', 'lines=1-2', 'bytes=a-b'])(
  '%s is ignored, as S3 ignores it',
  (header) => {
    expect(readRange(header, 10)).toBeUndefined();
  },
);

test.each([
  ['bytes=10-', 10],
  ['bytes=-0', 10],
  ['bytes=0-', 0],
])('%s of %i bytes does not exist', (header, sizeBytes) => {
  expect(() => readRange(header, sizeBytes)).toThrow(expect.objectContaining({ code: 'InvalidRange' }));
});
