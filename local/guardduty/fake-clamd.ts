import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { ClamdAddress } from './clamd-address.ts';

/** What reached a fake clamd on one connection. */
export interface Streamed {
  content: Buffer;
  /** Whether the end was told, or the connection broke off. */
  complete: boolean;
}

/** A server that speaks clamd's protocol, for tests. */
export interface FakeClamd {
  address: ClamdAddress;
  streamed: Streamed[];
  close(): Promise<void>;
}

/** Gives `answer` to every stream; undefined closes without a word, a promise that never ends says nothing. */
export async function startFakeClamd({
  answer,
  maximumBytes = Number.POSITIVE_INFINITY,
  listen = { host: '127.0.0.1', port: 0 },
}: {
  answer: (content: Buffer) => Promise<string | undefined> | string | undefined;
  /** Beyond it clamd refuses and hangs up at once. */
  maximumBytes?: number;
  listen?: ClamdAddress;
}): Promise<FakeClamd> {
  const sockets = new Set<Socket>();
  const fake: FakeClamd = {
    address: listen,
    streamed: [],
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };

  const serve = async (socket: Socket): Promise<void> => {
    const read = createReader(socket);
    const command = await read.until(0);
    if (command === 'zVERSION') return void socket.end('ClamAV 1.0.0/1/today\0');
    if (command !== 'zINSTREAM') return void socket.end('UNKNOWN COMMAND\0');
    const stream: Streamed = { content: Buffer.alloc(0), complete: false };
    fake.streamed.push(stream);
    for (;;) {
      const length = (await read.bytes(4)).readUInt32BE();
      if (length === 0) break;
      const piece = await read.bytes(length);
      if (stream.content.length + length > maximumBytes) {
        return void socket.end('INSTREAM size limit exceeded. ERROR\0');
      }
      stream.content = Buffer.concat([stream.content, piece]);
    }
    stream.complete = true;
    const text = await answer(stream.content);
    if (text === undefined) socket.end();
    else socket.end(`${text}\0`);
  };

  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
    serve(socket).catch(() => socket.destroy());
  });
  server.listen(listen);
  await once(server, 'listening');
  if ('port' in listen) fake.address = { ...listen, port: (server.address() as AddressInfo).port };
  return fake;
}

/** Takes bytes off a socket as they are wanted. */
function createReader(socket: Socket): {
  bytes(count: number): Promise<Buffer>;
  until(byte: number): Promise<string>;
} {
  const pieces = socket[Symbol.asyncIterator]();
  let buffer = Buffer.alloc(0);
  const more = async (): Promise<void> => {
    const { value, done } = await pieces.next();
    if (done) throw new Error('the connection ended');
    buffer = Buffer.concat([buffer, value as Buffer]);
  };
  const take = (count: number): Buffer => {
    const taken = buffer.subarray(0, count);
    buffer = buffer.subarray(count);
    return taken;
  };
  return {
    bytes: async (count) => {
      while (buffer.length < count) await more();
      return take(count);
    },
    until: async (byte) => {
      while (!buffer.includes(byte)) await more();
      const text = take(buffer.indexOf(byte)).toString();
      take(1);
      return text;
    },
  };
}
