import { readFile } from 'node:fs/promises';
import { GetQueueAttributesCommand, ListQueuesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { z } from 'zod';
import type { LocalNames } from '../local-cloud.ts';
import type { DemonstrationClients } from './clients.ts';
import { type Expectation, expectEqual, expectThat } from './expectations.ts';
import { exampleFile, expectedRuns, type Played } from './play.ts';
import { countVersions, type ReadCsv, readCsv } from './read-object.ts';
import type { RunRow } from './run-rows.ts';
import type { WorkerCounts } from './worker-counts.ts';

/** What is known to come of examples/properties.csv. */
const exampleSchema = z.object({
  rows: z.int(),
  loaded: z.int(),
  rejected: z.int(),
  /** The bad columns, `; ` between them, by the line on which their row starts. */
  errors: z.record(z.string(), z.string()),
});

/** Every expectation of the demonstration with what was found, and the error report. */
export async function check(options: {
  played: Played;
  runs: readonly RunRow[];
  counts: WorkerCounts;
  names: LocalNames;
  clients: DemonstrationClients;
}): Promise<{ expectations: Expectation[]; errorReport: ReadCsv | undefined }> {
  const { played, runs, counts, names, clients } = options;
  const resultOf = (find: (run: RunRow) => boolean): Record<string, unknown> =>
    (runs.find(find)?.result ?? {}) as Record<string, unknown>;
  const verdictOn = (key: string | undefined) =>
    resultOf(({ task, input }) => task === 'virus-scan-result' && objectKey(input) === key);
  const upload = resultOf(({ task }) => task === 'property-upload');
  const asked = resultOf(({ runId }) => runId === played.reportRunId);
  const scheduled = resultOf(({ task, source }) => task === 'property-report' && source === '/schedules');
  const errorReport = await readCsv(clients.s3, upload.errorReport);
  const reports = await Promise.all([asked, scheduled].map(({ report }) => readCsv(clients.s3, report)));
  const infected = verdictOn(played.infectedKey);
  const known = await readFile(exampleFile.replace(/csv$/, 'expected.json'), 'utf8');
  const example = exampleSchema.parse(JSON.parse(known));

  const expectations = [
    expectEqual('No worker ran before the first message', played.workersAtFirst, 0),
    expectThat('Workers came', most(counts) > 0, `at most ${most(counts)} at once`),
    expectEqual('All workers went again', counts.running, 0),
    expectEqual('There were as many runs as messages', runs.length, expectedRuns),
    expectEqual(
      'Every run is done',
      runs.filter(({ state }) => state !== 'done').map(({ task }) => task),
      [],
    ),
    expectEqual('No message is left in any queue or dead-letter queue', await messagesLeft(clients.sqs), 0),
    expectEqual('The clean file was found clean', verdictOn(played.cleanKey).verdict, 'clean'),
    expectEqual(
      'It lies in the clean bucket',
      await versions(clients, names.cleanBucket, played.cleanKey),
      1,
    ),
    expectEqual('It left quarantine', await versions(clients, names.quarantineBucket, played.cleanKey), 0),
    expectEqual('The infected file was found infected', infected.verdict, 'infected'),
    expectThat('Its threat is named', /eicar/i.test(String(infected.threats)), String(infected.threats)),
    expectEqual(
      'It is removed with all its versions',
      await versions(clients, names.quarantineBucket, played.infectedKey),
      0,
    ),
    expectEqual(
      'It never came to the clean bucket',
      await versions(clients, names.cleanBucket, played.infectedKey),
      0,
    ),
    expectEqual('Good rows loaded', upload.loaded, example.loaded),
    expectEqual('Bad rows rejected', upload.rejected, example.rejected),
    expectEqual('No row was lost', Number(upload.loaded) + Number(upload.rejected), example.rows),
    expectEqual('The error report lists every bad row', errorReport?.rows.length, example.rejected),
    expectEqual('It blames the right columns of each', wronglyBlamed(errorReport, example.errors), []),
    expectEqual('The report of the landlord has every loaded row', reports[0]?.rows.length, upload.loaded),
    expectEqual("The schedule's report has every loaded row", reports[1]?.rows.length, upload.loaded),
    expectEqual('The report is the one that its run describes', reports[0]?.sha256, asked.sha256),
  ];
  return { expectations, errorReport };
}

function most({ changes }: WorkerCounts): number {
  return Math.max(...changes.map(({ running }) => running));
}

function objectKey(input: unknown): string | undefined {
  return (input as { s3ObjectDetails?: { objectKey?: string } } | null)?.s3ObjectDetails?.objectKey;
}

/** Lines of the file for which the report names other columns than it should. */
function wronglyBlamed(report: ReadCsv | undefined, errors: Record<string, string>): string[] {
  const blamed = new Map(
    report?.rows.map(({ row_number = '', errors: said = '' }) => [
      row_number,
      said
        .split('; ')
        .map((error) => error.split(':')[0])
        .join('; '),
    ]),
  );
  return Object.entries(errors)
    .filter(([line, columns]) => blamed.get(line) !== columns)
    .map(([line]) => line);
}

async function versions({ s3 }: DemonstrationClients, bucket: string, key = ''): Promise<number> {
  return countVersions(s3, bucket, key);
}

async function messagesLeft(sqs: SQSClient): Promise<number> {
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
  const counts = await Promise.all(
    QueueUrls.map(async (QueueUrl) => {
      const { Attributes = {} } = await sqs.send(
        new GetQueueAttributesCommand({
          QueueUrl,
          AttributeNames: [
            'ApproximateNumberOfMessages',
            'ApproximateNumberOfMessagesNotVisible',
            'ApproximateNumberOfMessagesDelayed',
          ],
        }),
      );
      return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}
