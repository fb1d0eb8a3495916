// How much must go, where one price is paid for all of it: the closed form, in real numbers of any units that agree.

export interface OnePrice {
  readonly equity: number;
  /** Held, above 0, whichever side. */
  readonly size: number;
  readonly mark: number;
  /** How much worse than the mark the order trades, a unit. */
  readonly slippage: number;
  /** Required of the value at mark that is left, and charged of the value at mark that is closed. */
  readonly margin: number;
  readonly fee: number;
}

/** x = (M·q·P − E) ÷ (P·(M − f) − s), at least 0; Infinity where closing releases nothing. More than is held: all of it goes. */
export function leastAtOnePrice({ equity, size, mark, slippage, margin, fee }: OnePrice): number {
  const shortage = margin * size * mark - equity;
  if (shortage <= 0) return 0;
  const released = mark * (margin - fee) - slippage;
  return released > 0 ? shortage / released : Infinity;
}
