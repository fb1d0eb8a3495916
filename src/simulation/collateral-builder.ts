// From what a file says about collateral to what a simulation receives: units and prices become integers, and what one unit
// at one tick is worth in money becomes an exact fraction.

import { Decimal, plain } from '../base/decimal.ts';
import type { Scales } from '../base/params.ts';
import { nearest } from './config-error.ts';
import type { COLLATERAL_TERMS, collateral, collateralShares } from './collateral-shape.ts';
import { text, type AnyLeaf, type Leaves } from './leaves.ts';
import type { CollateralScenario, Config, InstrumentScenario, TraderScenario } from './scenario.ts';
import { PLACE, type Reading } from './shape.ts';

type AssetReading = Reading<typeof collateral> extends ReadonlyMap<string, infer R> ? R : never;

interface Context {
  readonly read: Leaves;
  /** Of the instruments. */
  readonly symbols: readonly string[];
  readonly instruments: readonly InstrumentScenario[];
  readonly start: number;
  readonly duration: number;
  /** Of the first instrument: what money counts in. */
  readonly scales: Scales | undefined;
}

/** A ratio to an index counts in millionths. */
export const RATIO_TICK = '0.000001';

/** With the greatest price that a message carries, 2^31 ticks, a product below 2^53. */
const MOST_NUMERATOR = 2 ** 22;

export function collateralOf(assets: Reading<typeof collateral>, context: Context): CollateralScenario[] {
  return [...assets].map(([symbol, written]) => assetOf(symbol, written, context));
}

function assetOf(symbol: string, written: AssetReading, context: Context): CollateralScenario {
  const { read, symbols, instruments, start, duration } = context;
  const scales = scalesOf(written, context);
  const { feed, oracle } = written;
  const of = text(feed.common.of);
  const follows = symbols.indexOf(of);
  if (of !== '' && follows < 0)
    read.report(feed.common.of.place, `unknown instrument "${of}"`, nearest(of, symbols), `one of ${symbols.join(', ')}`);
  if (follows >= 0 && instruments[follows].contract === 'inverse')
    read.report(feed.common.of.place, 'the index of an inverse contract is not a price in its settlement asset');
  const own = scales && (follows < 0 ? scales : { ...scales, tick: RATIO_TICK });
  const table = Object.values(feed.params).find((leaf) => leaf.param.unit === 'file');
  const interval = read.number(feed.common.interval);
  const worth = scales === undefined ? undefined : new Decimal(scales.tickValue).div(scales.quoteUnit);
  const [numerator, denominator] = worth === undefined ? [NaN, NaN] : fractionOf(worth);
  if (numerator > MOST_NUMERATOR)
    read.report(
      written.unit.place,
      `one unit at one tick is worth ${plain(worth!)} units of money, of which at most ${MOST_NUMERATOR} stay exact: make unit or tick finer`,
    );
  return {
    symbol,
    unit: scales?.lot ?? '1',
    tick: scales?.tick ?? '1',
    numerator,
    denominator,
    terms: {
      haircut: read.ppm(written.haircut),
      tiers: tiersOf(written, read, scales),
      cap: read.convert(written.cap, scales),
      discount: read.ppm(written.discount),
    },
    path: read.chosen(feed, own),
    bars: table === undefined || own === undefined ? undefined : read.bars(table, start, duration, own),
    follows,
    interval,
    oracle: {
      source: oracle.source.value as 'own' | 'lagged' | 'averaged' | 'clamped',
      lag: read.number(oracle.lag),
      band: read.number(oracle.band),
      interval,
    },
    depth: read.convert(written.depth, scales),
    recovery: read.number(written.recovery),
    fee: read.ppm(written.fee),
    shocks: written.shocks.map((shock) => ({
      name: text(shock.name),
      at: read.within(shock.at, duration),
      size: read.number(shock.size),
      over: read.number(shock.over),
      recovery: read.number(shock.recovery),
      hold: 0,
      everywhere: shock.where.value === 'everywhere',
    })),
  };
}

/** What its prices and amounts count in; undefined where that is broken. */
function scalesOf({ unit, tick }: AssetReading, { read, scales }: Context): Scales | undefined {
  for (const leaf of [unit, tick]) if (leaf.value instanceof Decimal && leaf.value.lte(0)) read.report(leaf.place, 'must be more than 0');
  if (!(unit.value instanceof Decimal) || !(tick.value instanceof Decimal) || scales === undefined) return undefined;
  if (unit.value.lte(0) || tick.value.lte(0)) return undefined;
  return { ...scales, tick: plain(tick.value), lot: plain(unit.value), tickValue: plain(unit.value.mul(tick.value)) };
}

/** A positive decimal number as a fraction of whole numbers: 0.025 is 1 to 40. */
function fractionOf(value: Decimal): [numerator: number, denominator: number] {
  const [numerator, denominator] = value.toFraction(1_000_000_000_000);
  return [numerator.toNumber(), denominator.toNumber()];
}

function tiersOf({ tiers }: AssetReading, read: Leaves, scales: Scales | undefined): CollateralScenario['terms']['tiers'] {
  const built = tiers.map(({ from, haircut }) => ({ from: read.convert(from, scales), haircut: read.ppm(haircut) }));
  for (let n = 1; n < built.length; n++) {
    if (built[n].from <= built[n - 1].from) read.report(tiers[n].from.place, 'must be above the tier before it');
    if (built[n].haircut < built[n - 1].haircut) read.report(tiers[n].haircut.place, 'must not be below the haircut of the tier before it');
  }
  return built;
}

/** Who brings what: shares of one that add up to no more than all of it. */
export function sharesOf(
  written: Reading<typeof collateralShares>,
  assets: readonly CollateralScenario[],
  read: Leaves,
): NonNullable<TraderScenario['collateral']> {
  const symbols = assets.map(({ symbol }) => symbol);
  let sum = 0;
  const shares = [...written].map(([symbol, leaf]) => {
    const asset = symbols.indexOf(symbol);
    const share = read.ppm(leaf as AnyLeaf);
    sum += share;
    if (asset < 0)
      read.report(
        leaf.place,
        `unknown collateral "${symbol}"`,
        nearest(symbol, symbols),
        symbols.length === 0 ? 'the scenario has none: see collateral' : `one of ${symbols.join(', ')}`,
      );
    return { asset, share };
  });
  if (sum > 1_000_000) read.report(written[PLACE], 'adds up to more than 100%');
  return shares;
}

/** The first asset of which something changed that must not during a run, with the key; undefined where there is none. */
export function fixedCollateral(
  before: Config | undefined,
  after: Config | undefined,
  changeable: typeof COLLATERAL_TERMS,
): string | undefined {
  const [was, is] = [before, after].map((config) => (config ?? {}) as { readonly [symbol: string]: { readonly [key: string]: Config } });
  for (const symbol of new Set([...Object.keys(was), ...Object.keys(is)])) {
    if (!(symbol in was) || !(symbol in is)) return symbol;
    for (const key of Object.keys({ ...was[symbol], ...is[symbol] })) {
      if (!changeable.includes(key) && JSON.stringify(was[symbol][key]) !== JSON.stringify(is[symbol][key])) return `${symbol}.${key}`;
    }
  }
  return undefined;
}
