import { parseArgs } from 'node:util';
import { startProcess } from './measuring/ask.ts';
import { openBenchDatabase } from './measuring/bench-database.ts';
import { type Compared, compare } from './worker/compare.ts';
import type { EndpointQuestions } from './worker/endpoint.ts';
import { loadOf, loads } from './worker/loads.ts';
import { measureMemory } from './worker/memory.ts';
import { memoryLine, summaryOf, tableOf } from './worker/report.ts';

const help = `Measures a worker beside sqs-consumer 15 in its best use, on the same local SQS in a process of its own.

  npm run bench:worker                            every load; the last line is one JSON object with the ratios
  npm run bench:worker -- --load tail             one load: ${loads.map(({ name }) => name).join(', ')}
  npm run bench:worker -- --waiting 100000        with so many more messages waiting (default: 0, and 100000)
  npm run bench:worker -- --in-flight 50          messages at once in the hands of each (default: 100)
  npm run bench:worker -- --rounds 3 --count 5000 quicker and rougher (default: 5 rounds of 15000 messages)
  npm run bench:worker -- --search-rounds 1       fewer tries to find the peer's best use (default: 2)
  npm run bench:worker -- --no-ledger             without the runs whose ledger is in a real Postgres
  npm run bench:worker -- --database-url URL      with the ledger there, not in a Postgres of the benchmark's own
  npm run bench:worker -- --memory                the memory alone; --no-memory leaves it out
  npm run bench:worker -- --json                  the JSON object alone

BENCH_PROFILES=folder leaves a CPU profile of every process in that folder.
docs/benchmarks.md tells what is measured and what came of it.
`;

const { values } = parseArgs({
  options: {
    help: { type: 'boolean', short: 'h', default: false },
    load: { type: 'string' },
    waiting: { type: 'string', default: '0,100000' },
    'in-flight': { type: 'string', default: '100' },
    rounds: { type: 'string', default: '5' },
    'search-rounds': { type: 'string', default: '2' },
    count: { type: 'string', default: '15000' },
    ledger: { type: 'boolean', default: true },
    'database-url': { type: 'string' },
    memory: { type: 'boolean' },
    json: { type: 'boolean', default: false },
  },
  allowNegative: true,
});

if (values.help) console.log(help);
else await bench();

async function bench(): Promise<void> {
  const [inFlight, rounds, count] = [values['in-flight'], values.rounds, values.count].map(Number) as [
    number,
    number,
    number,
  ];
  const say = (text: string) => {
    if (!values.json) console.log(`${text}\n`);
  };
  const comparisons = values.memory
    ? []
    : values.waiting
        .split(',')
        .flatMap((waiting) => chosenLoads().map((load) => ({ load, waiting: Number(waiting) })));
  const endpoint = startProcess<EndpointQuestions>(new URL('./worker/endpoint.ts', import.meta.url));
  const database =
    values.ledger && comparisons.length > 0 ? await openBenchDatabase(values['database-url']) : undefined;

  const compared: Compared[] = [];
  for (const { load, waiting } of comparisons) {
    const one = await compare(endpoint, {
      load,
      inFlight,
      searchRounds: Number(values['search-rounds']),
      rounds,
      amounts: { warmUp: Math.round(count / 5), count, waiting },
      databaseUrl: waiting === 0 ? database?.url : undefined,
    });
    compared.push(one);
    say(tableOf(one));
  }
  const memory =
    values.memory === false ? [] : await measureMemory(endpoint, { inFlight, after: [20_000, 200_000] });
  if (memory.length > 0) say(memoryLine(memory));
  await database?.stop();
  await endpoint.end();
  console.log(JSON.stringify(summaryOf({ inFlight, rounds, compared, memory })));
}

function chosenLoads() {
  return values.load === undefined ? loads : values.load.split(',').map(loadOf);
}
