import { z } from 'zod';
import type { Task } from '../tasks/define-task.ts';
import { envelopeSchema } from './envelope.ts';

/** The JSON Schema (2020-12) of a task's message as it stands on the queue, for senders in any language. */
export function messageSchema(task: Task): Record<string, unknown> {
  const message = envelopeSchema.extend({ type: z.literal(task.name), data: task.input.optional() });
  return {
    ...z.toJSONSchema(message, { io: 'input' }),
    title: task.name,
    description: `${task.summary}. Data over the queue's limit lies in the claim-check bucket, and dataref tells where.`,
    oneOf: [{ required: ['data'] }, { required: ['dataref'] }],
  };
}

/** The AsyncAPI 3.0 document of every queue and message of the catalogue. */
function asyncApiDocument(tasks: readonly Task[]): Record<string, unknown> {
  const perTask = <Value>(make: (task: Task) => Value) =>
    Object.fromEntries(tasks.map((task) => [task.name, make(task)]));
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Slackwater tasks',
      version: '1.0.0',
      description: 'Send one of these messages to the queue of its task; a worker appears and does the work.',
    },
    defaultContentType: 'application/cloudevents+json',
    channels: perTask((task) => ({
      address: `{deployment}-${task.name}`,
      description: task.summary,
      parameters: { deployment: { description: "The stack's name, such as slackwater-dev" } },
      messages: { [task.name]: { $ref: `#/components/messages/${task.name}` } },
      bindings: { sqs: { queue: { name: `{deployment}-${task.name}`, fifoQueue: false } } },
    })),
    operations: perTask((task) => ({
      action: 'receive',
      summary: task.summary,
      channel: { $ref: `#/channels/${task.name}` },
    })),
    components: {
      messages: perTask((task) => ({
        name: task.name,
        summary: task.summary,
        contentType: 'application/cloudevents+json',
        payload: {
          schemaFormat: 'application/schema+json;version=draft-2020-12',
          schema: messageSchema(task),
        },
      })),
    },
  };
}

/** Path and content of every generated document, relative to `docs/generated/`. */
export function messageDocuments(tasks: readonly Task[]): Map<string, string> {
  const text = (document: object) => `${JSON.stringify(document, null, 2)}\n`;
  return new Map([
    ['asyncapi.json', text(asyncApiDocument(tasks))],
    ...tasks.map((task) => [`${task.name}.schema.json`, text(messageSchema(task))] as const),
  ]);
}
