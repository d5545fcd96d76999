/** A receive that waits for messages. */
interface Waiting<Message> {
  take: () => Message[];
  end: (messages: Message[] | Promise<never>) => void;
}

/** Long polls of one queue, the longest waiting first; a message wakes one of them. */
export class WaitingReceives<Message> {
  readonly #waiting = new Set<Waiting<Message>>();
  readonly #nextVisibleAt: () => number | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** `nextVisibleAt` tells when a hidden message becomes visible by itself. */
  constructor(nextVisibleAt: () => number | undefined) {
    this.#nextVisibleAt = nextVisibleAt;
  }

  /** Resolves with what `take` finds once it finds anything; with nothing when the time is over or the signal aborts. */
  wait(request: { take: () => Message[]; milliseconds: number; signal: AbortSignal }): Promise<Message[]> {
    const { take, milliseconds, signal } = request;
    if (signal.aborted) return Promise.resolve([]);
    return new Promise((resolve) => {
      const waiting: Waiting<Message> = {
        take,
        end: (messages) => {
          clearTimeout(timer);
          signal.removeEventListener('abort', giveUp);
          this.#waiting.delete(waiting);
          resolve(messages);
        },
      };
      const giveUp = () => waiting.end([]);
      const timer = setTimeout(giveUp, milliseconds);
      signal.addEventListener('abort', giveUp);
      this.#waiting.add(waiting);
      this.wake();
    });
  }

  /** Serves who waits; to be called whenever a message may have become visible. */
  wake(): void {
    for (const waiting of this.#waiting) {
      try {
        const messages = waiting.take();
        if (messages.length === 0) break;
        waiting.end(messages);
      } catch (error) {
        // The fault is the receiver's to hear of, not of whoever woke it.
        waiting.end(Promise.reject(error));
      }
    }
    clearTimeout(this.#timer);
    const next = this.#waiting.size > 0 ? this.#nextVisibleAt() : undefined;
    if (next !== undefined) {
      this.#timer = setTimeout(() => this.wake(), Math.min(Math.max(next - Date.now(), 1), 60_000));
    }
  }

  /** Answers everyone with nothing. */
  close(): void {
    for (const waiting of this.#waiting) waiting.end([]);
    clearTimeout(this.#timer);
  }
}
