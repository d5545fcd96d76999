import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectDirectory } from '../../lib/bundle.ts';
import { type AskedTemplate, ask } from '../../test/stack/template.ts';
import { tasks } from './catalogue.ts';

let assembly: string;
let output: ReturnType<typeof spawnSync>;
let asked: AskedTemplate;
beforeAll(() => {
  assembly = mkdtempSync(join(tmpdir(), 'slackwater-example-'));
  output = spawnSync(process.execPath, ['examples/existing-account/app.ts'], {
    cwd: projectDirectory,
    env: { ...process.env, CDK_VALIDATION: 'true', CDK_OUTDIR: assembly },
    encoding: 'utf8',
  });
  asked = ask(JSON.parse(readFileSync(join(assembly, 'background-work.template.json'), 'utf8')));
});
afterAll(() => rmSync(assembly, { recursive: true, force: true }));

describe('background work in an account that has a network, a database and an image', () => {
  it('is synthesized without a warning', () => {
    expect(output.status).toBe(0);
    expect(`${output.stdout}${output.stderr}`).toBe('');
    expect(readFileSync(join(assembly, 'manifest.json'), 'utf8')).not.toMatch(/aws:cdk:(warning|error)/);
  });

  it('makes neither network nor database nor image', () => {
    for (const type of [
      'AWS::EC2::VPC',
      'AWS::EC2::Subnet',
      'AWS::RDS::DBCluster',
      'AWS::SecretsManager::Secret',
    ]) {
      expect(asked.ofType(type)).toEqual([]);
    }
    expect(readdirSync(assembly).some((file) => file === 'Dockerfile')).toBe(false);
    expect(readFileSync(join(assembly, 'background-work.assets.json'), 'utf8')).toMatch(
      /"dockerImages": \{\}/,
    );
  });

  it('runs that image in those subnets, half of it on Spot, without an address of its own', () => {
    const [container] = asked.only('AWS::ECS::TaskDefinition').ContainerDefinitions;
    expect(JSON.stringify(container.Image)).toContain('webapp-worker:2026-11-23');
    const service = asked.only('AWS::ECS::Service');
    expect(service.NetworkConfiguration.AwsvpcConfiguration).toMatchObject({
      AssignPublicIp: 'DISABLED',
      Subnets: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
    });
    expect(service.CapacityProviderStrategy).toEqual([
      { CapacityProvider: 'FARGATE', Weight: 50 },
      { CapacityProvider: 'FARGATE_SPOT', Weight: 50 },
    ]);
    expect(service).not.toHaveProperty('LaunchType');
  });

  it('gives workers the secret, and lets them into the database', () => {
    const [container] = asked.only('AWS::ECS::TaskDefinition').ContainerDefinitions;
    expect(container.Secrets).toEqual([{ Name: 'DATABASE_SECRET', ValueFrom: expect.anything() }]);
    expect(JSON.stringify(container.Secrets)).toContain('webapp/database');
    expect(asked.only('AWS::EC2::SecurityGroupIngress')).toMatchObject({
      GroupId: 'sg-0123456789abcdef0',
      FromPort: 5432,
      ToPort: 5432,
    });
  });

  it('has the queues and the schedules of its own tasks', () => {
    const names = asked.properties('AWS::SQS::Queue').map(({ QueueName }) => QueueName);
    for (const { name } of tasks) expect(names).toContain(`background-work-${name}`);
    expect(asked.properties('AWS::Scheduler::Schedule').map(({ Name }) => Name)).toEqual([
      'background-work-daily-ledger-cleanup',
      'background-work-due-invoices',
    ]);
  });

  it("attaches the web application's policy to its role", () => {
    const policies = asked.properties('AWS::IAM::ManagedPolicy');
    expect(policies.find(({ Roles }) => Roles)?.Roles).toEqual(['webapp']);
  });
});
