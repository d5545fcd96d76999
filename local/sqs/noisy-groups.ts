/** From this share of the messages in flight on a group is noisy, if it has so many. */
const noisyShare = 0.1;
const fewestOfNoisy = 30;

/**
 * Counts each group's messages in flight and tells which groups use more of a queue's receivers than others.
 * Source: SQS developer guide, "How Amazon SQS fair queues work", concurrency share.
 */
export class NoisyGroups {
  readonly #counts = new Map<string, number>();
  /** Groups that have enough messages in flight to be noisy: few, however many groups there are. */
  readonly #busy = new Set<string>();

  received(group: string): void {
    this.#set(group, (this.#counts.get(group) ?? 0) + 1);
  }

  returned(group: string): void {
    this.#set(group, (this.#counts.get(group) ?? 0) - 1);
  }

  /** The groups that have to wait while others have messages, those with the fewest in flight first. */
  among(inFlight: number): string[] {
    const count = (group: string) => this.#counts.get(group) ?? 0;
    return [...this.#busy]
      .filter((group) => count(group) > inFlight * noisyShare)
      .sort((a, b) => count(a) - count(b));
  }

  clear(): void {
    this.#counts.clear();
    this.#busy.clear();
  }

  #set(group: string, count: number): void {
    if (count > 0) this.#counts.set(group, count);
    else this.#counts.delete(group);
    if (count >= fewestOfNoisy) this.#busy.add(group);
    else this.#busy.delete(group);
  }
}
