import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Annotations, App, Stack } from 'aws-cdk-lib';
import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { QueueProcessingFargateService } from 'aws-cdk-lib/aws-ecs-patterns';
import settings from '../../cdk.json' with { type: 'json' };
import { priceTable } from './prices.ts';
import type { SynthesizedTemplate } from './template.ts';

/** CDK's own pattern for the same job: one queue and its worker, everything as it comes. */
export function peerTemplate(): SynthesizedTemplate {
  const outdir = mkdtempSync(join(tmpdir(), 'slackwater-cost-'));
  try {
    const app = new App({ outdir, context: settings.context, analyticsReporting: false });
    const stack = new Stack(app, 'queue-processing-fargate-service', { env: { region: priceTable.region } });
    new QueueProcessingFargateService(stack, 'Service', { image: ContainerImage.fromRegistry('worker') });
    // Its defaults are the point.
    for (const warning of ['shouldUseCircuitBreaker', 'minHealthyPercent']) {
      Annotations.of(stack).acknowledgeWarning(`@aws-cdk/aws-ecs:${warning}`);
    }
    const { template } = app.synth().getStackByName(stack.stackName);
    return { stackName: stack.stackName, Resources: template.Resources };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
