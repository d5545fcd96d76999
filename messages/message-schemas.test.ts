import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tasks } from '../tasks/index.ts';
import { messageDocuments, messageSchema } from './message-schemas.ts';

const folder = join(import.meta.dirname, '../docs/generated');

test('the published schemas are those of the catalogue (npm run docs writes them anew)', () => {
  const documents = messageDocuments(tasks);
  expect(readdirSync(folder).sort()).toEqual([...documents.keys()].sort());
  for (const [name, content] of documents)
    expect(readFileSync(join(folder, name), 'utf8'), name).toBe(content);
});

test('a message carries either its data or a reference to it', () => {
  for (const task of tasks) {
    expect(messageSchema(task)).toMatchObject({
      oneOf: [{ required: ['data'] }, { required: ['dataref'] }],
      properties: { type: { const: task.name } },
    });
  }
});
