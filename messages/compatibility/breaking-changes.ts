import type { Task } from '../../tasks/define-task.ts';
import { type Narrowing, narrowings } from './narrowings.ts';
import { currentSchemas, type ReleasedSchemas } from './released-schemas.ts';

/**
 * What of a catalogue breaks with the last release, a sentence each: an input that takes less than it did, a result that
 * tells something else, a task that is gone. Refinements and transforms are no part of a JSON Schema and are not compared.
 */
export function breakingChanges(
  tasks: readonly Task[],
  released: ReadonlyMap<string, ReleasedSchemas>,
): string[] {
  return [...released].flatMap(([name, before]) => {
    const task = tasks.find((one) => one.name === name);
    if (!task) {
      return [
        `${name}: the task is gone, and messages for it may still come: keep it until its queue and dead-letter queue ` +
          `are empty, then delete its released schemas`,
      ];
    }
    const now = currentSchemas(task);
    const taken = narrowings(before.input, now.input, { losesUnknown: true });
    const told = narrowings(now.result, before.result, { losesUnknown: false });
    return [...taken.map((one) => inputChange(name, one)), ...told.map((one) => resultChange(name, one))];
  });
}

function inputChange(name: string, { path, wide, narrow }: Narrowing): string {
  return (
    `${name}: ${place('input', path)} was ${said(wide)} and is ${said(narrow)}, so messages that were sent before, and ` +
    `senders that know nothing of it, no longer fit. ${inputRemedy(name, narrow)}`
  );
}

function inputRemedy(name: string, narrow: unknown): string {
  if (narrow === 'required') return `Make it optional or give it a default, or add a task ${nextName(name)}`;
  return `Take what was taken, or add a task ${nextName(name)} beside this one`;
}

function resultChange(name: string, { path, wide, narrow }: Narrowing): string {
  return (
    `${name}: ${place('result', path)} was ${said(narrow)} and is ${said(wide)}, which those who read results do not ` +
    `expect. Tell it as before, beside what is new, or add a task ${nextName(name)}`
  );
}

function place(what: string, path: string): string {
  return path === '' ? what : `${what}.${path}`;
}

/** `property-upload` becomes `property-upload-v2`, and that `property-upload-v3`. */
function nextName(name: string): string {
  const [, base = name, version = '1'] = /^(.*)-v(\d+)$/.exec(name) ?? [];
  return `${base}-v${Number(version) + 1}`;
}

function said(part: unknown): string {
  if (typeof part === 'string') return part;
  const schema = JSON.stringify(part);
  return schema === '{}' ? 'not limited' : schema;
}
