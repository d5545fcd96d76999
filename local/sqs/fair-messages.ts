import type { QueuedMessage } from './message.ts';
import { TimeHeap } from './time-heap.ts';

/**
 * A queue's visible messages, ready to be picked: the one that has waited longest first, but those of noisy groups only
 * when nobody else has any. Every call is O(log n).
 */
export class FairMessages {
  readonly #groups = new Map<string | undefined, TimeHeap<QueuedMessage>>();
  /** Groups by their longest waiting message. What has no group is its own tenant for SQS, and so never noisy. */
  readonly #lines = new TimeHeap<TimeHeap<QueuedMessage>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(message: QueuedMessage): void {
    const group = this.#groups.get(message.group) ?? new TimeHeap<QueuedMessage>();
    this.#groups.set(message.group, group);
    group.set(message, message.visibleAt);
    this.#size += 1;
    this.#lineUp(group, message.group);
  }

  delete(message: QueuedMessage): boolean {
    const group = this.#groups.get(message.group);
    if (!group?.delete(message)) return false;
    this.#size -= 1;
    this.#lineUp(group, message.group);
    return true;
  }

  /** The one that has waited longest, whatever its group. */
  first(): QueuedMessage | undefined {
    return this.#lines.first()?.item.first()?.item;
  }

  /** Takes the next one away. `noisy` has the groups that come last, the most patient of them first. */
  shift(noisy: readonly string[]): QueuedMessage | undefined {
    const last = noisy.flatMap((name) => this.#groups.get(name) ?? []);
    for (const group of last) this.#lines.delete(group);
    let next = this.#lines.first()?.item.first();
    for (const group of last) {
      const first = group.first();
      if (first) this.#lines.set(group, first.time);
      next ??= first;
    }
    if (next) this.delete(next.item);
    return next?.item;
  }

  clear(): void {
    this.#groups.clear();
    this.#lines.clear();
    this.#size = 0;
  }

  #lineUp(group: TimeHeap<QueuedMessage>, name: string | undefined): void {
    const first = group.first();
    if (first) {
      this.#lines.set(group, first.time);
    } else {
      this.#lines.delete(group);
      this.#groups.delete(name);
    }
  }
}
