import type { BusEvent } from './event.ts';
import { valueAt } from './json-path.ts';

/** How a rule shapes the event for a target. */
export interface InputTransformer {
  InputPathsMap?: Record<string, string>;
  InputTemplate: string;
}

/** What the predefined variables tell beside the event. */
export interface TransformFacts {
  ruleArn: string;
  ruleName: string;
  ingestedAt: Date;
}

/**
 * Fills the template as EventBridge does: outside quotes a placeholder becomes the value's JSON; inside quotes the
 * value goes in as it is, not escaped; a placeholder whose path finds nothing vanishes. Throws RangeError if a JSON
 * template does not give JSON then: EventBridge drops such an event.
 */
export function transformInput(
  transformer: InputTransformer,
  event: BusEvent,
  facts: TransformFacts,
): string {
  const variables = predefined(event, facts);
  for (const [name, path] of Object.entries(transformer.InputPathsMap ?? {})) {
    variables.set(name, valueAt(event, path));
  }
  const template = transformer.InputTemplate;
  const isJson = /^\s*[{[]/.test(template);
  let quoted = false;
  const filled = template.replace(/\\.|"|<([A-Za-z0-9_.-]+)>/gs, (whole, name: string | undefined) => {
    if (whole === '"') quoted = !quoted;
    if (name === undefined || !variables.has(name)) return whole;
    return isJson ? insert(variables.get(name), quoted) : plain(variables.get(name));
  });
  if (isJson) requireJson(filled);
  return filled;
}

function predefined(event: BusEvent, facts: TransformFacts): Map<string, unknown> {
  const { detail: _detail, ...withoutDetail } = event;
  return new Map<string, unknown>([
    ['aws.events.rule-arn', facts.ruleArn],
    ['aws.events.rule-name', facts.ruleName],
    ['aws.events.event.ingestion-time', facts.ingestedAt.toISOString()],
    ['aws.events.event', withoutDetail],
    ['aws.events.event.json', event],
  ]);
}

function insert(value: unknown, quoted: boolean): string {
  if (value === undefined) return '';
  return quoted ? plain(value) : JSON.stringify(value);
}

function plain(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function requireJson(filled: string): void {
  try {
    JSON.parse(filled);
  } catch (error) {
    throw new RangeError(
      `The input template gives no JSON for this event (${(error as Error).message}): ${filled.slice(0, 300)}`,
    );
  }
}
