import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TimeHeap } from './time-heap.ts';

test('a heap gives its items by time, equal times in the order of setting, whatever was set and deleted', () => {
  const step = fc.record({
    item: fc.integer({ min: 0, max: 99 }),
    time: fc.option(fc.integer({ min: 0, max: 999 }), { nil: undefined }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400, size: 'max' }), (steps) => {
      const heap = new TimeHeap<number>();
      const expected = new Map<number, number>();
      for (const { item, time } of steps) {
        expect(time === undefined ? heap.delete(item) : undefined).toBe(
          time === undefined ? expected.has(item) : undefined,
        );
        expected.delete(item);
        if (time === undefined) continue;
        heap.set(item, time);
        expected.set(item, time);
      }
      const order = [...expected].sort(([, a], [, b]) => a - b);
      expect(heap.size).toBe(order.length);
      for (const [item, time] of order) {
        expect(heap.first()).toMatchObject({ item, time });
        expect(heap.shift()).toBe(item);
      }
      expect(heap.shift()).toBeUndefined();
    }),
  );
});
