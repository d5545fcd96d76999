import type { IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';

/** `critical` is for what needs somebody at night, `other` for what can wait until morning. */
export type Severity = 'critical' | 'other';

/** When an alarm rings, whom it tells, and where the runbook says what to do. */
export interface AlarmRule {
  /** Unique in the deployment, whose name is put before it. */
  name: string;
  severity: Severity;
  /** Anchor of a heading in docs/runbook.md. */
  section: RunbookSection;
  /** One sentence for whoever is woken. */
  says: string;
  metric: IMetric;
  /** Which value of the metric is bad. */
  when: { atLeast: number } | { above: number } | { below: number };
  /** How many of the last periods must be bad; default: all of `periods`, which is 1 by default. */
  datapoints?: number;
  periods?: number;
  /** What silence means. CloudWatch's default would show an idle deployment as one without data. */
  missing: TreatMissingData;
}

/** The sections of docs/runbook.md that alarms lead to. */
export const runbookSections = [
  'dead-letters',
  'a-queue-is-stalled',
  'work-but-no-worker',
  'at-the-maximum-and-late',
  'the-demand-is-silent',
  'a-schedule-was-not-delivered',
  'a-verdict-was-not-delivered',
  'an-upload-has-no-verdict',
  'a-scan-action-failed',
  'workers-fail',
  'a-lambda-fails',
  'the-database-is-near-its-limits',
] as const;
export type RunbookSection = (typeof runbookSections)[number];
