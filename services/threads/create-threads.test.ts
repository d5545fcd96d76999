import { afterAll, describe, expect, it } from 'vitest';
import behave, { type Behaviour } from '../../test/threads/behave.thread.ts';
import repeat from '../../test/threads/repeat.thread.ts';
import { createThreads } from './create-threads.ts';
import { threadWork } from './thread-work.ts';
import { ThreadFailed } from './threads.ts';

const entry = new URL('../../test/threads/trial-entry.ts', import.meta.url);
const threads = createThreads({ entry, maximum: 2, memoryMiB: 32 });
const oneThread = createThreads({ entry, maximum: 1, memoryMiB: 32 });
afterAll(() => Promise.all([threads.close(), oneThread.close()]));

describe('work on a thread', () => {
  it('returns what it returns', async () => {
    expect(await threads.run(behave, { how: 'return' })).toBe('fine');
  });

  it('throws what it throws, with its name and where it was thrown', async () => {
    const thrown = await threads.run(behave, { how: 'throw' }).catch((error) => error);
    expect(thrown).toBeInstanceOf(Error);
    expect(thrown).toMatchObject({
      name: 'OddError',
      message: 'told to throw',
      stack: expect.stringContaining('behave.thread.ts'),
    });
    await expect(threads.run(behave, { how: 'throw-text' })).rejects.toThrow('told to throw a text');
  });

  it('knows no environment, so no credentials', async () => {
    expect(await threads.run(behave, { how: 'tell-environment' })).toEqual({});
  });

  it.each<[Behaviour, RegExp]>([
    ['exit', /test\/threads\/behave was not finished, .*code: 3/],
    ['throw-elsewhere', /told to throw elsewhere/],
    ['eat-memory', /memory.*32 MiB/],
  ])(
    'that kills its thread (%s) fails alone: what runs beside it and what waits behind it are done',
    async (how, why) => {
      const beside = oneThread.run(behave, { how });
      const behind = [oneThread.run(behave, { how: 'return' }), oneThread.run(behave, { how: 'return' })];
      await expect(beside).rejects.toThrow(ThreadFailed);
      await expect(beside).rejects.toThrow(why);
      expect(await Promise.all(behind)).toEqual(['fine', 'fine']);
    },
  );

  it.each<Behaviour>(['spin', 'hang'])(
    'that does not end (%s) is ended by its signal, for its reason',
    async (how) => {
      const abort = new AbortController();
      const begun = new Int32Array(new SharedArrayBuffer(4));
      const endless = oneThread.run(behave, { how, begun }, { signal: abort.signal });
      const behind = oneThread.run(behave, { how: 'return' });
      await expect.poll(() => Atomics.load(begun, 0)).toBe(1);
      abort.abort(new Error('the deadline'));
      await expect(endless).rejects.toThrow('the deadline');
      expect(await behind).toBe('fine');
    },
  );

  it('is not begun if its signal was aborted while it waited for a thread', async () => {
    const [first, second] = [new AbortController(), new AbortController()];
    const running = oneThread.run(behave, { how: 'hang' }, { signal: first.signal });
    const waiting = oneThread.run(behave, { how: 'hang' }, { signal: second.signal });
    second.abort(new Error('no longer wanted'));
    await expect(waiting).rejects.toThrow('no longer wanted');
    first.abort(new Error('over'));
    await expect(running).rejects.toThrow('over');
    await expect(oneThread.run(behave, { how: 'hang' }, { signal: first.signal })).rejects.toThrow('over');
    expect(await oneThread.run(behave, { how: 'return' })).toBe('fine');
  });

  it('says what is wrong with its file or with what it is given', async () => {
    const stranger = threadWork('test/threads/nowhere', () => 1);
    await expect(threads.run(stranger, undefined as never)).rejects.toThrow(/nowhere\.thread\.ts/);
    await expect(threads.run(behave, { how: () => 'return' } as never)).rejects.toThrow(
      /behave.*could not be cloned/,
    );
    await expect(threads.run(behave, { how: 'return-a-function' })).rejects.toThrow(
      /behave was not finished/,
    );
  });
});

describe('a stream through a thread', () => {
  async function* counting(upTo: number, onAsked: (item: number) => void = () => {}): AsyncGenerator<string> {
    for (let item = 1; item <= upTo; item += 1) {
      onAsked(item);
      yield `item ${item}`;
    }
  }

  /** What comes out, and then what is returned or thrown. */
  async function all(stream: AsyncGenerator<unknown, number>) {
    const out: unknown[] = [];
    for (;;) {
      const { done, value } = await stream.next();
      if (done) return { out, last: value };
      out.push(value);
    }
  }

  it('yields in order what the work yields, and returns what it returns', async () => {
    const { out, last } = await all(threads.stream(repeat, { times: 2 }, { input: counting(100) }));
    expect(last).toBe(100);
    expect(out).toEqual(Array.from({ length: 200 }, (_, index) => `item ${1 + Math.floor(index / 2)}`));
  });

  it('carries bytes without what lies around them, and leaves the sender its own', async () => {
    const around = Buffer.from('before the bytes after');
    const part = around.subarray(7, 16);
    async function* input() {
      yield part;
    }
    const { out } = await all(threads.stream(repeat, { times: 1 }, { input: input() }));
    expect(out).toEqual([new Uint8Array(Buffer.from('the bytes'))]);
    expect((out[0] as Uint8Array).buffer.byteLength).toBe(9);
    expect(around.toString()).toBe('before the bytes after');
  });

  it('asks for no more input than a few items ahead of what is taken', async () => {
    let asked = 0;
    const stream = threads.stream(
      repeat,
      { times: 1 },
      {
        input: counting(1000, (item) => {
          asked = item;
        }),
      },
    );
    for (let taken = 1; taken <= 50; taken += 1) {
      await stream.next();
      expect(asked - taken).toBeLessThanOrEqual(10);
    }
    await stream.return(0);
  });

  it('ends the input when nobody asks any more', async () => {
    let isEnded = false;
    async function* input() {
      try {
        for (;;) yield 'more';
      } finally {
        isEnded = true;
      }
    }
    for await (const item of oneThread.stream(repeat, { times: 1 }, { input: input() })) {
      expect(item).toBe('more');
      break;
    }
    await expect.poll(() => isEnded).toBe(true);
    expect(await oneThread.run(behave, { how: 'return' })).toBe('fine');
  });

  it('may end before its input', async () => {
    const at = { item: 3, do: 'return' } as const;
    const { out, last } = await all(
      oneThread.stream(repeat, { times: 1, at }, { input: counting(Infinity) }),
    );
    expect({ out, last }).toEqual({ out: ['item 1', 'item 2'], last: 3 });
  });

  it('throws what its work throws, what its input throws, and that its thread died', async () => {
    async function* failing() {
      yield 'one';
      throw new RangeError('the input failed');
    }
    const stream = (doing: 'throw' | 'exit') =>
      all(oneThread.stream(repeat, { times: 1, at: { item: 3, do: doing } }, { input: counting(1000) }));
    await expect(stream('throw')).rejects.toThrow('told to throw');
    await expect(stream('exit')).rejects.toThrow(ThreadFailed);
    await expect(all(oneThread.stream(repeat, { times: 1 }, { input: failing() }))).rejects.toThrow(
      RangeError,
    );
    expect(await oneThread.run(behave, { how: 'return' })).toBe('fine');
  });

  it('is ended by its signal, for its reason', async () => {
    const abort = new AbortController();
    const stream = oneThread.stream(
      repeat,
      { times: 1 },
      { input: counting(Infinity), signal: abort.signal },
    );
    await stream.next();
    abort.abort(new Error('the deadline'));
    await expect(all(stream)).rejects.toThrow('the deadline');
    await expect(
      all(oneThread.stream(repeat, { times: 1 }, { input: counting(1), signal: abort.signal })),
    ).rejects.toThrow('the deadline');
  });
});
