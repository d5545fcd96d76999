import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageDocuments } from '../messages/message-schemas.ts';
import { tasks } from '../tasks/index.ts';

const folder = join(import.meta.dirname, '../docs/generated');
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const [name, content] of messageDocuments(tasks)) writeFileSync(join(folder, name), content);
console.log(`Wrote the messages' schemas to ${folder}`);
