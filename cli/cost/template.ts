/** One resource of a synthesized template. */
export interface Resource {
  Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: every resource type has properties of its own
  Properties?: any;
}

/** A synthesized stack. */
export interface SynthesizedTemplate {
  stackName: string;
  Resources: Record<string, Resource>;
}

/** Properties of every resource of a type, by logical id. */
export function ofType({ Resources }: Pick<SynthesizedTemplate, 'Resources'>, type: string) {
  return Object.entries(Resources)
    .filter(([, resource]) => resource.Type === type)
    .map(([id, resource]) => ({ id, properties: resource.Properties ?? {} }));
}

/** The logical id that a Ref or Fn::GetAtt leads to, also from inside an Fn::Join; undefined for anything else. */
export function idIn(value: unknown): string | undefined {
  if (value === null || typeof value !== 'object') return undefined;
  const { Ref: ref, 'Fn::GetAtt': attribute } = value as { Ref?: unknown; 'Fn::GetAtt'?: unknown };
  if (typeof ref === 'string') return ref.startsWith('AWS::') ? undefined : ref;
  if (Array.isArray(attribute)) return String(attribute[0]);
  for (const inner of Object.values(value)) {
    const found = idIn(inner);
    if (found !== undefined) return found;
  }
  return undefined;
}
