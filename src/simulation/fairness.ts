// What a liquidation did to whom, in figures that can be compared: was more closed than needed, who kept what was left, is
// the small treated as the large. Sums over facts that a run's records hold; money in any one unit.

import { betaLower } from '../base/math.ts';

/** Executed ÷ minimal − 1 of each case, and of all by value (quantity × price). A case that needed nothing has no ratio: null. */
export function excessRatios(cases: readonly { readonly executed: number; readonly minimal: number; readonly price: number }[]): {
  readonly excess: (number | null)[];
  readonly aggregate: number | null;
} {
  const executed = cases.reduce((sum, one) => sum + one.executed * one.price, 0);
  const minimal = cases.reduce((sum, one) => sum + one.minimal * one.price, 0);
  return {
    excess: cases.map((one) => (one.minimal === 0 ? null : (one.executed - one.minimal) / one.minimal)),
    aggregate: minimal === 0 ? null : (executed - minimal) / minimal,
  };
}

/**
 * What a forced closure of `quantity` cost its owner: the fee, what it got below the mark, and what it would have had more at
 * the price some time later (negative when it was spared a loss). The later price is of one path: the realised or the
 * counterfactual one, and the two differ.
 */
export function welfareLoss(closure: {
  readonly side: 1 | -1;
  readonly quantity: number;
  readonly mark: number;
  readonly average: number;
  readonly feeRate: number;
  readonly later: number;
}): { readonly fee: number; readonly slippage: number; readonly opportunity: number } {
  const { side, quantity, mark, average, feeRate, later } = closure;
  return {
    fee: quantity * average * feeRate,
    slippage: side * quantity * (mark - average),
    opportunity: side * quantity * (later - average),
  };
}

/** What a fund gains that keeps everything between a closure's average price and its bankruptcy price. */
export function retainedBeyondBankruptcy(side: 1 | -1, quantity: number, average: number, bankruptcy: number): number {
  return Math.max(0, side * quantity * (average - bankruptcy));
}

/** The principal–agent wedge, in basis points of what was liquidated: what the platform gained by it. Near 0 when it is neutral. */
export function platformWedge(totals: {
  readonly fees: number;
  readonly residualKept: number;
  readonly deficitsPaid: number;
  readonly liquidated: number;
}): number {
  return ((totals.fees + totals.residualKept - totals.deficitsPaid) / totals.liquidated) * 10_000;
}

/** Spearman's rank correlation, ties at their mean rank, and its two-sided p from Student's t (asymptotic; n > 2). */
export function rankCorrelation(a: readonly number[], b: readonly number[]): { readonly rho: number; readonly p: number } {
  const x = ranks(a);
  const y = ranks(b);
  const n = a.length;
  const mean = (n + 1) / 2;
  let xy = 0;
  let xx = 0;
  let yy = 0;
  for (let i = 0; i < n; i++) {
    xy += (x[i] - mean) * (y[i] - mean);
    xx += (x[i] - mean) * (x[i] - mean);
    yy += (y[i] - mean) * (y[i] - mean);
  }
  const rho = xy / Math.sqrt(xx * yy);
  const t2 = (rho * rho * (n - 2)) / (1 - rho * rho);
  return { rho, p: Math.abs(rho) >= 1 ? 0 : betaLower((n - 2) / (n - 2 + t2), (n - 2) / 2, 0.5) };
}

function ranks(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((a, b) => values[a] - values[b]);
  const result = values.map(() => 0);
  for (let from = 0; from < order.length;) {
    let to = from;
    while (to + 1 < order.length && values[order[to + 1]] === values[order[from]]) to++;
    for (let k = from; k <= to; k++) result[order[k]] = (from + to) / 2 + 1;
    from = to + 1;
  }
  return result;
}
