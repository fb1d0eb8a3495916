// What is traded, in integers: a linear contract, worth price × lots × multiplier quote units exactly, or an inverse one,
// worth lots × multiplier ÷ price. That nothing can leave the range of exact integers is proved here, once, when the
// instrument is made.

import { assert } from '../base/assert.ts';
import { Decimal, parseDecimal } from '../base/decimal.ts';
import { mulDivCeil, mulDivFloor } from '../base/rounding.ts';
import { PPM, type InstrumentId, type Lots, type Micros, type Ppm, type Quote, type Ticks } from '../base/units.ts';
import { scaledTiers, UNSCALED, type MarginScale } from './margin-scale.ts';
import { MarginTiers, type TierSpec } from './margin-tiers.ts';
import type { OpenInterestCaps } from './open-interest-margin.ts';

/**
 * - `linear`: margin and profit in the currency of the price, a lot is so much of the coin.
 * - `inverse`: margin and profit in the coin, a lot is so much of the currency of the price (BitMEX XBTUSD, Deribit,
 *   Binance COIN-M, Kraken): a long gains lots ÷ entry − lots ÷ price coins.
 */
export type Contract = 'linear' | 'inverse';

export interface InstrumentSpec {
  readonly symbol: string;
  /** Linear unless said otherwise. */
  readonly contract?: Contract;
  /** Decimal strings: a price step, a size step (in the coin; of an inverse contract in the currency of the price). */
  readonly tick: string;
  readonly lot: string;
  /** Settlement-asset value of one tick × one lot, a decimal string; of an inverse contract, of one lot at a price of one tick. */
  readonly tickValue: string;
  /** `tickValue` in quote units. */
  readonly multiplier: number;
  /** No order, mark or transfer is priced lower; 1 unless said otherwise. What bounds the coin value of an inverse contract. */
  readonly minPrice?: Ticks;
  readonly maxPrice: Ticks;
  /** Of an order. Closing less than `minLots` is allowed to reduce-only orders and to the exchange. */
  readonly minLots: Lots;
  readonly maxLots: Lots;
  /** Of a position together with all its orders of one side. */
  readonly maxPosition: Lots;
  /** Of all longs together. An order that could take open interest beyond it at once is refused. */
  readonly maxOpenInterest: Lots;
  /** The same, as a risk controller says it for a time; 0, unless said otherwise, for no such cap. */
  readonly openInterestCap?: Lots;
  /** How far above the mark a buy and below it a sell may be priced; 0 means no band. */
  readonly priceBandPpm: Ppm;
  readonly tiers: readonly TierSpec[];
  /** True: each tier's rate is for the notional inside it (Binance, Bybit). False: the whole position pays it (BitMEX). */
  readonly deduction: boolean;
  /** What a risk controller made of the tiers; as they are, unless said otherwise. */
  readonly marginScale?: MarginScale;
  /** What maintenance is counted on: the value at mark, or at entry (classic BitMEX and Bybit). At mark unless said otherwise. */
  readonly maintenanceOn?: 'mark' | 'entry';
  /** Share of the value at mark that maintenance and the bankruptcy price reserve for the fee of closing (OKX, Gate, Bybit); 0 unless said otherwise. */
  readonly closingFeePpm?: Ppm;
  /** Between which open notionals of the market the initial rate grows to 100 % (dYdX v4); none unless said otherwise. */
  readonly openInterestCaps?: OpenInterestCaps;
  /** Of the value traded; a negative maker fee is a rebate. */
  readonly makerFeePpm: Ppm;
  readonly takerFeePpm: Ppm;
  /** Of the value liquidated on the book, instead of the taker fee; goes to the insurance fund. */
  readonly liquidationFeePpm: Ppm;
  /** At most all the account has; or the share of it, by maintenance, of what was closed (dYdX v4). All unless said otherwise. */
  readonly liquidationFeeUpTo?: 'equity' | 'share';
  readonly fundingInterval: Micros;
}

export interface Instrument extends Required<Omit<InstrumentSpec, 'tiers'>> {
  readonly id: InstrumentId;
  readonly inverse: boolean;
  /** Linear, maintained at mark, at one schedule for all: what the shortest paths are for. */
  readonly plain: boolean;
  /** Inverse, or its initial rates hang on open interest: the opening rule takes the long way. */
  readonly unsteady: boolean;
  /** As the venue has them, before `marginScale`. */
  readonly baseTiers: readonly TierSpec[];
  /** Scaled; counted on the mark, these hold the closing fee too. */
  readonly tiers: MarginTiers;
  /** The schedules of grandfathered positions, by their factors, as they come up. */
  readonly vintages: Map<Ppm, MarginTiers>;
}

/** What an intervention may change while positions are open. */
export type Rules = Pick<
  InstrumentSpec,
  | 'tiers'
  | 'marginScale'
  | 'deduction'
  | 'maintenanceOn'
  | 'closingFeePpm'
  | 'openInterestCaps'
  | 'openInterestCap'
  | 'makerFeePpm'
  | 'takerFeePpm'
  | 'liquidationFeePpm'
  | 'liquidationFeeUpTo'
  | 'priceBandPpm'
>;

/** Twice a position and its value must be exact: a full position may be turned round by the orders of one side. */
const MAX_POSITION_VALUE = 2n ** 52n;
const MAX_POSITION = 2 ** 30 - 1;
const MAX_PRICE = 2 ** 31 - 1;
const MAX_FEE_PPM = 200_000;

/** All that is wrong with a specification; `unit` is the value of one quote unit, a decimal string. */
export function instrumentProblems(spec: InstrumentSpec, unit: string): string[] {
  const problems: string[] = [];
  const whole = (name: string, value: number, least: number, most: number): boolean => {
    const fits = Number.isSafeInteger(value) && value >= least && value <= most;
    if (!fits) problems.push(`${name} must be a whole number from ${least} to ${most}, not ${value}`);
    return fits;
  };
  const positive = (name: string, text: string): Decimal | undefined => {
    const value = parseDecimal(text);
    if (value !== undefined && value.gt(0)) return value;
    problems.push(`${name} must be a decimal above 0, not "${text}"`);
    return undefined;
  };
  const tick = positive('tick', spec.tick);
  const lot = positive('lot', spec.lot);
  const tickValue = positive('tickValue', spec.tickValue);
  const quote = positive('the settlement unit', unit);
  const { contract = 'linear', minPrice = 1 } = spec;
  const worth = tick && lot && (contract === 'inverse' ? lot.div(tick) : tick.mul(lot));
  if (worth && tickValue && !worth.eq(tickValue))
    problems.push(`tickValue must be ${contract === 'inverse' ? 'lot ÷ tick' : 'tick × lot'}, ${worth.toFixed()}, not ${spec.tickValue}`);
  if (tickValue && quote && !quote.mul(spec.multiplier).eq(tickValue))
    problems.push(`multiplier must be tickValue ÷ ${unit}, not ${spec.multiplier}`);
  const ranges = [
    whole('multiplier', spec.multiplier, 1, Number.MAX_SAFE_INTEGER),
    whole('maxPrice', spec.maxPrice, 1, MAX_PRICE),
    whole('maxPosition', spec.maxPosition, 1, MAX_POSITION),
  ];
  if (ranges[1] && !(Number.isInteger(minPrice) && minPrice >= 1 && minPrice <= spec.maxPrice))
    problems.push(`minPrice must be a whole number from 1 to ${spec.maxPrice}, not ${minPrice}`);
  else if (ranges.every(Boolean) && greatestValue({ ...spec, contract, minPrice }) > MAX_POSITION_VALUE) {
    problems.push(
      `${contract === 'inverse' ? 'maxPosition × multiplier ÷ minPrice' : 'maxPrice × maxPosition × multiplier'} must not pass ${MAX_POSITION_VALUE}: beyond, money would not be exact`,
    );
  }
  if (whole('maxLots', spec.maxLots, 1, spec.maxPosition)) whole('minLots', spec.minLots, 1, spec.maxLots);
  whole('maxOpenInterest', spec.maxOpenInterest, 0, Number.MAX_SAFE_INTEGER);
  whole('fundingInterval', spec.fundingInterval, 1, Number.MAX_SAFE_INTEGER);
  problems.push(...rulesProblems(spec));
  return problems;
}

/** What a position of `maxPosition` may be worth at most, in quote units. */
function greatestValue(spec: Pick<Required<InstrumentSpec>, 'contract' | 'multiplier' | 'maxPosition' | 'minPrice' | 'maxPrice'>): bigint {
  const perTick = BigInt(spec.multiplier) * BigInt(spec.maxPosition);
  return spec.contract === 'inverse' ? perTick / BigInt(spec.minPrice) + 1n : perTick * BigInt(spec.maxPrice);
}

/** All that is wrong with rules, of a specification or of a change. */
export function rulesProblems(rules: Rules): string[] {
  const problems: string[] = [];
  const { priceBandPpm, openInterestCaps: caps = { lower: 0, upper: 0 } } = rules;
  if (caps.upper !== 0 && !(caps.lower >= 0 && caps.lower < caps.upper))
    problems.push(`the upper cap of open interest, ${caps.upper}, must be above the lower, ${caps.lower}`);
  if (!Number.isInteger(priceBandPpm) || priceBandPpm < 0 || priceBandPpm >= PPM)
    problems.push(`priceBandPpm must be a whole number from 0 to ${PPM - 1}, not ${priceBandPpm}`);
  for (const name of ['makerFeePpm', 'takerFeePpm', 'liquidationFeePpm'] as const) {
    const rate = rules[name];
    const least = name === 'makerFeePpm' ? -MAX_FEE_PPM : 0;
    if (!Number.isInteger(rate) || rate < least || rate > MAX_FEE_PPM)
      problems.push(`${name} must be a whole number from ${least} to ${MAX_FEE_PPM}, not ${rate}`);
  }
  const { closingFeePpm = 0 } = rules;
  if (!Number.isInteger(closingFeePpm) || closingFeePpm < 0 || closingFeePpm > MAX_FEE_PPM)
    problems.push(`closingFeePpm must be a whole number from 0 to ${MAX_FEE_PPM}, not ${closingFeePpm}`);
  if (rules.makerFeePpm + rules.takerFeePpm < 0) problems.push('the rebate to makers must not pass the fee of takers');
  problems.push(...MarginTiers.problems(rules.tiers));
  return problems;
}

/** Asserts that `instrumentProblems` finds none. */
export function createInstrument(spec: InstrumentSpec, id: InstrumentId, unit: string): Instrument {
  const problems = instrumentProblems(spec, unit);
  assert(problems.length === 0, () => `instrument ${spec.symbol}: ${problems.join('; ')}`);
  return instrumentOf(spec, id);
}

/** Without the checks of `createInstrument`: for worked examples, whose units are finer than any book's. */
export function instrumentOf(spec: InstrumentSpec, id: InstrumentId): Instrument {
  const { contract = 'linear', minPrice = 1, maintenanceOn = 'mark', closingFeePpm = 0, marginScale = UNSCALED } = spec;
  const { openInterestCaps = { lower: 0, upper: 0 }, openInterestCap = 0, liquidationFeeUpTo = 'equity' } = spec;
  const inverse = contract === 'inverse';
  return {
    ...spec,
    id,
    contract,
    inverse,
    plain: !inverse && maintenanceOn === 'mark' && !marginScale.grandfathered,
    unsteady: inverse || openInterestCaps.upper !== 0,
    minPrice,
    maintenanceOn,
    closingFeePpm,
    openInterestCaps,
    openInterestCap,
    liquidationFeeUpTo,
    // A copy: a run that goes on from another's state fills objects where they stand.
    marginScale: { ...marginScale },
    baseTiers: spec.tiers,
    tiers: tiersOf({ ...spec, maintenanceOn, closingFeePpm, marginScale }),
    vintages: new Map(),
  };
}

/** The same under other rules. Asserts that `rulesProblems` finds none. */
export function withRules(before: Instrument, change: Partial<Rules>): Instrument {
  const after = { ...before, ...change, tiers: change.tiers ?? before.baseTiers };
  const problems = rulesProblems(after);
  assert(problems.length === 0, () => `instrument ${before.symbol}: ${problems.join('; ')}`);
  return instrumentOf(after, before.id);
}

/** Where maintenance is on the value at mark, the closing fee is a part of every tier's rate. */
function tiersOf(
  rules: Pick<Required<InstrumentSpec>, 'tiers' | 'deduction' | 'maintenanceOn' | 'closingFeePpm' | 'marginScale'>,
): MarginTiers {
  return new MarginTiers(scaledTiers(rules.tiers, rules.marginScale), rules.deduction, {
    closingFee: rules.maintenanceOn === 'mark' ? rules.closingFeePpm : 0,
  });
}

/** The schedule of a position that keeps the maintenance factor `cap`: that of now where it is no lower, or none was kept. */
export function tiersKept(instrument: Instrument, cap: Ppm): MarginTiers {
  const { marginScale, tiers, vintages } = instrument;
  if (!marginScale.grandfathered || cap === 0 || cap >= marginScale.maintenance) return tiers;
  let kept = vintages.get(cap);
  if (kept === undefined) {
    kept = tiersOf({ ...instrument, tiers: instrument.baseTiers, marginScale: { ...marginScale, maintenance: cap } });
    vintages.set(cap, kept);
  }
  return kept;
}

/** The value of one quote unit: the finest of the tick values, which must all be multiples of it. */
export function settlementUnit(tickValues: readonly string[]): string {
  assert(tickValues.length > 0, 'a settlement asset needs an instrument');
  let finest = new Decimal(tickValues[0]);
  for (const value of tickValues) finest = Decimal.min(finest, value);
  for (const value of tickValues)
    assert(new Decimal(value).mod(finest).isZero(), () => `tick value ${value} is not a multiple of ${finest.toFixed()}`);
  return finest.toFixed();
}

/** What values depend on. */
export type Valued = Pick<Instrument, 'multiplier' | 'inverse'>;

/**
 * What signed `lots` are worth at `price`: equity is cash and this. An inverse contract held long is so much of the coin
 * owed, so that its value is negative and grows with the price. Rounded down, against the account.
 */
export function valueOf(instrument: Valued, lots: Lots, price: Ticks): Quote {
  if (!instrument.inverse) return lots * price * instrument.multiplier;
  // Before there is a price, nothing is worth anything.
  return price === 0 ? 0 : mulDivFloor(-lots, instrument.multiplier, price);
}

/** What a trade of `lots` > 0 at `price` moves between the two sides: rounded once, down, and booked equal and opposite. */
export function tradeValue(instrument: Valued, lots: Lots, price: Ticks): Quote {
  return instrument.inverse ? mulDivFloor(lots, instrument.multiplier, price) : lots * price * instrument.multiplier;
}

/** What signed `lots` bought or sold at `price` were worth then, rounded as their trade was: what cash moved by, turned round. */
export function entryValue(instrument: Valued, lots: Lots, price: Ticks): Quote {
  if (!instrument.inverse) return lots * price * instrument.multiplier;
  return lots > 0 ? 0 - tradeValue(instrument, lots, price) : tradeValue(instrument, -lots, price);
}

/** The notional of `lots` (any sign) at `price`, in quote units: the magnitude of `valueOf`. */
export function notional(instrument: Valued, lots: Lots, price: Ticks): Quote {
  return Math.abs(valueOf(instrument, lots, price));
}

/** The notional of one lot at a price, not rounded: for shares and estimates, never for money. */
export function unitValue(instrument: Valued, price: Ticks): number {
  return instrument.inverse ? instrument.multiplier / price : price * instrument.multiplier;
}

/** What one lot of a long is worth, not rounded: negative, as coins owed, for an inverse contract. For beliefs and estimates. */
export function lotWorth(instrument: Valued, price: Ticks): number {
  return instrument.inverse ? -instrument.multiplier / price : price * instrument.multiplier;
}

/** By how much one lot's value changes with a tick of the price, at this price; the sign of lots is that of a long's gain. */
export function tickValue(instrument: Valued, price: Ticks): number {
  return instrument.inverse ? instrument.multiplier / price / price : instrument.multiplier;
}

/**
 * The notional of one lot of an open order, so that orders add up however they fill: exact for a linear contract,
 * rounded up by the lot for an inverse one.
 */
export function lotValue(instrument: Valued, price: Ticks): Quote {
  return instrument.inverse && price !== 0 ? mulDivCeil(instrument.multiplier, 1, price) : price * instrument.multiplier;
}
