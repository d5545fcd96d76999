import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test, vi } from 'vitest';
import { propertyReport } from '../tasks/property-report/task.ts';
import { createTaskClient } from './task-client.ts';

afterEach(() => vi.unstubAllEnvs());

/** An SQS that fails so often before it takes a message; answers how often it was asked and how it ends. */
async function failingSqs(failures: number) {
  let asked = 0;
  const server = createServer(async (request, response) => {
    asked += 1;
    const { MessageBody } = JSON.parse(await text(request)) as { MessageBody: string };
    const MD5OfMessageBody = createHash('md5').update(MessageBody).digest('hex');
    response.writeHead(asked <= failures ? 503 : 200, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(asked <= failures ? '{}' : JSON.stringify({ MessageId: 'one', MD5OfMessageBody }));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, asked: () => asked, close: () => server.close() };
}

test("the client's own SQS client repeats what fails, three attempts in all, whatever mode the machine is set to", async () => {
  for (const [failures, accepted] of [
    [2, true],
    [3, false],
  ] as const) {
    const sqs = await failingSqs(failures);
    vi.stubEnv('AWS_ENDPOINT_URL_SQS', sqs.url);
    vi.stubEnv('AWS_REGION', 'eu-west-2');
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
    vi.stubEnv('AWS_RETRY_MODE', 'adaptive');
    const queues = { 'property-report': `${sqs.url}/000000000000/property-report` };
    const client = createTaskClient({ source: '/webapp', queues, claimCheckBucket: 'claim-checks' });
    const sent = client.send(propertyReport, {}).then(
      () => true,
      () => false,
    );
    expect(await sent).toBe(accepted);
    expect(sqs.asked()).toBe(3);
    sqs.close();
  }
});
