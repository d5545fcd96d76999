import { describe, expect, it } from 'vitest';
import { followWorkerCounts, sparkline } from './worker-counts.ts';

describe('the number of workers over time', () => {
  it('remembers changes alone', () => {
    const counts = followWorkerCounts(Date.now());
    for (const running of [0, 1, 1, 3, 0])
      counts.hear({ kind: 'worker-count', service: 's', running, desired: 3 });
    expect(counts.changes.map(({ running }) => running)).toEqual([0, 1, 3, 0]);
    expect(counts.running).toBe(0);
  });

  it('draws one character a second, the highest one for the most workers', () => {
    const changes = [
      { seconds: 0, running: 0 },
      { seconds: 1.2, running: 1 },
      { seconds: 2, running: 2 },
      { seconds: 3.9, running: 0 },
    ];
    expect(sparkline(changes, 5)).toBe('▁▅█▁▁');
  });
});
