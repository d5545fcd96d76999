import { context, diag, trace } from '@opentelemetry/api';
import { afterAll, vi } from 'vitest';

// Files of tests follow each other in one process: a clock, a variable, a spy or a tracer of one is none of the next one's.
afterAll(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  for (const global of [trace, context, diag]) global.disable();
});
