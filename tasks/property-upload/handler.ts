import { Readable } from 'node:stream';
import { CsvRejected } from '../../services/csv/csv-rejected.ts';
import { decodeText, detectEncoding, type TextEncoding } from '../../services/csv/text-encoding.ts';
import type { FileFacts, FileVersion } from '../../services/files/files.ts';
import { badRows } from '../../services/register/bad-rows.ts';
import { cancelOnAbort } from '../../services/register/cancel-on-abort.ts';
import { loadRows } from '../../services/register/load-rows.ts';
import { londonDate } from '../../services/register/london-date.ts';
import { type StagedRow, stageRows } from '../../services/register/stage-rows.ts';
import type { TaskData, TaskResult } from '../define-task.ts';
import { type HandlerContext, handle, PermanentError } from '../handle.ts';
import { errorReport } from './error-report.ts';
import { ErrorSummary } from './error-summary.ts';
import type { Header } from './read-header.ts';
import { readRows } from './read-rows.ts';
import { propertyUpload } from './task.ts';

type Context = HandlerContext<typeof propertyUpload>;
type Transaction = Parameters<Parameters<Context['complete']>[0]>[0];
type Result = TaskResult<typeof propertyUpload>;

/** What is known of the file before its rows are read. */
interface Upload {
  file: FileVersion;
  facts: FileFacts;
  encoding: TextEncoding;
}

/**
 * Loads a file's good rows in one commit and reports the bad ones. A file that cannot be read by the rules is a
 * finished run that was rejected with its reason; only a file that is not there is a dead letter.
 */
export default handle(propertyUpload, async (input, context) => {
  const facts = await findFile(input.file, context);
  if (facts.sizeBytes > input.maximumSizeBytes) {
    return rejected(
      `The file has ${facts.sizeBytes} bytes and may have ${input.maximumSizeBytes}: split it and upload the parts`,
    );
  }
  const file = { ...input.file, versionId: facts.versionId };
  try {
    const content = await context.services.files.read(file, context.signal);
    const encoding = await detectEncoding(content);
    return await context.complete((transaction) =>
      cancelOnAbort({ transaction, database: context.services.database, signal: context.signal }, () =>
        load({ file, facts, encoding }, input, { context, transaction }),
      ),
    );
  } catch (error) {
    if (error instanceof CsvRejected) return rejected(error.message);
    throw error;
  }
});

async function findFile(file: FileVersion, { services }: Context): Promise<FileFacts> {
  const place = `s3://${file.bucket}/${file.key}${file.versionId === undefined ? '' : ` (version ${file.versionId})`}`;
  if (file.bucket === services.buckets.quarantine) {
    throw new PermanentError(`${place} lies in quarantine: only files that were found clean are loaded`);
  }
  const facts = await services.files.head(file);
  if (facts === undefined) throw new PermanentError(`There is no file ${place}: upload it again`);
  return facts;
}

async function load(
  upload: Upload,
  { landlordId, onInvalidRows }: TaskData<typeof propertyUpload>,
  { context, transaction }: { context: Context; transaction: Transaction },
): Promise<Result> {
  const { header, rows, rejection } = await stage(upload, { context, transaction });
  if (rejection !== undefined || header === undefined) return rejected(rejection ?? 'The file has no header');
  context.progress({
    done: upload.facts.sizeBytes,
    total: upload.facts.sizeBytes,
    unit: 'bytes',
    message: 'loading',
  });
  const unlessAnyBad = onInvalidRows === 'reject-file';
  const { loaded, bad } = await loadRows(transaction, { landlordId, unlessAnyBad });
  const warnings = [...header.warnings];
  if (loaded === 0 && !(unlessAnyBad && bad > 0)) {
    warnings.push(
      rows === 0 ? 'No row was loaded: the file has none' : `No row was loaded: all ${rows} are bad`,
    );
  }
  const result = { loaded, rejected: bad, warnings };
  if (bad === 0) return { outcome: 'loaded', ...result, summary: [] };
  const summary = new ErrorSummary();
  const report = await writeReport({ header, summary }, { context, transaction });
  return {
    outcome: unlessAnyBad ? 'rejected' : 'loaded',
    ...(unlessAnyBad ? { reason: `${bad} of ${rows} rows are bad, so nothing was loaded` } : {}),
    ...result,
    summary: summary.lines(rows),
    errorReport: report,
  };
}

/** Brings every row into the transaction's staging table, telling how far it is. */
async function stage(
  { file, facts, encoding }: Upload,
  { context, transaction }: { context: Context; transaction: Transaction },
): Promise<{ header?: Header; rows: number; rejection?: string }> {
  const { services, signal, run, progress } = context;
  const content = await services.files.read(file, signal);
  const staged: { header?: Header; rows: number; rejection?: string } = { rows: 0 };
  let bytes = 0;
  let bad = 0;
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const chunk of content) {
      bytes += chunk.length;
      yield chunk;
    }
  }
  /** A rejected file ends the rows instead of breaking the transaction, in which the run is still to be completed. */
  async function* untilRejected(): AsyncGenerator<StagedRow[]> {
    try {
      const text = decodeText(counted(), encoding);
      for await (const batch of readRows(text, {
        today: londonDate(run.sentAt),
        onHeader: (header) => {
          staged.header = header;
        },
      })) {
        signal.throwIfAborted();
        yield batch;
        staged.rows += batch.length;
        for (const row of batch) if (row.problems.length > 0) bad += 1;
        progress({ done: bytes, total: facts.sizeBytes, unit: 'bytes', counts: { rows: staged.rows, bad } });
      }
    } catch (error) {
      if (!(error instanceof CsvRejected)) throw error;
      staged.rejection = error.message;
    }
  }
  await stageRows(transaction, untilRejected(), signal);
  return staged;
}

async function writeReport(
  { header, summary }: { header: Header; summary: ErrorSummary },
  { context, transaction }: { context: Context; transaction: Transaction },
): Promise<NonNullable<Result['errorReport']>> {
  const { services, run, signal } = context;
  const place = { bucket: services.buckets.reports, key: `error-reports/${run.id}.csv` };
  const records = errorReport(header.cells, badRows(transaction), (problems) => summary.add(problems));
  const { versionId } = await services.files.write(
    { ...place, contentType: 'text/csv; charset=utf-8' },
    Readable.from(records, { objectMode: false }),
    signal,
  );
  return { ...place, ...(versionId === undefined ? {} : { versionId }) };
}

function rejected(reason: string): Result {
  return { outcome: 'rejected', reason, loaded: 0, rejected: 0, warnings: [], summary: [] };
}
