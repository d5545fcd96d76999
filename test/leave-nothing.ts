import { afterAll, vi } from 'vitest';

// Files of tests follow each other in one process: a clock, a variable or a spy of one is none of the next one's.
afterAll(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});
