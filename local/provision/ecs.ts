import { z } from 'zod';
import { localAccount, localRegion } from '../local-service.ts';
import { TemplateError } from '../template/template.ts';
import { type Body, type BodyContext, madeUpName, readProperties } from './body.ts';
import { secretValue } from './secrets.ts';

const arnOf = (resource: string): string => `arn:aws:ecs:${localRegion}:${localAccount}:${resource}`;

/** `AWS::ECS::Cluster`: a name under which services run. */
export const cluster: Body = (context) => {
  const { ClusterName: name = madeUpName(context) } = readProperties(
    context,
    z.object({ ClusterName: z.string().optional() }),
  );
  return { Ref: name, Arn: arnOf(`cluster/${name}`) };
};

/** `AWS::ECS::TaskDefinition`: kept for the service that names it. */
export const taskDefinition: Body = (context) => {
  const { Family: family = madeUpName(context) } = readProperties(
    context,
    z.object({ Family: z.string().optional() }),
  );
  const arn = arnOf(`task-definition/${family}:1`);
  context.known.taskDefinitions.set(arn, context.properties);
  return { Ref: arn, TaskDefinitionArn: arn };
};

const containersSchema = z.object({
  ContainerDefinitions: z
    .array(
      z.object({
        Name: z.string(),
        Environment: z.array(z.object({ Name: z.string(), Value: z.coerce.string() })).default([]),
        Secrets: z.array(z.object({ Name: z.string(), ValueFrom: z.string() })).default([]),
        StopTimeout: z.coerce.number().default(30),
      }),
    )
    .min(1),
});

/**
 * `AWS::ECS::Service`: workers as processes of the project's own worker/main.ts, which its image holds too. A service
 * without a desired count starts one worker on AWS at its creation, to prove the image and migrate the database; here
 * it starts none, and the local cloud migrates itself.
 */
export const service: Body = (context) => {
  const said = readProperties(
    context,
    z.object({
      ServiceName: z.string().optional(),
      Cluster: z.string().default('default'),
      TaskDefinition: z.string(),
      DesiredCount: z.coerce.number().default(0),
    }),
  );
  const name = said.ServiceName ?? madeUpName(context);
  const container = containerOf(context, said.TaskDefinition);
  const arn = context.services.ecs.putService({
    cluster: said.Cluster,
    name,
    desiredCount: said.DesiredCount,
    taskDefinition: said.TaskDefinition.split('/').at(-1) ?? said.TaskDefinition,
    container: {
      name: container.Name,
      arguments: ['worker/main.ts'],
      workingDirectory: context.projectDirectory,
      environment: {
        ...Object.fromEntries(container.Environment.map(({ Name, Value }) => [Name, Value])),
        ...Object.fromEntries(
          container.Secrets.map(({ Name, ValueFrom }) => [
            Name,
            secretValue(context.services.secrets, ValueFrom),
          ]),
        ),
      },
      stopTimeoutSeconds: container.StopTimeout,
    },
  });
  return { Ref: arn, ServiceArn: arn, Name: name };
};

function containerOf({ known, logicalId, type }: BodyContext, taskDefinitionArn: string) {
  const parsed = containersSchema.safeParse(known.taskDefinitions.get(taskDefinitionArn));
  const [first] = parsed.data?.ContainerDefinitions ?? [];
  if (first) return first;
  throw new TemplateError(`${logicalId} (${type}) runs ${taskDefinitionArn}, which has no container to run`);
}
