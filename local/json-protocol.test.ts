import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { jsonService } from './json-protocol.ts';

test('a client of the older query protocol is told in its own words which one is needed', async () => {
  const service = jsonService(['sqs'], { ListQueues: () => ({}) });
  const server = createServer((request, response) => void service.handle(request, response));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  try {
    const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, {
      method: 'POST',
      body: new URLSearchParams({ Action: 'ListQueues', Version: '2012-11-05' }),
    });
    expect([response.status, response.headers.get('content-type')]).toEqual([400, 'text/xml']);
    expect(await response.text()).toMatch(/<Error>.*<Message>.*JSON protocol.*newer<\/Message>/);
  } finally {
    server.close();
  }
});
