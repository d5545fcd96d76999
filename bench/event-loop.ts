import { parseArgs } from 'node:util';
import { crowdWorker } from './event-loop/crowd-worker.ts';
import { summaryOf, tableOf } from './event-loop/report.ts';
import { benchInCloud } from './measuring/bench-in-cloud.ts';

const help = `Measures how free a worker's event loop stays, and how well its messages stay hidden, while it loads a large file and
prints reports: a worker of its own, a local S3 and SQS, a real Postgres.

  npm run bench:event-loop                          the last line is one JSON object
  npm run bench:event-loop -- --rows 100000         a file of so many rows (default: 500000)
  npm run bench:event-loop -- --report-rows 500     reports of so many properties (default: 2000)
  npm run bench:event-loop -- --seconds 20          for so long at least (default: 100, longer than visibility lasts)
  npm run bench:event-loop -- --json                the JSON object alone

BENCH_PROFILES=folder leaves a CPU profile of every process in that folder.
docs/benchmarks.md tells what is measured and what came of it.
`;

const { values } = parseArgs({
  options: {
    help: { type: 'boolean', short: 'h', default: false },
    rows: { type: 'string', default: '500000' },
    'report-rows': { type: 'string', default: '2000' },
    seconds: { type: 'string', default: '100' },
    json: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(help);
else {
  await benchInCloud(values, async (cloud) => {
    const crowd = {
      rows: Number(values.rows),
      reportRows: Number(values['report-rows']),
      seconds: Number(values.seconds),
    };
    const crowded = await crowdWorker(cloud, crowd);
    return { table: tableOf(crowd, crowded), summary: summaryOf(crowd, crowded) };
  });
}
