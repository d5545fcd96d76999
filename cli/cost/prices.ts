import { z } from 'zod';
import table from './prices.json' with { type: 'json' };

const tableSchema = z.strictObject({
  region: z.string(),
  currency: z.literal('USD'),
  date: z.iso.date(),
  note: z.string(),
  prices: z.array(
    z.strictObject({
      id: z.string(),
      usd: z.number().positive(),
      unit: z.string(),
      /** The page where AWS shows it. */
      source: z.url(),
      /** Where the number was seen. */
      evidence: z.string(),
      verified: z.boolean(),
    }),
  ),
});

/** What one unit of something costs, with the place where that was read. */
export type Price = z.output<typeof tableSchema>['prices'][number];

/** The price table of the repository: list prices of one region on one day. */
export const priceTable = tableSchema.parse(table);

const byId = new Map(priceTable.prices.map((price) => [price.id, price]));

/** Throws an Error if the table has no such price. */
export function priceOf(id: string): Price {
  const price = byId.get(id);
  if (!price)
    throw new Error(`cli/cost/prices.json has no price ${JSON.stringify(id)}: add it with its source`);
  return price;
}
