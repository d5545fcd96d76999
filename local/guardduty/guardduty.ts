import type { LocalService } from '../local-service.ts';

/** The stand-in for GuardDuty Malware Protection for S3. */
export interface GuardDuty extends LocalService {
  /** Scans what is created there from now on, and what lies there unscanned. */
  protect(plan: MalwareProtectionPlan): Promise<void>;
  /** To be told of every object that is created in any bucket. */
  objectCreated(object: { bucket: string; key: string; versionId: string }): void;
  /** Answers when no scan is waiting or running. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

/** What `AWS::GuardDuty::MalwareProtectionPlan` says. */
export interface MalwareProtectionPlan {
  bucket: string;
  /** Left out or empty: every key. */
  prefixes?: readonly string[];
  /** Whether objects get the tag `GuardDutyMalwareScanStatus`. */
  tagging: boolean;
  arn: string;
}

/** What happens to scans, for the screen. */
export type ScanEvent =
  | { kind: 'scanned'; bucket: string; key: string; versionId: string; status: string; detail: string }
  | { kind: 'scan-skipped' | 'scan-failed'; bucket: string; key: string; versionId: string; detail: string };
