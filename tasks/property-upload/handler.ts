import { Readable } from 'node:stream';
import { FileRejected } from '../../services/files/file-rejected.ts';
import { type FileFacts, FileNotFound, type FileVersion } from '../../services/files/files.ts';
import { badRows } from '../../services/register/bad-rows.ts';
import { cancelOnAbort } from '../../services/register/cancel-on-abort.ts';
import { loadRows } from '../../services/register/load-rows.ts';
import { recordUpload } from '../../services/register/record-upload.ts';
import { openUpload } from '../../services/upload-formats/open-upload.ts';
import type { OpenUpload } from '../../services/upload-formats/upload-format.ts';
import type { TaskData, TaskResult } from '../define-task.ts';
import { type HandlerContext, handle, PermanentError } from '../handle.ts';
import { errorReport } from './error-report.ts';
import { ErrorSummary } from './error-summary.ts';
import { type OpenAttempt, type StagedUpload, stageMissingRecords, stageUpload } from './stage-upload.ts';
import { propertyUpload } from './task.ts';
import { uploadNotice } from './upload-notice.ts';
import { tellProgress } from './upload-progress.ts';

type Result = TaskResult<typeof propertyUpload>;

/**
 * Loads a file's good rows in one commit and reports the bad ones. A file that cannot be read by the rules is a
 * finished run that was rejected with its reason; only a file that is not there is a dead letter.
 */
export default handle(propertyUpload, async (input, context) => {
  const { services, signal, run } = context;
  const { sizeBytes, versionId } = await findFile(input.file, context);
  // Every pass reads this version, also if a newer one arrives meanwhile.
  const file = { ...input.file, versionId };
  const record = async (transaction: OpenAttempt['transaction'], result: Result): Promise<Result> => {
    const { landlordId } = input;
    await recordUpload(transaction, {
      ...result,
      runId: run.id,
      sentAt: run.sentAt,
      landlordId,
      file,
      sizeBytes,
    });
    return { ...result, notice: uploadNotice(result, { file, runId: run.id, runUrl: services.runUrl }) };
  };
  const reject = (reason: string) => context.complete((transaction) => record(transaction, rejected(reason)));
  if (sizeBytes > input.maximumSizeBytes) {
    return reject(
      `The file has ${sizeBytes} bytes and may have ${input.maximumSizeBytes}: split it and upload the parts`,
    );
  }
  const progress = tellProgress(context.progress, sizeBytes);
  let upload: OpenUpload | undefined;
  try {
    const options = { ...services, maximumSizeBytes: input.maximumSizeBytes, signal };
    const opened = await openUpload({ file, sizeBytes }, options);
    upload = opened;
    return await context.complete((transaction) =>
      cancelOnAbort({ transaction, database: services.database, signal }, async () =>
        record(transaction, await load(opened, input, { context, transaction, progress })),
      ),
    );
  } catch (error) {
    if (error instanceof FileRejected) return reject(error.message);
    if (error instanceof FileNotFound) throw new PermanentError(`${error.message}: upload it again`);
    throw error;
  } finally {
    progress.end();
    await upload?.close();
  }
});

async function findFile(
  file: FileVersion,
  { services }: HandlerContext<typeof propertyUpload>,
): Promise<FileFacts> {
  const version = file.versionId === undefined ? '' : ` (version ${file.versionId})`;
  const place = `s3://${file.bucket}/${file.key}${version}`;
  if (file.bucket === services.buckets.quarantine) {
    throw new PermanentError(`${place} lies in quarantine: only files that were found clean are loaded`);
  }
  const facts = await services.files.head(file);
  if (facts === undefined) throw new PermanentError(`There is no file ${place}: upload it again`);
  return facts;
}

async function load(
  upload: OpenUpload,
  { landlordId, onInvalidRows }: TaskData<typeof propertyUpload>,
  attempt: OpenAttempt,
): Promise<Result> {
  const staged = await stageUpload(upload, attempt);
  const { header, counts } = staged;
  const warnings = [...upload.warnings, ...header.warnings];
  attempt.progress.loading();
  const unlessAnyBad = onInvalidRows === 'reject-file';
  const { loaded, bad } = await loadRows(attempt.transaction, { landlordId, unlessAnyBad, staged: counts });
  attempt.progress.loaded({ loaded, rejected: bad });
  const summary = new ErrorSummary();
  const report = bad === 0 ? {} : { errorReport: await writeReport(staged, summary, attempt) };
  const result = { loaded, rejected: bad, summary: summary.lines(counts.rows), ...report };
  if (unlessAnyBad && bad > 0) {
    const reason = `${bad} of ${counts.rows} rows are bad, so nothing was loaded`;
    return { outcome: 'rejected', reason, warnings, ...result };
  }
  return {
    outcome: 'loaded',
    warnings: [...warnings, ...nothingLoaded(loaded, counts.rows)],
    ...result,
  };
}

function nothingLoaded(loaded: number, rows: number): string[] {
  if (loaded > 0) return [];
  return [`No row was loaded: ${rows === 0 ? 'the file has none' : `all ${rows} are bad`}`];
}

async function writeReport(
  staged: StagedUpload,
  summary: ErrorSummary,
  attempt: OpenAttempt,
): Promise<NonNullable<Result['errorReport']>> {
  const { services, run, signal } = attempt.context;
  await stageMissingRecords(staged, attempt);
  const place = { bucket: services.buckets.reports, key: `error-reports/${run.id}.csv` };
  const bad = badRows(attempt.transaction);
  const records = errorReport(staged.header.cells, bad, (problems) => summary.add(problems));
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
