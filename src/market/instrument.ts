// What is traded, in integers: a linear contract whose notional is price × lots × multiplier quote units, exactly.
// That nothing can leave the range of exact integers is proved here, once, when the instrument is made.

import { assert } from '../base/assert.ts';
import { Decimal, parseDecimal } from '../base/decimal.ts';
import { PPM, type InstrumentId, type Lots, type Micros, type Ppm, type Quote, type Ticks } from '../base/units.ts';
import { MarginTiers, type TierSpec } from './margin-tiers.ts';

export interface InstrumentSpec {
  readonly symbol: string;
  /** Decimal strings: a price step in the settlement asset, a size step in the base asset. */
  readonly tick: string;
  readonly lot: string;
  /** Settlement-asset value of one tick × one lot, a decimal string. */
  readonly tickValue: string;
  /** `tickValue` in quote units. */
  readonly multiplier: number;
  readonly maxPrice: Ticks;
  /** Of an order. Closing less than `minLots` is allowed to reduce-only orders and to the exchange. */
  readonly minLots: Lots;
  readonly maxLots: Lots;
  /** Of a position together with all its orders of one side. */
  readonly maxPosition: Lots;
  /** Of all longs together. An order that could take open interest beyond it at once is refused. */
  readonly maxOpenInterest: Lots;
  /** How far above the mark a buy and below it a sell may be priced; 0 means no band. */
  readonly priceBandPpm: Ppm;
  readonly tiers: readonly TierSpec[];
  /** True: each tier's rate is for the notional inside it (Binance, Bybit). False: the whole position pays it (BitMEX). */
  readonly deduction: boolean;
  /** Of the value traded; a negative maker fee is a rebate. */
  readonly makerFeePpm: Ppm;
  readonly takerFeePpm: Ppm;
  /** Of the value liquidated on the book, instead of the taker fee; goes to the insurance fund. */
  readonly liquidationFeePpm: Ppm;
  readonly fundingInterval: Micros;
}

export interface Instrument extends Omit<InstrumentSpec, 'tiers'> {
  readonly id: InstrumentId;
  readonly tiers: MarginTiers;
}

/** What an intervention may change while positions are open. */
export type Rules = Pick<InstrumentSpec, 'tiers' | 'deduction' | 'makerFeePpm' | 'takerFeePpm' | 'liquidationFeePpm' | 'priceBandPpm'>;

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
  if (tick && lot && tickValue && !tick.mul(lot).eq(tickValue))
    problems.push(`tickValue must be tick × lot, ${tick.mul(lot).toFixed()}, not ${spec.tickValue}`);
  if (tickValue && quote && !quote.mul(spec.multiplier).eq(tickValue))
    problems.push(`multiplier must be tickValue ÷ ${unit}, not ${spec.multiplier}`);
  const ranges = [
    whole('multiplier', spec.multiplier, 1, Number.MAX_SAFE_INTEGER),
    whole('maxPrice', spec.maxPrice, 1, MAX_PRICE),
    whole('maxPosition', spec.maxPosition, 1, MAX_POSITION),
  ];
  if (ranges.every(Boolean) && BigInt(spec.maxPrice) * BigInt(spec.maxPosition) * BigInt(spec.multiplier) > MAX_POSITION_VALUE) {
    problems.push(`maxPrice × maxPosition × multiplier must not pass ${MAX_POSITION_VALUE}: beyond, money would not be exact`);
  }
  if (whole('maxLots', spec.maxLots, 1, spec.maxPosition)) whole('minLots', spec.minLots, 1, spec.maxLots);
  whole('maxOpenInterest', spec.maxOpenInterest, 0, Number.MAX_SAFE_INTEGER);
  whole('fundingInterval', spec.fundingInterval, 1, Number.MAX_SAFE_INTEGER);
  problems.push(...rulesProblems(spec));
  return problems;
}

/** All that is wrong with rules, of a specification or of a change. */
export function rulesProblems(rules: Rules): string[] {
  const problems: string[] = [];
  const { priceBandPpm } = rules;
  if (!Number.isInteger(priceBandPpm) || priceBandPpm < 0 || priceBandPpm >= PPM)
    problems.push(`priceBandPpm must be a whole number from 0 to ${PPM - 1}, not ${priceBandPpm}`);
  for (const name of ['makerFeePpm', 'takerFeePpm', 'liquidationFeePpm'] as const) {
    const rate = rules[name];
    const least = name === 'makerFeePpm' ? -MAX_FEE_PPM : 0;
    if (!Number.isInteger(rate) || rate < least || rate > MAX_FEE_PPM)
      problems.push(`${name} must be a whole number from ${least} to ${MAX_FEE_PPM}, not ${rate}`);
  }
  if (rules.makerFeePpm + rules.takerFeePpm < 0) problems.push('the rebate to makers must not pass the fee of takers');
  problems.push(...MarginTiers.problems(rules.tiers));
  return problems;
}

/** Asserts that `instrumentProblems` finds none. */
export function createInstrument(spec: InstrumentSpec, id: InstrumentId, unit: string): Instrument {
  const problems = instrumentProblems(spec, unit);
  assert(problems.length === 0, () => `instrument ${spec.symbol}: ${problems.join('; ')}`);
  return { ...spec, id, tiers: new MarginTiers(spec.tiers, spec.deduction) };
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

/** The notional of `lots` (any sign) at `price`, in quote units. */
export function notional(instrument: Pick<Instrument, 'multiplier'>, lots: Lots, price: Ticks): Quote {
  return Math.abs(lots) * price * instrument.multiplier;
}
