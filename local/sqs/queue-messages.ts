import { FairMessages } from './fair-messages.ts';
import type { QueuedMessage } from './message.ts';
import { NoisyGroups } from './noisy-groups.ts';
import { TimeHeap } from './time-heap.ts';

/** How many messages a queue has, by what a receive would find now. */
export interface MessageCounts {
  visible: number;
  inFlight: number;
  delayed: number;
}

/** What became of a request that named a message. */
export type MessageState = 'gone' | 'visible' | 'in-flight' | 'delayed';

/** Tells of everything that changes, so that it can be written down. */
export interface MessageListener {
  put(message: QueuedMessage): void;
  /** Everything but the content of a message that was put before. */
  change(message: QueuedMessage): void;
  remove(id: string): void;
  removeAll(): void;
}

/** The messages of one queue. Time is passed in, so that a test can turn the clock; every call is O(log n). */
export class QueueMessages {
  readonly #listener: MessageListener;
  readonly #messages = new Map<string, QueuedMessage>();
  /** Every message by its sent time. */
  readonly #ages = new TimeHeap<QueuedMessage>();
  /** By the time at which they became visible: what comes back queues up behind what has waited longer. */
  readonly #visible = new FairMessages();
  readonly #noisy = new NoisyGroups();
  readonly #inFlight = new TimeHeap<QueuedMessage>();
  readonly #delayed = new TimeHeap<QueuedMessage>();
  /** How long after being sent a message is forgotten. */
  retentionMilliseconds: number;

  constructor(listener: MessageListener, retentionMilliseconds: number) {
    this.#listener = listener;
    this.retentionMilliseconds = retentionMilliseconds;
  }

  /** Puts a message there; it is visible from its `visibleAt` on. */
  add(message: QueuedMessage, now: number): void {
    this.restore(message, now);
    this.#listener.put(message);
  }

  /** Like `add`, for a message that is written down already. */
  restore(message: QueuedMessage, now: number): void {
    this.#messages.set(message.id, message);
    this.#ages.set(message, message.sentAt);
    this.#place(message, now);
  }

  counts(now: number): MessageCounts {
    this.#advance(now);
    return {
      visible: this.#visible.size,
      inFlight: this.#inFlight.size,
      delayed: this.#delayed.size,
    };
  }

  /**
   * Hides up to `limit` visible messages and returns them as received now, quiet groups first. A message that was
   * received `maximumReceives` times before is taken off the queue instead and given to `giveUp`.
   */
  receive(request: {
    now: number;
    limit: number;
    visibilityMilliseconds: number;
    maximumReceives: number;
    giveUp: (message: QueuedMessage) => void;
  }): QueuedMessage[] {
    const { now, limit, maximumReceives } = request;
    this.#advance(now);
    const received: QueuedMessage[] = [];
    const noisy = this.#noisy.among(this.#inFlight.size);
    while (received.length < limit) {
      const message = this.#visible.shift(noisy);
      if (!message) break;
      if (message.receiveCount >= maximumReceives) {
        // In this order a crash in between leaves the message twice, never lost.
        request.giveUp(message);
        this.remove(message.id);
      } else {
        received.push(message);
      }
    }
    for (const message of received) {
      message.receiveCount += 1;
      message.firstReceivedAt ??= now;
      message.receivedAt = now;
      message.visibleAt = now + request.visibilityMilliseconds;
      this.#place(message, now);
      this.#listener.change(message);
    }
    return received;
  }

  /** The visible message that has waited longest. */
  firstVisible(now: number): QueuedMessage | undefined {
    this.#advance(now);
    return this.#visible.first();
  }

  get(id: string): QueuedMessage | undefined {
    return this.#messages.get(id);
  }

  state(id: string, now: number): MessageState {
    this.#advance(now);
    const message = this.#messages.get(id);
    if (!message) return 'gone';
    if (message.visibleAt <= now) return 'visible';
    return message.receivedAt === undefined ? 'delayed' : 'in-flight';
  }

  /** Sets when a message becomes visible. */
  showAt(message: QueuedMessage, visibleAt: number, now: number): void {
    message.visibleAt = visibleAt;
    this.#place(message, now);
    this.#listener.change(message);
  }

  remove(id: string): void {
    const message = this.#messages.get(id);
    if (!message) return;
    this.#messages.delete(id);
    this.#ages.delete(message);
    this.#displace(message);
    this.#listener.remove(id);
  }

  /** Removes every message. */
  purge(): void {
    this.#messages.clear();
    for (const one of [this.#ages, this.#visible, this.#noisy, this.#inFlight, this.#delayed]) one.clear();
    this.#listener.removeAll();
  }

  all(): Iterable<QueuedMessage> {
    return this.#messages.values();
  }

  /** When the next hidden message becomes visible, if there is one. */
  nextVisibleAt(): number | undefined {
    const times = [this.#inFlight.first()?.time, this.#delayed.first()?.time].filter(
      (time) => time !== undefined,
    );
    return times.length > 0 ? Math.min(...times) : undefined;
  }

  #place(message: QueuedMessage, now: number): void {
    this.#displace(message);
    if (message.visibleAt <= now) {
      this.#visible.add(message);
    } else if (message.receivedAt === undefined) {
      this.#delayed.set(message, message.visibleAt);
    } else {
      this.#inFlight.set(message, message.visibleAt);
      if (message.group !== undefined) this.#noisy.received(message.group);
    }
  }

  #displace(message: QueuedMessage): void {
    this.#visible.delete(message);
    this.#delayed.delete(message);
    if (this.#inFlight.delete(message) && message.group !== undefined) this.#noisy.returned(message.group);
  }

  #advance(now: number): void {
    for (let oldest = this.#ages.first(); oldest; oldest = this.#ages.first()) {
      if (oldest.time + this.retentionMilliseconds > now) break;
      this.remove(oldest.item.id);
    }
    for (const hidden of [this.#delayed, this.#inFlight]) {
      for (let next = hidden.first(); next && next.time <= now; next = hidden.first()) {
        this.#place(next.item, now);
      }
    }
  }
}
