import { AwsError, type Interference } from '../json-protocol.ts';
import { type Batch, disturbBatch, isBatch } from './disturb-batch.ts';
import { draw } from './draw.ts';

/** What goes wrong with SQS. */
export const sqsFaults = [
  /** A call is refused as one too many; nothing happened. */
  'throttled',
  /** A call is answered by a server's error; nothing happened. */
  'failed',
  /** A call does what it should, but is answered by a server's error. */
  'answer lost',
  /** An entry of a batch is told as failed; nothing happened to it. */
  'entry failed',
  /** An entry of a batch, such as a delete, does what it should but is told as failed. */
  'entry answer lost',
  /** A delete is told as done, but the message comes again. */
  'delete ignored',
  /** Received messages stay visible, or nearly, and are delivered again while they are worked on. */
  'delivered twice',
] as const;
export type SqsFault = (typeof sqsFaults)[number];

/** How often each of them happens to what it can happen to, from 0 to 1. Default 0. */
export type SqsFaultRates = Partial<Record<SqsFault, number>>;

/** More than a bad day: a fifth of the calls throttled, and all the rest of it now and then. */
export const roughRates: SqsFaultRates = {
  throttled: 0.2,
  failed: 0.03,
  'answer lost': 0.03,
  'entry failed': 0.03,
  'entry answer lost': 0.05,
  'delete ignored': 0.01,
  'delivered twice': 0.05,
};

/** A source of trouble for `createSqs`. */
export interface SqsFaults {
  interfere: Interference;
  /** How often what happened so far. */
  counts: Readonly<Record<SqsFault, number>>;
  /** Calls so far, also those to which nothing happened. */
  calls(): number;
}

/**
 * Makes trouble by the seed: the same one does the same to the nth call of an operation. Which client makes the nth call
 * is for real time to say.
 */
export function createSqsFaults({
  seed,
  rates = roughRates,
}: {
  seed: string;
  rates?: SqsFaultRates;
}): SqsFaults {
  const counts = Object.fromEntries(sqsFaults.map((fault) => [fault, 0])) as Record<SqsFault, number>;
  const calls = new Map<string, number>();

  /** The faults are asked one after the other, so that each keeps its rate. */
  const pick = (among: readonly SqsFault[], ...words: (string | number)[]): SqsFault | undefined => {
    let chance = draw(seed, ...words);
    const picked = among.find((fault) => {
      chance -= rates[fault] ?? 0;
      return chance < 0;
    });
    if (picked) counts[picked] += 1;
    return picked;
  };

  const interfere: Interference = async ({ operation, input }, proceed) => {
    const call = (calls.get(operation) ?? 0) + 1;
    calls.set(operation, call);
    switch (pick(['throttled', 'failed', 'answer lost'], operation, call)) {
      case 'throttled':
        throw new AwsError('RequestThrottled', 'The request was denied due to request throttling.', {
          queryCode: 'RequestThrottled',
        });
      case 'failed':
        throw serverError();
      case 'answer lost':
        await proceed(input);
        throw serverError();
    }
    if (isBatch(operation, input)) {
      const among: SqsFault[] = operation.startsWith('Delete')
        ? ['entry failed', 'entry answer lost', 'delete ignored']
        : ['entry failed', 'entry answer lost'];
      const fates = input.Entries.map((_, index) => pick(among, operation, call, index));
      return disturbBatch(input, fates, proceed as (batch: Batch) => Promise<object>);
    }
    if (operation === 'DeleteMessage' && pick(['delete ignored'], operation, call, 0)) return {};
    if (operation === 'ReceiveMessage' && pick(['delivered twice'], operation, call, 0)) {
      return proceed({ ...input, VisibilityTimeout: Math.floor(draw(seed, operation, call, 'seconds') * 3) });
    }
    return proceed(input);
  };

  return { interfere, counts, calls: () => [...calls.values()].reduce((sum, count) => sum + count, 0) };
}

function serverError(): AwsError {
  return new AwsError('InternalFailure', 'Something is wrong with the local cloud, on purpose.', {
    status: 500,
  });
}
