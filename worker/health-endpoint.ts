import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import type { Delivery } from './delivery.ts';
import type { LoopWatch } from './watch-loops.ts';

/** Answers who asks how the worker is. */
export interface HealthEndpoint {
  /** Where it listens: another port than was asked for if that was 0. */
  port: number;
  stop(): Promise<void>;
}

/** What is asked. */
export interface HealthEndpointOptions {
  /** 0: any that is free. */
  port: number;
  loops: Pick<LoopWatch, 'stalls'>;
  deliveries: ReadonlySet<Delivery>;
  log: Logger;
}

/**
 * Answers `GET /health` on loopback: 200 while every loop makes progress, 503 with those that do not. An answer that does
 * not come says that the event loop is blocked. Throws if the port is taken.
 */
export async function startHealthEndpoint(options: HealthEndpointOptions): Promise<HealthEndpoint> {
  const { loops, deliveries, log } = options;
  const server = createServer(({ method, url }, response) => {
    if (method !== 'GET' || url !== '/health') return response.writeHead(404).end();
    const stalls = loops.stalls();
    const body = { healthy: stalls.length === 0, stalls, attempts: attemptsIn(deliveries) };
    response
      .writeHead(body.healthy ? 200 : 503, {
        'content-type': 'application/json',
        'cache-control': 'no-store',
      })
      .end(JSON.stringify(body));
  });
  server.listen(options.port, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  log.info({ port }, 'telling its health');
  return {
    port,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** How many attempts of each task are at work. */
function attemptsIn(deliveries: ReadonlySet<Delivery>): Record<string, number> {
  const working = [...deliveries].filter(({ workingSince }) => workingSince !== undefined);
  const byTask = Map.groupBy(working, ({ queue }) => queue.task.name);
  return Object.fromEntries([...byTask].map(([task, some]) => [task, some.length]));
}
