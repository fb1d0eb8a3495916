// Who is liquidated first (dYdX v4): whoever pays most to be, which is whose price is furthest from the oracle; among equals
// the largest order, then in a fixed order of names.

export interface Prioritised {
  /** Stands for the order's hash: what decides among equals, ascending. */
  readonly name: string;
  readonly price: number;
  readonly oracle: number;
  /** Unsigned. */
  readonly lots: number;
}

/** Negative when `a` comes first. */
export function byPriority(a: Prioritised, b: Prioritised): number {
  const distance = (one: Prioritised) => Math.abs(one.price - one.oracle) / one.oracle;
  const difference = distance(b) - distance(a);
  if (difference !== 0) return difference;
  const size = b.lots * b.oracle - a.lots * a.oracle;
  if (size !== 0) return size;
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
