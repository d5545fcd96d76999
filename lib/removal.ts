import { RemovalPolicy } from 'aws-cdk-lib';

/** What becomes of data when its stack is deleted; a first deployment that fails leaves nothing behind. */
export function removalOf({ retainData }: { retainData: boolean }): RemovalPolicy {
  return retainData ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY;
}
