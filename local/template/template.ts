/** One resource as the template writes it, intrinsic functions unresolved. */
export interface TemplateResource {
  Type: string;
  Properties?: Record<string, unknown>;
  DependsOn?: string | string[];
  Condition?: string;
  Metadata?: Record<string, unknown>;
}

/** A CloudFormation template as CDK synthesizes it. */
export interface Template {
  Description?: string;
  Parameters?: Record<string, { Type: string; Default?: unknown }>;
  Mappings?: Record<string, Record<string, Record<string, unknown>>>;
  Conditions?: Record<string, unknown>;
  Resources: Record<string, TemplateResource>;
  Outputs?: Record<string, { Value: unknown; Condition?: string; Description?: string }>;
}

/** Something in the template cannot be given a meaning on this machine: the text names the place and the reason. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}

/** `Ref` of a resource is written as this attribute's name where attributes are asked for. */
export const refAttribute = 'Ref';
