import type { FollowOn } from '../../services/intake/intake.ts';
import type { FileRef, Task } from '../define-task.ts';
import { PermanentError } from '../handle.ts';
import { tasks } from '../index.ts';
import { uploadMetadata } from '../names.ts';

/** The task of that name. Throws PermanentError if the catalogue has none. */
export function followOnTask(name: string): Task {
  const task = (tasks as readonly Task[]).find((one) => one.name === name);
  if (task) return task;
  const known = tasks.map((one) => one.name).join(', ');
  throw new PermanentError(
    `The upload is for task ${JSON.stringify(name)}, which does not exist: known are ${known}`,
  );
}

/**
 * What the upload's metadata says is to be done with the clean file. Throws PermanentError if that cannot be done: the
 * task is unknown, takes no file, or its input does not fit.
 */
export function readFollowOn(metadata: Record<string, string>, file: FileRef): FollowOn {
  const name = metadata[uploadMetadata.task];
  if (name === undefined) {
    throw new PermanentError(
      `The object has no metadata ${uploadMetadata.task}: upload it with createUpload, which says what it is for`,
    );
  }
  const task = followOnTask(name);
  const input = { ...parseObject(metadata[uploadMetadata.input] ?? '{}'), file };
  const parsed = task.input.safeParse(input);
  if (!parsed.success) {
    const reasons = parsed.error.issues.map(
      (issue) => `${issue.path.join('.') || 'input'}: ${issue.message}`,
    );
    throw new PermanentError(`The upload's metadata does not fit ${name}: ${reasons.join('; ')}`);
  }
  // A task that ignores the file is none that an upload can be for, such as this one.
  if (!(typeof parsed.data === 'object' && parsed.data !== null && 'file' in parsed.data)) {
    throw new PermanentError(`The upload is for ${name}, which takes no file`);
  }
  return { task: name, input, uploadedBy: metadata[uploadMetadata.source] };
}

function parseObject(json: string): object {
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Said below, like every other text that is no JSON object.
  }
  // Not quoted: it is another task's input, whose marks nobody can find in it.
  throw new PermanentError(
    `The upload's metadata ${uploadMetadata.input} is no JSON object, as createUpload writes one: look at the object`,
  );
}
