import { priceOf } from './prices.ts';

/** One line of a bill. */
export interface BillLine {
  item: string;
  quantity: number;
  unit: string;
  /** Of one unit. */
  unitUsd: number;
  usd: number;
  /** Of prices.json. */
  price: string;
  verified: boolean;
  /** What the quantity rests on, if it is an assumption. */
  note?: string;
}

/** So much of something that has a price. Throws if prices.json has no such price. */
export function line(item: string, quantity: number, price: string, note?: string): BillLine {
  const { usd, unit, verified } = priceOf(price);
  return {
    item,
    quantity,
    unit,
    unitUsd: usd,
    usd: quantity * usd,
    price,
    verified,
    ...(note === undefined ? {} : { note }),
  };
}

/** Puts lines of the same item and price together, dearest first. */
export function gather(lines: readonly BillLine[]): BillLine[] {
  const gathered = new Map<string, BillLine>();
  for (const one of lines) {
    const key = `${one.item}|${one.price}`;
    const before = gathered.get(key);
    gathered.set(
      key,
      before
        ? { ...before, quantity: before.quantity + one.quantity, usd: before.usd + one.usd }
        : { ...one },
    );
  }
  return [...gathered.values()].sort((one, other) => other.usd - one.usd);
}

export function total(lines: readonly BillLine[]): number {
  return lines.reduce((sum, { usd }) => sum + usd, 0);
}
