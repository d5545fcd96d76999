import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createS3, type LocalS3 } from './create-s3.ts';

/** The local S3 alone behind a port of its own, for tests and tools. */
export async function serveS3(
  stateDirectory: string,
  { port = 0 } = {},
): Promise<{ s3: LocalS3; endpoint: string; close(): Promise<void> }> {
  const s3 = createS3({ stateDirectory });
  const server = createServer((request, response) => void s3.handle(request, response));
  // Uploads take as long as they take, and clients come back to their connections after a pause.
  server.requestTimeout = 0;
  server.keepAliveTimeout = 65_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    s3,
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await s3.close();
    },
  };
}
