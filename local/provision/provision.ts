import { join } from 'node:path';
import { inOrder } from '../template/in-order.ts';
import { createResolver } from '../template/resolver.ts';
import type { SynthesizedStack } from '../template/synthesize.ts';
import { refAttribute, TemplateError } from '../template/template.ts';
import { bodies } from './bodies.ts';
import type { Attributes, BodyContext, KnownResources } from './body.ts';
import type { LocalServices } from './local-services.ts';
import { secretValue } from './secrets.ts';
import { openTemplateValues } from './template-values.ts';

/** A stack whose resources have their local bodies. */
export interface ProvisionedStack {
  stackName: string;
  outputs: Record<string, string>;
  /** Logical ids by type. */
  withBody: Map<string, string[]>;
  withoutBody: Map<string, string[]>;
  /** What the resource answers to Ref and Fn::GetAtt. */
  attributes(logicalId: string): Attributes | undefined;
  /** Lets clocks and scanners of the stack run. */
  start(): void;
  stop(): void;
}

/** Gives every resource of the stack its local body, in the order of their references. Throws TemplateError. */
export async function provision(options: {
  stack: SynthesizedStack;
  services: LocalServices;
  stateDirectory: string;
  projectDirectory: string;
  say: (sentence: string) => void;
}): Promise<ProvisionedStack> {
  const { stack, services } = options;
  const { template } = stack;
  const attributes = new Map<string, Attributes>();
  const withBody = new Map<string, string[]>();
  const withoutBody = new Map<string, string[]>();
  const [starts, stops]: [(() => void)[], (() => void)[]] = [[], []];
  const known: KnownResources = {
    taskDefinitions: new Map(),
    functions: new Map(),
    databases: new Map(),
    templateValues: openTemplateValues(join(options.stateDirectory, 'template-values.json')),
  };
  const { resolve, condition } = createResolver({
    template,
    stackName: stack.stackName,
    attribute: (logicalId, name) => attributeOf(stack, attributes, logicalId, name),
    dynamicReference: (service, reference) => {
      if (service === 'secretsmanager') return secretValue(services.secrets, reference);
      throw new TemplateError(`{{resolve:${service}:…}} has no local meaning`);
    },
  });

  for (const logicalId of inOrder(template)) {
    const { Type: type, Properties = {}, Condition } = template.Resources[logicalId] ?? { Type: '' };
    if (Condition !== undefined && !condition(Condition)) continue;
    const body = bodies[type];
    const list = body ? withBody : withoutBody;
    list.set(type, [...(list.get(type) ?? []), logicalId]);
    if (!body) continue;
    const context: BodyContext = {
      logicalId,
      type,
      properties: resolve(Properties) as Record<string, unknown>,
      stack,
      services,
      projectDirectory: options.projectDirectory,
      known,
      whenReady: (start) => starts.push(start),
      whenStopped: (stop) => stops.push(stop),
      say: options.say,
    };
    attributes.set(logicalId, await body(context));
  }
  return {
    stackName: stack.stackName,
    outputs: Object.fromEntries(
      Object.entries(template.Outputs ?? {})
        .filter(([, output]) => output.Condition === undefined || condition(output.Condition))
        .map(([name, { Value }]) => [name, String(resolve(Value))]),
    ),
    withBody,
    withoutBody,
    attributes: (logicalId) => attributes.get(logicalId),
    start: () => {
      for (const start of starts) start();
    },
    stop: () => {
      for (const stop of stops) stop();
    },
  };
}

/** A resource without a body still has names, so that others can refer to it; one with a body tells only what is true. */
function attributeOf(
  { template }: SynthesizedStack,
  attributes: ReadonlyMap<string, Attributes>,
  logicalId: string,
  name: string,
): unknown {
  const known = attributes.get(logicalId);
  if (known) return known[name];
  if (bodies[template.Resources[logicalId]?.Type ?? '']) {
    throw new TemplateError(`${logicalId} is left out by its condition, but something refers to it`);
  }
  return name === refAttribute ? `no-local-body-${logicalId}` : `no-local-body-${logicalId}-${name}`;
}
