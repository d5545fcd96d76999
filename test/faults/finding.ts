/** What one check found. */
export interface Finding {
  /** What must hold. */
  check: string;
  /** Every breach, in words that lead to its cause. */
  breaches: readonly string[];
  /** What is no breach, but is to be known. */
  note?: string;
}
