import type { MessagePort } from 'node:worker_threads';
import { receiveItems, sendItems } from './item-channel.ts';
import type { ThreadStream, ThreadWork } from './thread-work.ts';

/** What a thread is asked for; with ports it is a stream. */
export interface ThreadRequest {
  name: string;
  data: unknown;
  ports?: { input: MessagePort; output: MessagePort };
}

/** What a thread answers; an error as its parts, for a clone would forget its name. */
export type ThreadAnswer = { result: unknown } | { error: { name: string; message: string; stack: string } };

/**
 * What the module that threads start with exports by default. `load` imports the `*.thread.ts` of a name; the bundler
 * turns it into a table of all there are.
 */
export function serveThread(
  load: (name: string) => Promise<unknown>,
): (request: ThreadRequest) => Promise<ThreadAnswer> {
  return async ({ name, data, ports }) => {
    try {
      const loaded = (await load(name)) as { default?: ThreadWork & ThreadStream };
      const { default: found } = loaded;
      if (found?.name !== name) {
        throw new Error(`${name}.thread.ts must export by default work of that name, not ${found?.name}`);
      }
      if (!ports) return { result: await found.work(data as never) };
      await sendItems(ports.output, found.work(data as never, receiveItems(ports.input)));
      return { result: undefined };
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      return { error: { name: error.name, message: error.message, stack: error.stack ?? '' } };
    }
  };
}
