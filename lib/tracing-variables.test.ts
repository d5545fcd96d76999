import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ContainerImage, FargateTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import { expect, it } from 'vitest';
import { tracingVariables } from './tracing-variables.ts';

it('tells nothing without an endpoint', () => {
  const stack = new Stack(new App());
  expect(tracingVariables(stack, { sampledPercent: 100 })).toEqual({ environment: {}, secrets: {} });
});

it('has the endpoint in the environment, and headers from a secret that the execution role alone may read', () => {
  const stack = new Stack(new App());
  const headersSecretArn = 'arn:aws:secretsmanager:eu-west-2:111122223333:secret:otlp-headers-AbCdEf';
  const tracing = { endpoint: 'https://otlp.example.com', headersSecretArn, sampledPercent: 25 };
  const definition = new FargateTaskDefinition(stack, 'Definition');
  const image = ContainerImage.fromRegistry('worker');
  definition.addContainer('worker', { image, ...tracingVariables(stack, tracing) });
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::ECS::TaskDefinition', {
    ContainerDefinitions: [
      {
        Environment: [
          { Name: 'OTEL_EXPORTER_OTLP_ENDPOINT', Value: 'https://otlp.example.com' },
          { Name: 'OTEL_TRACES_SAMPLER_ARG', Value: '0.25' },
        ],
        Secrets: [{ Name: 'OTEL_EXPORTER_OTLP_HEADERS', ValueFrom: headersSecretArn }],
      },
    ],
  });
  const [policy, ...others] = Object.values(template.findResources('AWS::IAM::Policy'));
  expect(others).toEqual([]);
  expect(policy?.Properties).toMatchObject({
    PolicyDocument: {
      Statement: [
        {
          Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
          Resource: headersSecretArn,
        },
      ],
    },
    Roles: [{ Ref: expect.stringContaining('ExecutionRole') }],
  });
});
