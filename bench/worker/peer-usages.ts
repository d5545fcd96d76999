import type { PeerUsage } from './contender.ts';

/**
 * The ways to use sqs-consumer that are tried for every load. Fewer messages a receive wait less for the slowest of
 * them, and cost more calls.
 */
export const peerUsages: readonly PeerUsage[] = [
  { handles: 'batches', batchSize: 10 },
  { handles: 'messages', batchSize: 10 },
  { handles: 'batches', batchSize: 5 },
  { handles: 'batches', batchSize: 3 },
  { handles: 'batches', batchSize: 2 },
  { handles: 'messages', batchSize: 1 },
];

/** A usage in words. */
export function titleOf({ handles, batchSize }: PeerUsage): string {
  const how = handles === 'batches' ? 'handleMessageBatch' : 'handleMessage';
  return `sqs-consumer, ${how}, batchSize ${batchSize}`;
}
