// From a checked file to the scenario a simulation receives: human units become integers, kinds become what can be made.
// What only shows when numbers meet (a price off the tick, a range that money would leave) is reported here.

import { Decimal, plain } from '../base/decimal.ts';
import type { Scales } from '../base/params.ts';
import { PPM } from '../base/units.ts';
import type { VolatilityPoint } from '../controls/control.ts';
import { breakersScenario, controlsScenario, type Tools } from './adjustment-builder.ts';
import { collateralOf, sharesOf } from './collateral-builder.ts';
import { nearest, type Problem } from './config-error.ts';
import { checkRange, scalesOf } from './exact-range.ts';
import { Leaves, text, type AnyLeaf } from './leaves.ts';
import { readVolatilityTable } from './volatility-table.ts';
import type { INDEX, RULES, latency, resolvedShape } from './scenario-file.ts';
import type {
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
import { PLACE, type Reading } from './shape.ts';

type Resolved = Reading<ReturnType<typeof resolvedShape>>;
type RulesReading = Reading<typeof RULES>;

export interface BuilderOptions {
  /** How the scenario's file was named: paths in it are relative to it. */
  readonly file: string;
  readonly problems: Problem[];
}

/** Builds what it can; the result is only good when no problem was added. */
export function buildScenario(reading: Resolved, config: Config, options: BuilderOptions): Scenario {
  return new Builder(options).scenario(reading, config as Scenario['config']);
}

class Builder {
  readonly #file: string;
  readonly #problems: Problem[];
  readonly #read: Leaves;

  constructor({ file, problems }: BuilderOptions) {
    this.#file = file;
    this.#problems = problems;
    this.#read = new Leaves(file, problems);
  }

  scenario(reading: Resolved, config: Scenario['config']): Scenario {
    const scale = this.#read.number(reading.scale);
    const scales = scalesOf(reading.instruments, Number.isFinite(scale) ? scale : 1, this.#read.report);
    const [first] = scales;
    const start = this.#read.number(reading.start);
    const symbols = [...reading.instruments.keys()];
    const duration = this.#read.number(reading.duration);
    const tools: Tools = {
      number: (leaf) => this.#read.number(leaf),
      money: (leaf) => this.#read.convert(leaf, first),
      chosen: (rule) => this.#read.chosen(rule, first),
      volatilities: (leaf) => this.#volatilities(leaf, start),
      report: (place, message) => this.#read.report(place, message),
    };
    const name = text(reading.name);
    if (reading.name.value !== undefined && !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name))
      this.#read.report(reading.name.place, `"${name}" is not valid: expected a name in kebab-case`);
    const instruments = symbols.map((symbol, i) => this.#instrument(symbol, scales[i], reading, start));
    checkRange(reading.instruments, instruments, this.#read.report);
    const collateral = collateralOf(reading.collateral, { read: this.#read, symbols, instruments, start, duration, scales: first });
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
      collateral,
      traders: [...reading.traders].map(([id, trader]) => ({
        ...this.#trader(id, trader, symbols, scales),
        collateral: sharesOf(trader.common.collateral, collateral, this.#read),
      })),
      leverage: { enabled: reading.leverage.enabled.value === true },
      liquidation: this.#liquidation(reading.liquidation, reading.insuranceFund, first),
      losses: reading.losses.map((layer) => this.#read.chosen(layer, first)),
      insuranceFund: { cash: this.#read.convert(reading.insuranceFund.cash, first) },
      session: {
        halts: reading.session.halts.map((halt) => ({
          at: this.#read.within(halt.at, duration),
          duration: this.#read.number(halt.duration),
        })),
      },
      breakers: breakersScenario(reading.breakers, tools),
      controls: controlsScenario(reading.controls, tools),
      marketData: { interval: this.#read.number(reading.marketData.interval) },
      interventions: [],
      config,
    };
  }

  // ── Instruments

  #instrument(symbol: string, scales: Scales | undefined, reading: Resolved, start: number): InstrumentScenario {
    const written = reading.instruments.get(symbol)!;
    const indexReading = reading.index instanceof Map ? reading.index.get(symbol) : reading.index;
    if (indexReading === undefined) this.#read.report(reading.index[PLACE], `no index for ${symbol}`);
    const [minOrder, maxOrder, maxPosition, maxOpenInterest] = [
      written.minOrder,
      written.maxOrder,
      written.maxPosition,
      written.maxOpenInterest,
    ].map((leaf) => this.#read.convert(leaf, scales));
    if (maxOrder > maxPosition) this.#read.report(written.maxOrder.place, 'must not be above maxPosition');
    const inverse = written.contract.value === 'inverse';
    const maxPrice = this.#read.convert(written.maxPrice, scales);
    const minPrice = this.#minPrice(written.minPrice, maxPrice, inverse, scales);
    const index =
      indexReading === undefined ? (undefined as never) : this.#index(indexReading, start, this.#read.number(reading.duration), scales);
    if (indexReading !== undefined) this.#withinPrices(indexReading, symbol, minPrice, maxPrice, scales);
    return {
      symbol,
      contract: inverse ? 'inverse' : 'linear',
      tick: scales?.tick ?? '1',
      lot: scales?.lot ?? '1',
      tickValue: scales?.tickValue ?? '1',
      multiplier: scales === undefined ? NaN : new Decimal(scales.tickValue).div(scales.quoteUnit).toNumber(),
      minPrice,
      maxPrice,
      minOrder: Math.max(1, minOrder),
      maxOrder,
      maxPosition,
      maxOpenInterest,
      priceBand: this.#read.ppm(reading.priceBand),
      margin: this.#margin(reading.margin, scales),
      fees: this.#fees(reading.fees),
      funding: this.#funding(reading.funding, start, scales),
      mark: this.#mark(reading.mark),
      index,
    };
  }

  #minPrice(leaf: AnyLeaf, maxPrice: number, inverse: boolean, scales: Scales | undefined): number {
    if (leaf.value instanceof Decimal && leaf.value.isZero()) return inverse ? Math.max(1, Math.ceil(maxPrice / 1_000)) : 1;
    const least = this.#read.convert(leaf, scales);
    if (least > maxPrice) this.#read.report(leaf.place, 'must not be above maxPrice');
    return least;
  }

  #margin(margin: RulesReading['margin'], scales: Scales | undefined): MarginScenario {
    const { tiers, deduction, maintenanceOn, closingFee, openInterestFrom, openInterestTo } = margin;
    const [lower, upper] = [openInterestFrom, openInterestTo].map((leaf) => this.#read.convert(leaf, scales));
    if (upper !== 0 && upper <= lower) this.#read.report(openInterestTo.place, 'must be above openInterestFrom');
    if (tiers.length === 0) this.#read.report(tiers[PLACE], 'there must be at least one margin tier');
    const built = tiers.map((tier, n) => {
      const floor = this.#read.convert(tier.from, scales);
      const maintenance = this.#read.ppm(tier.maintenance);
      const leverage = this.#read.number(tier.leverage);
      // Rounded up: against the account.
      const initial = Number.isNaN(leverage) ? NaN : (tier.leverage.value as Decimal).pow(-1).mul(PPM).ceil().toNumber();
      if (n === 0 && floor !== 0 && !Number.isNaN(floor)) this.#read.report(tier.from.place, 'the first margin tier must begin at 0', '0');
      if (initial < maintenance)
        this.#read.report(
          tier.maintenance.place,
          `must be below the initial margin rate (1 ÷ ${plain(tier.leverage.value as Decimal)}), or every position starts in liquidation`,
        );
      return { floor, maintenance, initial };
    });
    for (let n = 1; n < built.length; n++) {
      if (built[n].floor <= built[n - 1].floor) this.#read.report(tiers[n].from.place, 'must be above the tier before it');
      if (built[n].maintenance < built[n - 1].maintenance)
        this.#read.report(tiers[n].maintenance.place, 'must not be below the rate of the tier before it');
      if (built[n].initial < built[n - 1].initial)
        this.#read.report(tiers[n].leverage.place, 'must not be above the leverage of the tier before it');
    }
    return {
      tiers: built,
      deduction: deduction.value === true,
      maintenanceOn: maintenanceOn.value === 'entry' ? 'entry' : 'mark',
      closingFee: this.#read.ppm(closingFee),
      openInterest: { lower, upper },
    };
  }

  #fees({ maker, taker, liquidation, liquidationUpTo }: RulesReading['fees']): InstrumentScenario['fees'] {
    const fees = {
      maker: this.#read.ppm(maker),
      taker: this.#read.ppm(taker),
      liquidation: this.#read.ppm(liquidation),
      liquidationUpTo: liquidationUpTo.value === 'share' ? ('share' as const) : ('equity' as const),
    };
    if (fees.maker + fees.taker < 0) this.#read.report(maker.place, 'the rebate to makers must not pass the fee of takers');
    return fees;
  }

  #funding(funding: RulesReading['funding'], start: number, scales: Scales | undefined): FundingScenario {
    const interval = this.#read.number(funding.interval);
    return {
      enabled: funding.enabled.value === true,
      interval,
      firstAt: (Math.floor(start / interval) + 1) * interval - start,
      initialRate: this.#read.ppm(funding.initialRate),
      interestRate: this.#read.ppm(funding.interestRate),
      clamp: this.#read.ppm(funding.clamp),
      cap: this.#read.ppm(funding.cap),
      sampleInterval: this.#read.number(funding.sampleInterval),
      impactNotional: this.#read.convert(funding.impactNotional, scales),
    };
  }

  #mark(mark: RulesReading['mark']): MarkScenario {
    const interval = this.#read.number(mark.common.interval);
    const { window, clamp } = mark.params;
    const built = {
      kind: mark.kind?.kind ?? 'median',
      interval,
      window: window === undefined ? interval : this.#read.number(window),
      clamp: clamp === undefined ? 0 : this.#read.ppm(clamp),
    };
    if (built.window < interval) this.#read.report(window?.place ?? mark[PLACE], 'must not be shorter than the interval of the mark');
    return built;
  }

  #index(index: Reading<typeof INDEX>, start: number, duration: number, scales: Scales | undefined): IndexScenario {
    const table = Object.values(index.params).find((leaf) => leaf.param.unit === 'file');
    return {
      path: this.#read.chosen(index, scales),
      bars: table === undefined || scales === undefined ? undefined : this.#read.bars(table, start, duration, scales),
      interval: this.#read.number(index.common.interval),
      coupling: this.#read.ppm(index.common.coupling),
      spotDepth: this.#read.convert(index.common.spotDepth, scales),
    };
  }

  /** Beyond them neither orders nor marks could follow: the run would be one long stop at the border. */
  #withinPrices(index: Reading<typeof INDEX>, symbol: string, minPrice: number, maxPrice: number, scales: Scales | undefined): void {
    for (const leaf of Object.values(index.params)) {
      if (leaf.param.unit !== 'price' || !(leaf.value instanceof Decimal) || scales === undefined) continue;
      const ticks = leaf.value.div(scales.tick).toNumber();
      if (ticks > maxPrice) this.#read.report(leaf.place, `is above maxPrice of ${symbol}`);
      if (ticks > 0 && ticks < minPrice && Number.isInteger(ticks)) this.#read.report(leaf.place, `is below minPrice of ${symbol}`);
    }
  }

  // ── Population, rules

  #shock(shock: Resolved['shocks'][number], symbols: readonly string[], duration: number): ShockScenario {
    return {
      name: text(shock.name),
      at: this.#read.within(shock.at, duration),
      instrument: this.#position(shock.instrument, symbols),
      size: this.#read.number(shock.size),
      over: this.#read.number(shock.over),
      recovery: this.#read.number(shock.recovery),
      hold: this.#read.number(shock.hold),
    };
  }

  /** The position of a symbol among the instruments. */
  #position(leaf: AnyLeaf, symbols: readonly string[]): number {
    const position = symbols.indexOf(text(leaf));
    if (position < 0 && leaf.value !== undefined)
      this.#read.report(leaf.place, `unknown instrument "${text(leaf)}"`, nearest(text(leaf), symbols), `one of ${symbols.join(', ')}`);
    return position;
  }

  #trader(
    id: string,
    trader: KindReadingOf<Resolved['traders']>,
    symbols: readonly string[],
    scales: readonly (Scales | undefined)[],
  ): Omit<TraderScenario, 'collateral'> {
    const instrument = this.#position(trader.common.instrument, symbols);
    return {
      id,
      trader: this.#read.chosen(trader, scales[Math.max(0, instrument)]),
      count: this.#read.number(trader.common.count),
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
    const delay = written.params.delay === undefined ? 0 : this.#read.number(written.params.delay);
    const jitter = written.params.jitter === undefined ? 0 : this.#read.number(written.params.jitter);
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
      policy: this.#read.chosen(liquidation.policy, scales),
      trigger: liquidation.trigger.value === 'passed' ? 'passed' : 'reached',
      marginCall: marginCall instanceof Decimal ? marginCall.mul(PPM).round().toNumber() : NaN,
      scanInterval: this.#read.number(liquidation.scanInterval),
      orderDelay: this.#read.number(liquidation.orderDelay),
      recalibration: {
        every: this.#read.number(liquidation.recalibrate),
        kind: liquidation.estimates.value as 'rolling' | 'stale' | 'oracle',
        window: this.#read.number(liquidation.estimatesWindow) || this.#read.number(liquidation.recalibrate),
        lag: this.#read.number(liquidation.estimatesLag),
      },
      unwindShare: this.#read.ppm(fund.unwindShare),
      unwindBand: this.#read.ppm(fund.unwindBand),
    };
  }

  #volatilities(leaf: AnyLeaf | undefined, start: number): readonly VolatilityPoint[] {
    if (leaf === undefined || text(leaf) === '') return [];
    const read = this.#read.content(leaf);
    return read === undefined ? [] : readVolatilityTable(read.text, read.path, start, this.#problems);
  }
}

type KindReadingOf<M> = M extends ReadonlyMap<string, infer R> ? R : never;
