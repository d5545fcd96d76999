import { S3Client } from '@aws-sdk/client-s3';
import { metrics } from '../../tasks/names.ts';
import { readConfig } from './config.ts';
import { findUnscanned, patienceMinutes } from './find-unscanned.ts';

const config = readConfig();
const s3 = new S3Client({});

/**
 * Tells how many uploads wait in quarantine for a verdict that never came, as an embedded metric in the log; and nothing
 * while there are no files to look at, so that an idle deployment pays for no metric.
 */
export async function handler(): Promise<void> {
  const { asked, keys } = await findUnscanned(s3, { bucket: config.bucket, now: new Date() });
  if (asked === 0) return;
  const name = metrics.uploadsWithoutVerdict;
  const directive = {
    Namespace: metrics.namespace,
    Dimensions: [[metrics.deploymentDimension]],
    Metrics: [{ Name: name, Unit: 'Count' }],
  };
  console.log(
    JSON.stringify({
      _aws: { Timestamp: Date.now(), CloudWatchMetrics: [directive] },
      [metrics.deploymentDimension]: config.deployment,
      [name]: keys.length,
      asked,
      afterMinutes: patienceMinutes,
      keys: keys.slice(0, 20),
    }),
  );
}
