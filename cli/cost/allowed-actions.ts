import { idIn, ofType, type SynthesizedTemplate } from './template.ts';

interface PolicyDocument {
  Statement: { Effect: string; Action?: string | string[] }[];
}

/** Actions that the policies of a role allow, wherever they stand in the template. */
export function allowedActions(template: SynthesizedTemplate, role: unknown): Set<string> {
  const roleId = idIn(role);
  const apart = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy']
    .flatMap((type) => ofType(template, type))
    .filter(({ properties }) => (properties.Roles ?? []).some((one: unknown) => idIn(one) === roleId))
    .map(({ properties }): PolicyDocument => properties.PolicyDocument);
  const inline: PolicyDocument[] = (template.Resources[roleId ?? '']?.Properties?.Policies ?? []).map(
    ({ PolicyDocument }: { PolicyDocument: PolicyDocument }) => PolicyDocument,
  );
  return new Set(
    [...apart, ...inline]
      .flatMap(({ Statement }) => Statement)
      .filter(({ Effect }) => Effect === 'Allow')
      .flatMap(({ Action = [] }) => Action),
  );
}
