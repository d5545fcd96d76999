import type { BillLine } from './bill.ts';
import type { CostEstimate } from './estimate.ts';
import type { IdleBill } from './idle-bill.ts';

/** The estimate as text for a terminal. */
export function showEstimate(estimate: CostEstimate): string {
  const { region, date, environments, peer, alternatives, unverifiedPrices } = estimate;
  return [
    `List prices of ${region} on ${date}, in US dollars, without free tiers, discounts and tax.`,
    ...environments.flatMap(({ environment, idle, millionMessages }) => [
      '',
      `${environment}: a month in which nobody sends anything`,
      ...showIdle(idle),
      '',
      `${environment}: a million messages of each task, one attempt each, at full load`,
      ...millionMessages.flatMap(({ task, lines, totalUsd }) => [
        '',
        `  ${task}`,
        ...lines.map(showLine),
        showTotal(totalUsd, 'a million messages'),
      ]),
    ]),
    '',
    `Beside it: CDK's ${peer.name} with its defaults, one queue, a month in which nobody sends anything`,
    ...showIdle(peer.idle),
    '',
    'Choices that would change the bill, and what they add to a month',
    ...alternatives.flatMap(({ choice, lines, addedUsd }) => [
      '',
      `  ${choice}`,
      ...lines.map(showLine),
      showTotal(addedUsd, 'a month more'),
    ]),
    '',
    'Lines with a ? rest on prices that could not be verified for this region (cli/cost/prices.json):',
    ...unverifiedPrices.map(({ id, usd, unit, evidence }) => `  ${id}: ${each(usd, unit)}. ${evidence}`),
  ].join('\n');
}

function showIdle({ lines, totalUsd, storagePerGigabyte, free, notPriced }: IdleBill): string[] {
  return [
    ...lines.map(showLine),
    showTotal(totalUsd, notPriced.length === 0 ? 'a month' : 'a month, and what is NOT PRICED below'),
    ...(storagePerGigabyte.length === 0
      ? []
      : ['  apart from it, what is kept, for each GB a month:', ...storagePerGigabyte.map(showLine)]),
    `  free at rest: ${free.map(({ type, count }) => `${count} ${type}`).join(', ')}`,
    ...notPriced.map(
      ({ type, resources }) =>
        `  NOT PRICED: ${type} (${resources.join(', ')}): add it to cli/cost/resource-costs.ts or free-resources.ts`,
    ),
  ];
}

function showLine({ item, usd, quantity, unit, unitUsd, verified, note }: BillLine): string {
  const why = note === undefined ? '' : `  (${note})`;
  const amount = `${money(usd).padStart(10)}${verified ? ' ' : '?'}`;
  return `${amount} ${item.padEnd(36)} ${number(quantity)} × ${each(unitUsd, unit)}${why}`;
}

function showTotal(usd: number, what: string): string {
  return `${money(usd).padStart(10)}  ${what}`;
}

/** Cents; what is less than one is not nothing. */
export function money(usd: number): string {
  return usd > 0 && usd < 0.005 ? '<0.01' : usd.toFixed(2);
}

/** Small prices by the million, as AWS writes them. */
export function each(usd: number, unit: string): string {
  return usd < 0.001 ? `${Number((usd * 1e6).toPrecision(6))} per million ${unit}` : `${usd} per ${unit}`;
}

/** Short enough to read. */
export function number(quantity: number): string {
  const digits = quantity < 100 ? { maximumSignificantDigits: 3 } : { maximumFractionDigits: 0 };
  return quantity.toLocaleString('en-GB', digits);
}
