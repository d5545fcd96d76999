import { parseArgs } from 'node:util';
import { benchInCloud } from './measuring/bench-in-cloud.ts';
import { compareUploads } from './upload/compare.ts';
import { summaryOf, tableOf } from './upload/report.ts';

const help = `Measures uploads of properties: a worker of its own, a file in a local S3, a real Postgres.

  npm run bench:upload                       all; the last line is one JSON object with the ratios
  npm run bench:upload -- --rounds 1         one round in place of five
  npm run bench:upload -- --rows 50000       files of so many rows (default: 500000)
  npm run bench:upload -- --one-by-one 5000  so many rows of the file for the way that inserts rows one by one, whose
                                             rate does not depend on how many there are (default: 10000)
  npm run bench:upload -- --no-memory        without the uploads of a tenth and of twice as many rows
  npm run bench:upload -- --no-changes       without the file that changes 100000 properties
  npm run bench:upload -- --json             the JSON object alone

BENCH_PROFILES=folder leaves a CPU profile of every process in that folder.
docs/benchmarks.md tells what is measured and what came of it.
`;

const { values } = parseArgs({
  options: {
    help: { type: 'boolean', short: 'h', default: false },
    rounds: { type: 'string', default: '5' },
    rows: { type: 'string', default: '500000' },
    'one-by-one': { type: 'string', default: '10000' },
    memory: { type: 'boolean', default: true },
    changes: { type: 'boolean', default: true },
    json: { type: 'boolean', default: false },
  },
  allowNegative: true,
});

if (values.help) console.log(help);
else {
  await benchInCloud(values, async (cloud, say) => {
    const rows = Number(values.rows);
    const compared = await compareUploads(cloud, {
      rows,
      rounds: Number(values.rounds),
      rowsOneByOne: Math.min(rows, Number(values['one-by-one'])),
      memoryRows: values.memory ? [rows / 10, 2 * rows] : [],
      changedRows: values.changes ? Math.min(rows, 100_000) : 0,
      say,
    });
    return { table: tableOf(compared), summary: summaryOf(compared) };
  });
}
