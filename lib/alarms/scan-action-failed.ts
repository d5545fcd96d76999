import { EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
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
  const input = RuleTargetInput.fromObject({
    alarm: `${options.deployment}-scan-action-failed`,
    says: 'A file was scanned, but its verdict could not be written on it.',
    runbook: `${options.runbookUrl}#${section}`,
    time: EventField.fromPath('$.time'),
    detail: EventField.fromPath('$.detail'),
  });
  return new Rule(scope, 'ScanActionFailed', {
    description: 'Files that GuardDuty scanned but could not tag',
    eventPattern: {
      source: ['aws.guardduty'],
      detailType: ['GuardDuty Malware Protection Post Scan Action Failed'],
      detail: { s3ObjectDetails: { bucketName: [options.quarantine.bucketName] } },
    },
    // Not CDK's SnsTopic, which warns of every topic that exists already; the topic's policy lets EventBridge in.
    targets: [{ bind: () => ({ arn: options.topic.topicArn, input }) }],
  });
}
