import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { S3Client } from '@aws-sdk/client-s3';
import ExcelJS from 'exceljs';
import { Client } from 'pg';
import { copyRows } from '../../services/database/copy-rows.ts';
import { joined, sql } from '../../services/database/sql.ts';
import { createFiles } from '../../services/files/create-files.ts';
import { codeWords } from '../../services/reports/code-words.ts';
import { propertiesReport } from '../../services/reports/properties-report.ts';
import type { CellType } from '../../services/reports/report.ts';
import { answerParent, processArgument } from '../measuring/ask.ts';
import { meterResources, type ResourcesTaken } from '../measuring/resource-meter.ts';

/** What the process answers that writes the same spreadsheet with exceljs. */
export interface ExceljsQuestions {
  residentBytes(): number;
  write(place: {
    bucket: string;
    key: string;
    asOf: string;
  }): Promise<ResourcesTaken & { seconds: number; rows: number }>;
}

const { databaseUrl } = processArgument<{ databaseUrl: string }>();
const database = new Client({ connectionString: databaseUrl });
await database.connect();
const files = createFiles(new S3Client({}));
const contentType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

const answers: ExceljsQuestions = {
  residentBytes: () => process.memoryUsage.rss(),
  write: async ({ bucket, key, asOf }) => {
    const taken = meterResources();
    const startedAt = performance.now();
    const stream = new PassThrough();
    const stored = files.write({ bucket, key, contentType }, stream);
    const rows = await writeWorkbook(stream, asOf);
    await stored;
    return { seconds: (performance.now() - startedAt) / 1000, rows, ...taken() };
  },
};
answerParent(answers, () => database.end());

/** Its stream writer, with the effort of compression that ours takes and the same rows, types, widths and filters. */
async function writeWorkbook(stream: PassThrough, asOf: string): Promise<number> {
  const { rows: table } = propertiesReport({ asOf });
  const workbook = new ExcelJS.stream.xlsx.WorkbookWriter({
    stream,
    useStyles: true,
    useSharedStrings: false,
    zip: { zlib: { level: 1 } },
  } as never);
  const sheet = workbook.addWorksheet(table.title, { views: [{ state: 'frozen', ySplit: 1 }] });
  sheet.columns = table.columns.map(({ title, widthCharacters, type }) => ({
    header: title,
    width: widthCharacters,
    style: { numFmt: type === 'date' ? 'dd/mm/yyyy' : type === 'whole' ? '#,##0' : '@' },
  }));
  sheet.autoFilter = { from: { row: 1, column: 1 }, to: { row: 1, column: table.columns.length } };
  const cells = joined(
    table.columns.map(({ value }) => value),
    ', ',
  );
  const types = table.columns.map(({ type }) => type);
  let rows = 0;
  for await (const batch of copyRows(database, sql`SELECT ${cells} ${table.from}`)) {
    for (const row of batch) sheet.addRow(row.map((cell, index) => cellValue(types[index], cell))).commit();
    rows += batch.length;
    if (stream.writableNeedDrain) await once(stream, 'drain');
  }
  sheet.commit();
  await workbook.commit();
  return rows;
}

function cellValue(type: CellType | undefined, cell: string | null): ExcelJS.CellValue {
  if (cell === null) return null;
  if (type === 'date') return new Date(`${cell}T00:00:00Z`);
  if (type === 'yes-no') return cell === 't';
  if (type === 'whole') return Number(cell);
  return type === 'code' ? codeWords(cell) : cell;
}
