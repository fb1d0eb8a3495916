// At which price does one position bring its account to maintenance, and at which to nothing? Both in closed form, on
// integers, for linear and inverse contracts: what follows is written for the position's notional, which for an inverse
// contract is a number of coins that falls as the price rises.

import { mulDivCeil, mulDivFloor } from '../base/rounding.ts';
import { PPM, type Lots, type Quote, type Ticks } from '../base/units.ts';
import type { Instrument } from './instrument.ts';
import type { MarginTiers } from './margin-tiers.ts';

type Contract = Pick<Instrument, 'multiplier' | 'inverse' | 'minPrice' | 'maxPrice' | 'tiers' | 'maintenanceOn' | 'closingFeePpm'>;
interface Schedule extends Pick<MarginTiers, 'count' | 'scale'> {
  readonly floors: ArrayLike<Quote>;
  readonly maintenanceRates: ArrayLike<number>;
  readonly deductions: ArrayLike<Quote>;
}

/** An account as one of its positions sees it. */
export interface Standing {
  readonly lots: Lots;
  readonly mark: Ticks;
  /** Σ signed values of its trades, for venues whose maintenance stays as it was at entry. */
  readonly entry: Quote;
  /** Equity but for what this position is worth. */
  readonly cash: Quote;
  /** Maintenance margin of everything else. */
  readonly others: Quote;
  readonly liquidatable: boolean;
}

/**
 * The mark at which the account becomes liquidatable: the first price reached from here when it is not, else the first at
 * which it would be again on the way back. Each tier is tried with the prices at which the position's notional is in it,
 * so that the bracket is that of the price itself. 0 for none.
 */
export function liquidationPriceOf(contract: Contract, standing: Standing): Ticks {
  const { multiplier, inverse, minPrice, maxPrice } = contract;
  const lots = Math.abs(standing.lots);
  const schedule = contract.maintenanceOn === 'entry' ? fixedAt(contract, standing.entry) : contract.tiers;
  if (!inverse) {
    const unit = lots * multiplier;
    const search = { ...standing, unit, gains: standing.lots > 0, least: minPrice, most: maxPrice, now: unit * standing.mark };
    return Math.max(0, firstReached(schedule, search));
  }
  // A long counts what it owes rounded up, a short what it is owed rounded down; both grow as the price falls.
  const gains = standing.lots < 0;
  const at = (price: Ticks) => (gains ? mulDivFloor(lots, multiplier, price) : mulDivCeil(lots, multiplier, price));
  const coins = firstReached(schedule, { ...standing, unit: 1, gains, least: at(maxPrice), most: at(minPrice), now: at(standing.mark) });
  if (coins < 0) return 0;
  // The first price on the way at which the notional is that: the lowest for a short, the highest for a long.
  if (gains) return Math.max(minPrice, mulDivFloor(lots, multiplier, coins + 1) + 1);
  return coins <= 1 ? maxPrice : Math.min(maxPrice, mulDivCeil(lots, multiplier, coins - 1) - 1);
}

/** Maintenance that stays what it was at entry, and the fee of closing at the price itself. */
function fixedAt({ tiers, closingFeePpm }: Contract, entry: Quote): Schedule {
  const deductions = [-tiers.maintenance(Math.abs(entry))];
  return { count: 1, floors: [0], maintenanceRates: [closingFeePpm], deductions, scale: PPM };
}

/** A position whose notional is `unit` × q, of which equity gains or loses with q; q from `least` to `most`. */
interface Search extends Pick<Standing, 'cash' | 'others' | 'liquidatable'> {
  readonly unit: Quote;
  readonly gains: boolean;
  readonly least: number;
  readonly most: number;
  /** The notional of now. */
  readonly now: Quote;
}

/** −1 for none. */
function firstReached(schedule: Schedule, { unit, gains, least, most, now, cash, others, liquidatable }: Search): number {
  const { count, floors, maintenanceRates, deductions, scale } = schedule;
  const tier = tierAt(schedule, now);
  // What gains is looked for downward from where it is safe, what loses upward.
  let n = gains ? (liquidatable ? count - 1 : tier) : liquidatable ? 0 : tier;
  for (; n >= 0 && n < count; n -= gains ? 1 : -1) {
    const lowest = Math.max(least, mulDivCeil(floors[n], 1, unit));
    const highest = n + 1 < count ? Math.min(most, mulDivCeil(floors[n + 1], 1, unit) - 1) : most;
    if (lowest > highest) continue;
    const rate = maintenanceRates[n];
    const fixed = others - deductions[n];
    // Gaining: cash + x ≤ fixed + ⌈x × rate⌉ for x = unit × q. As x − ⌈x × rate⌉ = ⌊x × (1 − rate)⌋, that is
    // x × (1 − rate) < fixed − cash + 1. Losing: cash − x ≤ fixed + ⌈x × rate⌉, so x × (1 + rate) > cash − fixed − 1.
    if (gains) {
      const room = fixed - cash + 1;
      if (room <= 0) continue;
      const q = below(room, unit, scale - rate, highest, scale);
      if (q >= lowest) return q;
    } else {
      const room = cash - fixed - 1;
      const q = room < 0 ? least : above(room, unit, scale + rate, scale);
      if (q <= highest) return Math.max(q, lowest);
    }
  }
  return -1;
}

function tierAt({ count, floors }: Schedule, notional: Quote): number {
  let n = 0;
  while (n + 1 < count && notional >= floors[n + 1]) n++;
  return n;
}

/** The largest q up to `highest` with q × unit × share < room × scale; room > 0. */
function below(room: Quote, unit: Quote, share: number, highest: number, scale: number): number {
  // First, because a small share would carry the division below out of the range of exact integers.
  if (mulDivFloor(unit * highest, share, scale) < room) return highest;
  return Math.floor((mulDivCeil(room, scale, share) - 1) / unit);
}

/** The smallest q with q × unit × share > room × scale. */
function above(room: Quote, unit: Quote, share: number, scale: number): number {
  return Math.floor(mulDivFloor(room, scale, share) / unit) + 1;
}

/**
 * The price at which `lots` and `cash` together are worth nothing once the reserved fee of closing is paid. Rounded in
 * the account's favour, up for longs and down for shorts, and kept in the range of prices. 0 for a linear long that is
 * solvent at any price.
 */
export function bankruptcyPriceOf({ multiplier, inverse, minPrice, maxPrice, closingFeePpm }: Contract, lots: Lots, cash: Quote): Ticks {
  const held = Math.abs(lots);
  const bounded = (price: Ticks) => Math.max(minPrice, Math.min(maxPrice, price));
  if (inverse) {
    if (lots > 0) {
      // It owes ⌈lots × multiplier ÷ price⌉ coins and the fee on them.
      const owed = closingFeePpm === 0 ? cash : mulDivFloor(cash, PPM, PPM + closingFeePpm);
      return owed <= 0 ? maxPrice : bounded(mulDivCeil(held, multiplier, owed));
    }
    const owned = closingFeePpm === 0 ? -cash : mulDivCeil(-cash, PPM, PPM - closingFeePpm);
    return owned <= 0 ? maxPrice : bounded(mulDivFloor(held, multiplier, owned));
  }
  if (lots > 0) {
    const needed = closingFeePpm === 0 ? -cash : mulDivCeil(-cash, PPM, PPM - closingFeePpm);
    return needed <= 0 ? 0 : bounded(mulDivCeil(needed, 1, held * multiplier));
  }
  return bounded(mulDivFloor(closingFeePpm === 0 ? cash : mulDivFloor(cash, PPM, PPM + closingFeePpm), 1, held * multiplier));
}
