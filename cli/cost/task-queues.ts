import { ofType, type SynthesizedTemplate } from './template.ts';

/** How many queues tasks wait on; each of them names its dead-letter queue. */
export function taskQueues(template: SynthesizedTemplate): number {
  return ofType(template, 'AWS::SQS::Queue').filter(({ properties }) => properties.RedrivePolicy).length;
}
