import { z } from 'zod';
import type { MetricDatum } from './metric-store.ts';

const document = z.looseObject({
  _aws: z.object({
    Timestamp: z.number(),
    CloudWatchMetrics: z.array(
      z.object({
        Namespace: z.string().min(1),
        Dimensions: z.array(z.array(z.string())),
        Metrics: z.array(
          z.object({ Name: z.string().min(1), StorageResolution: z.number().optional() }).loose(),
        ),
      }),
    ),
  }),
});

/**
 * The metrics of a log line in embedded metric format; none if it is another line. Broken ones count as
 * none too: CloudWatch Logs keeps the line and says nothing
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html).
 */
export function embeddedMetrics(line: string): MetricDatum[] {
  if (!line.includes('"_aws"')) return [];
  const parsed = document.safeParse(parseJson(line));
  if (!parsed.success) return [];
  const { _aws: aws, ...members } = parsed.data;
  return aws.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
    Dimensions.flatMap((names) =>
      Metrics.flatMap(({ Name, StorageResolution }) => {
        const values = z.union([z.number().transform((value) => [value]), z.array(z.number())]);
        const found = values.safeParse(members[Name]);
        const dimensions = dimensionsOf(names, members);
        if (!found.success || !dimensions) return [];
        return {
          namespace: Namespace,
          metricName: Name,
          dimensions,
          timestamp: aws.Timestamp,
          values: found.data,
          ...(StorageResolution === undefined ? {} : { resolutionSeconds: StorageResolution }),
        };
      }),
    ),
  );
}

function dimensionsOf(
  names: readonly string[],
  members: Record<string, unknown>,
): Record<string, string> | undefined {
  const entries = names.map((name) => [name, members[name]] as const);
  return entries.every(([, value]) => typeof value === 'string')
    ? (Object.fromEntries(entries) as Record<string, string>)
    : undefined;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
