import fc from 'fast-check';
import { expect, test } from 'vitest';
import { limits } from '../tasks/limits.ts';
import { type ClaimCheckStore, checkIn, checkOut } from './claim-check.ts';
import { type Envelope, parseEnvelope, UnreadableMessage } from './envelope.ts';

const envelope: Envelope = { specversion: '1.0', id: '1', source: '/webapp', type: 'letter' };

function memoryStore(): ClaimCheckStore & { contents: Map<string, string> } {
  const contents = new Map<string, string>();
  return {
    contents,
    put: async (content) => {
      const reference = `memory:${contents.size}`;
      contents.set(reference, content);
      return reference;
    },
    get: async (reference) => {
      const content = contents.get(reference);
      if (content === undefined) throw new UnreadableMessage(`nothing lies at ${reference}`);
      return content;
    },
  };
}

test('data of any size comes back, and no body is over the limit of SQS', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: limits.messageBytes - 200, max: limits.messageBytes + 200 }),
      fc.constantFrom('a', 'é', '😀', '"'),
      async (bytes, character) => {
        const store = memoryStore();
        const data = character.repeat(Math.floor(bytes / Buffer.byteLength(character)));
        const body = await checkIn({ ...envelope, data }, store);
        expect(Buffer.byteLength(body)).toBeLessThanOrEqual(limits.messageBytes);
        expect(await checkOut(parseEnvelope(body), store)).toBe(data);
      },
    ),
    { numRuns: 20 },
  );
});

test('data within the limit stays in the message', async () => {
  const store = memoryStore();
  const body = await checkIn({ ...envelope, data: { small: true } }, store);
  expect(store.contents.size).toBe(0);
  expect(parseEnvelope(body).dataref).toBeUndefined();
});

test('an envelope that is too large without its data is refused', async () => {
  const huge = { ...envelope, comment: 'x'.repeat(limits.messageBytes), data: 1 };
  await expect(checkIn(huge, memoryStore())).rejects.toThrow(/shorten its attributes/);
});

test('a reference to something that is not JSON makes the message unreadable', async () => {
  const store = memoryStore();
  const dataref = await store.put('not JSON');
  await expect(checkOut({ ...envelope, dataref }, store)).rejects.toThrow(UnreadableMessage);
});
