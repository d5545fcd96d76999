import { expect, it } from 'vitest';
import { createTurns } from './turns.ts';

it('lets so many in at once, and the others in order as turns end', async () => {
  const turns = createTurns(2);
  const order: string[] = [];
  const take = async (who: string) => {
    const end = await turns.take();
    order.push(who);
    return end;
  };
  const [endA, endB] = [await take('a'), await take('b')];
  const [c, d] = [take('c'), take('d')];
  expect(order).toEqual(['a', 'b']);
  endB();
  const endC = await c;
  expect(order).toEqual(['a', 'b', 'c']);
  endA();
  endC();
  await d;
  await take('e');
  expect(order).toEqual(['a', 'b', 'c', 'd', 'e']);
});

it('keeps no place for whoever no longer waits', async () => {
  const turns = createTurns(1);
  const end = await turns.take();
  const abort = new AbortController();
  const impatient = turns.take(abort.signal);
  const patient = turns.take(new AbortController().signal);
  abort.abort(new Error('no longer wanted'));
  await expect(impatient).rejects.toThrow('no longer wanted');
  end();
  await expect(patient).resolves.toBeTypeOf('function');
  await expect(turns.take(abort.signal)).rejects.toThrow('no longer wanted');
});
