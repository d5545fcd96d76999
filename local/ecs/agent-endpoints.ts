import type { IncomingMessage, ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { z } from 'zod';
import { AwsError } from '../json-protocol.ts';
import type { PathHandler } from '../server.ts';
import type { Fleet } from './fleet.ts';
import type { Protection } from './protection.ts';
import { ecsArn, type Worker } from './worker.ts';

/** Where a worker finds the agent and its own description, below the local cloud's URL. */
export const agentPaths = { agent: '/ecs-agent/', metadata: '/ecs-metadata/' };

const protectionRequest = z.strictObject({
  ProtectionEnabled: z.boolean(),
  ExpiresInMinutes: z.int().optional(),
});

/**
 * What the ECS agent serves inside a container: task protection and metadata. A refusal by ECS has status 200
 * and a `failure`; a wrong request has status 400 and an `error`
 * (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-scale-in-protection-endpoint.html).
 */
export function agentEndpoints(fleet: Fleet, protection: Protection): PathHandler[] {
  const at =
    (
      pathPrefix: string,
      respond: (worker: Worker, path: string, request: IncomingMessage) => Promise<Answer>,
    ) =>
    async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      const [id = '', ...rest] = (request.url ?? '').slice(pathPrefix.length).split('/');
      const worker = fleet.worker(id);
      const { status, body } = worker
        ? await respond(worker, rest.join('/'), request)
        : failed(404, '', 'ResourceNotFoundException', 'Failed to find a task for the request');
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    };
  return [
    {
      pathPrefix: agentPaths.agent,
      handle: at(agentPaths.agent, (worker, path, request) => protect({ worker, path, request, protection })),
    },
    {
      pathPrefix: agentPaths.metadata,
      handle: at(agentPaths.metadata, async (worker, path) => describe(worker, path)),
    },
  ];
}

interface Answer {
  status: number;
  body: object;
}

function failed(status: number, Arn: string, Code: string, Message: string): Answer {
  return { status, body: { requestID: crypto.randomUUID(), error: { Arn, Code, Message } } };
}

async function protect({
  worker,
  path,
  request,
  protection,
}: {
  worker: Worker;
  path: string;
  request: IncomingMessage;
  protection: Protection;
}): Promise<Answer> {
  if (path !== 'task-protection/v1/state' || !['GET', 'PUT'].includes(request.method ?? '')) {
    return failed(404, worker.arn, 'NotFound', `The agent serves no ${request.method} ${path}`);
  }
  if (request.method === 'GET') return { status: 200, body: inAgentsWords(protection.state(worker)) };
  const wanted = protectionRequest.safeParse(await json(request).catch(() => undefined));
  if (!wanted.success) {
    const message = `Invalid request: ${z.prettifyError(wanted.error)}`;
    return failed(400, worker.arn, 'InvalidParameterException', message);
  }
  try {
    const { ProtectionEnabled: protectionEnabled, ExpiresInMinutes: expiresInMinutes } = wanted.data;
    const answer = protection.update(worker, { protectionEnabled, expiresInMinutes });
    return { status: 200, body: inAgentsWords(answer) };
  } catch (error) {
    if (error instanceof AwsError) return failed(400, worker.arn, error.code, error.message);
    throw error;
  }
}

function inAgentsWords(answer: ReturnType<Protection['update']>): object {
  if ('reason' in answer) {
    return { failure: { Arn: answer.arn, Detail: answer.detail ?? null, Reason: answer.reason } };
  }
  const { taskArn, protectionEnabled, expirationDate } = answer;
  return {
    protection: {
      ExpirationDate: expirationDate === undefined ? null : new Date(expirationDate * 1000).toISOString(),
      ProtectionEnabled: protectionEnabled,
      TaskArn: taskArn,
    },
  };
}

function describe(worker: Worker, path: string): Answer {
  const status = { DesiredStatus: worker.stopping ? 'STOPPED' : 'RUNNING', KnownStatus: 'RUNNING' };
  const container = {
    DockerId: worker.id,
    Name: worker.container,
    ...status,
    StartedAt: new Date(worker.startedAt).toISOString(),
    Labels: { 'com.amazonaws.ecs.task-arn': worker.arn },
  };
  if (path === '') return { status: 200, body: container };
  const [family, revision] = worker.taskDefinition.split(':');
  if (path !== 'task')
    return failed(404, worker.arn, 'NotFound', `There is no metadata at ${path}: use /task`);
  return {
    status: 200,
    body: {
      Cluster: ecsArn(`cluster/${worker.cluster}`),
      ServiceName: worker.service,
      TaskARN: worker.arn,
      Family: family,
      Revision: revision,
      ...status,
      LaunchType: 'FARGATE',
      Containers: [container],
    },
  };
}
