import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { addAbortSignal, type Readable } from 'node:stream';
import { type ClamdAddress, writeClamdAddress } from './clamd-address.ts';
import { clamdVerdict } from './clamd-verdict.ts';
import type { MalwareScanner } from './malware-scanner.ts';

/** A clamd that scans what is streamed to it. */
export interface ClamdScanner extends MalwareScanner {
  /** The engine's and the signatures' version. Throws if clamd does not answer. */
  version(): Promise<string>;
}

interface ClamdTimes {
  /** For the connection. Default 5,000. */
  connectMilliseconds?: number;
  /** Without a byte in either direction; clamd itself gives up a scan after 2 minutes. Default 150,000. */
  silenceMilliseconds?: number;
}

/**
 * Scans by clamd's INSTREAM (https://docs.clamav.net/manual/Usage/Scanning.html, clamd(8)): the content goes through in
 * pieces and is never held. Only an answer to the whole content counts as clean; anything that breaks off throws.
 */
export function createClamdScanner(address: ClamdAddress, times: ClamdTimes = {}): ClamdScanner {
  const reach = (): Socket => reachClamd(address, times);
  return {
    scan: async (content, signal) => {
      const socket = reach();
      const over = new AbortController();
      const end = (): void => over.abort();
      socket.once('close', end);
      const giveUp = (): unknown => socket.destroy(new Error('nobody waits for the verdict any more'));
      signal?.addEventListener('abort', giveUp);
      if (signal?.aborted) giveUp();
      const progress = { whole: false };
      send(content, { socket, progress, signal: over.signal }).catch((error) => socket.destroy(error));
      try {
        const verdict = clamdVerdict(await readAnswer(socket));
        if (progress.whole || verdict.status !== 'NO_THREATS_FOUND') return verdict;
        throw new Error('clamd answered before it had the whole content');
      } finally {
        signal?.removeEventListener('abort', giveUp);
        end();
        socket.destroy();
      }
    },
    version: async () => {
      const socket = reach();
      socket.write('zVERSION\0');
      return readAnswer(socket).finally(() => socket.destroy());
    },
  };
}

/** Writes no faster than clamd reads. Throws if the content breaks off; ends it when the signal says so. */
async function send(
  content: Readable,
  { socket, progress, signal }: { socket: Socket; progress: { whole: boolean }; signal: AbortSignal },
): Promise<void> {
  content.on('error', () => undefined);
  addAbortSignal(signal, content);
  for await (const frame of inFrames(content)) {
    if (!socket.write(frame)) await once(socket, 'drain', { signal });
  }
  progress.whole = true;
}

function reachClamd(
  address: ClamdAddress,
  { connectMilliseconds = 5_000, silenceMilliseconds = 150_000 }: ClamdTimes,
): Socket {
  const name = writeClamdAddress(address);
  const socket = connect(address);
  socket.setTimeout(connectMilliseconds, () => {
    const what = socket.connecting ? `cannot be reached within` : `said nothing for`;
    const milliseconds = socket.connecting ? connectMilliseconds : silenceMilliseconds;
    socket.destroy(new Error(`clamd at ${name} ${what} ${milliseconds / 1000} s`));
  });
  socket.once('connect', () => socket.setTimeout(silenceMilliseconds));
  return socket;
}

/** Everything up to the NUL that ends clamd's answers. */
function readAnswer(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    socket.setEncoding('utf8');
    socket.on('data', (piece: string) => {
      text += piece;
      const end = text.indexOf('\0');
      if (end >= 0) resolve(text.slice(0, end));
    });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('clamd closed the connection without an answer')));
  });
}

/** The command, then every piece after its length in four bytes, then a length of zero. */
async function* inFrames(content: Readable): AsyncGenerator<Buffer> {
  yield Buffer.from('zINSTREAM\0');
  for await (const piece of content) {
    const bytes = piece as Buffer;
    if (bytes.length > 0) yield* [lengthOf(bytes), bytes];
  }
  yield lengthOf(Buffer.alloc(0));
}

function lengthOf(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return length;
}
