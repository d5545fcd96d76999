import { threadWork } from '../../services/threads/thread-work.ts';

class OddError extends Error {
  override readonly name = 'OddError';
}

/** Ways in which work on a thread can end. */
export type Behaviour =
  | 'return'
  | 'tell-environment'
  | 'throw'
  | 'throw-text'
  | 'throw-elsewhere'
  | 'exit'
  | 'eat-memory'
  | 'spin'
  | 'hang'
  | 'return-a-function';

/** What the work is told: how to end, and where to say that it has begun. */
export interface BehaveOrders {
  how: Behaviour;
  begun?: Int32Array<SharedArrayBuffer>;
}

/** Ends as it is told. */
export default threadWork('test/threads/behave', async ({ how, begun }: BehaveOrders): Promise<unknown> => {
  if (begun) Atomics.store(begun, 0, 1);
  switch (how) {
    case 'return':
      return 'fine';
    case 'tell-environment':
      return { ...process.env };
    case 'throw':
      throw new OddError('told to throw');
    case 'throw-text':
      throw 'told to throw a text';
    case 'throw-elsewhere':
      setTimeout(() => {
        throw new Error('told to throw elsewhere');
      });
      return new Promise(() => {});
    case 'exit':
      return process.exit(3);
    case 'eat-memory':
      for (const eaten = []; ; ) eaten.push(new Array(100_000).fill(Math.random()));
    case 'spin':
      for (;;);
    case 'hang':
      return new Promise(() => {});
    case 'return-a-function':
      return () => 'fine';
  }
});
