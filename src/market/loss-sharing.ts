// The sums of a loss that others pay, and of one match off the book. Whole numbers only, rounding by name; what they are
// counted in is the caller's.

import { mulDivCeil, mulDivFloor, prorate } from '../base/rounding.ts';

/**
 * What one unit of position pays on either side for a loss (Drift v2): ⌈loss × unit ÷ (longs + shorts)⌉, added to the index
 * of longs and taken from that of shorts, so that both pay. `total` is |longs| + |shorts|, more than 0.
 */
export function socialisedDelta(loss: number, total: number, unit = 1): number {
  return mulDivCeil(loss, unit, total);
}

/** A loss of deposits, taken off everybody's by the index of interest: ⌈index × loss ÷ deposits⌉. */
export function depositHaircut(index: number, loss: number, deposits: number): number {
  return mulDivCeil(index, loss, deposits);
}

/** Shares of `loss` in proportion to `weights` (not negative), whole and adding up to it exactly; none when all weigh nothing. */
export function sharesOf(loss: number, weights: readonly number[]): number[] {
  let left = loss;
  let weight = weights.reduce((sum, one) => sum + one, 0);
  if (weight <= 0) return weights.map(() => 0);
  return weights.map((own) => {
    const share = own === 0 ? 0 : prorate(left, own, weight);
    left -= share;
    weight -= own;
    return share;
  });
}

/**
 * What the insurance fund gains (loses, when negative) of one liquidation fill (dYdX v4): what was received beyond the
 * bankruptcy quote, at most the fee; all of what was received short of it. Quotes are signed as they change the account's
 * balance: a long that is sold receives.
 */
export function fundDelta(received: number, bankruptcyQuote: number, maxFeePpm: number): number {
  const surplus = received - bankruptcyQuote;
  return surplus <= 0 ? surplus : Math.min(mulDivFloor(Math.abs(received), maxFeePpm, 1_000_000), surplus);
}

/**
 * What the account's balance changes by when a part of a position is closed at its bankruptcy price (dYdX v4): −the value
 * of that part (signed) − its share of equity by maintenance, ⌊equity × maintenance ÷ total maintenance⌋ toward plus
 * infinity after the sign.
 */
export function bankruptcyQuote(part: {
  /** Value at the oracle of what is closed: the change of net notional, negative for a long that is sold. */
  readonly notionalChange: number;
  readonly equity: number;
  /** Maintenance margin that goes with the part, and that of the whole account before. */
  readonly maintenance: number;
  readonly totalMaintenance: number;
}): number {
  return -part.notionalChange - mulDivFloor(part.equity, part.maintenance, part.totalMaintenance);
}

/** Money and position of one side of a match, and the value of its position (signed) at the price of valuation. */
export interface MatchSide {
  readonly quote: number;
  readonly base: number;
}

export type MatchFault = 'wrong-size' | 'not-overlapping';

/**
 * One deleveraging match: `base` (signed as the account's change: positive buys back a short) at `quote` (its change of
 * money). The account must come nearer to zero and not beyond, the counterparty likewise; and whoever is in `solvent` must end
 * with equity at or above nothing, valued by `value` (signed base → money), or, when a rest stays, better than it was. For
 * counterparties that is what "bankruptcy prices do not overlap" comes to: such a one is skipped. An account that is closed at
 * another price than its bankruptcy's may end below nothing.
 */
export function matchOffBook(
  account: MatchSide,
  counterparty: MatchSide,
  base: number,
  quote: number,
  value: (base: number) => number,
  solvent: 'both' | 'counterparty' = 'both',
): { readonly account: MatchSide; readonly counterparty: MatchSide } | MatchFault {
  const closes = (held: number, change: number) => held * change < 0 && Math.abs(change) <= Math.abs(held);
  if (!closes(account.base, base) || !closes(counterparty.base, -base)) return 'wrong-size';
  const after = {
    account: { quote: account.quote + quote, base: account.base + base },
    counterparty: { quote: counterparty.quote - quote, base: counterparty.base - base },
  };
  const equity = (side: MatchSide) => side.quote + value(side.base);
  const isValid = (side: MatchSide, before: MatchSide) => equity(side) >= 0 || (side.base !== 0 && equity(side) > equity(before));
  const valid = (solvent === 'counterparty' || isValid(after.account, account)) && isValid(after.counterparty, counterparty);
  return valid ? after : 'not-overlapping';
}
