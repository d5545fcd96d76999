import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Pool } from 'pg';
import type { ClamdAddress } from '../guardduty/clamd-address.ts';
import { type LocalCloud, startLocalCloud } from '../local-cloud.ts';
import type { Screen } from '../screen.ts';
import { shownRun } from '../shown-run.ts';
import { check } from './check.ts';
import { createClients } from './clients.ts';
import type { Expectation } from './expectations.ts';
import { type Played, play } from './play.ts';
import type { ReadCsv } from './read-object.ts';
import { type RunRow, readRuns } from './run-rows.ts';
import { showOutcome } from './show-outcome.ts';
import { NotInTime } from './wait-until.ts';
import { followWorkerCounts, type WorkerCount } from './worker-counts.ts';

/** How the demonstration went; `--json` prints it. */
export interface DemonstrationOutcome {
  ok: boolean;
  /** From the start of the process. */
  seconds: number;
  /** Times faster than the wall clock: schedules, metrics, alarms and scaling. */
  clockSpeed: number;
  /** What the time was too short for. */
  missing?: string;
  expectations: Expectation[];
  runs: RunRow[];
  workers: WorkerCount[];
  errorReport?: ErrorReport;
}

/** Where the upload's error report lies and how it begins. */
export interface ErrorReport {
  place: string;
  /** A copy outside the bucket, for the endpoint is gone when the demonstration has ended. */
  copy: string;
  rows: number;
  /** Line and errors of the first bad rows. */
  firstRows: { line: string; errors: string }[];
}

const clockSpeed = 12;
/** It takes about a minute; a machine that is busy with something else is not wrong. */
const deadlineSeconds = 240;

/**
 * Carries the main job through the whole stack, from nothing, and says whether all was as expected. Throws the reason
 * if it is aborted, once everything is stopped.
 */
export async function demonstrate(options: {
  stateDirectory: string;
  port: number;
  databaseUrl: string | undefined;
  clamd?: ClamdAddress | undefined;
  screen: Screen;
  signal: AbortSignal;
}): Promise<DemonstrationOutcome> {
  const { screen } = options;
  screen.print('The demonstration begins with nothing');
  const since = new Date();
  const counts = followWorkerCounts();
  const cloud = await startLocalCloud({
    ...options,
    clockSpeed,
    onEvent: (event) => {
      counts.hear(event);
      screen.event(event);
    },
  });
  try {
    screen.event({ kind: 'said', sentence: `ready at ${cloud.urls.endpoint}` });
    const outcome = await playAndCheck({ ...options, cloud, since, counts });
    showOutcome(outcome, screen);
    return outcome;
  } finally {
    await cloud.stop();
  }
}

async function playAndCheck({
  cloud,
  since,
  counts,
  signal,
  screen,
  stateDirectory,
}: {
  cloud: LocalCloud;
  since: Date;
  counts: ReturnType<typeof followWorkerCounts>;
  signal: AbortSignal;
  screen: Screen;
  stateDirectory: string;
}): Promise<DemonstrationOutcome> {
  const clients = createClients(cloud);
  const pool = new Pool({ connectionString: cloud.urls.database, max: 1 });
  const played: Played = { landlordId: 'L-100', workersAtFirst: counts.running };
  try {
    const deadline = performance.timeOrigin + deadlineSeconds * 1000;
    const say = (sentence: string): void => screen.event({ kind: 'said', sentence });
    const missing = await play({
      cloud,
      clients,
      pool,
      since,
      counts,
      patience: { deadline, signal },
      played,
      say,
    }).then(
      () => undefined,
      (error: unknown) => {
        if (error instanceof NotInTime) return error.message;
        throw error;
      },
    );
    const runs = await readRuns(pool, since);
    const { expectations, errorReport } = await check({ played, runs, counts, names: cloud.names, clients });
    return {
      ok: missing === undefined && expectations.every(({ ok }) => ok),
      seconds: Math.round(performance.now() / 100) / 10,
      clockSpeed,
      ...(missing === undefined ? {} : { missing }),
      expectations,
      runs: runs.map(shownRun),
      workers: [...counts.changes],
      ...(errorReport ? { errorReport: await keep(errorReport, stateDirectory) } : {}),
    };
  } finally {
    clients.close();
    await pool.end();
  }
}

async function keep({ place, text, rows }: ReadCsv, stateDirectory: string): Promise<ErrorReport> {
  const copy = join(stateDirectory, 'error-report.csv');
  await writeFile(copy, text);
  const firstRows = rows.slice(0, 5).map((row) => ({ line: row.row_number ?? '', errors: row.errors ?? '' }));
  return { place, copy, rows: rows.length, firstRows };
}
