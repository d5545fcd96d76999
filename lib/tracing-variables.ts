import { Secret as ContainerSecret } from 'aws-cdk-lib/aws-ecs';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { variables } from '../tasks/names.ts';
import type { TracingSettings } from './settings.ts';

/** What a worker's container is told of tracing: nothing, if no endpoint is set. */
export function tracingVariables(
  scope: Construct,
  { endpoint, headersSecretArn, sampledPercent }: TracingSettings,
): { environment: Record<string, string>; secrets: Record<string, ContainerSecret> } {
  if (endpoint === undefined) return { environment: {}, secrets: {} };
  const environment = {
    [variables.otlpEndpoint]: endpoint,
    [variables.sampledShare]: String(sampledPercent / 100),
  };
  if (headersSecretArn === undefined) return { environment, secrets: {} };
  const headers = Secret.fromSecretCompleteArn(scope, 'TracingHeaders', headersSecretArn);
  return { environment, secrets: { [variables.otlpHeaders]: ContainerSecret.fromSecretsManager(headers) } };
}
