import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { CfnQueue } from 'aws-cdk-lib/aws-sqs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { projectDirectory } from '../../lib/bundle.ts';
import { newApp } from './template.ts';

let assembly: string;
beforeEach(() => {
  assembly = mkdtempSync(join(tmpdir(), 'slackwater-app-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(assembly, { recursive: true, force: true });
});

/** Runs the app as `cdk synth -c …` does. */
function run(context: Record<string, string> = {}) {
  return spawnSync(process.execPath, ['bin/app.ts'], {
    cwd: projectDirectory,
    env: {
      ...process.env,
      CDK_VALIDATION: 'true',
      CDK_OUTDIR: assembly,
      CDK_CONTEXT_JSON: JSON.stringify(context),
    },
    encoding: 'utf8',
  });
}

/** The assembly's artifacts that are stacks. */
function stacks(): string[] {
  const { artifacts } = JSON.parse(readFileSync(join(assembly, 'manifest.json'), 'utf8'));
  return Object.keys(artifacts).filter((id) => artifacts[id].type === 'aws:cloudformation:stack');
}

describe('the app', () => {
  it('synthesizes every environment without a word of warning', () => {
    const { status, stdout, stderr } = run();
    expect(`${stdout}${stderr}`).toBe('');
    expect(status).toBe(0);
    expect(stacks()).toEqual(['slackwater-dev', 'slackwater-prod']);
    expect(readFileSync(join(assembly, 'manifest.json'), 'utf8')).not.toMatch(/aws:cdk:(warning|error)/);
  }, 120_000);

  it('is held against the schemas of CloudFormation: what that would refuse is not synthesized', () => {
    vi.stubEnv('CDK_VALIDATION', 'true');
    const app = newApp();
    const queue = new CfnQueue(new Stack(app, 'wrong'), 'Queue');
    queue.addPropertyOverride('DelaySecond', 5);
    expect(() => app.synth()).toThrow("'DelaySecond' was unexpected");
  }, 120_000);

  it('refuses an environment that does not exist, and names those that do', () => {
    const { status, stderr } = run({ environment: 'prd' });
    expect(status).not.toBe(0);
    expect(stderr).toContain('There is no environment "prd": choose of dev, prod');
  });
});
