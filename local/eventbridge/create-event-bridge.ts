import type { Clock } from '../clock.ts';
import { deliverWithRetries } from '../delivery/deliver-with-retries.ts';
import type { Targets } from '../delivery/targets.ts';
import { AwsError, type JsonService, jsonService } from '../json-protocol.ts';
import { localAccount, localRegion } from '../local-service.ts';
import { type BusEvent, createEvent } from './event.ts';
import { compilePattern, type EventMatcher } from './pattern.ts';
import { readPutEventsEntry } from './put-events-entry.ts';
import { type RuleTarget, targetPayload } from './rule-target.ts';

/** A rule as the template describes it. */
export interface Rule {
  name: string;
  /** Left out for a rule that follows a clock alone. */
  eventPattern?: unknown;
  targets: RuleTarget[];
  isEnabled: boolean;
}

/** The local EventBridge: one bus, its rules and `PutEvents`. */
export interface EventBridge extends JsonService {
  /** Adds or replaces a rule and answers its ARN. Throws AwsError InvalidEventPatternException. */
  putRule(rule: Rule): string;
  /** Puts an event on the bus; delivery goes on behind it, as in AWS. */
  emit(event: BusEvent): void;
  /** Delivers an event to one rule's targets, whatever its pattern: what a rule's own clock does. */
  fire(ruleName: string, event: BusEvent): void;
  /** Gives up what is still being tried and answers when nothing is on its way any more. */
  close(): Promise<void>;
}

/** Makes the local EventBridge. `say` hears what could not be delivered. */
export function createEventBridge({
  targets,
  clock,
  say,
}: {
  targets: Targets;
  clock: Clock;
  say: (sentence: string) => void;
}): EventBridge {
  const rules = new Map<string, Rule & { matches: EventMatcher }>();
  const underway = new Set<Promise<void>>();
  const stopped = new AbortController();

  const deliver = async (rule: Rule, target: RuleTarget, event: BusEvent): Promise<void> => {
    const ruleArn = ruleArnOf(rule.name);
    const facts = { ruleArn, ruleName: rule.name, ingestedAt: new Date() };
    const outcome = await deliverWithRetries({
      targets,
      clock,
      target,
      payload: () => targetPayload(target, event, facts),
      deadLetterAttributes: { RULE_ARN: ruleArn },
      signal: stopped.signal,
    });
    if (outcome.delivered) return;
    const where = outcome.deadLetterArn
      ? `it lies on ${outcome.deadLetterArn}`
      : 'it has no dead-letter queue';
    say(`Rule ${rule.name} could not deliver to ${target.Arn}: ${outcome.reason}; ${where}`);
  };
  const deliverAll = (rule: Rule, event: BusEvent): void => {
    for (const target of rule.targets) {
      const delivery = deliver(rule, target, event)
        .catch((error: Error) => say(`Rule ${rule.name} lost an event: ${error.message}`))
        .finally(() => underway.delete(delivery));
      underway.add(delivery);
    }
  };
  const emit = (event: BusEvent): void => {
    for (const rule of rules.values()) {
      if (rule.isEnabled && rule.matches(event)) deliverAll(rule, event);
    }
  };
  const ruleNamed = (name: string): Rule => {
    const rule = rules.get(name);
    if (!rule)
      throw new AwsError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus default.`);
    return rule;
  };

  const service = jsonService(['events'], {
    PutEvents: (input: { Entries?: unknown[] }) => {
      const entries = input.Entries ?? [];
      if (entries.length < 1 || entries.length > 10) {
        throw new AwsError('ValidationException', `Entries takes 1 to 10 events, got ${entries.length}`);
      }
      const read = entries.map((entry) => readPutEventsEntry(entry, new Date()));
      for (const entry of read) if ('event' in entry) emit(entry.event);
      return {
        FailedEntryCount: read.filter((entry) => !('event' in entry)).length,
        Entries: read.map((entry) => ('event' in entry ? { EventId: entry.event.id } : entry)),
      };
    },
    TestEventPattern: ({ EventPattern, Event }: { EventPattern: string; Event: string }) => ({
      Result: compilePattern(JSON.parse(EventPattern))(JSON.parse(Event)),
    }),
    ListRules: () => ({ Rules: [...rules.values()].map(describe) }),
    DescribeRule: ({ Name }: { Name: string }) => describe(ruleNamed(Name)),
    ListTargetsByRule: ({ Rule }: { Rule: string }) => ({
      Targets: ruleNamed(Rule).targets,
    }),
  });
  return {
    ...service,
    putRule: (rule) => {
      const matches = rule.eventPattern === undefined ? () => false : compilePattern(rule.eventPattern);
      rules.set(rule.name, { ...rule, matches });
      return ruleArnOf(rule.name);
    },
    emit,
    fire: (ruleName, event) => deliverAll(ruleNamed(ruleName), event),
    close: async () => {
      stopped.abort();
      await Promise.all(underway);
    },
  };
}

/** The ARN of a rule on the default bus. */
export function ruleArnOf(name: string): string {
  return `arn:aws:events:${localRegion}:${localAccount}:rule/${name}`;
}

/** The event that a rule with a schedule expression sends. */
export function scheduledEvent(ruleName: string, time: Date): BusEvent {
  return createEvent({
    source: 'aws.events',
    detailType: 'Scheduled Event',
    detail: {},
    time,
    resources: [ruleArnOf(ruleName)],
  });
}

function describe(rule: Rule): object {
  return {
    Name: rule.name,
    Arn: ruleArnOf(rule.name),
    State: rule.isEnabled ? 'ENABLED' : 'DISABLED',
    EventBusName: 'default',
    ...(rule.eventPattern === undefined ? {} : { EventPattern: JSON.stringify(rule.eventPattern) }),
  };
}
