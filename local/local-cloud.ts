import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Pool } from 'pg';
import { z } from 'zod';
import { migrate } from '../ledger/migrate.ts';
import { startClock } from './clock.ts';
import { createSqsFaults } from './faults/sqs-faults.ts';
import { chooseScanner } from './guardduty/choose-scanner.ts';
import type { ClamdAddress } from './guardduty/clamd-address.ts';
import { openLocalDatabase } from './local-database.ts';
import type { LocalEvent } from './local-event.ts';
import { type ProvisionedStack, provision } from './provision/provision.ts';
import { refuseTakenPort, startServer } from './server.ts';
import { lockState } from './state-lock.ts';
import { tellNotices } from './tell-notices.ts';
import { type SynthesizedStack, synthesize } from './template/synthesize.ts';
import { TemplateError } from './template/template.ts';
import { watchProgress } from './watch-progress.ts';
import { watchRuns } from './watch-runs.ts';
import { wireServices } from './wire-services.ts';

/** A stack that runs on this machine. */
export interface LocalCloud {
  urls: { endpoint: string; database: string };
  names: LocalNames;
  stack: Pick<ProvisionedStack, 'stackName' | 'withBody' | 'withoutBody' | 'outputs'>;
  /** Sends what a schedule sends, with now as its scheduled time; answers that time. Throws if there is no such schedule. */
  triggerSchedule(name: string): Promise<Date>;
  /** Stops workers, functions and the database, in this order; the state stays on disk. */
  stop(): Promise<void>;
}

/** What a web application has to know of the stack, with the keys of `createTaskClient`. */
export type LocalNames = z.output<typeof connectionSchema>;

/** How a local cloud is started. */
export interface LocalCloudOptions {
  stateDirectory: string;
  /** 0 takes a free one. */
  port: number;
  /** How many times faster schedules, metrics, alarms and scaling run. Default 1. */
  clockSpeed?: number;
  /** A Postgres of one's own in place of the one that is started here. */
  databaseUrl?: string | undefined;
  /** A clamd that scans uploads in place of the built-in scanner. */
  clamd?: ClamdAddress | undefined;
  /** Seed of the trouble that SQS is to make; left out: none. */
  faults?: string | undefined;
  /** Synthesized before; left out: `bin/app.ts` is run. */
  stack?: SynthesizedStack;
  onEvent?: (event: LocalEvent) => void;
  /** Ends a start that is under way. */
  signal?: AbortSignal;
}

/** The project's folder. */
export const projectDirectory = fileURLToPath(new URL('..', import.meta.url));

const migrations = ['ledger', 'services'].map((folder) => ({
  folder: join(projectDirectory, folder, 'migrations'),
  table: `${folder}_migration`,
}));

/**
 * Synthesizes the stack, gives its resources local bodies and lets it run. Throws if another local cloud uses the state
 * directory, if the port is taken, if the template has something that cannot run here, or the reason of an abort; what
 * was started by then is stopped.
 */
export async function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  const stateDirectory = resolve(options.stateDirectory);
  const { clockSpeed = 1, signal = new AbortController().signal } = options;
  let endpoint = '';
  const onEvent = tellNotices({ endpoint: () => endpoint, onEvent: options.onEvent ?? (() => {}) });
  const say = (sentence: string): void => onEvent({ kind: 'said', sentence });
  await using unwinding = new AsyncDisposableStack();
  const atEnd = (what: () => Promise<void> | void): void => unwinding.defer(what);

  await mkdir(stateDirectory, { recursive: true });
  atEnd(await lockState(stateDirectory));
  await refuseTakenPort(options.port);
  signal.throwIfAborted();
  say(`Starting the local cloud; its state lies in ${options.stateDirectory}`);
  if (clockSpeed > 1) {
    say(
      `The clock of schedules, metrics, alarms and scaling runs ${clockSpeed}× as fast as the wall clock; what they do is the same`,
    );
  }
  if (options.faults !== undefined) {
    say(
      `SQS throttles, fails, loses answers and delivers twice on purpose; ${options.faults} decides which calls`,
    );
  }
  const synthesizing = options.stack
    ? Promise.resolve(options.stack)
    : synthesizeHere({ stateDirectory, say, signal });
  // Whoever waits for it hears of its failure; until then it must not end the process.
  synthesizing.catch(() => undefined);

  const database = await openLocalDatabase({
    stateDirectory,
    name: 'slackwater',
    databaseUrl: options.databaseUrl,
    log: say,
  }).catch((error: unknown) => {
    // Ctrl-C in a terminal also ends the programs that make the database.
    signal.throwIfAborted();
    throw error;
  });
  atEnd(() => database.stop());
  signal.throwIfAborted();
  const pool = new Pool({ connectionString: database.url, max: 2 });
  pool.on('error', () => undefined);
  atEnd(() => pool.end());
  for (const one of migrations) await migrate(pool, one);
  const stack = await synthesizing;
  signal.throwIfAborted();

  const scanner = chooseScanner(options.clamd);
  say(await scanner.describe());
  const services = await wireServices({
    stateDirectory,
    clock: startClock(clockSpeed),
    endpoint: () => endpoint,
    scanner,
    interfereWithSqs:
      options.faults === undefined ? undefined : createSqsFaults({ seed: options.faults }).interfere,
    onEvent,
  });
  atEnd(() => services.closeState());
  const { sqs, s3, cloudwatch, ecs, ssm, secrets, guardDuty, eventBridge, scheduler } = services;
  const server = await startServer({
    port: options.port,
    services: [sqs, s3, cloudwatch, ecs, ssm, secrets, guardDuty, eventBridge, scheduler],
    extra: ecs.paths,
  });
  endpoint = server.url;
  atEnd(() => server.close());
  // Until the end, so that it is seen what the workers hand back when they are stopped.
  atEnd(watchRuns(pool, onEvent));
  atEnd(watchProgress(pool, onEvent));
  atEnd(() => services.stopWork());

  const provisioned = await provision({
    stack,
    services: { ...services, database: database.address },
    stateDirectory,
    projectDirectory,
    say,
  });
  const names = await readNames(provisioned, services.ssm);
  signal.throwIfAborted();
  provisioned.start();
  scheduler.start();
  atEnd(() => provisioned.stop());
  const running = unwinding.move();
  return {
    urls: { endpoint, database: database.url },
    names,
    stack: provisioned,
    triggerSchedule: (name) => scheduler.trigger(name),
    stop: () => running.disposeAsync(),
  };
}

function synthesizeHere({
  stateDirectory,
  say,
  signal,
}: {
  stateDirectory: string;
  say: (sentence: string) => void;
  signal: AbortSignal;
}): Promise<SynthesizedStack> {
  say('Synthesizing the stack (bin/app.ts)');
  return synthesize({ projectDirectory, outputDirectory: join(stateDirectory, 'cloud-assembly'), signal });
}

const connectionSchema = z.object({
  /** Queue URL by task. */
  queues: z.record(z.string(), z.string()),
  quarantineBucket: z.string(),
  cleanBucket: z.string(),
  reportsBucket: z.string(),
  claimCheckBucket: z.string(),
  schedules: z.object({ group: z.string(), roleArn: z.string(), queueArnPrefix: z.string() }),
});

/** The stack publishes them for web applications in one parameter, whose name is an output. */
async function readNames(
  { outputs }: ProvisionedStack,
  ssm: { call<Output>(operation: string, input: object): Promise<Output> },
): Promise<LocalNames> {
  const Name = outputs.ConnectionParameter;
  if (Name === undefined) throw new TemplateError('The stack has no output ConnectionParameter');
  const { Parameter } = await ssm.call<{ Parameter: { Value: string } }>('GetParameter', { Name });
  return connectionSchema.parse(JSON.parse(Parameter.Value));
}
