import { RemovalPolicy } from 'aws-cdk-lib';
import type { SlackwaterEnvironment } from './environment.ts';

/** What becomes of data when its stack is deleted. */
export function removalOf({ retainData }: SlackwaterEnvironment): RemovalPolicy {
  return retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
}
