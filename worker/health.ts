import { readFileSync } from 'node:fs';
import { healthProblem } from './heartbeat.ts';

// The container's health check: exit code 0 if the worker whose heartbeat file is named makes progress, else 1.
const problem = readProblem(process.argv[2] ?? '');
if (problem !== undefined) {
  console.error(problem);
  process.exitCode = 1;
}

function readProblem(file: string): string | undefined {
  try {
    return healthProblem(readFileSync(file, 'utf8'));
  } catch (error) {
    return `no heartbeat in ${JSON.stringify(file)}: ${(error as Error).message}`;
  }
}
