import { NotUtf8 } from '../../services/csv/text-reader.ts';
import { FileRejected } from '../../services/files/file-rejected.ts';
import { linesWithoutRecord } from '../../services/register/bad-rows.ts';
import { londonDate } from '../../services/register/london-date.ts';
import { prepareStaging, stageRecords, stageRows, unstageRows } from '../../services/register/stage-rows.ts';
import type { OpenUpload } from '../../services/upload-formats/upload-format.ts';
import type { HandlerContext } from '../handle.ts';
import checkRows from './check-rows.thread.ts';
import type { CheckEnd, RowCounts } from './check-rows.ts';
import findRecords from './find-records.thread.ts';
import { lineSet } from './line-set.ts';
import type { Header } from './read-header.ts';
import type { propertyUpload } from './task.ts';
import type { UploadProgress } from './upload-progress.ts';

/** An attempt inside the transaction that completes its run. */
export interface OpenAttempt {
  context: HandlerContext<typeof propertyUpload>;
  transaction: Parameters<Parameters<HandlerContext<typeof propertyUpload>['complete']>[0]>[0];
  progress: UploadProgress;
}

/** A file whose rows have been staged, and how it was read. */
export interface StagedUpload {
  upload: OpenUpload;
  header: Header;
  counts: RowCounts;
  /** Which of the ways to read the upload is right. */
  way: number;
}

/** Brings every row into the transaction's staging table, telling how far it is. Throws FileRejected. */
export async function stageUpload(upload: OpenUpload, attempt: OpenAttempt): Promise<StagedUpload> {
  await prepareStaging(attempt.transaction);
  try {
    return await stageAs(upload, attempt);
  } catch (error) {
    if (!(error instanceof NotUtf8)) throw error;
  }
  await unstageRows(attempt.transaction);
  return stageAs({ ...upload, format: { ...upload.format, encoding: 'windows-1252' } }, attempt);
}

async function stageAs(
  upload: OpenUpload,
  { context, transaction, progress }: OpenAttempt,
): Promise<StagedUpload> {
  const { services, signal, run } = context;
  let found: { header: Header; way: number } | undefined;
  let end: CheckEnd | undefined;
  const content = await upload.read();
  async function* checked() {
    const orders = { format: upload.format, today: londonDate(run.sentAt) };
    end = yield* services.threads.stream(checkRows, orders, { input: progress.reading(content), signal });
  }
  async function* lines(): AsyncGenerator<Uint8Array> {
    for await (const item of checked()) {
      if (item instanceof Uint8Array) yield item;
      else if ('header' in item) found = item;
      else progress.counted(item.counts);
    }
  }
  await stageRows(transaction, lines(), signal);
  if (end?.is === 'not-utf8') throw new NotUtf8('the file has a byte that is no UTF-8');
  if (end?.is === 'rejected') throw new FileRejected(end.reason);
  if (end === undefined || found === undefined) throw new Error('The check of a file ended without a word');
  progress.counted(end.counts);
  return { upload, ...found, counts: end.counts };
}

/** Brings the report's records of rows that only the database found bad into the transaction. */
export async function stageMissingRecords(
  { upload, way, header }: StagedUpload,
  { context, transaction }: OpenAttempt,
): Promise<void> {
  const { services, signal } = context;
  const lines = await lineSet(linesWithoutRecord(transaction));
  if (lines.length === 0) return;
  const orders = { format: upload.format, way, lines, columns: header.cells.length };
  const input = await upload.read();
  await stageRecords(transaction, services.threads.stream(findRecords, orders, { input, signal }), signal);
}
