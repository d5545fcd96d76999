import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { z } from 'zod';

/** One outside effect. */
export interface Post {
  runId: string;
  /** The worker's name. */
  worker: string;
  /** When the attempt's handler began. */
  began: Date;
}

/** The world outside, which remembers every effect on it. */
export interface Mailbox {
  url: string;
  posts: readonly Post[];
  close(): Promise<void>;
}

const letter = z.object({ worker: z.string(), began: z.coerce.date() });

/** Starts a server on the loopback interface that takes posts under an idempotency key, and takes every one. */
export async function startMailbox(): Promise<Mailbox> {
  const posts: Post[] = [];
  const server = createServer(async (request, response) => {
    const runId = String(request.headers['idempotency-key']);
    // A sender that is killed may leave half a request behind, which is no effect.
    const read = letter.safeParse(await json(request).catch(() => undefined));
    if (read.success) posts.push({ runId, ...read.data });
    response.writeHead(read.success ? 204 : 400).end();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    posts,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
