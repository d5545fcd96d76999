import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ClaimCheckStore } from './claim-check.ts';
import { formatEnvelope, parseEnvelope } from './envelope.ts';
import { type Outcome, readReply, replyType, writeReply } from './reply.ts';
import { runIdOf } from './run-id.ts';

function store(): ClaimCheckStore {
  const contents: string[] = [];
  return {
    put: async (content) => `s3://bucket/${contents.push(content) - 1}`,
    get: async (reference) => contents[Number(reference.split('/').at(-1))] ?? '',
  };
}
const message = { task: 'property-report', source: '/webapp', id: 'order-1' };
const endedAt = new Date('2026-11-22T10:00:00Z');

const outcome: fc.Arbitrary<Outcome> = fc.oneof(
  fc.record({ status: fc.constant('done' as const), result: fc.jsonValue() }),
  fc.record({
    status: fc.constant('dead' as const),
    error: fc.record({ name: fc.string(), message: fc.string() }, { requiredKeys: ['message'] }),
  }),
  fc.constant({ status: 'cancelled' as const }),
);

test('what is written is read again, small or large', async () => {
  await fc.assert(
    fc.asyncProperty(outcome, fc.boolean(), async (ended, isLarge) => {
      const claimChecks = store();
      const id = isLarge ? `${message.id}/${'x'.repeat(262_144)}` : message.id;
      const body = await writeReply({ ...message, id }, { ...ended, endedAt }, claimChecks);
      const runId = runIdOf({ type: message.task, source: message.source, id });
      expect(JSON.stringify(await readReply(body, claimChecks))).toBe(
        JSON.stringify({ id, runId, task: message.task, ...ended }),
      );
      expect(parseEnvelope(body)).toMatchObject({
        id: `${runId}/${ended.status}`,
        time: endedAt.toISOString(),
      });
      expect(Buffer.byteLength(body)).toBeLessThanOrEqual(262_144);
    }),
    { numRuns: 50 },
  );
});

test('a body that is no reply is refused with every reason', async () => {
  const envelope = { specversion: '1.0', id: '1', source: '/x', type: replyType } as const;
  const read = (more: object) => readReply(formatEnvelope({ ...envelope, ...more }), store());
  await expect(read({ type: 'property-report', data: {} })).rejects.toThrow(
    'type: a reply is of the type run-outcome, not "property-report"',
  );
  await expect(read({ data: { status: 'lost' } })).rejects.toThrow(/status: Invalid/);
  await expect(read({ data: { status: 'dead', id: 7 } })).rejects.toThrow(/id: .*runId: .*task: .*error: /);
  await expect(readReply('hello', store())).rejects.toThrow('the body is not JSON');
});
