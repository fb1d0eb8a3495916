// What one unit of money is, and whether all money of a scenario stays within the whole numbers that doubles hold exactly.

import { Decimal, plain } from '../base/decimal.ts';
import type { Scales } from '../base/params.ts';
import type { Place } from './config-error.ts';
import type { FILE } from './scenario-file.ts';
import type { InstrumentScenario } from './scenario.ts';
import type { Leaf, Reading } from './shape.ts';

export type Report = (place: Place, message: string, suggestion?: string, hint?: string) => void;

type Instruments = Reading<typeof FILE.keys.instruments>;

/** What money counts in where the settlement asset is the coin of inverse contracts. */
const COIN_UNIT = '0.00000001';
/** The largest whole number that doubles hold exactly. */
const MAX_EXACT = Number.MAX_SAFE_INTEGER;

/** By instrument, what its prices and sizes count in; undefined where that is broken. */
export function scalesOf(instruments: Instruments, scale: number, report: Report): (Scales | undefined)[] {
  const steps = [...instruments.values()].map(({ contract, tick, lot }) => {
    for (const leaf of [tick, lot]) {
      if (leaf.value instanceof Decimal && leaf.value.lte(0)) report(leaf.place, 'must be more than 0');
    }
    const usable = tick.value instanceof Decimal && lot.value instanceof Decimal && tick.value.gt(0) && lot.value.gt(0);
    if (!usable) return undefined;
    const inverse = contract.value === 'inverse';
    const worth = inverse ? (lot.value as Decimal).div(tick.value as Decimal) : (lot.value as Decimal).mul(tick.value as Decimal);
    return { tick: tick.value as Decimal, lot: lot.value as Decimal, worth, inverse, place: lot.place };
  });
  const known = steps.filter((step) => step !== undefined);
  if (known.length === 0) return steps.map(() => undefined);
  for (const { inverse, place } of known) {
    if (inverse !== known[0].inverse)
      report(place, 'inverse and linear contracts are not settled in the same asset: a scenario has the one or the other');
  }
  const finest = known[0].inverse ? new Decimal(COIN_UNIT) : Decimal.min(...known.map(({ worth }) => worth));
  return steps.map((step) => {
    if (step === undefined) return undefined;
    const tickValue = step.worth;
    if (step.inverse && !tickValue.div(finest).isInteger())
      report(step.place, `lot ÷ tick is ${plain(tickValue)}, which must be a multiple of ${COIN_UNIT}: money could not be exact`);
    else if (!step.inverse && !tickValue.mod(finest).isZero()) {
      report(
        step.place,
        `tick × lot is ${plain(tickValue)}, which is not a multiple of the finest of the instruments, ${plain(finest)}: money could not be exact`,
      );
    }
    return { tick: plain(step.tick), lot: plain(step.lot), tickValue: plain(tickValue), quoteUnit: plain(finest), scale };
  });
}

/**
 * All money must stay exact: the value of one account's greatest position twice over (orders may turn it round), and of
 * all open interest of all instruments.
 */
export function checkRange(written: Instruments, instruments: readonly InstrumentScenario[], report: Report): void {
  let all = new Decimal(0);
  for (const { symbol, contract, minPrice, maxPrice, maxPosition, maxOpenInterest, multiplier } of instruments) {
    if (![minPrice, maxPrice, maxPosition, maxOpenInterest, multiplier].every(Number.isFinite)) return;
    const own = written.get(symbol)!;
    const limit = (most: number, value: number, leaf: Leaf<unknown>, what: string): void => {
      if (value > most)
        report(
          leaf.place,
          `is ${value} ${what}, more than the ${most} that fit: lower it or coarsen the ${what === 'lots' ? 'lot' : 'tick'}`,
        );
    };
    limit(2 ** 31 - 1, maxPrice, own.maxPrice, 'ticks');
    limit(2 ** 30 - 1, maxPosition, own.maxPosition, 'lots');
    // An inverse contract is worth the more coins the lower its price.
    const inverse = contract === 'inverse';
    const notional = (lots: number) => new Decimal(multiplier).mul(lots).mul(inverse ? new Decimal(1).div(minPrice) : maxPrice);
    const refuse = (leaf: Leaf<unknown>, value: Decimal, name: string) =>
      report(
        leaf.place,
        `${inverse ? `${name} at minPrice` : `maxPrice × ${name}`} is ${value.toExponential(2)} units of money, and exact integers end at ${MAX_EXACT.toExponential(2)}: lower one of them, or coarsen tick or lot`,
      );
    const position = notional(maxPosition).mul(2);
    if (position.gt(MAX_EXACT)) refuse(own.maxPosition, position, 'maxPosition × 2');
    all = all.add(notional(maxOpenInterest));
    if (all.gt(MAX_EXACT)) refuse(own.maxOpenInterest, all, 'maxOpenInterest');
  }
}
