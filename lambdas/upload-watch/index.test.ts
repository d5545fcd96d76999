import { GetObjectTaggingCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { embeddedMetrics } from '../../local/cloudwatch/embedded-metrics.ts';

const s3 = mockClient(S3Client);
afterAll(() => s3.restore());
let handler: () => Promise<void>;
const told: string[] = [];

beforeAll(async () => {
  vi.stubEnv('DEPLOYMENT', 'slackwater-dev');
  vi.stubEnv('QUARANTINE_BUCKET', 'quarantine');
  vi.stubEnv('AWS_REGION', 'eu-west-2');
  handler = (await import('./index.ts')).handler;
});
beforeEach(() => {
  s3.reset();
  told.length = 0;
  vi.spyOn(console, 'log').mockImplementation((line) => void told.push(String(line)));
});

const quarantined = (...keys: string[]) =>
  s3
    .on(ListObjectsV2Command)
    .resolves({ Contents: keys.map((Key) => ({ Key, LastModified: new Date('2026-01-01') })) });

it('tells how many uploads have no verdict, as a metric of the deployment', async () => {
  quarantined('a', 'b');
  s3.on(GetObjectTaggingCommand, { Key: 'a' }).resolves({ TagSet: [] });
  s3.on(GetObjectTaggingCommand, { Key: 'b' }).resolves({
    TagSet: [{ Key: 'GuardDutyMalwareScanStatus', Value: 'FAILED' }],
  });
  await handler();
  expect(told.flatMap(embeddedMetrics)).toEqual([
    expect.objectContaining({
      namespace: 'Slackwater',
      metricName: 'UploadsWithoutVerdict',
      dimensions: { Deployment: 'slackwater-dev' },
      values: [1],
    }),
  ]);
  expect(JSON.parse(told[0] ?? '')).toMatchObject({ keys: ['a'], asked: 2 });
});

it('says nothing while the quarantine is empty', async () => {
  quarantined();
  await handler();
  expect(told).toEqual([]);
});

it('tells a zero when every file has its verdict', async () => {
  quarantined('b');
  s3.on(GetObjectTaggingCommand).resolves({
    TagSet: [{ Key: 'GuardDutyMalwareScanStatus', Value: 'UNSUPPORTED' }],
  });
  await handler();
  expect(JSON.parse(told[0] ?? '')).toMatchObject({ UploadsWithoutVerdict: 0 });
});
