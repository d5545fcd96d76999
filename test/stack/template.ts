import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import settings from '../../cdk.json' with { type: 'json' };
import type { SlackwaterEnvironment } from '../../lib/environment.ts';
import { SlackwaterStack } from '../../lib/slackwater-stack.ts';
import { tasks } from '../../tasks/index.ts';

/** Of the template only what the tests ask. */
export interface Resource {
  Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: properties differ by resource type, and a wrong path fails the test
  Properties: any;
  DeletionPolicy?: string;
  DependsOn?: string[];
}

/** A template with questions to ask it. */
export type AskedTemplate = ReturnType<typeof ask>;

/** An app as bin/app.ts makes it. */
export const newApp = () => new App({ context: settings.context, analyticsReporting: false });

/** An environment's stack and template. */
export function synthesize(environment: SlackwaterEnvironment) {
  const name = `slackwater-${environment.name}`;
  const stack = new SlackwaterStack(newApp(), name, { tasks, environment });
  return { name, environment, stack, ...ask(Template.fromStack(stack).toJSON()) };
}

/** Makes a template ready for questions. */
export function ask(json: object) {
  const template = json as {
    Resources: Record<string, Resource>;
    Outputs: Record<string, { Value: unknown }>;
  };
  const ofType = (type: string) =>
    Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);
  const properties = (type: string) => ofType(type).map(([, resource]) => resource.Properties);
  return {
    template,
    /** Logical ids and resources of a type. */
    ofType,
    /** Properties of every resource of a type. */
    properties,
    /** Properties of the one resource of a type. */
    only: (type: string) => {
      const found = properties(type);
      if (found.length !== 1) throw new Error(`The template has ${found.length} of ${type}, not one`);
      return found[0];
    },
    /** Every statement of every policy. */
    statements: () =>
      Object.values(template.Resources).flatMap(({ Properties }) =>
        ['PolicyDocument', 'AssumeRolePolicyDocument'].flatMap((name) => Properties?.[name]?.Statement ?? []),
      ),
  };
}
