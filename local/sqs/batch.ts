import { AwsError } from '../json-protocol.ts';
import { sqsErrors } from './sqs-errors.ts';

/** What every batch operation answers; AWS leaves out a list that would be empty, whatever its model says. */
export interface BatchResult {
  Successful?: object[];
  Failed?: { Id: string; SenderFault: boolean; Code: string; Message: string }[];
}

/** Checks a batch as a whole. Throws AwsError. */
export function checkBatch<Entry extends { Id: string }>(entries: Entry[] | undefined): Entry[] {
  if (!entries || entries.length === 0) throw sqsErrors.emptyBatchRequest();
  if (entries.length > 10) throw sqsErrors.tooManyEntries(entries.length);
  const ids = new Set<string>();
  for (const { Id } of entries) {
    if (typeof Id !== 'string' || !/^[\w-]{1,80}$/.test(Id)) throw sqsErrors.invalidBatchEntryId();
    if (ids.has(Id)) throw sqsErrors.batchEntryIdsNotDistinct(Id);
    ids.add(Id);
  }
  return entries;
}

/** Runs each entry of a checked batch; one that is refused leaves the others alone. */
export function runBatch<Entry extends { Id: string }>(
  entries: Entry[],
  run: (entry: Entry) => object | undefined,
): BatchResult {
  const result: BatchResult = {};
  for (const entry of entries) {
    try {
      const done = { Id: entry.Id, ...run(entry) };
      result.Successful ??= [];
      result.Successful.push(done);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      result.Failed ??= [];
      result.Failed.push({
        Id: entry.Id,
        SenderFault: true,
        Code: error.queryCode ?? error.code,
        Message: error.message,
      });
    }
  }
  return result;
}
