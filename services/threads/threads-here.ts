import type { Threads } from './threads.ts';

/**
 * Does at once, in this thread, what `createThreads` gives to others: for unit tests and where one process is all there
 * is. The event loop waits meanwhile.
 */
export const threadsHere: Threads = {
  run: async ({ work }, data, { signal } = {}) => {
    signal?.throwIfAborted();
    return await work(structuredClone(data));
  },
  stream: async function* ({ work }, data, { input, signal }) {
    signal?.throwIfAborted();
    return yield* work(structuredClone(data), input);
  },
};
