import { type Sql, sql } from '../database/sql.ts';
import { londonDate } from '../register/london-date.ts';
import { whole } from './property-totals.ts';
import type { Report, ReportColumn, ReportTable } from './report.ts';
import { factsOf, longTime } from './report-facts.ts';

/** Which uploads are reported. */
export interface UploadsQuery {
  /** The last moment. */
  until: Date;
  /** How many days before that, by London's clock: reports that follow each other leave no hour out. */
  days: number;
  /** Only files that were read for this landlord; left out: all files, also those that were never read. */
  landlordId?: string | undefined;
}

/**
 * What came in, what was kept out and what was rejected, with the reasons, in the order in which it came. An outcome is
 * LOADED, REJECTED, INFECTED, REFUSED, SCANNING or, for a clean file that nobody has written down since, PASSED_ON.
 */
export function uploadsReport(query: UploadsQuery): Report {
  const { until, days, landlordId } = query;
  const from = uploads(query);
  return {
    name: 'uploads',
    title: 'Uploads and what became of them',
    asOf: londonDate(until),
    facts: factsOf({ Until: longTime(until), Days: String(days), Landlord: landlordId }),
    rows: {
      title: 'Uploads',
      columns,
      from: sql`${from} ORDER BY upload.received_at, upload.key, upload.run_id`,
    },
    totals: [outcomes(from), rejectedRows(from)],
    nothing: 'No file came in.',
  };
}

const columns: ReportColumn[] = [
  {
    name: 'received_at',
    title: 'Received',
    type: 'time',
    widthCharacters: 20,
    value: sql`upload.received_at`,
  },
  {
    name: 'landlord_id',
    title: 'Landlord',
    type: 'text',
    widthCharacters: 18,
    value: sql`upload.landlord_id`,
  },
  {
    name: 'file_name',
    title: 'File',
    type: 'text',
    widthCharacters: 30,
    value: sql`regexp_replace(upload.key, '^.*/', '')`,
  },
  { name: 'size_bytes', title: 'Bytes', type: 'whole', widthCharacters: 14, value: sql`upload.size_bytes` },
  { name: 'outcome', title: 'Outcome', type: 'code', widthCharacters: 12, value: sql`upload.outcome` },
  { name: 'reason', title: 'Reason', type: 'text', widthCharacters: 50, value: sql`upload.reason` },
  {
    name: 'rows_loaded',
    title: 'Rows loaded',
    type: 'whole',
    widthCharacters: 10,
    value: sql`upload.rows_loaded`,
  },
  {
    name: 'rows_rejected',
    title: 'Rows rejected',
    type: 'whole',
    widthCharacters: 10,
    value: sql`upload.rows_rejected`,
  },
  {
    name: 'problems',
    title: 'What is wrong with them',
    type: 'text',
    widthCharacters: 70,
    value: sql`array_to_string(upload.problems, '; ')`,
  },
  {
    name: 'run_id',
    title: 'Run',
    type: 'text',
    widthCharacters: 38,
    printed: 'never',
    value: sql`upload.run_id::text`,
  },
];

/** Files that were read, and files of which only the intake knows. */
function uploads({ until, days, landlordId }: UploadsQuery): Sql {
  const last = sql`TIMESTAMPTZ ${until.toISOString()}`;
  const first = sql`(${last} AT TIME ZONE 'Europe/London' - ${days} * INTERVAL '1 day') AT TIME ZONE 'Europe/London'`;
  const only = landlordId === undefined ? sql`` : sql`AND upload.landlord_id = ${landlordId}`;
  return sql`
    FROM (
      SELECT sent_at AS received_at, landlord_id, key, size_bytes, upper(outcome) AS outcome, reason, rows_loaded,
        rows_rejected, problems, run_id
      FROM upload
      UNION ALL
      SELECT created_at, NULL, key, NULL,
        CASE verdict WHEN 'clean' THEN 'PASSED_ON' ELSE coalesce(upper(verdict), 'SCANNING') END,
        coalesce(reason, nullif(array_to_string(threats, ', '), '')), NULL, NULL, NULL, follow_on_run_id
      FROM intake
      WHERE NOT EXISTS (
        SELECT FROM upload AS read
        WHERE (read.key, read.version_id, read.bucket) = (intake.key, intake.clean_version_id, intake.clean_bucket)
      )
    ) AS upload
    WHERE upload.received_at > ${first} AND upload.received_at <= ${last} ${only}`;
}

/** How many files came to which end, and how many rows they brought. */
function outcomes(from: Sql): ReportTable {
  return {
    title: 'By outcome',
    columns: [
      { name: 'outcome', title: 'Outcome', type: 'code', widthCharacters: 24, value: sql`upload.outcome` },
      whole('files', 'Files', sql`count(*)`),
      whole('rows_loaded', 'Rows loaded', sql`coalesce(sum(upload.rows_loaded), 0)`),
      whole('rows_rejected', 'Rows rejected', sql`coalesce(sum(upload.rows_rejected), 0)`),
    ],
    from: sql`${from} GROUP BY upload.outcome ORDER BY count(*) DESC, upload.outcome`,
  };
}

/** What is wrong with rejected rows, over all files: each problem is told as `column kind: 3 rows`. */
function rejectedRows(from: Sql): ReportTable {
  return {
    title: 'Why rows were rejected',
    columns: [
      { name: 'problem', title: 'Problem', type: 'text', widthCharacters: 60, value: sql`told.parts[1]` },
      whole('rows', 'Rows', sql`sum(told.parts[2]::bigint)`),
    ],
    from: sql`
      FROM (
        SELECT regexp_match(problem, '^(.*): ([0-9]{1,12}) rows?$') AS parts
        FROM (SELECT unnest(upload.problems) AS problem ${from}) AS each
      ) AS told
      WHERE told.parts IS NOT NULL
      GROUP BY told.parts[1] ORDER BY sum(told.parts[2]::bigint) DESC, told.parts[1] LIMIT 100`,
  };
}
