import type { Task } from '../../tasks/define-task.ts';
import { type Alternative, alternatives } from './alternatives.ts';
import { type IdleBill, idleBill } from './idle-bill.ts';
import { type MessageCost, messageCost } from './message-cost.ts';
import { peerTemplate } from './peer-stack.ts';
import { type Price, priceTable } from './prices.ts';
import type { SynthesizedTemplate } from './template.ts';

/** Everything that the command prints; `--json` prints it as it is. */
export interface CostEstimate {
  region: string;
  currency: string;
  /** Of the prices. */
  date: string;
  environments: { environment: string; idle: IdleBill; millionMessages: MessageCost[] }[];
  /** CDK's QueueProcessingFargateService with its defaults: one queue, nothing to do. */
  peer: { name: string; idle: IdleBill };
  alternatives: Alternative[];
  /** Prices that were used and could not be verified. */
  unverifiedPrices: Price[];
}

const stackPrefix = 'slackwater-';

/** Names of the environments that have a stack. */
export function environmentNames(templates: readonly SynthesizedTemplate[]): string[] {
  return templates.map(({ stackName }) => stackName.replace(stackPrefix, ''));
}

/** Prices the stacks of the environments asked for, all without names. Throws an Error that lists the known names. */
export function estimate(
  templates: readonly SynthesizedTemplate[],
  { tasks, environment }: { tasks: readonly Task[]; environment?: string | undefined },
): CostEstimate {
  const names = environmentNames(templates);
  if (environment !== undefined && !names.includes(environment)) {
    throw new Error(
      `There is no environment ${JSON.stringify(environment)}: lib/environment.ts has ${names.join(', ')}`,
    );
  }
  const environments = templates.flatMap((template, index) => {
    const name = names[index] ?? template.stackName;
    if (environment !== undefined && name !== environment) return [];
    const millionMessages = tasks.map((task) => messageCost(task, template));
    return [{ environment: name, idle: idleBill(template), millionMessages }];
  });
  const peer = { name: 'QueueProcessingFargateService', idle: idleBill(peerTemplate()) };
  const choices = alternatives(tasks);
  const used = new Set(
    [
      ...environments.flatMap(({ idle, millionMessages }) => [idle, ...millionMessages]),
      peer.idle,
      ...choices,
    ].flatMap(({ lines }) => lines.map(({ price }) => price)),
  );
  return {
    region: priceTable.region,
    currency: priceTable.currency,
    date: priceTable.date,
    environments,
    peer,
    alternatives: choices,
    unverifiedPrices: priceTable.prices.filter(({ id, verified }) => !verified && used.has(id)),
  };
}
