// The arithmetic of taking a leveraged position: the margin it needs, how far from the money it may start without being
// called at once, and where a stop lies on its way to liquidation. Estimates of a trader; the market does the sums.

import { mulDivCeil } from '../base/rounding.ts';
import { PPM, type Lots, type Ppm, type Quote, type Side, type Ticks } from '../base/units.ts';
import { entryValue, notional, valueOf, type Instrument } from '../market/instrument.ts';

/** Initial margin of `lots` at `price` with `leverage`, a multiple: as much as the tier asks for at least. */
export function marginFor(instrument: Instrument, lots: Lots, price: Ticks, leverage: number): Quote {
  return instrument.tiers.initial(notional(instrument, lots, price), Math.min(PPM, Math.ceil(PPM / leverage)));
}

export interface Opening {
  readonly entry: Ticks;
  readonly cash: Quote;
}

/**
 * A position held at the start price, entered at a `distance` from it (a fraction, against the holder when positive) with
 * the margin that `leverage` asks for. Its equity is at least `cushion` × maintenance margin: a distance that would leave
 * less is folded into the range that does not, and where even no distance does, there is more cash.
 */
export function planOpening(
  instrument: Instrument,
  side: Side,
  lots: Lots,
  leverage: number,
  start: Ticks,
  distance: number,
  cushion: number,
): Opening {
  const least = cushion * instrument.tiers.maintenance(notional(instrument, lots, start));
  const value = notional(instrument, lots, start);
  const rate = marginFor(instrument, lots, start, leverage) / value;
  const kept = least / value;
  // Of an inverse contract both margin and loss shrink with the entry's distance above: (rate − d) ÷ (1 + d) ≥ what is kept.
  const farthest = Math.max(0, (rate - kept) / (instrument.inverse ? 1 + side * kept : 1 - side * rate));
  const taken = distance <= farthest ? distance : farthest > 0 ? distance % farthest : 0;
  const entry = Math.max(1, Math.round(start * (1 + side * taken)));
  const margin = marginFor(instrument, lots, entry, leverage);
  const lost = entryValue(instrument, side * lots, entry) - valueOf(instrument, side * lots, start);
  return { entry, cash: Math.max(margin, Math.ceil(least) + lost) };
}

/** How far the price may go against a position of this equity until maintenance margin is reached, in ticks, at the rates of its value now. */
export function distanceToLiquidation(instrument: Instrument, side: Side, lots: Lots, price: Ticks, equity: Quote): number {
  const value = notional(instrument, lots, price);
  const maintenance = instrument.tiers.maintenance(value);
  const rate = maintenance / value;
  if (instrument.inverse) {
    // The notional at which what is left is maintenance: coins owed and their margin, or coins owned less it.
    const notionalThen = side > 0 ? (value + equity) / (1 + rate) : (value - equity) / (1 - rate);
    const then = notionalThen <= 0 ? instrument.maxPrice : Math.min(instrument.maxPrice, (lots * instrument.multiplier) / notionalThen);
    return Math.max(0, side * (price - then));
  }
  return Math.max(0, (equity - maintenance) / (lots * instrument.multiplier) / (1 - side * rate));
}

/** How much nearer to liquidation than maintenance a venue calls, as people reckon it: they do not know its own number. */
const CALLED_AT = 1.25;

/** Whether equity would be called when the rates of maintenance are `factor` ppm of what the tiers say. */
export function isCalledAt(instrument: Instrument, lots: Lots, price: Ticks, equity: Quote, factor: Ppm): boolean {
  const maintenance = (instrument.tiers.maintenance(notional(instrument, lots, price)) * factor) / PPM;
  return equity < CALLED_AT * maintenance;
}

/** A share of an amount, rounded up to whole units, at least one. */
export function shareOf(amount: number, share: number): number {
  return Math.max(1, mulDivCeil(amount, Math.round(share * PPM), PPM));
}
