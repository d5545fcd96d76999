import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTaskClient } from '../../client/task-client.ts';
import { type LocalCloud, projectDirectory, startLocalCloud } from '../../local/local-cloud.ts';
import { localCredentials, localRegion } from '../../local/local-service.ts';
import { reasonForNoBody } from '../../local/provision/bodies.ts';
import { synthesize } from '../../local/template/synthesize.ts';
import { propertyReport } from '../../tasks/property-report/task.ts';

let directory: string;
let cloud: LocalCloud;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'slackwater-prod-'));
  const stack = await synthesize({
    projectDirectory,
    outputDirectory: join(directory, 'assembly'),
    stackName: 'slackwater-prod',
  });
  cloud = await startLocalCloud({ stateDirectory: join(directory, 'state'), port: 0, clockSpeed: 12, stack });
}, 180_000);
afterAll(async () => {
  await cloud?.stop();
  await rm(directory, { recursive: true, force: true });
}, 60_000);

it("runs production's template in the local cloud, from a message to its end", async () => {
  const sqs = new SQSClient({
    endpoint: cloud.urls.endpoint,
    region: localRegion,
    credentials: localCredentials,
  });
  const client = createTaskClient({
    source: '/production-here',
    ...cloud.names,
    databaseUrl: cloud.urls.database,
    sqs,
  });
  const runId = await client.send(propertyReport, { landlordId: 'L-1' });
  await expect
    .poll(async () => (await client.status(runId)).state, { timeout: 90_000, interval: 250 })
    .toBe('done');
  sqs.destroy();
}, 120_000);

it('knows why each resource without a local body has none', () => {
  const types = [...cloud.stack.withoutBody.keys()];
  expect(types).toContain('AWS::KMS::Key');
  expect(types.filter((type) => reasonForNoBody(type) === reasonForNoBody('AWS::Unheard::Of'))).toEqual([]);
});
