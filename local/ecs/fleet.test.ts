import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFleet, type Fleet } from './fleet.ts';
import { createProtection } from './protection.ts';
import { isAlive, temporaryDirectory, testService } from './test-worker.ts';

let directory: string;
const fleets: Fleet[] = [];

beforeEach(() => {
  directory = temporaryDirectory();
});

afterEach(async () => {
  await Promise.all(fleets.splice(0).map((fleet) => fleet.close({ withinSeconds: 0.1 })));
  rmSync(directory, { recursive: true, force: true });
});

async function startFleet(): Promise<Fleet> {
  const fleet = await createFleet({
    stateDirectory: directory,
    environmentOf: () => ({}),
    onLine: () => {},
    onEvent: () => {},
  });
  fleets.push(fleet);
  return fleet;
}

/** Runs a fleet in a process of its own, kills that process, and answers its worker's process id. */
async function killedFleet(behaviour: 'wait' | 'blocked'): Promise<number> {
  const definition = JSON.stringify(testService(directory, { behaviour }));
  const module = fileURLToPath(new URL('fleet.ts', import.meta.url));
  const code = `
    import { createFleet } from ${JSON.stringify(module)};
    const fleet = await createFleet({
      stateDirectory: ${JSON.stringify(directory)},
      environmentOf: () => ({}),
      onLine: (line) => console.log(line),
      onEvent: () => {},
    });
    fleet.put(${definition});
  `;
  const cloud = spawn(process.execPath, ['--input-type=module', '--eval', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface({ input: cloud.stdout }), 'line')) as [string];
  const { started } = JSON.parse(line);
  expect(isAlive(started)).toBe(true);
  cloud.kill('SIGKILL');
  await once(cloud, 'exit');
  return started;
}

test('protection ends by itself, and then the worker goes', async () => {
  const fleet = await startFleet();
  const { protect } = createProtection({ fleet });
  const service = fleet.put(testService(directory));
  const [worker] = fleet.workers();
  if (!worker) throw new Error('no worker was started');
  protect(worker, Date.now() + 300);
  fleet.setDesired(service, 0);
  expect(worker.stopping).toBeUndefined();
  await expect.poll(() => worker.stopped).toBeDefined();
  expect(worker.stopping?.reason).toBe('Scaling activity initiated by service');
});

test('a renewed protection counts from its renewal', async () => {
  const fleet = await startFleet();
  const { protect } = createProtection({ fleet });
  const service = fleet.put(testService(directory));
  const [worker] = fleet.workers();
  if (!worker) throw new Error('no worker was started');
  const soon = Date.now() + 100;
  protect(worker, soon);
  protect(worker, Date.now() + 60_000);
  fleet.setDesired(service, 0);
  await expect.poll(() => Date.now()).toBeGreaterThan(soon + 50);
  expect(worker.stopping).toBeUndefined();
});

test('when the local cloud is killed its workers die with it', async () => {
  const pid = await killedFleet('wait');
  await expect.poll(() => isAlive(pid)).toBe(false);
});

test('a worker too busy to notice is killed by the next local cloud', async () => {
  const pid = await killedFleet('blocked');
  expect(isAlive(pid)).toBe(true);
  await startFleet();
  await expect.poll(() => isAlive(pid)).toBe(false);
  expect(readdirSync(join(directory, 'workers'))).toEqual([]);
});

test("another process that got an old worker's process id is left alone", async () => {
  await startFleet();
  const stranger = spawn('sleep', ['60']);
  const record = { pid: stranger.pid, title: 'slackwater-worker-0123456789abcdef' };
  writeFileSync(join(directory, 'workers', 'old.json'), JSON.stringify(record));
  writeFileSync(join(directory, 'workers', 'broken.json'), '{');
  await startFleet();
  expect(isAlive(stranger.pid ?? 0)).toBe(true);
  expect(readdirSync(join(directory, 'workers'))).toEqual([]);
  stranger.kill();
});

test('a worker that cannot be started is said in its log and tried again', async () => {
  const fleet = await startFleet();
  const definition = testService(directory);
  const container = { ...definition.container, workingDirectory: join(directory, 'nowhere') };
  fleet.put({ ...definition, container });
  await expect.poll(() => fleet.workers().length).toBeGreaterThan(1);
  expect(fleet.workers()[0]).toMatchObject({ stopped: { exitCode: null } });
  const logs = readdirSync(join(directory, 'logs')).map((log) =>
    readFileSync(join(directory, 'logs', log), 'utf8'),
  );
  expect(logs.join('')).toContain('ENOENT');
});

test("a worker's own children end with it", async () => {
  const fleet = await startFleet();
  const definition = testService(directory);
  const child = join(directory, 'child.pid');
  writeFileSync(
    join(directory, 'parent.mjs'),
    `import { spawn } from 'node:child_process';
     import { writeFileSync } from 'node:fs';
     writeFileSync(${JSON.stringify(`${child}.new`)}, '');
     const { pid } = spawn('sleep', ['60'], { stdio: 'ignore' });
     writeFileSync(${JSON.stringify(child)}, String(pid));
     setInterval(() => {}, 1000);`,
  );
  const service = fleet.put({
    ...definition,
    container: { ...definition.container, arguments: ['parent.mjs'] },
  });
  const pid = (): number => Number(readFileSync(child, 'utf8'));
  await expect
    .poll(() => {
      try {
        return isAlive(pid());
      } catch {
        return false;
      }
    })
    .toBe(true);
  fleet.setDesired(service, 0);
  await expect.poll(() => isAlive(pid())).toBe(false);
});
