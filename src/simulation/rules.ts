// What a scenario says, in the words of those who act on it: the rules of the market, the price feed, the liquidation engine,
// the risk controller and the ways messages take.

import { createRng } from '../base/random.ts';
import { PPM, type InstrumentId, type Micros, type Ticks } from '../base/units.ts';
import type { BreakerRules } from '../exchange/circuit-breaker.ts';
import type { LiquidationRules } from '../exchange/liquidation-rules.ts';
import type { InstrumentPrices } from '../exchange/price-feed.ts';
import { constantLatency, jitteredLatency, latencyPerType, noLatency, type LatencyModel } from '../kernel/latency.ts';
import { FundingRate } from '../market/funding-rate.ts';
import type { InstrumentSpec } from '../market/instrument.ts';
import type { Market } from '../market/market.ts';
import { withShocks } from '../paths/shocks.ts';
import { MarkPrice } from '../market/prices.ts';
import { UNSCALED, type MarginScale } from '../market/margin-scale.ts';
import type { ControllerRules } from '../exchange/risk-controller.ts';
import type { ControlRule } from '../controls/control.ts';
import { Type } from '../messages.ts';
import { recorded } from '../liquidation/decision-record.ts';
import type { LiquidationPolicy } from '../liquidation/policy.ts';
import type { Decisions } from './decisions.ts';
import type { InstrumentScenario, LatencyScenario, PlainLatency, Scenario } from './scenario.ts';

/** Orders that rest, of each trader, beside what the levels of a book take. */
const ORDERS = 16;

export function instrumentSpec(instrument: InstrumentScenario): InstrumentSpec {
  return {
    symbol: instrument.symbol,
    contract: instrument.contract,
    tick: instrument.tick,
    lot: instrument.lot,
    tickValue: instrument.tickValue,
    multiplier: instrument.multiplier,
    minPrice: instrument.minPrice,
    maxPrice: instrument.maxPrice,
    minLots: instrument.minOrder,
    maxLots: instrument.maxOrder,
    maxPosition: instrument.maxPosition,
    maxOpenInterest: instrument.maxOpenInterest,
    priceBandPpm: instrument.priceBand,
    tiers: instrument.margin.tiers,
    deduction: instrument.margin.deduction,
    maintenanceOn: instrument.margin.maintenanceOn,
    closingFeePpm: instrument.margin.closingFee,
    openInterestCaps: instrument.margin.openInterest,
    makerFeePpm: instrument.fees.maker,
    takerFeePpm: instrument.fees.taker,
    liquidationFeePpm: instrument.fees.liquidation,
    liquidationFeeUpTo: instrument.fees.liquidationUpTo,
    fundingInterval: instrument.funding.interval,
  };
}

export function instrumentPrices(
  scenario: Scenario,
  instrument: InstrumentScenario,
  id: InstrumentId,
  path: InstrumentPrices['path'],
): InstrumentPrices {
  const { index, funding, mark } = instrument;
  return {
    path,
    mark: new MarkPrice({ kind: mark.kind, samples: Math.max(1, Math.round(mark.window / mark.interval)), clamp: mark.clamp }),
    markInterval: mark.interval,
    indexInterval: index.interval,
    funding: funding.enabled
      ? new FundingRate({
          interestRate: funding.interestRate,
          clamp: funding.clamp,
          cap: funding.cap,
          initialRate: funding.initialRate,
          interval: funding.interval,
        })
      : undefined,
    fundingInterval: funding.interval,
    firstFundingAt: funding.firstAt,
    fundingSampleInterval: funding.sampleInterval,
    impactNotional: funding.impactNotional,
    coupling: index.coupling / PPM,
    spotDepth: index.spotDepth,
    shocks: scenario.shocks.flatMap((shock, tag) => (shock.instrument === id - 1 ? [{ at: shock.at, tag }] : [])),
  };
}

/** The index of an instrument over the whole run, with what the scenario's shocks do to it; the same for the same streams. */
export function indexPath(
  scenario: Scenario,
  { symbol, tick, index: { path, bars } }: InstrumentScenario,
  id: InstrumentId,
  rng: (name: string) => (purpose: string) => ReturnType<typeof createRng>,
): InstrumentPrices['path'] {
  const streams = rng(`path/${symbol}`);
  const context = { rng: streams, start: 0, end: scenario.duration, tick: Number(tick), ...(bars === undefined ? {} : { bars }) };
  const drawn = path.kind.create(context, path.draw(streams));
  return withShocks(
    drawn,
    scenario.shocks.filter((shock) => shock.instrument === id - 1),
  );
}

/** Whether anybody may need the index as it will be: an oracle, now or after an intervention. */
export function foreseesIndex({ liquidation, interventions }: Scenario): boolean {
  const asks = ({ recalibration }: Scenario['liquidation']) => recalibration.every > 0 && recalibration.kind === 'oracle';
  return asks(liquidation) || interventions.some((change) => asks(change.scenario.liquidation));
}

/** The liquidation policy of a scenario, its parameters drawn where they are drawn. */
export function policyOf({ liquidation: { policy } }: Scenario, rng: (purpose: string) => ReturnType<typeof createRng>): LiquidationPolicy {
  return policy.kind.create(policy.draw(rng), { rng });
}

export function liquidationRules(
  scenario: Scenario,
  rng: (purpose: string) => ReturnType<typeof createRng>,
  market: Market,
  decisions?: Decisions,
): LiquidationRules {
  const { liquidation } = scenario;
  /** A rule change during a run finds the account that is there. */
  const pool = (name: string, cash: number) => {
    const { account, made } = market.pools.named(name);
    if (made && cash > 0) market.deposit(account, cash);
    return account;
  };
  const policy = policyOf(scenario, rng);
  decisions?.ruledBy(scenario);
  return {
    enabled: liquidation.enabled,
    policy: decisions === undefined ? policy : recorded(policy, (record) => decisions.keep(record)),
    layers: scenario.losses.map((layer) => layer.kind.create(layer.draw(rng), { rng, pool })),
    marginCall: liquidation.marginCall,
    scanInterval: liquidation.scanInterval,
    orderDelay: liquidation.orderDelay,
    unwindShare: liquidation.unwindShare / PPM,
    unwindBand: liquidation.unwindBand / PPM,
  };
}

/** What margin is scaled by: where it moves, by what it is scaled already, and whether for everybody. */
export function marginScale(
  { controls }: Scenario,
  before: MarginScale = UNSCALED,
): { readonly marginScale: MarginScale; readonly openInterestCap?: 0 } {
  // Without rules nobody would ever lift the cap.
  if (controls.rules.length === 0) return { marginScale: UNSCALED, openInterestCap: 0 };
  return { marginScale: { ...before, grandfathered: controls.grandfather } };
}

export function controllerRules(scenario: Scenario, rng: (purpose: string) => ReturnType<typeof createRng>): ControllerRules {
  const { controls } = scenario;
  const { interval } = controls;
  const rules: (readonly ControlRule[])[] = [[]];
  for (const { margin } of scenario.instruments) {
    const maintenance = margin.tiers[0].maintenance / PPM;
    rules.push(
      controls.rules.map(({ chosen, impliedVolatility }) =>
        chosen.kind.create(chosen.draw(rng), { interval, maintenance, impliedVolatility }),
      ),
    );
  }
  return { ...controls, rules, maintenance: controls.applies === 'both' };
}

/** Every instrument has rules of its own; `reference` is its index when they begin to watch. */
export function breakerRules(
  { breakers, instruments }: Scenario,
  rng: (purpose: string) => ReturnType<typeof createRng>,
  reference: (instrument: InstrumentId) => Ticks,
): BreakerRules {
  const of = (id: InstrumentId) => breakers.rules.map((rule) => rule.kind.create(rule.draw(rng), { reference: reference(id) }));
  const { auction, announced, scope } = breakers;
  return { rules: [[], ...instruments.map((_, i) => of(i + 1))], auction, announced, venueWide: scope === 'venue' };
}

export function latencyModel({ types, ...plain }: LatencyScenario): LatencyModel {
  const model = plainLatencyModel(plain);
  if (types === undefined) return model;
  // Names were checked when the scenario was read.
  return latencyPerType(new Map([...types].map(([name, own]) => [Type[name as keyof typeof Type], plainLatencyModel(own)])), model);
}

function plainLatencyModel(latency: PlainLatency): LatencyModel {
  if (latency.kind === 'none') return noLatency;
  if (latency.kind === 'constant') return constantLatency(latency.delay);
  return jitteredLatency(latency.delay, 2 * latency.jitter);
}

/** Market data takes the mean of what messages take that have no latency of their own. */
export function meanLatency(latency: LatencyScenario): Micros {
  if (latency.kind === 'none') return 0;
  return latency.kind === 'constant' ? latency.delay : latency.delay + latency.jitter;
}

/** Room for what this scenario's traders will have: see MarketOptions. What each opens is drawn from nobody's streams. */
export function marketRoom({ traders }: Scenario): { readonly accountsHint: number; readonly ordersHint: number } {
  let accounts = 8;
  let actors = 0;
  for (const { id, count, trader } of traders) {
    const each = trader.kind.accounts?.(trader.draw((purpose) => createRng(`room/${id}/${purpose}`))) ?? 1;
    accounts += count * each;
    actors += count;
  }
  return { accountsHint: accounts, ordersHint: 256 + ORDERS * actors };
}
