import { ECSClient, ListTasksCommand } from '@aws-sdk/client-ecs';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, expect, test, vi } from 'vitest';
import type { LocalService } from './local-service.ts';
import { type LocalServer, refuseTakenPort, startServer } from './server.ts';

const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
const opened: LocalServer[] = [];

/** Answers every request with the name of the service that got it. */
function echo(name: string): LocalService {
  return {
    signingNames: [name],
    handle: async (request, response) => {
      request.resume();
      response.end(name);
    },
  };
}

async function start(options: Partial<Parameters<typeof startServer>[0]> = {}): Promise<LocalServer> {
  const server = await startServer({ port: 0, services: [echo('s3'), echo('sqs')], ...options });
  opened.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((server) => server.close()));
});

async function ask(url: string, init?: RequestInit): Promise<string> {
  return (await fetch(url, init)).text();
}

test('the signature names the service, in the header or in the query', async () => {
  const { url } = await start();
  const scope = (name: string) => `AKID/20261123/eu-west-2/${name}/aws4_request`;
  const signed = `AWS4-HMAC-SHA256 Credential=${scope('sqs')}, SignedHeaders=host, Signature=00`;
  expect(await ask(`${url}/`, { headers: { authorization: signed } })).toBe('sqs');
  expect(await ask(`${url}/000000000000/q?X-Amz-Credential=${encodeURIComponent(scope('s3'))}`)).toBe('s3');
});

test('an unsigned request goes to SQS if its path is a queue or its target says so, else to S3', async () => {
  const { url } = await start();
  expect(await ask(`${url}/000000000000/slackwater-dev-property-upload`)).toBe('sqs');
  expect(await ask(`${url}/`, { method: 'POST', headers: { 'x-amz-target': 'AmazonSQS.ListQueues' } })).toBe(
    'sqs',
  );
  expect(await ask(`${url}/bucket/key`)).toBe('s3');
  expect(await ask(`${url}//%zz?%`)).toBe('s3');
  const form = new FormData();
  form.set('key', 'x');
  expect(await ask(`${url}/000000000000/bucket`, { method: 'POST', body: form })).toBe('s3');
});

test('a path of its own goes before any signature', async () => {
  const handle: LocalService['handle'] = async (_request, response) => void response.end('agent');
  const { url } = await start({ extra: [{ pathPrefix: '/ecs-agent/', handle }] });
  expect(await ask(`${url}/ecs-agent/1/state`)).toBe('agent');
});

test('a service that is not there is named to the client, with those that are', async () => {
  const { url } = await start();
  const ecs = new ECSClient({ endpoint: url, region: 'eu-west-2', credentials });
  await expect(ecs.send(new ListTasksCommand({}))).rejects.toMatchObject({
    name: 'UnknownService',
    message: "The local cloud has no service 'ecs'; it has s3, sqs",
  });
});

test('a service that throws answers 500 and the server goes on', async () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => {});
  const broken: LocalService = { signingNames: ['s3'], handle: () => Promise.reject(new Error('broken')) };
  const { url } = await start({ services: [broken] });
  expect((await fetch(`${url}/a/b`)).status).toBe(500);
  expect((await fetch(`${url}/a/b`)).status).toBe(500);
  expect(said).toHaveBeenCalledTimes(2);
  said.mockRestore();
});

test('hundreds of long polls stay open at once, and closing ends them all', async () => {
  let open = 0;
  const never: LocalService = {
    signingNames: ['sqs'],
    handle: async (_request, response) => {
      open += 1;
      response.on('close', () => {
        open -= 1;
      });
    },
  };
  const server = await start({ services: [never] });
  const QueueUrl = `${server.url}/000000000000/q`;
  const sqs = new SQSClient({
    endpoint: server.url,
    region: 'eu-west-2',
    credentials,
    maxAttempts: 1,
    requestHandler: { httpAgent: { maxSockets: 300 } },
  });
  const polls = Array.from({ length: 300 }, () => sqs.send(new ReceiveMessageCommand({ QueueUrl })));
  const ended = Promise.allSettled(polls);
  await expect.poll(() => open).toBe(300);
  await server.close();
  expect(new Set((await ended).map(({ status }) => status))).toEqual(new Set(['rejected']));
  await expect.poll(() => open).toBe(0);
});

test('a taken port is said plainly', async () => {
  const { url } = await start();
  const port = Number(new URL(url).port);
  await expect(start({ port })).rejects.toThrow(/^Port \d+ is taken: .* --port or SLACKWATER_PORT$/);
  await expect(refuseTakenPort(port)).rejects.toThrow(`Port ${port} is taken`);
});
