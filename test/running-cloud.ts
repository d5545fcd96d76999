import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { vi } from 'vitest';
import { createTaskClient, type TaskClient } from '../client/task-client.ts';
import { localCredentials, localRegion } from '../local/local-service.ts';

const projectDirectory = join(import.meta.dirname, '..');

/** A local cloud as `npm start` runs it: a process of its own, spoken to over HTTP alone. */
export interface RunningCloud {
  databaseUrl: string;
  queues: Record<string, string>;
  quarantineBucket: string;
  cleanBucket: string;
  reportsBucket: string;
  claimCheckBucket: string;
  sqs: SQSClient;
  s3: S3Client;
  tasks: TaskClient;
  /** Everything it said so far. */
  said(): string;
  /** Process ids of workers that were started, oldest first. */
  workerPids(): number[];
  /** Ends it with a signal and answers its exit code. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** Starts `local/start.ts` with a fast clock on a free port and waits until it is ready. */
export async function runCloud(stateDirectory: string): Promise<RunningCloud> {
  const child = start(['--state', stateDirectory, '--port', '0', '--speed', '12', '--json']);
  const output = collect(child);
  await vi.waitFor(
    () => {
      if (child.exitCode !== null) throw new Error(`It ended:\n${output.stderr}`);
      if (!/^ready$/m.test(output.stderr)) throw new Error(`It is not ready:\n${output.stderr}`);
    },
    { timeout: 150_000, interval: 50 },
  );
  const names = JSON.parse(output.stdout) as Omit<RunningCloud, 'sqs'> & { endpoint: string };
  const settings = { endpoint: names.endpoint, region: localRegion, credentials: localCredentials };
  const sqs = new SQSClient(settings);
  const s3 = new S3Client({ ...settings, forcePathStyle: true });
  return {
    ...names,
    sqs,
    s3,
    tasks: createTaskClient({ source: '/end-to-end', ...names, sqs, s3 }),
    said: () => output.stderr,
    workerPids: () =>
      [...output.stderr.matchAll(/worker \w+ started \(pid (\d+)/g)].map((match) => Number(match[1])),
    end: async (signal) => {
      sqs.destroy();
      s3.destroy();
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      const exited = once(child, 'exit');
      child.kill(signal);
      await exited;
      return child.exitCode;
    },
  };
}

/** Runs `local/start.ts` to its end. */
export async function runStart(
  args: string[],
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = start(args);
  const output = collect(child);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...output };
}

function start(args: string[]): ChildProcess {
  return spawn(process.execPath, ['local/start.ts', ...args], {
    cwd: projectDirectory,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function collect(child: ChildProcess): { stdout: string; stderr: string } {
  const output = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk) => {
    output.stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    output.stderr += chunk;
  });
  return output;
}
