import type { z } from 'zod';
import type { LambdaDefinition } from '../lambda/lambda.ts';
import type { SynthesizedStack } from '../template/synthesize.ts';
import { TemplateError } from '../template/template.ts';
import type { DatabaseAddress, LocalServices } from './local-services.ts';
import type { TemplateValues } from './template-values.ts';

/** What a resource answers to Ref (`Ref`) and Fn::GetAtt (by the attribute's name). */
export type Attributes = { Ref: string } & Record<string, unknown>;

/** What a body is given. */
export interface BodyContext {
  logicalId: string;
  type: string;
  /** Intrinsic functions resolved. */
  properties: Record<string, unknown>;
  stack: SynthesizedStack;
  services: LocalServices;
  /** The project's folder, where workers run. */
  projectDirectory: string;
  /** What bodies of one stack leave for each other, by ARN or name. */
  known: KnownResources;
  /** Runs once every resource has its body. */
  whenReady(start: () => void): void;
  /** Runs when the local cloud stops. */
  whenStopped(stop: () => void): void;
  say(sentence: string): void;
}

/** Facts that AWS's own services know of each other's resources. */
export interface KnownResources {
  taskDefinitions: Map<string, Record<string, unknown>>;
  functions: Map<string, LambdaDefinition>;
  databases: Map<string, DatabaseAddress>;
  /** Values as the template last gave them, by logical id. */
  templateValues: TemplateValues;
}

/** Gives a resource its local body: makes it or brings it up to date. */
export type Body = (context: BodyContext) => Attributes | Promise<Attributes>;

/** Reads the properties that a body needs. Throws TemplateError that names the resource and what is wrong. */
export function readProperties<Schema extends z.ZodType>(
  { logicalId, type, properties }: BodyContext,
  schema: Schema,
): z.output<Schema> {
  const parsed = schema.safeParse(properties);
  if (parsed.success) return parsed.data;
  const reasons = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new TemplateError(`${logicalId} (${type}) has no local body: ${reasons.join('; ')}`);
}

/** The name that CloudFormation would make up, without its random end, so that every start finds the same. */
export function madeUpName({ stack, logicalId }: BodyContext, maximumCharacters = 64): string {
  const name = `${stack.stackName}-${logicalId}`;
  return name.length <= maximumCharacters
    ? name
    : `${name.slice(0, maximumCharacters - 9)}-${name.slice(-8)}`;
}
