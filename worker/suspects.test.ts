import { expect, it } from 'vitest';
import { createSuspects, suspectDelaySeconds } from './suspects.ts';

it('lets one suspect work at a time, whether it ends well or not', async () => {
  const suspects = createSuspects();
  const { promise, reject } = Promise.withResolvers<string>();
  const first = suspects.alone(() => promise);
  expect(suspects.alone(async () => 'second')).toBeUndefined();
  reject(new Error('the first failed'));
  await expect(first).rejects.toThrow('the first failed');
  expect(await suspects.alone(async () => 'third')).toBe('third');
});

it('tries another about when the first has ended, and within one and a half leases', () => {
  const delays = Array.from({ length: 100 }, () =>
    suspectDelaySeconds({ expectedSeconds: 10 }, { leaseSeconds: 60 }),
  );
  expect(Math.min(...delays)).toBeGreaterThanOrEqual(5);
  expect(Math.max(...delays)).toBeLessThanOrEqual(15);
  expect(suspectDelaySeconds({ expectedSeconds: 3600 }, { leaseSeconds: 60 })).toBeLessThanOrEqual(90);
});
