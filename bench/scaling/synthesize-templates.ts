import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import {
  QueueProcessingFargateService,
  type QueueProcessingFargateServiceProps,
} from 'aws-cdk-lib/aws-ecs-patterns';
import { synthesize } from '../../local/template/synthesize.ts';
import type { Template } from '../../local/template/template.ts';
import { readScalingTemplate, type ScalingTemplate } from './scaling-template.ts';

/** How our stack scales: from the template that `cdk deploy` would deploy. */
export async function ourScalingTemplate(): Promise<ScalingTemplate> {
  const outputDirectory = await mkdtemp(join(tmpdir(), 'slackwater-scaling-'));
  try {
    const { template } = await synthesize({
      projectDirectory: join(import.meta.dirname, '../..'),
      outputDirectory,
    });
    return readScalingTemplate(template);
  } finally {
    await rm(outputDirectory, { recursive: true, force: true });
  }
}

/** How CDK's pattern for workers on a queue scales, with these limits or its own. */
export function queueProcessingTemplate(
  limits: Pick<QueueProcessingFargateServiceProps, 'minScalingCapacity' | 'maxScalingCapacity'> = {},
): ScalingTemplate {
  const app = new App({ analyticsReporting: false });
  new QueueProcessingFargateService(new Stack(app, 'peer'), 'Service', {
    image: ContainerImage.fromRegistry('worker'),
    ...limits,
  });
  return readScalingTemplate(app.synth().getStackByName('peer').template as Template);
}
