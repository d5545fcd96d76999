import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { csvRecord, defused } from '../../services/csv/write-csv.ts';
import { cancelOnAbort } from '../../services/register/cancel-on-abort.ts';
import { londonDate } from '../../services/register/london-date.ts';
import {
  propertyStatuses,
  type StatusQuery,
  statusColumns,
} from '../../services/register/property-statuses.ts';
import { handle } from '../handle.ts';
import { propertyReport } from './task.ts';

/** Streams the properties from the register to a CSV, with their certificates' states on the day of the message. */
export default handle(propertyReport, async (input, context) => {
  const { services, run, signal, progress } = context;
  const place = { bucket: services.buckets.reports, key: `reports/${run.id}.csv` };
  const hash = createHash('sha256');
  const query = { ...input, asOf: londonDate(run.sentAt) };
  let rows = 0;

  return context.complete(async (transaction) => {
    async function* content(): AsyncGenerator<string> {
      for await (const text of csvOf(transaction, query)) {
        hash.update(text.records);
        rows += text.rows;
        progress({ done: rows, unit: 'rows' });
        yield text.records;
      }
    }
    const stored = await cancelOnAbort({ transaction, database: services.database, signal }, () =>
      services.files.write(
        { ...place, contentType: 'text/csv; charset=utf-8' },
        Readable.from(content(), { objectMode: false }),
        signal,
      ),
    );
    const version = stored.versionId === undefined ? {} : { versionId: stored.versionId };
    return {
      report: { ...place, ...version },
      rows,
      sizeBytes: stored.sizeBytes,
      sha256: hash.digest('hex'),
    };
  });
});

/** The header, then the properties' records, some at a time. */
async function* csvOf(
  transaction: Parameters<typeof propertyStatuses>[0],
  query: StatusQuery,
): AsyncGenerator<{ records: string; rows: number }> {
  yield { records: csvRecord(statusColumns), rows: 0 };
  for await (const properties of propertyStatuses(transaction, query)) {
    yield {
      records: properties.map((cells) => csvRecord(cells.map(defused))).join(''),
      rows: properties.length,
    };
  }
}
