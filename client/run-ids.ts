import { validate } from 'uuid';
import { runIdOf } from '../messages/run-id.ts';
import type { Task } from '../tasks/define-task.ts';
import { handlerSource, uploadMessageId } from '../tasks/names.ts';
import { virusScanResult } from '../tasks/virus-scan-result/task.ts';

/** The id as it is. Throws TypeError if it is none. */
export function checkedRunId(runId: string): string {
  if (validate(runId)) return runId;
  throw new TypeError(`${JSON.stringify(runId)} is no run id: pass the UUID that send returned`);
}

/** The run of the task to which this version of an upload is passed once it is clean. */
export function runIdOfUpload(task: Task, file: { bucket: string; key: string; versionId: string }): string {
  const source = handlerSource(virusScanResult.name);
  return runIdOf({ type: task.name, source, id: uploadMessageId(file) });
}
