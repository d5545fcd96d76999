import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import settings from '../cdk.json' with { type: 'json' };
import { dev } from '../lib/environment.ts';
import { SlackwaterStack } from '../lib/slackwater-stack.ts';
import { tasks } from '../tasks/index.ts';

/** The deployment that the tests look at. */
export const prefix = 'slackwater-dev';
const app = new App({ context: settings.context, analyticsReporting: false });
const stack = new SlackwaterStack(app, prefix, { tasks, environment: dev, env: { region: dev.region } });
/** Synthesized once. */
export const template = Template.fromStack(stack).toJSON() as { Resources: Record<string, Resource> };

/** Of the template only what the tests ask. */
export interface Resource {
  Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: properties differ by resource type, and a wrong path fails the test
  Properties: any;
  DeletionPolicy?: string;
  DependsOn?: string[];
}

/** Logical ids and resources of a type. */
export const ofType = (type: string) =>
  Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);
/** Properties of every resource of a type. */
export const properties = (type: string) => ofType(type).map(([, resource]) => resource.Properties);
/** Properties of the one resource of a type. */
export const only = (type: string) => {
  const found = properties(type);
  if (found.length !== 1) throw new Error(`The template has ${found.length} of ${type}, not one`);
  return found[0];
};
/** Every statement of every policy. */
export const statements = () =>
  Object.values(template.Resources).flatMap(({ Properties }) =>
    ['PolicyDocument', 'AssumeRolePolicyDocument'].flatMap((name) => Properties?.[name]?.Statement ?? []),
  );
