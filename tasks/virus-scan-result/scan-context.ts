import type { IntakeRecord } from '../../services/intake/intake.ts';
import type { TaskResult } from '../define-task.ts';
import type { HandlerContext } from '../handle.ts';
import type { virusScanResult } from './task.ts';

export type ScanContext = HandlerContext<typeof virusScanResult>;
export type ScanResult = TaskResult<typeof virusScanResult>;

/** The answer to a verdict that contradicts one that stands: the first stands, unless the new one found threats. */
export function alreadyDecided({ verdict }: IntakeRecord): ScanResult {
  return { verdict: 'ignored', reason: `the version was found ${verdict} before, and so it stays` };
}
