import { threadStream } from '../../services/threads/thread-work.ts';

/** What the stream does beside repeating. */
export interface RepeatOrders {
  /** Of each item. */
  times: number;
  /** Throws, exits, or returns at this item. */
  at?: { item: number; do: 'throw' | 'exit' | 'return' };
}

/** Yields every item so many times, and returns how many there were. */
export default threadStream(
  'test/threads/repeat',
  async function* (
    { times, at }: RepeatOrders,
    input: AsyncIterable<unknown>,
  ): AsyncGenerator<unknown, number, undefined> {
    let items = 0;
    for await (const item of input) {
      items += 1;
      if (items === at?.item) {
        if (at.do === 'throw') throw new Error('told to throw');
        if (at.do === 'exit') process.exit(3);
        return items;
      }
      for (let time = 0; time < times; time += 1) yield item;
    }
    return items;
  },
);
