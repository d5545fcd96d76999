import { z } from 'zod';
import type { Task } from '../../tasks/define-task.ts';
import type { JsonSchema } from './json-schema.ts';

/** What was promised of a task when it was released. */
export interface ReleasedSchemas {
  /** What senders may send. */
  input: JsonSchema;
  /** What those who asked are told. */
  result: JsonSchema;
}

/** Where the schemas of the last release lie, one file a task: `<task>.json`. Relative to the project. */
export const releasedFolder = 'messages/released';

/** The schemas of a task as it is now. */
export function currentSchemas({ input, result }: Pick<Task, 'input' | 'result'>): ReleasedSchemas {
  return {
    input: z.toJSONSchema(input, { io: 'input' }) as JsonSchema,
    result: z.toJSONSchema(result, { io: 'output' }) as JsonSchema,
  };
}
