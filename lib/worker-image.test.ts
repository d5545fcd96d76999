import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { FargateTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WorkerSettings } from './settings.ts';
import { workerImage } from './worker-image.ts';

let outdir: string;
beforeAll(() => {
  outdir = mkdtempSync(join(tmpdir(), 'slackwater-image-'));
});
afterAll(() => rmSync(outdir, { recursive: true }));

function imageOf(settings: Pick<WorkerSettings, 'image' | 'baseImage'>) {
  const app = new App({ outdir: mkdtempSync(join(outdir, 'assembly-')) });
  const stack = new Stack(app, 'Stack');
  const definition = new FargateTaskDefinition(stack, 'Definition');
  definition.addContainer('worker', { image: workerImage(stack, settings) });
  const template = Template.fromStack(stack);
  const assembly = app.synth();
  const [manifest = ''] = globSync('*.assets.json', { cwd: assembly.directory });
  const { dockerImages } = JSON.parse(readFileSync(join(assembly.directory, manifest), 'utf8'));
  return {
    images: Object.values<{ source: object }>(dockerImages ?? {}).map(({ source }) => source),
    policies: JSON.stringify(template.findResources('AWS::IAM::Policy')),
    container: JSON.stringify(template.findResources('AWS::ECS::TaskDefinition')),
  };
}

test('without a named image one is built for arm64 from what was staged', () => {
  const { images } = imageOf({});
  expect(images).toEqual([{ directory: expect.stringContaining('asset.'), platform: 'linux/arm64' }]);
});

test('another base is handed to the build', () => {
  const baseImage = 'mirror.example.com/nodejs24-debian13:nonroot';
  expect(imageOf({ baseImage }).images).toEqual([
    expect.objectContaining({ dockerBuildArgs: { BASE_IMAGE: baseImage } }),
  ]);
});

test('a named image needs no Docker, and one of ECR may be pulled by the workers and nothing else', () => {
  const image = '123456789012.dkr.ecr.eu-west-2.amazonaws.com/worker:1.2';
  const { images, policies, container } = imageOf({ image });
  expect(images).toEqual([]);
  expect(container).toContain('/worker:1.2');
  expect(policies).toContain('ecr:eu-west-2:123456789012:repository/worker');
});

test('a named image by digest is that digest', () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  const { container } = imageOf({ image: `123456789012.dkr.ecr.eu-west-2.amazonaws.com/worker@${digest}` });
  expect(container).toContain(`/worker@${digest}`);
});

test('a public image is named as it is, and needs no right', () => {
  const { images, policies, container } = imageOf({ image: 'ghcr.io/example/worker:3' });
  expect([images, policies]).toEqual([[], '{}']);
  expect(container).toContain('"Image":"ghcr.io/example/worker:3"');
});
