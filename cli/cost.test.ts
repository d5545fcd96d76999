import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { environments } from '../lib/environment.ts';
import { tasks } from '../tasks/index.ts';
import { type CostEstimate, estimate } from './cost/estimate.ts';
import { priceTable } from './cost/prices.ts';
import { projectDirectory } from './cost/synthesize.ts';
import { writeTables } from './cost/write-tables.ts';

const run = (...args: string[]) =>
  promisify(execFile)(process.execPath, ['cli/cost.ts', ...args], { cwd: projectDirectory });

/** Dollars a month at rest, database included, storage apart. */
const limits: Record<string, number> = { dev: 5, prod: 15 };
let costs: CostEstimate;

beforeAll(async () => {
  const { stdout } = await run('--json');
  costs = JSON.parse(stdout);
  // Two processes that load CDK, on a machine that may be busy.
}, 180_000);

test('every environment is priced, and each costs at rest no more than it may', () => {
  expect(costs.environments.map(({ environment }) => environment).sort()).toEqual(
    environments.map(({ name }) => name).sort(),
  );
  for (const { environment, idle } of costs.environments) {
    expect(idle.totalUsd, environment).toBeGreaterThan(1);
    expect(idle.totalUsd, environment).toBeLessThanOrEqual(limits[environment] ?? 15);
  }
});

test('no resource of any stack is left without a price', () => {
  for (const { idle } of [...costs.environments, costs.peer]) expect(idle.notPriced).toEqual([]);
});

test('at rest the minute costs what it asks and tells, and no worker runs', () => {
  for (const { idle } of costs.environments) {
    const quantity = (item: string) => idle.lines.find((line) => line.item === item)?.quantity;
    expect(quantity('Lambda invocations (worker-demand)')).toBe(43_800);
    expect(quantity('SQS requests (GetQueueAttributes)')).toBeCloseTo(43_800 * 1.2 * tasks.length, 6);
    expect(quantity('Custom metrics')).toBe(1);
    expect(quantity('Workers that never stop')).toBe(0);
    expect(quantity('Aurora, capacity that never sleeps')).toBe(0);
    expect(quantity('NAT gateways')).toBeUndefined();
  }
});

test('every task has the price of a million messages, and the intake pays for the scan', () => {
  for (const { millionMessages } of costs.environments) {
    expect(millionMessages.map(({ task }) => task)).toEqual(tasks.map(({ name }) => name));
    const scanned = millionMessages.filter(({ lines }) =>
      lines.some(({ item }) => item.startsWith('GuardDuty')),
    );
    expect(scanned.map(({ task }) => task)).toEqual(['virus-scan-result']);
    for (const { totalUsd } of millionMessages) expect(totalUsd).toBeGreaterThan(1);
  }
});

test("CDK's own pattern is priced by the same sums: two NAT gateways and a worker that never stops", () => {
  const items = Object.fromEntries(costs.peer.idle.lines.map(({ item, quantity }) => [item, quantity]));
  expect(items).toMatchObject({ 'NAT gateways': 1460, 'Fargate vCPU (x86)': 182.5, 'Alarms, standard': 4 });
});

test('prices that could not be verified are told', () => {
  const unverified = priceTable.prices.filter(({ verified }) => !verified).map(({ id }) => id);
  expect(unverified).toEqual(expect.arrayContaining(costs.unverifiedPrices.map(({ id }) => id)));
  const marked = costs.environments.flatMap(({ idle }) => idle.lines).filter(({ verified }) => !verified);
  expect(costs.unverifiedPrices.map(({ id }) => id)).toEqual(
    expect.arrayContaining(marked.map(({ price }) => price)),
  );
});

test('the tables of docs/cost.md are those of the stack (npm run docs writes them)', async () => {
  const page = await readFile(join(projectDirectory, 'docs/cost.md'), 'utf8');
  expect(writeTables(page, costs)).toBe(page);
});

test('an unknown environment is an error with the known names, an unknown option leads to the help', async () => {
  const templates = environments.map(({ name }) => ({ stackName: `slackwater-${name}`, Resources: {} }));
  const known = environments.map(({ name }) => name).join(', ');
  expect(() => estimate(templates, { tasks, environment: 'produktion' })).toThrow(known);
  await expect(run('--jason')).rejects.toMatchObject({ stderr: expect.stringContaining('--help') });
  expect((await run('--help')).stdout).toContain('npm run cost -- --env prod');
});
