import { describeProgress } from '../ledger/describe-progress.ts';
import { describeResult } from './describe-result.ts';
import type { LocalEvent } from './local-event.ts';

/** An event in a line of plain words, and how much it matters. */
export interface Line {
  text: string;
  /** `detail` is shown with --verbose alone. */
  tone: 'plain' | 'good' | 'bad' | 'detail';
}

/** Says what happened; undefined for what another event says too. */
export function describeEvent(event: LocalEvent): Line | undefined {
  switch (event.kind) {
    case 'said':
      return plain(event.sentence);
    case 'worker-started':
      return plain(`worker ${short(event.workerId)} started (pid ${event.pid}, log ${event.logFile})`);
    case 'worker-stopping':
      return detail(`worker ${short(event.workerId)} is asked to stop: ${event.reason}`);
    case 'worker-stopped':
      return workerStopped(event);
    case 'worker-protected':
      return detail(`worker ${short(event.workerId)} is busy (protected from scale-in)`);
    case 'worker-unprotected':
      return detail(`worker ${short(event.workerId)} is idle`);
    case 'worker-count':
      return detail(`workers: ${event.running} running, ${event.desired} desired`);
    case 'scaled':
      return plain(`scaling: ${event.from} -> ${event.to} workers (${event.reason})`);
    case 'scanned':
      return {
        text: `scanned ${event.key}: ${event.status}${event.detail ? ` (${event.detail})` : ''}`,
        tone: event.status === 'THREATS_FOUND' ? 'bad' : 'plain',
      };
    case 'scan-skipped':
      return detail(`scan of ${event.key} skipped: ${event.detail}`);
    case 'scan-failed':
      return { text: `scan of ${event.key} failed: ${event.detail}`, tone: 'bad' };
    case 'lambda-done':
      return detail(`Lambda ${event.functionName} done in ${Math.round(event.milliseconds)} ms`);
    case 'lambda-failed':
      return { text: `Lambda ${event.functionName} failed: ${event.error}`, tone: 'bad' };
    case 'attempt-ended':
      return {
        text: `attempt ${event.number} of ${event.task} ${short(event.runId)} ${attemptWords[event.outcome]}${event.error ? `: ${firstLine(event.error)}` : ''}`,
        tone: event.outcome === 'handed-back' ? 'plain' : 'bad',
      };
    case 'run-progress':
      return plain(`${event.task} ${short(event.runId)}: ${describeProgress(event.progress)}`);
    case 'run-ended':
      return runEnded(event);
    case 'notice':
      return plain(
        `to the sender of ${short(event.runId)}: ${event.text}${event.link ? `\n          ${event.link}` : ''}`,
      );
  }
}

const attemptWords = {
  failed: 'failed, it will be tried again',
  'handed-back': 'was handed back',
  vanished: 'vanished with its worker',
};

function workerStopped(event: Extract<LocalEvent, { kind: 'worker-stopped' }>): Line {
  const end = event.signal ? `killed by ${event.signal}` : `exit code ${event.exitCode}`;
  const text = `worker ${short(event.workerId)} stopped (${end}): ${event.reason}`;
  return { text, tone: event.exitCode === 0 ? 'plain' : 'bad' };
}

function runEnded(event: Extract<LocalEvent, { kind: 'run-ended' }>): Line {
  const what = `${event.task} ${short(event.runId)}`;
  const attempts = event.attempts === 1 ? '' : ` after ${event.attempts} attempts`;
  if (event.state === 'done') {
    const result = describeResult(withoutNotice(event.result));
    return { text: `${what} done${attempts}${result && `: ${result}`}`, tone: 'good' };
  }
  const why = event.reason ? `: ${firstLine(event.reason)}` : '';
  return { text: `${what} ${event.state}${attempts}${why}`, tone: event.state === 'dead' ? 'bad' : 'plain' };
}

/** A notice has a line of its own. */
function withoutNotice(result: unknown): unknown {
  if (typeof result !== 'object' || result === null || Array.isArray(result)) return result;
  return { ...result, notice: undefined };
}

function plain(text: string): Line {
  return { text, tone: 'plain' };
}

function detail(text: string): Line {
  return { text, tone: 'detail' };
}

function short(id: string): string {
  return id.slice(0, 8);
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}
