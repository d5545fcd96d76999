import { S3Client } from '@aws-sdk/client-s3';
import { presignDownload } from '../client/download.ts';
import type { LocalEvent } from './local-event.ts';
import { localRegion } from './local-service.ts';

/** What a run's end has to tell to a person, here in place of a mail. */
export interface NoticeEvent {
  kind: 'notice';
  runId: string;
  task: string;
  text: string;
  /** Opens the file that the run's result names, for an hour. */
  link?: string;
}

const linkSeconds = 3600;

/** Passes every event on, and behind the end of a run whose result has a notice that notice with a link to its file. */
export function tellNotices({
  endpoint,
  onEvent,
}: {
  endpoint: () => string;
  onEvent: (event: LocalEvent) => void;
}): (event: LocalEvent) => void {
  return (event) => {
    onEvent(event);
    if (event.kind !== 'run-ended') return;
    const { notice } = (event.result ?? {}) as { notice?: unknown };
    if (typeof notice !== 'string') return;
    const { runId, task, result } = event;
    void linkTo({ runId, result }, endpoint()).then((link) =>
      onEvent({ kind: 'notice', runId, task, text: notice, ...(link === undefined ? {} : { link }) }),
    );
  };
}

async function linkTo(
  { runId, result }: { runId: string; result: unknown },
  endpoint: string,
): Promise<string | undefined> {
  const s3 = new S3Client({
    endpoint,
    forcePathStyle: true,
    region: localRegion,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  try {
    const run = { runId, state: 'done', result } as const;
    return await presignDownload(s3, run, { expiresSeconds: linkSeconds });
  } catch {
    // The result names no file, or several.
    return undefined;
  } finally {
    s3.destroy();
  }
}
