import type { BillLine } from './bill.ts';
import type { CostEstimate } from './estimate.ts';
import type { IdleBill } from './idle-bill.ts';
import { priceTable } from './prices.ts';
import { each, money, number } from './show-estimate.ts';

const begin = '<!-- tables: begin -->';
const end = '<!-- tables: end -->';

/** A page with its tables made anew between their marks. Throws an Error if the marks are missing. */
export function writeTables(page: string, estimate: CostEstimate): string {
  const [before, rest] = page.split(begin);
  const after = rest?.split(end)[1];
  if (after === undefined) throw new Error(`The page has no tables to write: it needs ${begin} and ${end}`);
  return `${before}${begin}\n\n${tables(estimate)}\n\n${end}${after}`;
}

function tables({ region, date, environments, peer, alternatives }: CostEstimate): string {
  return [
    `List prices of ${region} on ${date} in US dollars, without free tiers. A \`?\` marks a price that could not be verified for the region.`,
    ...environments.flatMap(({ environment, idle, millionMessages }) => [
      `### \`${environment}\` at rest: ${money(idle.totalUsd)} a month`,
      ...idleTables(idle),
      `### \`${environment}\`: a million messages`,
      ...millionMessages.flatMap(({ task, lines, totalUsd }) => [
        `\`${task}\`: ${money(totalUsd)} for a million.`,
        lineTable(lines),
      ]),
    ]),
    `### CDK's \`${peer.name}\` at rest: ${money(peer.idle.totalUsd)} a month`,
    ...idleTables(peer.idle),
    '### Choices, and what they add to a month',
    table(
      ['choice', 'of what', 'USD'],
      alternatives.map(({ choice, lines, addedUsd }) => [
        choice,
        lines.map(({ item, note }) => `${item}${note === undefined ? '' : ` (${note})`}`).join(', '),
        money(addedUsd),
      ]),
    ),
    '### The prices',
    table(
      ['price', 'USD', 'page', 'seen'],
      priceTable.prices.map(({ id, usd, unit, source, evidence, verified }) => [
        `\`${id}\``,
        `${each(usd, unit)}${verified ? '' : ' ?'}`,
        `[${new URL(source).pathname.split('/').filter(Boolean).slice(0, -1).join(' ')}](${source})`,
        evidence,
      ]),
    ),
  ].join('\n\n');
}

function idleTables({ lines, storagePerGigabyte, free, notPriced }: IdleBill): string[] {
  return [
    lineTable(lines),
    ...(storagePerGigabyte.length === 0
      ? []
      : [
          'Apart from it, what is kept, for each GB a month: ' +
            `${storagePerGigabyte.map(({ item, usd }) => `${item} ${usd}`).join(', ')}.`,
        ]),
    `Free at rest: ${free.map(({ type, count }) => `${count} \`${type}\``).join(', ')}.`,
    ...(notPriced.length === 0
      ? []
      : [
          `**Not priced:** ${notPriced.map(({ type, resources }) => `${resources.length} \`${type}\``).join(', ')}.`,
        ]),
  ];
}

function lineTable(lines: readonly BillLine[]): string {
  return table(
    ['item', 'quantity', 'price', 'USD', ''],
    lines.map(({ item, quantity, unit, unitUsd, usd, verified, note }) => [
      item,
      number(quantity),
      each(unitUsd, unit),
      `${money(usd)}${verified ? '' : ' ?'}`,
      note ?? '',
    ]),
  );
}

function table(head: string[], rows: string[][]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
