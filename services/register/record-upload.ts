import type { ClientBase } from 'pg';
import type { FileVersion } from '../files/files.ts';

/** What became of a file that was handed in for the register. */
export interface UploadRecord {
  runId: string;
  landlordId: string;
  file: FileVersion;
  sizeBytes: number;
  sentAt: Date;
  outcome: 'loaded' | 'rejected';
  /** Why nothing of it was loaded. */
  reason?: string | undefined;
  loaded: number;
  rejected: number;
  /** What is wrong with the rejected rows, the most frequent first. */
  summary: readonly string[];
  errorReport?: FileVersion | undefined;
}

/** Writes down what became of an upload, for reports on uploads; belongs into the commit that completes its run. */
export async function recordUpload(transaction: ClientBase, record: UploadRecord): Promise<void> {
  const { runId, landlordId, file, sizeBytes, sentAt, outcome, reason, loaded, rejected, summary } = record;
  await transaction.query(
    `INSERT INTO upload (run_id, landlord_id, bucket, key, version_id, size_bytes, sent_at, outcome, reason,
       rows_loaded, rows_rejected, problems, error_report_key)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [
      runId,
      landlordId,
      file.bucket,
      file.key,
      file.versionId ?? null,
      sizeBytes,
      sentAt,
      outcome,
      // Postgres refuses the character NUL.
      reason?.replaceAll('\0', '\ufffd') ?? null,
      loaded,
      rejected,
      summary,
      record.errorReport?.key ?? null,
    ],
  );
}
