import type { FileVersion } from '../../services/files/files.ts';
import { pageOfRun } from '../../services/run-page.ts';
import type { TaskResult } from '../define-task.ts';
import type { propertyUpload } from './task.ts';

/** What the uploader is told in the end: the counts or the reason, and where the error report is to be had. */
export function uploadNotice(
  result: TaskResult<typeof propertyUpload>,
  { file, runId, runUrl }: { file: FileVersion; runId: string; runUrl: string | undefined },
): string {
  const { outcome, loaded, rejected, reason, errorReport } = result;
  const name = file.key.slice(file.key.lastIndexOf('/') + 1);
  const sentences =
    outcome === 'rejected'
      ? [`${name} was not loaded. ${reason}`]
      : [`${name} was loaded: ${counted(loaded)} registered, ${counted(rejected)} rejected.`];
  if (errorReport !== undefined) {
    const page = pageOfRun(runUrl, runId);
    sentences.push(`The error report says what to mend${page === undefined ? '.' : `: ${page}`}`);
  }
  return sentences.map((one) => (/[.!?]$|https?:\S+$/.test(one) ? one : `${one}.`)).join(' ');
}

function counted(rows: number): string {
  return `${rows.toLocaleString('en-GB')} ${rows === 1 ? 'row' : 'rows'}`;
}
