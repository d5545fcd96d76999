import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { breakingChanges } from '../messages/compatibility/breaking-changes.ts';
import { currentSchemas, releasedFolder } from '../messages/compatibility/released-schemas.ts';
import { tasks } from '../tasks/index.ts';
import { readReleased } from './read-released.ts';

// Writes the schemas that the next release promises to keep, unless they break with those of the last one.
const folder = join(import.meta.dirname, '..', releasedFolder);
const broken = breakingChanges(tasks, readReleased(folder));
if (broken.length > 0) {
  console.error(`Nothing is written:\n${broken.map((change) => `  ${change}`).join('\n')}`);
  process.exitCode = 1;
} else {
  mkdirSync(folder, { recursive: true });
  for (const task of tasks) {
    writeFileSync(join(folder, `${task.name}.json`), `${JSON.stringify(currentSchemas(task), null, 2)}\n`);
  }
  console.log(
    `Wrote the schemas of ${tasks.length} tasks to ${releasedFolder}: commit them with the release`,
  );
}
