import { EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { RunbookSection } from './alarm-rule.ts';

/** Tells the topic of every file that GuardDuty scanned and then could not tag; the event itself is the alarm. */
export function tellFailedScanActions(
  scope: Construct,
  options: { deployment: string; quarantine: IBucket; topic: ITopic; runbookUrl: string },
): Rule {
  const section: RunbookSection = 'a-scan-action-failed';
  return new Rule(scope, 'ScanActionFailed', {
    description: 'Files that GuardDuty scanned but could not tag',
    eventPattern: {
      source: ['aws.guardduty'],
      detailType: ['GuardDuty Malware Protection Post Scan Action Failed'],
      detail: { s3ObjectDetails: { bucketName: [options.quarantine.bucketName] } },
    },
    targets: [
      new SnsTopic(options.topic, {
        message: RuleTargetInput.fromObject({
          alarm: `${options.deployment}-scan-action-failed`,
          says: 'A file was scanned, but its verdict could not be written on it.',
          runbook: `${options.runbookUrl}#${section}`,
          time: EventField.fromPath('$.time'),
          detail: EventField.fromPath('$.detail'),
        }),
      }),
    ],
  });
}
