import { MessageChannel, type Transferable } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { ChannelClosed, receiveItems, sendItems } from './item-channel.ts';
import type { ThreadAnswer, ThreadRequest } from './serve-thread.ts';
import { ThreadFailed, type Threads } from './threads.ts';
import { createTurns } from './turns.ts';

/** How threads are made. */
export interface ThreadSettings {
  /** The module they start with; it exports by default what `serveThread` returns. */
  entry: URL;
  /** Default 4: long streams, which mostly wait, must not keep short work from a core. */
  maximum?: number;
  /** Of JavaScript's heap, each; what lies in buffers is not counted. Default 256. */
  memoryMiB?: number;
  /** An idle thread ends after so long. Default 10. */
  idleSeconds?: number;
}

/**
 * Makes threads, of which none starts before there is work. They get no environment, and with it no credentials: work
 * is given what it needs. A thread does one piece of work at a time, so that its death touches no other.
 */
export function createThreads(settings: ThreadSettings): Threads & { close(): Promise<void> } {
  const { entry, maximum = 4, memoryMiB = 256, idleSeconds = 10 } = settings;
  const pool = new Piscina({
    minThreads: 0,
    maxThreads: maximum,
    idleTimeout: idleSeconds * 1000,
    resourceLimits: { maxOldGenerationSizeMb: memoryMiB },
    env: {},
  });
  // A thread that dies without work takes nothing with it.
  pool.on('error', () => {});
  // What waited inside the pool would wait for ever if the last thread died before it.
  const turns = createTurns(maximum);

  const ask = async (request: ThreadRequest, signal?: AbortSignal, moved: Transferable[] = []) => {
    const endTurn = await turns.take(signal);
    try {
      // Named with every request: what a pool loads in advance and cannot load, it waits for without end.
      const options = { filename: entry.href, transferList: moved as never, signal: signal ?? null };
      const answer: ThreadAnswer = await pool.run(request, options).catch((error: Error) => {
        signal?.throwIfAborted();
        const reason = `${request.name} was not finished, for its thread failed: ${error.message}`;
        throw new ThreadFailed(`${reason}${memoryAdvice(error, memoryMiB)}`, { cause: error });
      });
      if ('error' in answer) throw Object.assign(new Error(), answer.error);
      return answer.result;
    } finally {
      endTurn();
    }
  };

  return {
    run: async ({ name }, data, { signal } = {}) => (await ask({ name, data }, signal)) as never,

    stream: async function* ({ name }, data, { input, signal }) {
      const [incoming, outgoing] = [new MessageChannel(), new MessageChannel()];
      const ports = { input: incoming.port2, output: outgoing.port2 };
      const over = new AbortController();
      const ending = signal ? AbortSignal.any([signal, over.signal]) : over.signal;
      const answered = ask({ name, data, ports }, ending, [ports.input, ports.output]);
      // A failure closes the channel only if the thread had it.
      answered.catch(() => outgoing.port1.close());
      sendItems(incoming.port1, input).catch((error) => over.abort(error));
      try {
        const last = yield* receiveItems<never, never>(outgoing.port1);
        await answered;
        return last;
      } catch (error) {
        if (error instanceof ChannelClosed) await answered;
        throw error;
      } finally {
        over.abort();
        incoming.port1.close();
      }
    },

    close: () => pool.destroy(),
  };
}

function memoryAdvice(error: Error & { code?: string }, memoryMiB: number): string {
  if (error.code !== 'ERR_WORKER_OUT_OF_MEMORY') return '';
  return ` (it has ${memoryMiB} MiB: give it less at a time)`;
}
