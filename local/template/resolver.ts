import { localAccount, localRegion } from '../local-service.ts';
import { type IntrinsicScope, intrinsics, noValue } from './intrinsics.ts';
import { refAttribute, type Template, TemplateError } from './template.ts';

/** What a resolver asks of those who gave the resources their bodies. */
export interface ResolverSources {
  template: Template;
  stackName: string;
  /** The value of an attribute, `Ref` being one; undefined if the resource has no such attribute. */
  attribute(logicalId: string, attribute: string): unknown;
  /** The value behind `{{resolve:service:reference}}`. Throws TemplateError. */
  dynamicReference(service: string, reference: string): string;
  parameters?: Record<string, unknown>;
}

/** Turns values of a template into the values that AWS would see. */
export interface Resolver {
  /** Throws TemplateError that names what cannot be resolved. */
  resolve(value: unknown): unknown;
  /** Throws TemplateError if there is no such condition. */
  condition(name: string): boolean;
}

/** Makes a resolver of intrinsic functions, conditions, pseudo parameters and dynamic references. */
export function createResolver(sources: ResolverSources): Resolver {
  const { template } = sources;
  const pseudo = pseudoParameters(sources.stackName);

  const resolve = (value: unknown): unknown => {
    if (typeof value === 'string') return withDynamicReferences(value, sources);
    if (Array.isArray(value)) return value.map(resolve).filter((item) => item !== noValue);
    if (value === null || typeof value !== 'object') return value;
    const entries = Object.entries(value);
    const [only] = entries;
    if (only && entries.length === 1 && isIntrinsic(...only)) {
      const result = intrinsics(only[0])(only[1], scope);
      return typeof result === 'string' ? withDynamicReferences(result, sources) : result;
    }
    return Object.fromEntries(
      entries.map(([key, inner]) => [key, resolve(inner)]).filter(([, inner]) => inner !== noValue),
    );
  };

  const condition = (name: string): boolean => {
    const definition = template.Conditions?.[name];
    if (definition === undefined) throw new TemplateError(`There is no condition ${JSON.stringify(name)}`);
    return resolve(definition) === true;
  };

  const attribute = (logicalId: string, name: string): unknown => {
    if (!template.Resources[logicalId]) {
      throw new TemplateError(`${logicalId} is neither a resource, a parameter nor a pseudo parameter`);
    }
    const value = sources.attribute(logicalId, name);
    if (value === undefined) {
      const what = name === refAttribute ? 'Ref' : `the attribute ${name}`;
      throw new TemplateError(
        `${logicalId} (${template.Resources[logicalId].Type}) has no local value for ${what}: ` +
          'give it one where the resource gets its body, under local/provision',
      );
    }
    return value;
  };

  const scope: IntrinsicScope = {
    resolve,
    condition,
    mappings: template.Mappings ?? {},
    region: localRegion,
    attribute,
    ref: (name) => {
      if (Object.hasOwn(pseudo, name)) return pseudo[name];
      if (sources.parameters && Object.hasOwn(sources.parameters, name)) return sources.parameters[name];
      const parameter = template.Parameters?.[name];
      if (!parameter) return attribute(name, refAttribute);
      if (parameter.Default === undefined) {
        throw new TemplateError(`The parameter ${name} has no default and no value was given`);
      }
      return parameter.Default;
    },
  };
  return { resolve, condition };
}

function isIntrinsic(key: string, argument: unknown): boolean {
  // A policy statement has a key Condition too, which holds an object.
  return key === 'Ref' || key.startsWith('Fn::') || (key === 'Condition' && typeof argument === 'string');
}

function pseudoParameters(stackName: string): Record<string, unknown> {
  return {
    'AWS::Region': localRegion,
    'AWS::AccountId': localAccount,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': stackName,
    'AWS::StackId': `arn:aws:cloudformation:${localRegion}:${localAccount}:stack/${stackName}/local`,
    'AWS::NotificationARNs': [],
    'AWS::NoValue': noValue,
  };
}

function withDynamicReferences(text: string, sources: ResolverSources): string {
  return text.replace(/\{\{resolve:([a-z-]+):([^}]+)\}\}/g, (_all, service: string, reference: string) =>
    sources.dynamicReference(service, reference),
  );
}
