import type { ClientBase, Pool } from 'pg';

/** The version of an uploaded file that was scanned. */
export interface ScannedVersion {
  bucket: string;
  key: string;
  versionId: string;
  /** Without quotes. */
  eTag: string;
}

/** The task that a clean file is passed to, with its input, the file included. */
export interface FollowOn {
  task: string;
  input: unknown;
  /** The web application that made the upload. */
  uploadedBy: string | undefined;
}

/** What is known of an uploaded version. */
export interface IntakeRecord {
  eTag: string;
  /** Null while its scan is being repeated. */
  verdict: 'clean' | 'infected' | 'refused' | null;
  reason: string | null;
  threats: string[];
  /** Runs that asked for another scan. */
  rescanRunIds: string[];
  cleanBucket: string | null;
  cleanVersionId: string | null;
  followOnTask: string | null;
  followOnInput: unknown;
  followOnRunId: string | null;
}

type Connection = Pool | ClientBase;

const record = `e_tag AS "eTag", verdict, reason, threats, rescan_run_ids AS "rescanRunIds",
  clean_bucket AS "cleanBucket", clean_version_id AS "cleanVersionId", follow_on_task AS "followOnTask",
  follow_on_input AS "followOnInput", follow_on_run_id AS "followOnRunId"`;

/** What is known of this version; undefined: nothing. */
export async function findIntake(
  database: Connection,
  { bucket, key, versionId }: ScannedVersion,
): Promise<IntakeRecord | undefined> {
  const { rows } = await database.query<IntakeRecord>(
    `SELECT ${record} FROM intake WHERE bucket = $1 AND key = $2 AND version_id = $3`,
    [bucket, key, versionId],
  );
  return rows[0];
}

/** Writes down that the version is clean, where its copy lies and what it is for, unless another verdict stands. */
export async function recordClean(
  database: Connection,
  version: ScannedVersion,
  { copy, followOn }: { copy: { bucket: string; versionId: string | undefined }; followOn: FollowOn },
): Promise<IntakeRecord> {
  await database.query(
    `INSERT INTO intake (bucket, key, version_id, e_tag, verdict, clean_bucket, clean_version_id, uploaded_by,
       follow_on_task, follow_on_input)
     VALUES ($1, $2, $3, $4, 'clean', $5, $6, $7, $8, $9)
     ON CONFLICT (key, version_id, bucket) DO UPDATE
     SET verdict = excluded.verdict, clean_bucket = excluded.clean_bucket, updated_at = now(),
       clean_version_id = excluded.clean_version_id, uploaded_by = excluded.uploaded_by,
       follow_on_task = excluded.follow_on_task, follow_on_input = excluded.follow_on_input
     WHERE intake.verdict IS NULL`,
    [
      ...identity(version),
      copy.bucket,
      copy.versionId ?? null,
      followOn.uploadedBy ?? null,
      followOn.task,
      JSON.stringify(followOn.input),
    ],
  );
  return existing(database, version);
}

/** Writes down that the version is infected, whatever was thought of it before. */
export async function recordInfected(
  database: Connection,
  version: ScannedVersion,
  threats: readonly string[],
): Promise<void> {
  await database.query(
    `INSERT INTO intake (bucket, key, version_id, e_tag, verdict, threats) VALUES ($1, $2, $3, $4, 'infected', $5)
     ON CONFLICT (key, version_id, bucket) DO UPDATE
     SET verdict = 'infected', threats = excluded.threats, reason = NULL, updated_at = now()`,
    [...identity(version), threats.map(storable)],
  );
}

/** Writes down that the version is kept out for a reason, unless another verdict stands; answers what stands. */
export async function recordRefused(
  database: Connection,
  version: ScannedVersion,
  reason: string,
): Promise<IntakeRecord> {
  await database.query(
    `INSERT INTO intake (bucket, key, version_id, e_tag, verdict, reason) VALUES ($1, $2, $3, $4, 'refused', $5)
     ON CONFLICT (key, version_id, bucket) DO UPDATE
     SET verdict = 'refused', reason = excluded.reason, updated_at = now()
     WHERE intake.verdict IS NULL`,
    [...identity(version), storable(reason)],
  );
  return existing(database, version);
}

/** Counts a run's wish for another scan, once a run and at most `maximum` in all; answers what is known then. */
export async function recordRescan(
  database: Connection,
  version: ScannedVersion,
  { runId, maximum }: { runId: string; maximum: number },
): Promise<IntakeRecord> {
  await database.query(
    `INSERT INTO intake (bucket, key, version_id, e_tag, rescan_run_ids) VALUES ($1, $2, $3, $4, ARRAY[$5::uuid])
     ON CONFLICT (key, version_id, bucket) DO UPDATE
     SET rescan_run_ids = intake.rescan_run_ids || $5::uuid, updated_at = now()
     WHERE intake.verdict IS NULL AND $5::uuid <> ALL (intake.rescan_run_ids)
       AND cardinality(intake.rescan_run_ids) < $6`,
    [...identity(version), runId, maximum],
  );
  return existing(database, version);
}

/** Writes down the run to which the clean file was passed. */
export async function recordPassedOn(
  database: Connection,
  { bucket, key, versionId }: ScannedVersion,
  followOnRunId: string,
): Promise<void> {
  await database.query(
    `UPDATE intake SET follow_on_run_id = $4, updated_at = now()
     WHERE bucket = $1 AND key = $2 AND version_id = $3`,
    [bucket, key, versionId, followOnRunId],
  );
}

/** Whether any version of the object was infected: then all its versions were removed. */
export async function wasInfected(
  database: Connection,
  { bucket, key }: { bucket: string; key: string },
): Promise<boolean> {
  const { rowCount } = await database.query(
    `SELECT FROM intake WHERE bucket = $1 AND key = $2 AND verdict = 'infected' LIMIT 1`,
    [bucket, key],
  );
  return rowCount === 1;
}

async function existing(database: Connection, version: ScannedVersion): Promise<IntakeRecord> {
  const found = await findIntake(database, version);
  if (found) return found;
  throw new Error(`The intake of s3://${version.bucket}/${version.key} was removed while it was written`);
}

function identity({ bucket, key, versionId, eTag }: ScannedVersion): string[] {
  return [bucket, key, versionId, eTag];
}

/** Postgres refuses the character NUL. */
function storable(text: string): string {
  return text.replaceAll('\0', '\ufffd');
}
