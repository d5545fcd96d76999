/** What a waiting task asks of the free slots. */
export interface SlotClaim {
  task: string;
  /** How many it has. */
  taken: number;
  /** How many of its own are free. */
  own: number;
  /** How many more it would take. */
  most: number;
  weight: number;
}

/**
 * Who gets how many: first what is its own, then the shared ones, each to the claim that has the fewest for its
 * weight; of equals to the first.
 */
export function shareOut(claims: readonly SlotClaim[], shared: number): Map<string, number> {
  const shares = new Map(claims.map(({ task, own, most }) => [task, Math.min(own, most)]));
  const share = ({ task }: SlotClaim) => shares.get(task) ?? 0;
  let left = shared;
  let open = claims.filter((claim) => share(claim) < claim.most);
  while (left > 0 && open.length > 0) {
    const [first] = open;
    const poorest = open.reduce(
      (least, claim) => (load(claim) < load(least) ? claim : least),
      first as SlotClaim,
    );
    // Alone, a claim takes all it wants at once.
    const count = open.length === 1 ? Math.min(left, poorest.most - share(poorest)) : 1;
    shares.set(poorest.task, share(poorest) + count);
    left -= count;
    open = open.filter((claim) => share(claim) < claim.most);
  }
  return shares;

  function load(claim: SlotClaim): number {
    return (claim.taken + share(claim)) / claim.weight;
  }
}
