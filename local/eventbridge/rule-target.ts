import type { Target } from '../delivery/deliver-with-retries.ts';
import type { BusEvent } from './event.ts';
import { type InputTransformer, type TransformFacts, transformInput } from './input-transformer.ts';
import { valueAt } from './json-path.ts';

/** A target of a rule; at most one of the three inputs is given, none means the whole event. */
export interface RuleTarget extends Target {
  Id?: string;
  Input?: string;
  InputPath?: string;
  InputTransformer?: InputTransformer;
}

/** What the target gets for this event. Throws RangeError if the transformer gives no JSON. */
export function targetPayload(target: RuleTarget, event: BusEvent, facts: TransformFacts): string {
  if (target.InputTransformer) return transformInput(target.InputTransformer, event, facts);
  if (target.InputPath !== undefined) return JSON.stringify(valueAt(event, target.InputPath) ?? {});
  return target.Input ?? JSON.stringify(event);
}
