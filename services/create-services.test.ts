import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'pg';
import { afterEach, expect, test, vi } from 'vitest';
import { localCredentials, localRegion } from '../local/local-service.ts';
import { createServices } from './create-services.ts';
import { threadsHere } from './threads/threads-here.ts';
import { createTypesetter } from './typesetting/create-typesetter.ts';

afterEach(() => vi.unstubAllEnvs());

test('every service of AWS follows the environment: endpoint, region, credentials', async () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(
      `${request.method} ${request.url} ${/\d{8}\/([^/]+\/[^/]+)/.exec(request.headers.authorization ?? '')?.[1]}`,
    );
    response
      .writeHead(request.method === 'HEAD' ? 404 : 200, { 'content-type': 'application/json' })
      .end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  vi.stubEnv('AWS_REGION', localRegion);
  vi.stubEnv('AWS_ACCESS_KEY_ID', localCredentials.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', localCredentials.secretAccessKey);
  const database = new Pool();
  const buckets = { quarantine: 'quarantine', clean: 'clean', reports: 'reports' };
  const typesetter = createTypesetter({ entry: new URL('../worker/typesetting.ts', import.meta.url) });
  const keptRuns = { days: 90, claimCheckBucket: 'claim-checks' };
  const services = createServices({ database, buckets, threads: threadsHere, typesetter, keptRuns });
  expect(await services.files.head({ bucket: 'clean', key: 'a' })).toBeUndefined();
  await services.malwareScans.rescan({ bucket: 'quarantine', key: 'k', versionId: 'v' });
  expect(asked).toEqual(['HEAD /clean/a eu-west-2/s3', 'POST /object-malware-scan/send eu-west-2/guardduty']);
  expect(services).toMatchObject({ database, buckets, threads: threadsHere, typesetter, keptRuns });
  server.closeAllConnections();
  server.close();
});
