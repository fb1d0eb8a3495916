// From a checked file to the scenario a simulation receives: human units become integers, kinds become what can be made.
// What only shows when numbers meet (a price off the tick, a range that money would leave) is reported here.

import { dirname, resolve } from 'node:path';
import { Decimal, plain } from '../base/decimal.ts';
import { ConstantSampler, DistributionSampler } from '../base/distribution.ts';
import { conversion, convertQuantity, isFault } from '../base/quantity.ts';
import type { Param, Sampler, Scales, Values } from '../base/params.ts';
import type { Rng } from '../base/random.ts';
import { PPM } from '../base/units.ts';
import type { VolatilityPoint } from '../controls/control.ts';
import { breakersScenario, controlsScenario, type Tools } from './adjustment-builder.ts';
import { nearest, type Problem } from './config-error.ts';
import type { DistributionReading } from './distribution-reader.ts';
import { checkRange, scalesOf, type Report } from './exact-range.ts';
import { readNamed } from './named-file.ts';
import { readPriceTable } from './price-table.ts';
import { readVolatilityTable } from './volatility-table.ts';
import type { INDEX, RULES, latency, resolvedShape } from './scenario-file.ts';
import type {
  Chosen,
  Config,
  FundingScenario,
  IndexScenario,
  InstrumentScenario,
  LatencyScenario,
  LiquidationScenario,
  MarginScenario,
  MarkScenario,
  PlainLatency,
  Scenario,
  ShockScenario,
  TraderScenario,
} from './scenario.ts';
import { PLACE, isNumeric, type KindReading, type Leaf, type Reading, type ShelfKind } from './shape.ts';

type Resolved = Reading<ReturnType<typeof resolvedShape>>;
type RulesReading = Reading<typeof RULES>;
type AnyLeaf = Leaf<unknown>;

export interface BuilderOptions {
  /** How the scenario's file was named: paths in it are relative to it. */
  readonly file: string;
  readonly problems: Problem[];
}

const isDistribution = (value: unknown): value is DistributionReading =>
  typeof value === 'object' && value !== null && 'distribution' in value;

/** What a leaf of words says; '' where it was broken. */
const text = ({ value }: AnyLeaf): string => (typeof value === 'string' ? value : '');

/** One parameter of a kind, ready to be drawn. */
type Draw = (rng: (purpose: string) => Rng) => unknown;

class ChosenKind<K extends ShelfKind> implements Chosen<K> {
  readonly kind: K;
  readonly #draws: readonly (readonly [string, Draw])[];

  constructor(kind: K, draws: readonly (readonly [string, Draw])[]) {
    this.kind = kind;
    this.#draws = draws;
  }

  draw(rng: (purpose: string) => Rng): Values<K['params']> {
    return Object.fromEntries(this.#draws.map(([name, draw]) => [name, draw(rng)])) as Values<K['params']>;
  }
}

/** Builds what it can; the result is only good when no problem was added. */
export function buildScenario(reading: Resolved, config: Config, options: BuilderOptions): Scenario {
  return new Builder(options).scenario(reading, config as Scenario['config']);
}

class Builder {
  readonly #file: string;
  readonly #problems: Problem[];

  constructor({ file, problems }: BuilderOptions) {
    this.#file = file;
    this.#problems = problems;
  }

  scenario(reading: Resolved, config: Scenario['config']): Scenario {
    const scale = this.#number(reading.scale);
    const scales = scalesOf(reading.instruments, Number.isFinite(scale) ? scale : 1, this.#report);
    const [first] = scales;
    const start = this.#number(reading.start);
    const symbols = [...reading.instruments.keys()];
    const duration = this.#number(reading.duration);
    const tools: Tools = {
      number: (leaf) => this.#number(leaf),
      money: (leaf) => this.#convert(leaf, first),
      chosen: (rule) => this.#chosen(rule, first),
      volatilities: (leaf) => this.#volatilities(leaf, start),
      report: (place, message) => this.#report(place, message),
    };
    const name = text(reading.name);
    if (reading.name.value !== undefined && !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name))
      this.#report(reading.name.place, `"${name}" is not valid: expected a name in kebab-case`);
    const instruments = symbols.map((symbol, i) => this.#instrument(symbol, scales[i], reading, start));
    checkRange(reading.instruments, instruments, this.#report);
    return {
      name,
      file: this.#file,
      start,
      duration,
      seed: text(reading.seed),
      scale,
      settlement: { asset: text(reading.settlement), unit: first?.quoteUnit ?? '1' },
      instruments,
      shocks: reading.shocks.map((shock) => this.#shock(shock, symbols, duration)),
      traders: [...reading.traders].map(([id, trader]) => this.#trader(id, trader, symbols, scales)),
      leverage: { enabled: reading.leverage.enabled.value === true },
      liquidation: this.#liquidation(reading.liquidation, reading.insuranceFund, first),
      losses: reading.losses.map((layer) => this.#chosen(layer, first)),
      insuranceFund: { cash: this.#convert(reading.insuranceFund.cash, first) },
      session: {
        halts: reading.session.halts.map((halt) => ({ at: this.#within(halt.at, duration), duration: this.#number(halt.duration) })),
      },
      breakers: breakersScenario(reading.breakers, tools),
      controls: controlsScenario(reading.controls, tools),
      marketData: { interval: this.#number(reading.marketData.interval) },
      interventions: [],
      config,
    };
  }

  readonly #report: Report = (place, message, suggestion, hint) => {
    this.#problems.push({ place, message, suggestion, hint });
  };

  // ── Numbers

  /** As people wrote it, durations in micros, fractions as 0.05. NaN where it was broken: comparisons with it are false. */
  #number(leaf: AnyLeaf): number {
    return leaf.value instanceof Decimal ? leaf.value.toNumber() + 0 : NaN;
  }

  #convert(leaf: AnyLeaf, scales: Scales | undefined): number {
    if (!(leaf.value instanceof Decimal) || scales === undefined) return NaN;
    const converted = convertQuantity(leaf.param, leaf.value, scales);
    if (!isFault(converted)) return converted;
    this.#report(leaf.place, converted.fault, converted.suggestion);
    return NaN;
  }

  /** A fraction in parts per million; it must be a whole number of them. */
  #ppm(leaf: AnyLeaf): number {
    if (!(leaf.value instanceof Decimal)) return NaN;
    const ppm = leaf.value.mul(PPM);
    if (!ppm.isInteger())
      this.#report(leaf.place, `${plain(leaf.value.mul(100))}% is finer than a millionth`, `${plain(ppm.round().div(10_000))}%`);
    return ppm.round().toNumber() + 0;
  }

  #within(leaf: AnyLeaf, duration: number): number {
    const at = this.#number(leaf);
    if (at > duration) this.#report(leaf.place, 'is after the end of the run');
    return at;
  }

  // ── Instruments

  #instrument(symbol: string, scales: Scales | undefined, reading: Resolved, start: number): InstrumentScenario {
    const written = reading.instruments.get(symbol)!;
    const indexReading = reading.index instanceof Map ? reading.index.get(symbol) : reading.index;
    if (indexReading === undefined) this.#report(reading.index[PLACE], `no index for ${symbol}`);
    const [minOrder, maxOrder, maxPosition, maxOpenInterest] = [
      written.minOrder,
      written.maxOrder,
      written.maxPosition,
      written.maxOpenInterest,
    ].map((leaf) => this.#convert(leaf, scales));
    if (maxOrder > maxPosition) this.#report(written.maxOrder.place, 'must not be above maxPosition');
    const inverse = written.contract.value === 'inverse';
    const maxPrice = this.#convert(written.maxPrice, scales);
    return {
      symbol,
      contract: inverse ? 'inverse' : 'linear',
      tick: scales?.tick ?? '1',
      lot: scales?.lot ?? '1',
      tickValue: scales?.tickValue ?? '1',
      multiplier: scales === undefined ? NaN : new Decimal(scales.tickValue).div(scales.quoteUnit).toNumber(),
      minPrice: this.#minPrice(written.minPrice, maxPrice, inverse, scales),
      maxPrice,
      minOrder: Math.max(1, minOrder),
      maxOrder,
      maxPosition,
      maxOpenInterest,
      priceBand: this.#ppm(reading.priceBand),
      margin: this.#margin(reading.margin, scales),
      fees: this.#fees(reading.fees),
      funding: this.#funding(reading.funding, start, scales),
      mark: this.#mark(reading.mark),
      index: indexReading === undefined ? (undefined as never) : this.#index(indexReading, start, this.#number(reading.duration), scales),
    };
  }

  #minPrice(leaf: AnyLeaf, maxPrice: number, inverse: boolean, scales: Scales | undefined): number {
    if (leaf.value instanceof Decimal && leaf.value.isZero()) return inverse ? Math.max(1, Math.ceil(maxPrice / 1_000)) : 1;
    const least = this.#convert(leaf, scales);
    if (least > maxPrice) this.#report(leaf.place, 'must not be above maxPrice');
    return least;
  }

  #margin(margin: RulesReading['margin'], scales: Scales | undefined): MarginScenario {
    const { tiers, deduction, maintenanceOn, closingFee, openInterestFrom, openInterestTo } = margin;
    const [lower, upper] = [openInterestFrom, openInterestTo].map((leaf) => this.#convert(leaf, scales));
    if (upper !== 0 && upper <= lower) this.#report(openInterestTo.place, 'must be above openInterestFrom');
    if (tiers.length === 0) this.#report(tiers[PLACE], 'there must be at least one margin tier');
    const built = tiers.map((tier, n) => {
      const floor = this.#convert(tier.from, scales);
      const maintenance = this.#ppm(tier.maintenance);
      const leverage = this.#number(tier.leverage);
      // Rounded up: against the account.
      const initial = Number.isNaN(leverage) ? NaN : (tier.leverage.value as Decimal).pow(-1).mul(PPM).ceil().toNumber();
      if (n === 0 && floor !== 0 && !Number.isNaN(floor)) this.#report(tier.from.place, 'the first margin tier must begin at 0', '0');
      if (initial < maintenance)
        this.#report(
          tier.maintenance.place,
          `must be below the initial margin rate (1 ÷ ${plain(tier.leverage.value as Decimal)}), or every position starts in liquidation`,
        );
      return { floor, maintenance, initial };
    });
    for (let n = 1; n < built.length; n++) {
      if (built[n].floor <= built[n - 1].floor) this.#report(tiers[n].from.place, 'must be above the tier before it');
      if (built[n].maintenance < built[n - 1].maintenance)
        this.#report(tiers[n].maintenance.place, 'must not be below the rate of the tier before it');
      if (built[n].initial < built[n - 1].initial)
        this.#report(tiers[n].leverage.place, 'must not be above the leverage of the tier before it');
    }
    return {
      tiers: built,
      deduction: deduction.value === true,
      maintenanceOn: maintenanceOn.value === 'entry' ? 'entry' : 'mark',
      closingFee: this.#ppm(closingFee),
      openInterest: { lower, upper },
    };
  }

  #fees({ maker, taker, liquidation, liquidationUpTo }: RulesReading['fees']): InstrumentScenario['fees'] {
    const fees = {
      maker: this.#ppm(maker),
      taker: this.#ppm(taker),
      liquidation: this.#ppm(liquidation),
      liquidationUpTo: liquidationUpTo.value === 'share' ? ('share' as const) : ('equity' as const),
    };
    if (fees.maker + fees.taker < 0) this.#report(maker.place, 'the rebate to makers must not pass the fee of takers');
    return fees;
  }

  #funding(funding: RulesReading['funding'], start: number, scales: Scales | undefined): FundingScenario {
    const interval = this.#number(funding.interval);
    return {
      enabled: funding.enabled.value === true,
      interval,
      firstAt: (Math.floor(start / interval) + 1) * interval - start,
      initialRate: this.#ppm(funding.initialRate),
      interestRate: this.#ppm(funding.interestRate),
      clamp: this.#ppm(funding.clamp),
      cap: this.#ppm(funding.cap),
      sampleInterval: this.#number(funding.sampleInterval),
      impactNotional: this.#convert(funding.impactNotional, scales),
    };
  }

  #mark(mark: RulesReading['mark']): MarkScenario {
    const interval = this.#number(mark.common.interval);
    const { window, clamp } = mark.params;
    const built = {
      kind: mark.kind?.kind ?? 'median',
      interval,
      window: window === undefined ? interval : this.#number(window),
      clamp: clamp === undefined ? 0 : this.#ppm(clamp),
    };
    if (built.window < interval) this.#report(window?.place ?? mark[PLACE], 'must not be shorter than the interval of the mark');
    return built;
  }

  #index(index: Reading<typeof INDEX>, start: number, duration: number, scales: Scales | undefined): IndexScenario {
    const table = Object.values(index.params).find((leaf) => leaf.param.unit === 'file');
    return {
      path: this.#chosen(index, scales),
      bars: table === undefined || scales === undefined ? undefined : this.#bars(table, start, duration, scales),
      interval: this.#number(index.common.interval),
      coupling: this.#ppm(index.common.coupling),
      spotDepth: this.#convert(index.common.spotDepth, scales),
    };
  }

  #path(leaf: AnyLeaf): string {
    return resolve(dirname(leaf.place.file.startsWith('--') ? this.#file : leaf.place.file), text(leaf));
  }

  /** Of a file that a leaf names; the problem is reported when there is none. */
  #content(leaf: AnyLeaf): { readonly path: string; readonly text: string } | undefined {
    const file = readNamed(this.#path(leaf), text(leaf));
    if (file.found) return file;
    this.#report(leaf.place, `cannot read "${text(leaf)}": no such file`, file.suggestion);
    return undefined;
  }

  #bars(leaf: AnyLeaf, start: number, duration: number, scales: Scales): IndexScenario['bars'] {
    if (typeof leaf.value !== 'string') return undefined;
    const read = this.#content(leaf);
    if (read === undefined) return undefined;
    const before = this.#problems.length;
    const bars = readPriceTable(read.text, { file: read.path, start, tick: scales.tick }, this.#problems);
    if (this.#problems.length === before && (bars[0].at >= duration || bars[bars.length - 1].at < 0)) {
      this.#report(leaf.place, 'holds no bar between the start and the end of the run: see start and duration');
    }
    return bars;
  }

  // ── Population, rules

  #shock(shock: Resolved['shocks'][number], symbols: readonly string[], duration: number): ShockScenario {
    return {
      name: text(shock.name),
      at: this.#within(shock.at, duration),
      instrument: this.#position(shock.instrument, symbols),
      size: this.#number(shock.size),
      over: this.#number(shock.over),
      recovery: this.#number(shock.recovery),
      hold: this.#number(shock.hold),
    };
  }

  /** The position of a symbol among the instruments. */
  #position(leaf: AnyLeaf, symbols: readonly string[]): number {
    const position = symbols.indexOf(text(leaf));
    if (position < 0 && leaf.value !== undefined)
      this.#report(leaf.place, `unknown instrument "${text(leaf)}"`, nearest(text(leaf), symbols), `one of ${symbols.join(', ')}`);
    return position;
  }

  #trader(
    id: string,
    trader: KindReadingOf<Resolved['traders']>,
    symbols: readonly string[],
    scales: readonly (Scales | undefined)[],
  ): TraderScenario {
    const instrument = this.#position(trader.common.instrument, symbols);
    return {
      id,
      trader: this.#chosen(trader, scales[Math.max(0, instrument)]),
      count: this.#number(trader.common.count),
      instrument,
      latency: this.#latency(trader.common.latency),
    };
  }

  #latency(written: Reading<typeof latency>): LatencyScenario {
    const types = new Map([...written.common.types].map(([name, own]) => [name, this.#plainLatency(own)] as const));
    const plain = this.#plainLatency(written);
    return types.size === 0 ? plain : { ...plain, types };
  }

  #plainLatency(written: Pick<Reading<typeof latency>, 'kind' | 'params'>): PlainLatency {
    const delay = written.params.delay === undefined ? 0 : this.#number(written.params.delay);
    const jitter = written.params.jitter === undefined ? 0 : this.#number(written.params.jitter);
    switch (written.kind?.kind) {
      case 'constant':
        return { kind: 'constant', delay };
      case 'jittered':
        return { kind: 'jittered', delay, jitter };
      default:
        return { kind: 'none' };
    }
  }

  #liquidation(liquidation: Resolved['liquidation'], fund: Resolved['insuranceFund'], scales: Scales | undefined): LiquidationScenario {
    const marginCall = liquidation.marginCall.value;
    return {
      enabled: liquidation.enabled.value === true,
      impact: liquidation.impact.value === 'off-book' ? 'off-book' : 'book',
      policy: this.#chosen(liquidation.policy, scales),
      trigger: liquidation.trigger.value === 'passed' ? 'passed' : 'reached',
      marginCall: marginCall instanceof Decimal ? marginCall.mul(PPM).round().toNumber() : NaN,
      scanInterval: this.#number(liquidation.scanInterval),
      orderDelay: this.#number(liquidation.orderDelay),
      recalibration: {
        every: this.#number(liquidation.recalibrate),
        kind: liquidation.estimates.value as 'rolling' | 'stale' | 'oracle',
        window: this.#number(liquidation.estimatesWindow) || this.#number(liquidation.recalibrate),
        lag: this.#number(liquidation.estimatesLag),
      },
      unwindShare: this.#ppm(fund.unwindShare),
      unwindBand: this.#ppm(fund.unwindBand),
    };
  }

  #volatilities(leaf: AnyLeaf | undefined, start: number): readonly VolatilityPoint[] {
    if (leaf === undefined || text(leaf) === '') return [];
    const read = this.#content(leaf);
    return read === undefined ? [] : readVolatilityTable(read.text, read.path, start, this.#problems);
  }

  // ── Kinds

  #chosen<K extends ShelfKind>(reading: Pick<KindReading<K, never>, 'kind' | 'params'>, scales: Scales | undefined): Chosen<K> {
    const draws = Object.entries(reading.params).map(([name, leaf]) => [name, this.#draw(name, leaf, scales)] as const);
    return new ChosenKind(reading.kind as K, draws);
  }

  #draw(name: string, { param, place, value }: AnyLeaf, scales: Scales | undefined): Draw {
    if (value === undefined || scales === undefined) return () => undefined;
    if (!isNumeric(param)) {
      const plainValue = param.unit === 'file' ? this.#path({ param, place, value }) : value instanceof Decimal ? value.toNumber() : value;
      return () => plainValue;
    }
    if (!isDistribution(value)) {
      const constant = this.#convert({ param, place, value }, scales);
      const handed: number | Sampler = param.sampled ? new ConstantSampler(constant) : constant;
      return () => handed;
    }
    const { distribution, values, weights, low, high } = value;
    const sampler = new DistributionSampler(distribution.quantile(values, weights), low, high, conversion(param as Param<number>, scales));
    return param.sampled ? () => sampler : (rng) => sampler.draw(rng(`params/${name}`));
  }
}

type KindReadingOf<M> = M extends ReadonlyMap<string, infer R> ? R : never;
