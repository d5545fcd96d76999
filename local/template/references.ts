import type { Template } from './template.ts';

/** Logical ids that a value of the template names by Ref, Fn::GetAtt and Fn::Sub; pseudo parameters too. */
export function referencesIn(value: unknown): Set<string> {
  const found = new Set<string>();
  collect(value, found);
  return found;
}

/** Logical ids of the resources that have to stand before this one, in the template's order. */
export function dependenciesOf(template: Template, logicalId: string): string[] {
  const resource = template.Resources[logicalId];
  const references = referencesIn(resource?.Properties);
  for (const id of [resource?.DependsOn ?? []].flat()) references.add(id);
  return Object.keys(template.Resources).filter((id) => references.has(id));
}

function collect(value: unknown, found: Set<string>): void {
  if (Array.isArray(value)) {
    for (const item of value) collect(item, found);
    return;
  }
  if (value === null || typeof value !== 'object') return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === 'Ref') found.add(String(inner));
    else if (key === 'Fn::GetAtt') found.add(getAttParts(inner).logicalId);
    else if (key === 'Fn::Sub') collectSub(inner, found);
    else collect(inner, found);
  }
}

function collectSub(value: unknown, found: Set<string>): void {
  const [text, variables] = Array.isArray(value) ? value : [value, {}];
  collect(variables, found);
  for (const name of substitutions(String(text))) {
    if (!Object.hasOwn(variables as object, name)) found.add(name.split('.')[0] ?? name);
  }
}

/** Names inside `${…}` of an Fn::Sub text; `${!…}` is a literal and left out. */
export function substitutions(text: string): string[] {
  return [...text.matchAll(/\$\{([^!}][^}]*)\}/g)].map((match) => (match[1] ?? '').trim());
}

/** Fn::GetAtt in either of its spellings: a list or `Resource.Attribute`. */
export function getAttParts(value: unknown): { logicalId: string; attribute: string } {
  const parts = Array.isArray(value) ? value.map(String) : String(value).split('.');
  return { logicalId: parts[0] ?? '', attribute: parts.slice(1).join('.') };
}
