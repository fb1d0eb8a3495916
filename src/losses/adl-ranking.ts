// Who is deleveraged first: scores of one counterparty each, the greatest first. Pure functions of what the venue knows of
// an account; the layer asks the market for the figures.

/** A counterparty on the other side of the position that must go. Money in any one unit. */
export interface Counterparty {
  /** Profit (loss, when negative) of its position at mark, against entry. */
  readonly profit: number;
  /** Of the position, without sign: at entry and at mark. */
  readonly entryValue: number;
  readonly notional: number;
  /** +1 long, −1 short. */
  readonly side: 1 | -1;
  /** Of the account: wallet balance, equity, maintenance margin, notional of all its positions. */
  readonly wallet: number;
  readonly equity: number;
  readonly maintenance: number;
  readonly accountNotional: number;
}

/**
 * Profit × effective leverage (BitMEX, OKX, Bybit): profit ÷ entry value × notional ÷ equity. A loss is divided by the
 * leverage instead, so that of the losers the more levered come first.
 */
export function profitByLeverage({ profit, entryValue, notional, equity }: Counterparty): number {
  const share = profit / Math.max(1, entryValue);
  const leverage = notional / equity;
  return share >= 0 ? share * leverage : share / leverage;
}

/** Binance's two figures: profit ÷ wallet (at least 1) and that times the margin ratio. `marginRatio` is maintenance ÷ equity. */
export function profitPercent(given: { readonly unrealised: number; readonly wallet: number; readonly marginRatio: number }): {
  readonly pnlPct: number;
  readonly leveragePnl: number;
} {
  const pnlPct = Math.max(0, given.unrealised) / Math.max(1, given.wallet);
  return { pnlPct, leveragePnl: pnlPct * given.marginRatio };
}

/** Profit × margin ratio (Binance). */
export function profitByMarginRatio({ profit, wallet, equity, maintenance }: Counterparty): number {
  return profitPercent({ unrealised: profit, wallet, marginRatio: equity <= 0 ? 0 : maintenance / equity }).leveragePnl;
}

/**
 * Mark ÷ entry × leverage of the account (Hyperliquid); entry ÷ mark for shorts, by symmetry (uncertain: the page has
 * longs only).
 */
export function priceByLeverage({ entryValue, notional, side, accountNotional, equity }: Counterparty): number {
  const moved = side > 0 ? notional / Math.max(1, entryValue) : entryValue / Math.max(1, notional);
  return moved * (accountNotional / equity);
}

/** Positions in `scores`, the greatest first, equals in the order given. */
export function ranked(scores: readonly number[]): number[] {
  return scores.map((_, i) => i).sort((a, b) => scores[b] - scores[a] || a - b);
}

/** Five lights, as venues show it: the quantile of a rank (0 is first) among `users`, 5 for the first fifth down to 1. */
export function lights(rank: number, users: number): number {
  return 5 - Math.min(4, Math.floor((5 * rank) / users));
}
