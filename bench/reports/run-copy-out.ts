import { Client } from 'pg';
import { copyOut } from '../../services/database/copy-out.ts';
import { sql } from '../../services/database/sql.ts';
import { csvCopy } from '../../services/reports/csv-report.ts';
import { propertiesReport } from '../../services/reports/properties-report.ts';
import { answerParent, processArgument } from '../measuring/ask.ts';

/** What the process answers that reads COPY's bytes and drops them. */
export interface CopyOutQuestions {
  /** Of the report's own statement, or of the plain table; answers how many seconds it took. */
  discard(what: { of: 'report' | 'table'; asOf: string }): Promise<number>;
}

const { databaseUrl } = processArgument<{ databaseUrl: string }>();
const database = new Client({ connectionString: databaseUrl });
await database.connect();
await database.query(`SET TimeZone = 'Europe/London'`);

const answers: CopyOutQuestions = {
  discard: async ({ of, asOf }) => {
    const statement =
      of === 'report' ? csvCopy(propertiesReport({ asOf })) : sql`COPY property TO STDOUT (FORMAT csv)`;
    const startedAt = performance.now();
    for await (const _ of copyOut(database, statement)) {
      // Nobody wants it.
    }
    return (performance.now() - startedAt) / 1000;
  },
};
answerParent(answers, () => database.end());
