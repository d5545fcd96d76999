import { parseArgs } from 'node:util';
import { benchInCloud } from './measuring/bench-in-cloud.ts';
import { compareReports } from './reports/compare.ts';
import { summaryOf, tableOf } from './reports/report.ts';
import { putFile, upload } from './upload/measure.ts';

const help = `Measures reports on properties: a worker of its own, a local S3 that they go to, a real Postgres.

  npm run bench:reports                     all; the last line is one JSON object with the ratios
  npm run bench:reports -- --rounds 1       one round in place of five
  npm run bench:reports -- --rows 50000     with so many properties (default: 500000)
  npm run bench:reports -- --json           the JSON object alone

BENCH_PROFILES=folder leaves a CPU profile of every process in that folder.
docs/benchmarks.md tells what is measured and what came of it.
`;

const { values } = parseArgs({
  options: {
    help: { type: 'boolean', short: 'h', default: false },
    rounds: { type: 'string', default: '5' },
    rows: { type: 'string', default: '500000' },
    json: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(help);
else {
  await benchInCloud(values, async (cloud, say) => {
    const rows = Number(values.rows);
    const worker = await cloud.startWorker();
    await upload(worker, await putFile(cloud, { rows, badPercent: 0 }));
    await worker.stop();
    await cloud.database.query('VACUUM ANALYZE property');
    const compared = await compareReports(cloud, { rows, rounds: Number(values.rounds), say });
    return { table: tableOf(compared), summary: summaryOf(compared) };
  });
}
