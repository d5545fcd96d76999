import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { propertyColumns } from '../../services/register/property.ts';
import handler from '../../tasks/property-upload/handler.ts';
import { type HandlerTrial, tryHandlers } from '../handler-trial.ts';
import { foreignFiles } from './foreign-files.ts';
import type { NastyFile } from './nasty-file.ts';
import { packedFiles } from './packed-files.ts';
import { textFiles } from './text-files.ts';
import { workbookFiles } from './workbook-files.ts';

let trial: HandlerTrial;
beforeAll(async () => {
  trial = await tryHandlers();
});
afterAll(() => trial.close());
beforeEach(async () => {
  await trial.database.pool.query('DELETE FROM property');
});

async function registered(): Promise<unknown[]> {
  const { rows } = await trial.database.pool.query<{ property: Record<string, unknown> }>(
    'SELECT to_jsonb(property) AS property FROM property ORDER BY row_reference COLLATE "C"',
  );
  return rows.map(({ property }) =>
    Object.fromEntries(propertyColumns.map((name) => [name, property[name]])),
  );
}

const files: NastyFile[] = [...textFiles, ...foreignFiles, ...packedFiles, ...workbookFiles];

it.each(files.map((file) => [file.with, file] as const))('a file with %s', async (_, file) => {
  const { content, loads = [], reports, warns = [], isRejected } = file;
  const bytes = typeof content === 'function' ? await content() : content;
  const input = { file: await trial.upload(bytes), landlordId: 'L' };
  const { result } = await trial.attempt(handler, input);
  const { outcome, reason, warnings, errorReport } = result;
  const report = errorReport && (await trial.download(errorReport)).split('\r\n');
  expect({ outcome, reason, warnings, report, loaded: await registered() }).toEqual({
    outcome: isRejected === undefined ? 'loaded' : 'rejected',
    reason: isRejected,
    warnings: warns,
    report: reports,
    loaded: loads,
  });
});
