import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { scheduleName } from '../../tasks/names.ts';
import { propertyReport } from '../../tasks/property-report/task.ts';
import type { LocalCloud } from '../local-cloud.ts';
import { projectDirectory } from '../local-cloud.ts';
import type { DemonstrationClients } from './clients.ts';
import { type RunRow, readRuns } from './run-rows.ts';
import { eicar, uploadFile } from './upload-file.ts';
import { type Patience, waitUntil } from './wait-until.ts';
import type { WorkerCounts } from './worker-counts.ts';

/** The file of properties that is uploaded. */
export const exampleFile = join(projectDirectory, 'examples', 'properties.csv');

/** What the demonstration did, to be looked for afterwards. */
export interface Played {
  landlordId: string;
  workersAtFirst: number;
  cleanKey?: string;
  infectedKey?: string;
  /** The run of the report that was asked for. */
  reportRunId?: string;
}

/** How many runs come of it: two verdicts, one upload, one report asked for and one by schedule. */
export const expectedRuns = 5;

/**
 * Does what a web application would do in a day: uploads a file of properties and an infected one, asks for a report
 * once they are loaded, lets the daily schedule come; then waits until all is done and no worker is left. `played` is
 * filled on the way, so that it tells the truth also if this throws NotInTime.
 */
export async function play(options: {
  cloud: LocalCloud;
  clients: DemonstrationClients;
  pool: Pool;
  since: Date;
  counts: WorkerCounts;
  patience: Patience;
  played: Played;
  say: (sentence: string) => void;
}): Promise<void> {
  const { cloud, clients, pool, since, counts, patience, played, say } = options;
  const { landlordId } = played;
  const runs = (): Promise<RunRow[]> => readRuns(pool, since);

  played.workersAtFirst = counts.running;
  const content = await readFile(exampleFile);
  played.cleanKey = await uploadFile(clients.tasks, { fileName: 'properties.csv', content, landlordId });
  say(`Uploaded examples/properties.csv for landlord ${landlordId}`);
  played.infectedKey = await uploadFile(clients.tasks, {
    fileName: 'infected.csv',
    content: eicar,
    landlordId,
  });
  say('Uploaded a file with the EICAR test string');

  await waitUntil('the run of property-upload ended', patience, async () =>
    (await runs()).find(({ task, state }) => task === 'property-upload' && hasEnded(state)),
  );
  played.reportRunId = await clients.tasks.send(propertyReport, { landlordId });
  say(`Asked for a report of landlord ${landlordId}`);
  for (const { name } of propertyReport.schedules) {
    await cloud.triggerSchedule(scheduleName(cloud.stack.stackName, name));
    say(`Triggered the schedule ${name}`);
  }
  await waitUntil(`all ${expectedRuns} runs ended`, patience, async () => {
    const all = await runs();
    return all.length >= expectedRuns && all.every(({ state }) => hasEnded(state)) ? all : undefined;
  });
  say('All runs ended; the workers may go');
  await waitUntil('no worker was left', patience, () => (counts.running === 0 ? true : undefined));
}

function hasEnded(state: string): boolean {
  return state === 'done' || state === 'dead' || state === 'cancelled';
}
