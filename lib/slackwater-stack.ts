import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Task } from '../tasks/define-task.ts';
import type { SlackwaterEnvironment } from './environment.ts';
import { Slackwater } from './slackwater.ts';

export interface SlackwaterStackProps extends StackProps {
  tasks: readonly Task[];
  environment: SlackwaterEnvironment;
}

/** One environment as a stack of its own. */
export class SlackwaterStack extends Stack {
  constructor(scope: Construct, id: string, { tasks, environment, ...props }: SlackwaterStackProps) {
    const { name: _name, account, region, ...settings } = environment;
    super(scope, id, {
      env: { region, ...(account === undefined ? {} : { account }) },
      terminationProtection: settings.retainData,
      ...props,
    });
    // CDK leaves `Default` out of logical ids: they stay what they are if this becomes part of another stack.
    new Slackwater(this, 'Default', { tasks, settings });
  }
}
