import { describe, expect, it } from 'vitest';
import { tasks } from '../../tasks/index.ts';
import { readConfig } from '../../worker/config.ts';
import { dev } from './dev.ts';

const { ofType, only } = dev;
const container = () => only('AWS::ECS::TaskDefinition').ContainerDefinitions[0];

describe('workers', () => {
  it('are small arm64 containers that cannot write but to /tmp and have two minutes to stop', () => {
    expect(only('AWS::ECS::TaskDefinition').RuntimePlatform.CpuArchitecture).toBe('ARM64');
    expect(container()).toMatchObject({
      StopTimeout: 120,
      ReadonlyRootFilesystem: true,
      MountPoints: [{ ContainerPath: '/tmp', ReadOnly: false }],
    });
  });

  it('are started and stopped by the demand alone, not by a deployment', () => {
    const service = only('AWS::ECS::Service');
    expect(service).not.toHaveProperty('DesiredCount');
    expect(service.DeploymentConfiguration.DeploymentCircuitBreaker).toEqual({
      Enable: true,
      Rollback: true,
    });
  });

  it('trace nothing unless somebody names an endpoint', () => {
    expect(JSON.stringify(container())).not.toContain('OTEL_');
  });

  it('come after the database that the first of them migrates', () => {
    const [, service] = ofType('AWS::ECS::Service')[0] ?? [];
    const [writer] = ofType('AWS::RDS::DBInstance')[0] ?? [];
    expect(service?.DependsOn).toContain(writer);
  });

  it('are given every variable that they ask for', () => {
    const url = 'https://sqs.eu-west-2.amazonaws.com/111122223333/queue';
    const queues = Object.fromEntries(
      tasks.map(({ name }) => [
        name,
        { url, arn: 'arn:aws:sqs:eu-west-2:111122223333:queue', deadLetterUrl: url },
      ]),
    );
    const given = Object.fromEntries(
      container().Environment.map(({ Name, Value }: { Name: string; Value: unknown }) => [
        Name,
        typeof Value === 'string' ? Value : Name === 'TASK_QUEUES' ? JSON.stringify(queues) : 'reference',
      ]),
    );
    for (const { Name } of container().Secrets) given[Name] = '{}';
    expect(() => readConfig(given)).not.toThrow();
  });
});
