import { RemovalPolicy } from 'aws-cdk-lib';
import type { SlackwaterEnvironment } from './environment.ts';

/** What becomes of data when its stack is deleted; a first deployment that fails leaves nothing behind. */
export function removalOf({ retainData }: SlackwaterEnvironment): RemovalPolicy {
  return retainData ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY;
}
