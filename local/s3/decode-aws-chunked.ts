import { S3Error } from './s3-error.ts';

/**
 * Takes the aws-chunked framing off a body: `SIZE[;chunk-signature=…]\r\n bytes \r\n` up to a chunk of size 0, then
 * trailers, which are told to the listener. The SDKs frame every streamed body so, to send its checksum at the end.
 * Throws S3Error IncompleteBody if the body ends early or is framed otherwise.
 */
export async function* decodeAwsChunked(
  source: AsyncIterable<Buffer>,
  onTrailer: (name: string, value: string) => void,
): AsyncGenerator<Buffer> {
  const iterator = source[Symbol.asyncIterator]();
  let buffered: Buffer = Buffer.alloc(0);

  const more = async (): Promise<boolean> => {
    const { value, done } = await iterator.next();
    if (done) return false;
    buffered = buffered.length === 0 ? value : Buffer.concat([buffered, value]);
    return true;
  };
  const line = async (): Promise<string> => {
    let end = buffered.indexOf('\r\n');
    while (end < 0) {
      if (buffered.length > 16_384) throw incomplete('a line of its framing is too long');
      if (!(await more())) throw incomplete('it ends within its framing');
      end = buffered.indexOf('\r\n');
    }
    const found = buffered.toString('latin1', 0, end);
    buffered = buffered.subarray(end + 2);
    return found;
  };

  try {
    for (;;) {
      const size = (await line()).split(';')[0] ?? '';
      if (!/^[0-9a-fA-F]{1,12}$/.test(size)) throw incomplete(`${JSON.stringify(size)} is no chunk size`);
      let left = Number.parseInt(size, 16);
      if (left === 0) break;
      while (left > 0) {
        if (buffered.length === 0 && !(await more())) throw incomplete('it ends within a chunk');
        const piece = buffered.subarray(0, left);
        buffered = buffered.subarray(piece.length);
        left -= piece.length;
        if (piece.length > 0) yield piece;
      }
      if ((await line()) !== '') throw incomplete('a chunk is longer than its size');
    }
    for (let trailer = await line(); trailer !== ''; trailer = await line()) {
      const colon = trailer.indexOf(':');
      if (colon > 0) onTrailer(trailer.slice(0, colon).trim().toLowerCase(), trailer.slice(colon + 1).trim());
    }
    while (await more()) buffered = Buffer.alloc(0);
  } finally {
    await iterator.return?.();
  }
}

function incomplete(reason: string): S3Error {
  return new S3Error('IncompleteBody', `The aws-chunked request body is incomplete: ${reason}`);
}
