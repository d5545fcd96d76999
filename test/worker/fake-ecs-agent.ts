import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** An ECS agent that grants protection unless told to refuse. */
export interface FakeEcsAgent {
  uri: string;
  /** What was asked, in order. */
  asked: { ProtectionEnabled: boolean; ExpiresInMinutes?: number }[];
  /** Answers protection with this from now on; undefined grants it again. */
  answer: { status: number; body: object } | undefined;
  isProtected(): boolean;
  close(): Promise<void>;
}

export async function startFakeEcsAgent(): Promise<FakeEcsAgent> {
  let isProtected = false;
  const agent: Omit<FakeEcsAgent, 'uri' | 'close'> = {
    asked: [],
    answer: undefined,
    isProtected: () => isProtected,
  };
  const server = createServer(async (request, response) => {
    const send = (status: number, body: object) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    if (request.url === '/metadata/task')
      return send(200, {
        ...{ TaskARN: 'arn:aws:ecs:eu-west-2:0:task/cluster/abc123', Cluster: 'cluster' },
        ...{ Family: 'trial', Revision: '1' },
      });
    const asked = (await json(request)) as FakeEcsAgent['asked'][number];
    agent.asked.push(asked);
    if (asked.ProtectionEnabled && agent.answer) return send(agent.answer.status, agent.answer.body);
    isProtected = asked.ProtectionEnabled;
    return send(200, { protection: { ...asked, TaskArn: 'arn', ExpirationDate: null } });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return Object.assign(agent, {
    uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise<void>((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  });
}
