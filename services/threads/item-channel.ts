import { on } from 'node:events';
import type { MessagePort } from 'node:worker_threads';

/** Items that may be on their way or unread: enough to keep both sides busy, few enough to bound memory. */
const itemsAhead = 4;

type Sent<Item, Last> = { item: Item } | { last: Last };

/** The other end of a channel was closed before the last item had come. */
export class ChannelClosed extends Error {
  override readonly name = 'ChannelClosed';
}

/**
 * Sends every item to whoever receives at the other end of the port, as fast as they are taken there, and at the end
 * what the items return. Ends early when the port is closed. Throws what the items throw.
 */
export async function sendItems<Item, Last>(
  port: MessagePort,
  items: AsyncIterable<Item, Last>,
): Promise<void> {
  const iterator = items[Symbol.asyncIterator]();
  try {
    for await (const [asked] of on(port, 'message', { close: ['close'] })) {
      for (let due: number = asked; due > 0; due -= 1) {
        const next = await iterator.next();
        if (next.done) {
          port.postMessage({ last: next.value } satisfies Sent<Item, Last>);
          return;
        }
        sendItem(port, next.value);
      }
    }
  } finally {
    await iterator.return?.();
  }
}

/** Bytes are copied out of a buffer that they may share, which a clone would take as a whole, and then moved. */
function sendItem(port: MessagePort, item: unknown): void {
  if (item instanceof Uint8Array) {
    const bytes = new Uint8Array(item);
    port.postMessage({ item: bytes }, [bytes.buffer]);
  } else {
    port.postMessage({ item });
  }
}

/**
 * Yields what is sent at the other end of the port and returns what is sent last. Closes the port in the end. Throws
 * ChannelClosed.
 */
export async function* receiveItems<Item, Last>(port: MessagePort): AsyncGenerator<Item, Last, undefined> {
  const messages = on(port, 'message', { close: ['close'] });
  port.postMessage(itemsAhead);
  try {
    for await (const [message] of messages as AsyncIterable<Sent<Item, Last>[]>) {
      if (message === undefined) continue;
      if ('last' in message) return message.last;
      yield message.item;
      port.postMessage(1);
    }
    throw new ChannelClosed('the other side was closed in the middle of the stream');
  } finally {
    port.close();
  }
}
