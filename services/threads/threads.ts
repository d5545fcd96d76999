import type { ThreadStream, ThreadWork } from './thread-work.ts';

/** Does work that would keep the event loop from everything else, on threads of their own. */
export interface Threads {
  /**
   * Does the work on a thread and returns what it returns. Throws what the work throws (an Error of the same name,
   * message and stack, though no longer of its class), ThreadFailed if the thread dies, and the signal's reason once it
   * is aborted, which ends the thread.
   */
  run<Data, Result>(
    work: ThreadWork<Data, Result>,
    data: Data,
    options?: { signal?: AbortSignal },
  ): Promise<Result>;
  /**
   * Does the work on a thread and yields what it yields while it is fed with the input; each side waits for the other.
   * Bytes are moved, anything else is cloned. Whoever stops asking ends the thread. Throws as `run` does, and what the
   * input throws.
   */
  stream<Data, In, Out, Result>(
    work: ThreadStream<Data, In, Out, Result>,
    data: Data,
    options: { input: AsyncIterable<In>; signal?: AbortSignal },
  ): AsyncGenerator<Out, Result, undefined>;
}

/** A thread died before its work was done, or the work could not be given to it; other work is not touched. */
export class ThreadFailed extends Error {
  override readonly name = 'ThreadFailed';
}
