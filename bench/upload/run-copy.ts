import { pipeline } from 'node:stream/promises';
import { S3Client } from '@aws-sdk/client-s3';
import { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { createFiles } from '../../services/files/create-files.ts';
import type { FileVersion } from '../../services/files/files.ts';
import { propertyColumns } from '../../services/register/property.ts';
import { answerParent, processArgument } from '../measuring/ask.ts';
import { rawTable } from './raw-table.ts';

/** What the process answers that brings files into the database by COPY alone. */
export interface CopyQuestions {
  /** Answers how many seconds it took. */
  copy(file: FileVersion): Promise<number>;
}

const { databaseUrl } = processArgument<{ databaseUrl: string }>();
const database = new Client({ connectionString: databaseUrl });
await database.connect();
const files = createFiles(new S3Client({}));

const answers: CopyQuestions = {
  copy: async (file) => {
    const startedAt = performance.now();
    const copy = copyFrom(`COPY ${rawTable} (${propertyColumns.join(', ')}) FROM STDIN (FORMAT csv, HEADER)`);
    await pipeline(await files.read(file), database.query(copy));
    return (performance.now() - startedAt) / 1000;
  },
};
answerParent(answers, () => database.end());
