import { z } from 'zod';
import type { Task } from '../tasks/define-task.ts';
import { envelopeSchema } from './envelope.ts';
import { replySchema, replyType } from './reply.ts';

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

/** The JSON Schema of a reply, with the result of each task, for receivers in any language. */
function replyMessageSchema(tasks: readonly Task[]): Record<string, unknown> {
  return {
    // Receivers have to bear what is added later.
    ...z.toJSONSchema(replySchema, { io: 'input' }),
    title: replyType,
    description:
      'How a run ended, for a message that named a queue in replyto. Data over 256 KiB lies in the claim-check bucket.',
    oneOf: [{ required: ['data'] }, { required: ['dataref'] }],
    allOf: tasks.map(({ name, result }) => {
      const { $schema: _, ...schema } = z.toJSONSchema(result, { io: 'input' });
      const data = (properties: object) => ({ properties: { data: { type: 'object', properties } } });
      return {
        if: { required: ['data'], ...data({ task: { const: name }, status: { const: 'done' } }) },
        // biome-ignore lint/suspicious/noThenProperty: JSON Schema calls it so
        then: data({ result: schema }),
      };
    }),
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
    channels: {
      ...perTask((task) => ({
        address: `{deployment}-${task.name}`,
        description: task.summary,
        parameters: { deployment: { description: "The stack's name, such as slackwater-dev" } },
        messages: { [task.name]: { $ref: `#/components/messages/${task.name}` } },
        bindings: { sqs: { queue: { name: `{deployment}-${task.name}`, fifoQueue: false } } },
      })),
      [replyType]: {
        address: null,
        description: 'The queue that a message names in replyto; only those that the deployment allows',
        messages: { [replyType]: { $ref: `#/components/messages/${replyType}` } },
      },
    },
    operations: perTask((task) => ({
      action: 'receive',
      summary: task.summary,
      channel: { $ref: `#/channels/${task.name}` },
      reply: {
        address: { location: '$message.payload#/replyto' },
        channel: { $ref: `#/channels/${replyType}` },
      },
    })),
    components: {
      messages: {
        ...perTask((task) => apiMessage(task.name, task.summary, messageSchema(task))),
        [replyType]: apiMessage(replyType, 'How a run ended', replyMessageSchema(tasks)),
      },
    },
  };
}

function apiMessage(name: string, summary: string, schema: object): object {
  return {
    name,
    summary,
    contentType: 'application/cloudevents+json',
    payload: { schemaFormat: 'application/schema+json;version=draft-2020-12', schema },
  };
}

/** Path and content of every generated document, relative to `docs/generated/`. */
export function messageDocuments(tasks: readonly Task[]): Map<string, string> {
  const text = (document: object) => `${JSON.stringify(document, null, 2)}\n`;
  return new Map([
    ['asyncapi.json', text(asyncApiDocument(tasks))],
    ...tasks.map((task) => [`${task.name}.schema.json`, text(messageSchema(task))] as const),
    [`${replyType}.schema.json`, text(replyMessageSchema(tasks))],
  ]);
}
