import type { BatchResult } from '../sqs/batch.ts';
import type { SqsFault } from './sqs-faults.ts';

/** A batch request's input. */
export interface Batch {
  Entries: { Id: string }[];
}

/** Whether a call is one of several entries that can fail one by one. */
export function isBatch(operation: string, input: object): input is Batch {
  return operation.endsWith('Batch') && 'Entries' in input && Array.isArray(input.Entries);
}

/** Does a batch but for the entries that are to fail or to be ignored, and tells of each what its fate wants told. */
export async function disturbBatch(
  batch: Batch,
  fates: readonly (SqsFault | undefined)[],
  proceed: (batch: Batch) => Promise<object>,
): Promise<object> {
  const fateOf = new Map(batch.Entries.map(({ Id }, index) => [Id, fates[index]]));
  const left = batch.Entries.filter(({ Id }) => !skipped.has(fateOf.get(Id)));
  const answer: BatchResult =
    left.length > 0 || batch.Entries.length === 0 ? await proceed({ ...batch, Entries: left }) : {};
  const successful = [
    ...((answer.Successful ?? []) as { Id: string }[]).filter(
      ({ Id }) => fateOf.get(Id) !== 'entry answer lost',
    ),
    ...batch.Entries.filter(({ Id }) => fateOf.get(Id) === 'delete ignored').map(({ Id }) => ({ Id })),
  ];
  const failed = [
    ...(answer.Failed ?? []).filter(({ Id }) => !toldAsFailed.has(fateOf.get(Id))),
    ...batch.Entries.filter(({ Id }) => toldAsFailed.has(fateOf.get(Id))).map(({ Id }) => ({
      Id,
      SenderFault: false,
      Code: 'InternalError',
      Message: 'Something is wrong with the local cloud, on purpose.',
    })),
  ];
  return {
    ...(successful.length > 0 ? { Successful: successful } : {}),
    ...(failed.length > 0 ? { Failed: failed } : {}),
  } satisfies BatchResult;
}

const skipped = new Set<SqsFault | undefined>(['entry failed', 'delete ignored']);
const toldAsFailed = new Set<SqsFault | undefined>(['entry failed', 'entry answer lost']);
