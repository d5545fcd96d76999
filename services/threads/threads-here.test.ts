import { expect, it } from 'vitest';
import behave from '../../test/threads/behave.thread.ts';
import repeat from '../../test/threads/repeat.thread.ts';
import { threadsHere } from './threads-here.ts';

it('does the work as a thread would, from a copy of its data', async () => {
  expect(await threadsHere.run(behave, { how: 'return' })).toBe('fine');
  await expect(threadsHere.run(behave, { how: 'throw' })).rejects.toThrow('told to throw');
  await expect(threadsHere.run(behave, { how: () => 'return' } as never)).rejects.toThrow(
    'could not be cloned',
  );
});

it('streams as a thread would', async () => {
  async function* input() {
    yield 'a';
    yield 'b';
  }
  const out: unknown[] = [];
  for await (const item of threadsHere.stream(repeat, { times: 2 }, { input: input() })) out.push(item);
  expect(out).toEqual(['a', 'a', 'b', 'b']);
});

it('does nothing once its signal is aborted', async () => {
  const signal = AbortSignal.abort(new Error('too late'));
  await expect(threadsHere.run(behave, { how: 'return' }, { signal })).rejects.toThrow('too late');
  const stream = threadsHere.stream(repeat, { times: 1 }, { input: (async function* () {})(), signal });
  await expect(stream.next()).rejects.toThrow('too late');
});
