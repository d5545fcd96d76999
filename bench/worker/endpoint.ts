import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LocalService } from '../../local/local-service.ts';
import { startServer } from '../../local/server.ts';
import { createSqs } from '../../local/sqs/create-sqs.ts';
import { createSsm } from '../../local/ssm.ts';
import { formatEnvelope } from '../../messages/envelope.ts';
import { answerParent } from '../measuring/ask.ts';
import { pausedTasksParameter } from '../measuring/paused-tasks-parameter.ts';
import { benchTask } from './bench-task.ts';
import { loadOf, waitsOf } from './loads.ts';

/** What the endpoint's process answers. */
export interface EndpointQuestions {
  url(): string;
  makeQueue(): Promise<string>;
  /** Puts messages of a load on the queue. */
  fill(request: { queue: string; load: string; seed: string; count: number }): Promise<void>;
  /** Waits until so many messages of the queue have been deleted, and answers how that went from now on. */
  watch(request: { queue: string; until: number }): Promise<Passage>;
  removeQueue(queue: string): Promise<void>;
}

/** How messages passed through a worker. */
export interface Passage {
  messages: number;
  seconds: number;
  /** API calls by operation. */
  calls: Record<string, number>;
}

// The local SQS in a process of its own, so that no contender shares its event loop.
const stateDirectory = await mkdtemp(path.join(tmpdir(), 'slackwater-bench-'));
let url = '';
const sqs = createSqs({ stateDirectory, endpoint: () => url });
const ssm = createSsm({ stateDirectory });
await ssm.call('PutParameter', { Name: pausedTasksParameter, Value: '[]' });
const calls = new Map<string, number>();
const server = await startServer({ port: 0, services: [counted(sqs), ssm] });
url = server.url;
/** By queue, all that was ever put on it. */
const sent = new Map<string, number>();

const answers: EndpointQuestions = {
  url: () => url,
  makeQueue: async () => {
    const QueueName = `bench-${crypto.randomUUID()}`;
    const { QueueUrl } = await sqs.call<{ QueueUrl: string }>('CreateQueue', { QueueName });
    return QueueUrl;
  },
  fill: async ({ queue, load, seed, count }) => {
    const waits = waitsOf(loadOf(load), `${seed}/${sent.get(queue) ?? 0}`);
    for (let left = count; left > 0; left -= 10) {
      await sqs.call('SendMessageBatch', {
        QueueUrl: queue,
        Entries: Array.from({ length: Math.min(10, left) }, (_, index) => ({
          Id: String(index),
          MessageBody: bodyOf(waits.next().value ?? 0),
        })),
      });
    }
    sent.set(queue, (sent.get(queue) ?? 0) + count);
  },
  watch: async ({ queue, until }) => {
    const startedAt = performance.now();
    const callsBefore = new Map(calls);
    const before = await deletedFrom(queue);
    let after = before;
    while (after < until) {
      await sleep(4);
      after = await deletedFrom(queue);
    }
    const seconds = (performance.now() - startedAt) / 1000;
    const made = [...calls].map(([name, times]) => [name, times - (callsBefore.get(name) ?? 0)] as const);
    return { messages: after - before, seconds, calls: Object.fromEntries(made) };
  },
  removeQueue: async (QueueUrl) => {
    await sqs.call('DeleteQueue', { QueueUrl });
  },
};
answerParent(answers, async () => {
  await sqs.close();
  await server.close();
  await rm(stateDirectory, { recursive: true });
});

let written = 0;

/** A message of about 500 bytes. */
function bodyOf(milliseconds: number): string {
  written += 1;
  return formatEnvelope({
    specversion: '1.0',
    id: `message-${written}`,
    source: '/bench',
    type: benchTask.name,
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    data: { milliseconds, text: 'x'.repeat(300) },
  });
}

async function deletedFrom(QueueUrl: string): Promise<number> {
  const { Attributes } = await sqs.call<{ Attributes: Record<string, string> }>('GetQueueAttributes', {
    QueueUrl,
    AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
  });
  const there = Object.values(Attributes).reduce((sum, number) => sum + Number(number), 0);
  return (sent.get(QueueUrl) ?? 0) - there;
}

/** The service, with its calls over HTTP counted by operation. */
function counted(service: LocalService): LocalService {
  return {
    signingNames: service.signingNames,
    handle: (request, response) => {
      const operation = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
      calls.set(operation, (calls.get(operation) ?? 0) + 1);
      return service.handle(request, response);
    },
  };
}
