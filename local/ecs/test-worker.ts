import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkerServiceDefinition } from './ecs.ts';

/** A worker for tests: writes its environment to its output, then does what it is told to. */
const script = `
const { BEHAVIOUR, ECS_AGENT_URI } = process.env;
if (BEHAVIOUR === 'stubborn') process.on('SIGTERM', () => console.error('not yet'));
else process.on('SIGTERM', () => process.exit(0));
console.log(JSON.stringify({ started: process.pid, env: process.env }));
if (BEHAVIOUR === 'exit') process.exit(3);
if (BEHAVIOUR === 'protected') {
  const body = JSON.stringify({ ProtectionEnabled: true, ExpiresInMinutes: 5 });
  const answer = await fetch(ECS_AGENT_URI + '/task-protection/v1/state', { method: 'PUT', body });
  console.log(await answer.text());
}
if (BEHAVIOUR === 'blocked') for (;;);
setInterval(() => {}, 1000);
`;

/** A folder of its own for a test's state. */
export function temporaryDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'slackwater-ecs-'));
}

/** A service whose workers run the test script with that behaviour. */
export function testService(
  directory: string,
  {
    behaviour = 'wait',
    ...rest
  }: Partial<WorkerServiceDefinition> & {
    behaviour?: 'wait' | 'exit' | 'stubborn' | 'protected' | 'blocked';
    stopTimeoutSeconds?: number;
  } = {},
): WorkerServiceDefinition {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'worker.mjs'), script);
  return {
    cluster: 'cluster',
    name: 'workers',
    desiredCount: 1,
    taskDefinition: 'workers:1',
    ...rest,
    container: {
      name: 'worker',
      arguments: ['worker.mjs'],
      workingDirectory: directory,
      environment: { BEHAVIOUR: behaviour },
      stopTimeoutSeconds: rest.stopTimeoutSeconds ?? 20,
    },
  };
}

/** Whether a process lives; one that is dead and only not yet buried does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}
