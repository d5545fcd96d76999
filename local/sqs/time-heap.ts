/** Items ordered by a time, the earliest first and equal times in the order of adding; every call is O(log n). */
export class TimeHeap<Item> {
  readonly #entries: { item: Item; time: number; sequence: number }[] = [];
  readonly #positions = new Map<Item, number>();
  #sequence = 0;

  get size(): number {
    return this.#entries.length;
  }

  /** Adds the item, or moves it to another time. */
  set(item: Item, time: number): void {
    this.delete(item);
    this.#sequence += 1;
    this.#entries.push({ item, time, sequence: this.#sequence });
    this.#positions.set(item, this.#entries.length - 1);
    this.#rise(this.#entries.length - 1);
  }

  /** The earliest item and its time. */
  first(): { item: Item; time: number } | undefined {
    return this.#entries[0];
  }

  /** Removes and returns the earliest item. */
  shift(): Item | undefined {
    const first = this.#entries[0];
    if (first) this.delete(first.item);
    return first?.item;
  }

  delete(item: Item): boolean {
    const position = this.#positions.get(item);
    if (position === undefined) return false;
    this.#positions.delete(item);
    const last = this.#entries.pop();
    if (last && last.item !== item) {
      this.#entries[position] = last;
      this.#positions.set(last.item, position);
      this.#rise(position);
      this.#sink(position);
    }
    return true;
  }

  clear(): void {
    this.#entries.length = 0;
    this.#positions.clear();
  }

  #rise(start: number): void {
    let position = start;
    while (position > 0) {
      const parent = (position - 1) >> 1;
      if (!this.#swapIfEarlier(position, parent)) return;
      position = parent;
    }
  }

  #sink(start: number): void {
    let position = start;
    while (true) {
      const left = 2 * position + 1;
      const child = this.#earlier(left + 1, left) ? left + 1 : left;
      if (!this.#swapIfEarlier(child, position)) return;
      position = child;
    }
  }

  #earlier(a: number, b: number): boolean {
    const one = this.#entries[a];
    const other = this.#entries[b];
    if (!one || !other) return false;
    return one.time < other.time || (one.time === other.time && one.sequence < other.sequence);
  }

  #swapIfEarlier(lower: number, upper: number): boolean {
    const one = this.#entries[lower];
    const other = this.#entries[upper];
    if (!one || !other || !this.#earlier(lower, upper)) return false;
    this.#entries[lower] = other;
    this.#entries[upper] = one;
    this.#positions.set(other.item, lower);
    this.#positions.set(one.item, upper);
    return true;
  }
}
