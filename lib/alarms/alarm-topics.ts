import { CfnOutput, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { AlarmSettings } from '../settings.ts';
import type { Severity } from './alarm-rule.ts';

export interface AlarmTopicsProps {
  deployment: string;
  /** Topics that exist already; their policies must let CloudWatch, and the other one also EventBridge, publish. */
  settings: Pick<AlarmSettings, 'criticalTopicArn' | 'otherTopicArn'>;
  /**
   * Encrypts the topics that are made here; its policy must let CloudWatch and EventBridge use it, as `DataKey`'s does.
   * Without one they are not encrypted by SNS: CloudWatch cannot use AWS's own key for it, https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
   */
  key?: IKey | undefined;
}

/** Where alarms are told: two topics, made here over TLS only unless they exist. Subscribe to them after deployment. */
export class AlarmTopics extends Construct {
  private readonly topics: Record<Severity, ITopic>;

  constructor(scope: Construct, id: string, { deployment, settings, key }: AlarmTopicsProps) {
    super(scope, id);
    const topic = (severity: Severity, arn: string | undefined): ITopic =>
      arn === undefined
        ? this.newTopic(severity, { deployment, key })
        : Topic.fromTopicArn(this, severity, arn);
    this.topics = {
      critical: topic('critical', settings.criticalTopicArn),
      other: topic('other', settings.otherTopicArn),
    };
  }

  /** The topic for alarms of this severity. */
  for(severity: Severity): ITopic {
    return this.topics[severity];
  }

  private newTopic(
    severity: Severity,
    { deployment, key }: Pick<AlarmTopicsProps, 'deployment' | 'key'>,
  ): Topic {
    const { account } = Stack.of(this);
    const topic = new Topic(this, severity, {
      topicName: `${deployment}-alarms-${severity}`,
      displayName: `${deployment} ${severity}`,
      enforceSSL: true,
      ...(key ? { masterKey: key } : {}),
    });
    for (const service of ['cloudwatch.amazonaws.com', 'events.amazonaws.com']) {
      topic.addToResourcePolicy(
        new PolicyStatement({
          principals: [new ServicePrincipal(service)],
          actions: ['sns:Publish'],
          resources: [topic.topicArn],
          conditions: { StringEquals: { 'aws:SourceAccount': account } },
        }),
      );
    }
    new CfnOutput(this, `${severity}Arn`, {
      value: topic.topicArn,
      description: `Topic of ${severity === 'critical' ? 'alarms for the night' : 'alarms for the morning'}: subscribe to it`,
    });
    return topic;
  }
}
