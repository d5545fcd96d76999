import { dependenciesOf } from './references.ts';
import { type Template, TemplateError } from './template.ts';

/** Logical ids of all resources, each behind those it refers to. Throws TemplateError that spells out a cycle. */
export function inOrder(template: Template): string[] {
  const ordered = new Set<string>();
  const visit = (logicalId: string, path: readonly string[]): void => {
    if (ordered.has(logicalId)) return;
    if (path.includes(logicalId)) {
      const cycle = [...path.slice(path.indexOf(logicalId)), logicalId];
      throw new TemplateError(`Resources refer to each other in a circle: ${cycle.join(' -> ')}`);
    }
    for (const needed of dependenciesOf(template, logicalId)) visit(needed, [...path, logicalId]);
    ordered.add(logicalId);
  };
  for (const logicalId of Object.keys(template.Resources)) visit(logicalId, []);
  return [...ordered];
}
