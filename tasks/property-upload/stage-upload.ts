import { CsvRejected } from '../../services/csv/csv-rejected.ts';
import { decodeText, type TextEncoding } from '../../services/csv/text-encoding.ts';
import type { FileVersion } from '../../services/files/files.ts';
import { londonDate } from '../../services/register/london-date.ts';
import { type StagedRow, stageRows } from '../../services/register/stage-rows.ts';
import type { HandlerContext } from '../handle.ts';
import type { Header } from './read-header.ts';
import { readRows } from './read-rows.ts';
import type { propertyUpload } from './task.ts';

/** An attempt inside the transaction that completes its run. */
export interface OpenAttempt {
  context: HandlerContext<typeof propertyUpload>;
  transaction: Parameters<Parameters<HandlerContext<typeof propertyUpload>['complete']>[0]>[0];
}

/** A file whose encoding is known. */
export interface Upload {
  file: FileVersion;
  sizeBytes: number;
  encoding: TextEncoding;
}

/** Brings every row into the transaction's staging table, telling how far it is. Throws CsvRejected. */
export async function stageUpload(
  { file, sizeBytes, encoding }: Upload,
  { context, transaction }: OpenAttempt,
): Promise<{ header: Header; rows: number }> {
  const { services, signal, run, progress } = context;
  const content = await services.files.read(file, signal);
  let header: Header | undefined;
  let bytes = 0;
  let rows = 0;
  let bad = 0;
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const chunk of content) {
      bytes += chunk.length;
      yield chunk;
    }
  }
  async function* told(): AsyncGenerator<StagedRow[]> {
    const text = decodeText(counted(), encoding);
    const onHeader = (read: Header) => {
      header = read;
    };
    for await (const batch of readRows(text, { today: londonDate(run.sentAt), onHeader })) {
      yield batch;
      rows += batch.length;
      bad += batch.filter(({ problems }) => problems.length > 0).length;
      progress({ done: bytes, total: sizeBytes, unit: 'bytes', counts: { rows, bad } });
    }
  }
  await stageRows(transaction, told(), signal);
  if (header === undefined) throw new CsvRejected('The file is empty: it has no line that is not blank');
  return { header, rows };
}
