import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeAwsChunked } from './decode-aws-chunked.ts';

async function* pieces(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
  let offset = 0;
  for (let turn = 0; offset < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield bytes.subarray(offset, offset + size);
    offset += size;
  }
}

function frame(chunks: readonly Buffer[], trailer: string): Buffer {
  return Buffer.concat([
    ...chunks.flatMap((chunk) => [
      Buffer.from(`${chunk.length.toString(16)};chunk-signature=0\r\n`),
      chunk,
      Buffer.from('\r\n'),
    ]),
    Buffer.from(`0\r\n${trailer}\r\n`),
  ]);
}

async function decode(framed: Buffer, sizes: readonly number[]) {
  const trailers: Record<string, string> = {};
  const out: Buffer[] = [];
  const source = pieces(framed, sizes);
  for await (const chunk of decodeAwsChunked(source, (name, value) => {
    trailers[name] = value;
  })) {
    out.push(chunk);
  }
  return { content: Buffer.concat(out), trailers };
}

const chunk = fc.uint8Array({ minLength: 1, maxLength: 200 }).map((bytes) => Buffer.from(bytes));
const sizes = fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 5 });

test('content and trailer come out as they went in, however the network cuts them', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(chunk, { maxLength: 8 }), sizes, async (chunks, cuts) => {
      const decoded = await decode(frame(chunks, 'X-Amz-Checksum-CRC32: AAAAAA==\r\n'), cuts);
      expect(decoded.content.equals(Buffer.concat(chunks))).toBe(true);
      expect(decoded.trailers).toEqual({ 'x-amz-checksum-crc32': 'AAAAAA==' });
    }),
  );
});

test('a body that ends anywhere before its end is incomplete', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(chunk, { maxLength: 4 }),
      sizes,
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      async (chunks, cuts, share) => {
        const framed = frame(chunks, '');
        const cut = framed.subarray(0, Math.floor(framed.length * share));
        await expect(decode(cut, cuts)).rejects.toMatchObject({ code: 'IncompleteBody' });
      },
    ),
  );
});

test.each([
  ['a size that is no number', 'five\r\nhello\r\n0\r\n\r\n'],
  ['a chunk longer than its size', '3\r\nhello\r\n0\r\n\r\n'],
  ['a line without end', 'a'.repeat(20_000)],
])('%s is refused', async (_what, framed) => {
  await expect(decode(Buffer.from(framed), [7000])).rejects.toMatchObject({ code: 'IncompleteBody' });
});
