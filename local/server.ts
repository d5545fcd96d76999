import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LocalService } from './local-service.ts';

/** Answers every request whose path begins so, whoever signed it. */
export interface PathHandler {
  readonly pathPrefix: string;
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

/** The running endpoint; closing ends every open request, long polls too. */
export interface LocalServer {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Opens the local cloud's one endpoint on the loopback interface. Port 0 takes a free one.
 * Throws if the port is taken.
 */
export async function startServer({
  port,
  services,
  extra = [],
}: {
  port: number;
  services: readonly LocalService[];
  extra?: readonly PathHandler[];
}): Promise<LocalServer> {
  const byName = new Map(services.flatMap((service) => service.signingNames.map((name) => [name, service])));
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    const handler = extra.find(({ pathPrefix }) => path.startsWith(pathPrefix));
    const name = handler ? '' : serviceNameOf(request);
    const target = handler ?? byName.get(name);
    if (!target) return refuseUnknown(response, name, [...byName.keys()]);
    target.handle(request, response).catch((error: unknown) => fail(response, error));
  });
  // Uploads and long polls take as long as they take; clients keep their connections for a while.
  server.requestTimeout = 0;
  server.keepAliveTimeout = 65_000;
  await listen(server, port);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

/** Throws if something listens on the port, so that nobody waits for a start that cannot end well. */
export async function refuseTakenPort(port: number): Promise<void> {
  const probe = createServer();
  await listen(probe, port);
  await new Promise((closed) => probe.close(closed));
}

/** The AWS service that a request is meant for: the signer's scope names it, a few requests carry none. */
function serviceNameOf(request: IncomingMessage): string {
  const [path = '/', query] = (request.url ?? '/').split('?', 2);
  const credential =
    /Credential=([^,\s]+)/.exec(request.headers.authorization ?? '')?.[1] ??
    new URLSearchParams(query).get('X-Amz-Credential');
  const scoped = credential?.split('/').at(-2);
  if (scoped) return scoped;
  if (request.headers['content-type']?.startsWith('multipart/form-data')) return 's3';
  const isQueue = /^\/\d{12}\/[^/]+\/?$/.test(path);
  const asksSqs = String(request.headers['x-amz-target'] ?? '').startsWith('AmazonSQS.');
  return isQueue || asksSqs ? 'sqs' : 's3';
}

function refuseUnknown(response: ServerResponse, name: string, known: string[]): void {
  const message = `The local cloud has no service '${name}'; it has ${known.sort().join(', ')}`;
  response.writeHead(400, { 'content-type': 'application/json', 'x-amzn-errortype': 'UnknownService' });
  response.end(JSON.stringify({ __type: 'UnknownService', message }));
}

function fail(response: ServerResponse, error: unknown): void {
  console.error(error);
  if (response.headersSent) return void response.destroy();
  response.writeHead(500, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ __type: 'InternalFailure', message: String(error) }));
}

async function listen(server: Server, port: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', (error: NodeJS.ErrnoException) =>
    reject(
      error.code === 'EADDRINUSE'
        ? new Error(
            `Port ${port} is taken: stop what listens there, or choose another with --port or SLACKWATER_PORT`,
          )
        : error,
    ),
  );
  server.listen(port, '127.0.0.1', resolve);
  await promise;
}
