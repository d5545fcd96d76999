import { S3Client } from '@aws-sdk/client-s3';
import { parse } from 'csv-parse';
import { Client } from 'pg';
import { createFiles } from '../../services/files/create-files.ts';
import type { FileVersion } from '../../services/files/files.ts';
import { propertyColumns } from '../../services/register/property.ts';
import { answerParent, processArgument } from '../measuring/ask.ts';
import { rawTable } from './raw-table.ts';
import { rowSchema } from './row-schema.ts';

/** What the process answers that takes a file in as most programs do. */
export interface RowByRowQuestions {
  load(file: FileVersion): Promise<{ loaded: number; rejected: number; seconds: number }>;
}

const { databaseUrl } = processArgument<{ databaseUrl: string }>();
const database = new Client({ connectionString: databaseUrl });
await database.connect();
const files = createFiles(new S3Client({}));
const insert = {
  // A name has Postgres plan the statement once and for all rows.
  name: 'insert-property',
  text: `INSERT INTO ${rawTable} (${propertyColumns.join(', ')})
    VALUES (${propertyColumns.map((_, index) => `$${index + 1}`).join(', ')})`,
};

const answers: RowByRowQuestions = {
  load: async (file) => {
    const startedAt = performance.now();
    let loaded = 0;
    let rejected = 0;
    const records = (await files.read(file)).pipe(parse({ columns: true, bom: true }));
    for await (const record of records) {
      const { data: row } = rowSchema.safeParse(record);
      if (row === undefined) {
        rejected += 1;
        continue;
      }
      await database.query({ ...insert, values: propertyColumns.map((name) => row[name]) });
      loaded += 1;
    }
    return { loaded, rejected, seconds: (performance.now() - startedAt) / 1000 };
  },
};
answerParent(answers, () => database.end());
