import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { EcsEvent, WorkerServiceDefinition } from './ecs.ts';
import { createProcessRecords } from './orphans.ts';
import { ecsArn, isProtected, type Worker } from './worker.ts';
import { type ProcessEnd, startWorkerProcess } from './worker-process.ts';

/** A worker that ends within this time was no good start: the next ones come slower and slower. */
const goodStartMs = 10_000;
const longestRestartDelayMs = 30_000;
const rememberedStoppedWorkers = 200;

/** A service and how it is doing. */
export interface FleetService {
  definition: WorkerServiceDefinition;
  readonly createdAt: number;
  badStarts: number;
  restartTimer?: NodeJS.Timeout | undefined;
}

/** The services and their workers: starts and stops processes until each service has as many as desired. */
export interface Fleet {
  readonly services: ReadonlyMap<string, FleetService>;
  /** Of all services, ended ones too for a while, oldest first. */
  workers(): Worker[];
  worker(id: string): Worker | undefined;
  put(definition: WorkerServiceDefinition): FleetService;
  setDesired(service: FleetService, desiredCount: number): void;
  /** To be told when a worker has lost its protection: it may be one too many. */
  unprotected(worker: Worker): void;
  /** Stops a worker whatever its protection; the service replaces it. */
  stop(worker: Worker, reason: string): void;
  close(options: { withinSeconds: number }): Promise<void>;
}

/** Key of a service among those of all clusters. */
export function serviceKey(cluster: string, service: string): string {
  return `${cluster}/${service}`;
}

/** Kills the workers that an earlier local cloud left behind, then starts empty. */
export async function createFleet({
  stateDirectory,
  environmentOf,
  onLine,
  onEvent,
}: {
  stateDirectory: string;
  environmentOf: (worker: { id: string }) => Record<string, string>;
  onLine: (line: string) => void;
  onEvent: (event: EcsEvent) => void;
}): Promise<Fleet> {
  const services = new Map<string, FleetService>();
  const workers = new Map<string, Worker>();
  const records = createProcessRecords(join(stateDirectory, 'workers'));
  await records.killOrphans();
  let closed = false;

  const workersOf = ({ definition: { cluster, name } }: FleetService): Worker[] =>
    [...workers.values()].filter((worker) => worker.cluster === cluster && worker.service === name);

  const tellCount = (service: FleetService): void => {
    const running = workersOf(service).filter(({ stopped }) => !stopped).length;
    const { name, desiredCount } = service.definition;
    onEvent({ kind: 'worker-count', service: name, running, desired: desiredCount });
  };

  const start = (service: FleetService): void => {
    const { cluster, name, taskDefinition, container } = service.definition;
    const id = randomBytes(16).toString('hex');
    const title = `slackwater-worker-${id}`;
    const logFile = join(stateDirectory, 'logs', `${name}-${id.slice(0, 8)}.log`);
    const environment = environmentOf({ id });
    const process = startWorkerProcess({ container, title, environment, logFile, onLine });
    const worker: Worker = {
      id,
      arn: ecsArn(`task/${cluster}/${id}`),
      cluster,
      service: name,
      taskDefinition,
      container: container.name,
      process,
      startedAt: Date.now(),
    };
    workers.set(id, worker);
    if (process.pid !== undefined) records.write(id, { pid: process.pid, title });
    onEvent({ kind: 'worker-started', workerId: id, service: name, pid: process.pid ?? 0, logFile });
    process.ended.then((end) => ended(service, worker, end));
  };

  const ended = (service: FleetService, worker: Worker, { exitCode, signal }: ProcessEnd): void => {
    const reason = worker.stopping?.reason ?? 'Essential container in task exited';
    worker.stopped = { reason, at: Date.now(), exitCode };
    records.remove(worker.id);
    const { id, service: name } = worker;
    onEvent({ kind: 'worker-stopped', workerId: id, service: name, reason, exitCode, signal });
    tellCount(service);
    const old = [...workers.values()].filter(({ stopped }) => stopped);
    for (const { id: oldId } of old.slice(0, -rememberedStoppedWorkers)) workers.delete(oldId);
    if (worker.stopping || closed) return;

    const bad = worker.stopped.at - worker.startedAt < goodStartMs;
    service.badStarts = bad ? service.badStarts + 1 : 0;
    if (service.restartTimer) return;
    if (!bad) {
      reconcile(service);
      return;
    }
    const delay = Math.min(longestRestartDelayMs, 250 * 2 ** service.badStarts);
    service.restartTimer = setTimeout(() => {
      service.restartTimer = undefined;
      reconcile(service);
    }, delay);
  };

  const reconcile = (service: FleetService): void => {
    if (closed) return;
    const active = workersOf(service).filter(({ stopping, stopped }) => !stopping && !stopped);
    const lacking = service.definition.desiredCount - active.length;
    if (lacking > 0 && !service.restartTimer) {
      for (let started = 0; started < lacking; started += 1) start(service);
      tellCount(service);
    }
    if (lacking < 0) {
      const idle = active.filter((worker) => !isProtected(worker));
      for (const worker of idle.slice(0, -lacking)) stop(worker, 'Scaling activity initiated by service');
    }
  };

  const reconcileServiceOf = ({ cluster, service }: Worker): void => {
    const found = services.get(serviceKey(cluster, service));
    if (found) reconcile(found);
  };

  const stop = (worker: Worker, reason: string, withinSeconds = Number.POSITIVE_INFINITY): void => {
    if (worker.stopped) return;
    if (!worker.stopping) {
      worker.stopping = { reason, at: Date.now() };
      onEvent({ kind: 'worker-stopping', workerId: worker.id, service: worker.service, reason });
    }
    const service = services.get(serviceKey(worker.cluster, worker.service));
    const allowed = service?.definition.container.stopTimeoutSeconds ?? 30;
    worker.process.stop(Math.min(allowed, withinSeconds));
  };

  return {
    services,
    workers: () => [...workers.values()],
    worker: (id) => workers.get(id),
    put: (definition) => {
      const key = serviceKey(definition.cluster, definition.name);
      const service = services.get(key) ?? { definition, createdAt: Date.now(), badStarts: 0 };
      service.definition = definition;
      services.set(key, service);
      reconcile(service);
      return service;
    },
    setDesired: (service, desiredCount) => {
      if (service.definition.desiredCount === desiredCount) return;
      service.definition = { ...service.definition, desiredCount };
      tellCount(service);
      reconcile(service);
    },
    unprotected: reconcileServiceOf,
    stop: (worker, reason) => {
      stop(worker, reason);
      reconcileServiceOf(worker);
    },
    close: async ({ withinSeconds }) => {
      closed = true;
      for (const { restartTimer } of services.values()) clearTimeout(restartTimer);
      for (const worker of workers.values()) stop(worker, 'The local cloud stops', withinSeconds);
      await Promise.all([...workers.values()].map((worker) => worker.process.ended));
    },
  };
}
