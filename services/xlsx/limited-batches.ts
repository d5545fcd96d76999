/** Rows that come in batches and are handed out a limited number at a time. */
export interface LimitedBatches<Row> {
  /** The next rows, at most so many in all. */
  take(limit: number): AsyncGenerator<readonly Row[]>;
  /** Whether every row has been taken; asks for the next batch if it has to. */
  isOver(): Promise<boolean>;
}

/** Cuts a stream of batches where a sheet is full. */
export function limitedBatches<Row>(batches: AsyncGenerator<readonly Row[]>): LimitedBatches<Row> {
  let held: readonly Row[] = [];
  const isOver = async () => {
    while (held.length === 0) {
      const next = await batches.next();
      if (next.done) return true;
      held = next.value;
    }
    return false;
  };
  return {
    isOver,
    take: async function* (limit) {
      let left = limit;
      while (left > 0 && !(await isOver())) {
        const batch = held.slice(0, left);
        held = held.slice(left);
        left -= batch.length;
        yield batch;
      }
    },
  };
}
