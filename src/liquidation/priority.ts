// Who is liquidated first (dYdX v4): whoever pays most to be, which is whose price is furthest from the oracle; among equals
// the largest order, then in a fixed order of names.

export interface Prioritised {
  /** Stands for the order's hash: what decides among equals, ascending. */
  readonly name: string;
  readonly price: number;
  readonly oracle: number;
  /** Of the order at the oracle price. */
  readonly notional: number;
}

/** Negative when `a` comes first. */
export function byPriority(a: Prioritised, b: Prioritised): number {
  const distance = (one: Prioritised) => Math.abs(one.price - one.oracle) / one.oracle;
  const difference = distance(b) - distance(a);
  if (difference !== 0) return difference;
  if (a.notional !== b.notional) return b.notional - a.notional;
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
