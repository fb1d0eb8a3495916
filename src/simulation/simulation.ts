// The wiring, which is the map: the venue, then the traders, then the readers. A run is a function of scenario, seed and
// code; everything that happens in it is an envelope on one stream.

import type { Observable } from 'rxjs';
import { assert } from '../base/assert.ts';
import { createRng } from '../base/random.ts';
import { PPM, type AccountId, type ActorId, type InstrumentId, type Micros, type Ppm } from '../base/units.ts';
import { Gateway } from '../exchange/gateway.ts';
import { Impact } from '../exchange/impact.ts';
import { LiquidationEngine, type LiquidationRules } from '../exchange/liquidation-engine.ts';
import { MarketData } from '../exchange/market-data.ts';
import { PriceFeed, type InstrumentPrices } from '../exchange/price-feed.ts';
import { mergedHalts, sendSession, Session } from '../exchange/session.ts';
import type { Handler } from '../kernel/actor.ts';
import { Kernel } from '../kernel/kernel.ts';
import { constantLatency, jitteredLatency, latencyPerType, noLatency, type LatencyModel } from '../kernel/latency.ts';
import { Participants } from '../kernel/logic.ts';
import { FundingRate } from '../market/funding-rate.ts';
import type { InstrumentSpec } from '../market/instrument.ts';
import { Market } from '../market/market.ts';
import { MarkPrice } from '../market/prices.ts';
import { envelope, FIELD_WORDS, Message, MESSAGE_NAMES, Type, type Envelope } from '../messages.ts';
import { withShocks } from '../paths/shocks.ts';
import type { Trader, TraderContext } from '../traders/trader.ts';
import { Cases } from './cases.ts';
import { Invariants } from './invariants.ts';
import { createManifest, type Manifest } from './manifest.ts';
import { Metrics, type Headline } from './metrics.ts';
import { Opening } from './opening.ts';
import { createProbe } from './probe.ts';
import type { InstrumentScenario, LatencyScenario, PlainLatency, Scenario } from './scenario.ts';
import { Timeline } from './timeline.ts';

export interface SimulationOptions {
  /** Overrides the scenario's seed. */
  readonly seed?: string | number;
}

export class Simulation {
  readonly scenario: Scenario;
  readonly seed: string;
  readonly kernel: Kernel<Message, Envelope>;
  readonly market: Market;
  readonly cases: Cases;
  readonly timeline: Timeline;
  /** Every envelope as an object, before it is handled; made only while somebody subscribes. */
  readonly envelopes$: Observable<Envelope>;

  private readonly engine: LiquidationEngine;
  private readonly metrics: Metrics;
  private readonly checks: Invariants;
  private readonly traders: Trader[] = [];
  private ended: Manifest['ended'] = 'running';

  constructor(scenario: Scenario, options: SimulationOptions = {}) {
    this.scenario = scenario;
    this.seed = String(options.seed ?? scenario.seed);
    const { instruments } = scenario;
    const rng = (name: string) => (purpose: string) => createRng(`${this.seed}/${name}/${purpose}`);

    // The market and the clock
    this.market = new Market({
      settlement: { asset: scenario.settlement.asset, unit: scenario.settlement.unit },
      instruments: instruments.map(instrumentSpec),
      fundCash: scenario.insuranceFund.cash,
    });
    const { market } = this;
    const kernel = new Kernel<Message, Envelope>({
      seed: this.seed,
      cursors: () => new Message(),
      wakeType: Type.Wake,
      tagWord: 8,
      fieldWords: FIELD_WORDS,
      typeName: (type) => MESSAGE_NAMES[type - 1],
      toEnvelope: envelope,
    });
    this.kernel = kernel;
    this.envelopes$ = kernel.envelopes$;

    // The venue: its actors know each other by id, so ids are given first
    const byInstrument = <T>(make: (instrument: InstrumentScenario, id: InstrumentId) => T): T[] => {
      const rows: T[] = [];
      instruments.forEach((instrument, i) => (rows[i + 1] = make(instrument, i + 1)));
      return rows;
    };
    const impacts = byInstrument(() => new Impact());
    const sessions = byInstrument((instrument) => new Session(`session/${instrument.symbol}`));
    const paths = byInstrument((instrument, id) => {
      const { path, bars } = instrument.index;
      const drawn = path.kind.create(
        {
          rng: rng(`path/${instrument.symbol}`),
          start: 0,
          end: scenario.duration,
          tick: Number(instrument.tick),
          ...(bars === undefined ? {} : { bars }),
        },
        path.draw(rng(`path/${instrument.symbol}`)),
      );
      return withShocks(
        drawn,
        scenario.shocks.filter((shock) => shock.instrument === id - 1),
      );
    });
    const handlers: Record<'gateway' | 'engine' | 'priceFeed' | 'marketData', Handler<Message>> = {
      gateway: (message) => gateway.handle(message),
      engine: (message) => engine.handle(message),
      priceFeed: (message) => priceFeed.handle(message),
      marketData: (message) => marketData.handle(message),
    };
    const gatewayId = kernel.register('exchange/gateway', handlers.gateway);
    const engineId = kernel.register('exchange/liquidation-engine', handlers.engine);
    const priceFeedId = kernel.register('exchange/price-feed', handlers.priceFeed);
    const marketDataId = kernel.register('exchange/market-data', handlers.marketData);

    const offBookAccount =
      scenario.liquidation.impact === 'off-book' ? market.openAccount({ owner: 0, cash: 0, leverage: PPM, exempt: true }) : 0;
    const gateway = new Gateway({
      context: kernel.context(gatewayId),
      market,
      impacts,
      sessions,
      engine: engineId,
      priceFeed: priceFeedId,
      offBookAccount,
      intervene: (tag) => this.intervene(tag),
    });
    const engine = new LiquidationEngine({
      context: kernel.context(engineId),
      market,
      risk: market.riskIndex,
      impacts,
      gateway: gatewayId,
      rules: liquidationRules(scenario, rng('exchange/liquidation')),
      exempt: [market.fundAccount, offBookAccount],
    });
    const priceFeed = new PriceFeed({
      context: kernel.context(priceFeedId),
      market,
      impacts,
      gateway: gatewayId,
      prices: byInstrument((instrument, id) => instrumentPrices(scenario, instrument, id, paths[id])),
    });
    const marketData = new MarketData({
      context: kernel.context(marketDataId),
      market,
      funding: priceFeed,
      interval: scenario.marketData.interval,
    });
    this.engine = engine;
    for (const { id } of market.instruments) {
      const price = priceFeed.index(id);
      market.setIndex(id, price);
      market.setMark(id, price);
      sessions[id].send('open');
      market.setOpen(id, true);
    }

    // The traders, each with its accounts and what they hold at the start
    const opening = new Opening();
    const participants = new Participants<Message>();
    for (const entry of scenario.traders) {
      for (let n = 0; n < entry.count; n++) {
        const name = `trader/${entry.id}/${n}`;
        const participant = participants.add(name);
        const id: ActorId = kernel.register(name, participant, { latency: latencyModel(entry.latency) });
        const feeds = marketData.latencyClass(meanLatency(entry.latency));
        // Added to the context itself: an heir of each would have a shape of its own, and slow down whatever traders do with it.
        const context: TraderContext = Object.assign(kernel.context(id), {
          exchange: gatewayId,
          priceFeed: priceFeedId,
          instrument: entry.instrument + 1,
          instruments: market.instruments,
          clock: kernel.clock(id),
          leverageEnabled: scenario.leverage.enabled,
          feed: (instrument: InstrumentId) => marketData.feed(feeds, instrument),
          openAccount: ({ cash, leverage }: { cash: number; leverage: Ppm }): AccountId =>
            // Without leverage everybody can do what they could before, with their own money.
            scenario.leverage.enabled
              ? market.openAccount({ owner: id, cash, leverage })
              : market.openAccount({ owner: id, cash: Math.ceil((cash * leverage) / PPM), leverage: PPM }),
          openPosition: (account: AccountId, instrument: InstrumentId, lots: number, entryPrice: number) =>
            opening.add(account, instrument, lots, entryPrice),
          balanceOpening: (account: AccountId, instrument: InstrumentId, weight: number) => opening.balance(account, instrument, weight),
          openingLots: (account: AccountId, instrument: InstrumentId) => market.positionLots(account, instrument),
        });
        const trader: Trader = entry.trader.kind.create(
          context,
          entry.trader.draw((purpose) => context.rng(purpose)),
        );
        participant.receiver = trader;
        this.traders.push(trader);
      }
    }
    opening.settle(market);

    // The readers
    const probe = createProbe(market, engine);
    const venue = { instruments: market.instruments, settlement: scenario.settlement, engine: engineId, probe };
    this.cases = new Cases(venue);
    this.metrics = new Metrics({ ...venue, cases: this.cases });
    this.timeline = new Timeline({ ...venue, cases: this.cases });
    this.checks = new Invariants({ instruments: market.instruments, engine: engineId, probe });
    kernel.tap((message) => {
      this.cases.read(message);
      this.metrics.read(message);
      this.timeline.read(message);
      this.checks.read(message);
    });

    // The first causes: prices, then what the exchange does by itself, then what the scenario does, then everybody else
    priceFeed.start();
    marketData.start();
    engine.start();
    const gatewayContext = kernel.context(gatewayId);
    for (const { id } of market.instruments) {
      for (const halt of mergedHalts(scenario.session.halts)) {
        sendSession(gatewayContext, gatewayId, id, 'halted', halt.at);
        sendSession(gatewayContext, gatewayId, id, 'open', halt.at + halt.duration);
      }
    }
    scenario.interventions.forEach(({ at }, tag) => (gatewayContext.send(gatewayId, Type.Intervention, at).tag = tag));
    for (const trader of this.traders) trader.start();
  }

  get now(): Micros {
    return this.kernel.now;
  }

  /** Handles one message. False when nothing is left before the scenario's end. */
  step(): boolean {
    return this.kernel.step(this.scenario.duration);
  }

  /** Handles everything up to and including `at`, and no further than the scenario's end. */
  runUntil(at: Micros): void {
    this.kernel.runUntil(Math.min(at, this.scenario.duration));
  }

  runToEnd(): { readonly manifest: Manifest; readonly headline: Headline } {
    this.runUntil(this.scenario.duration);
    this.ended = 'duration';
    return { manifest: this.manifest(), headline: this.headline() };
  }

  headline(): Headline {
    return this.metrics.headline(this.now);
  }

  invariants(): ReturnType<Invariants['result']> {
    this.checks.finish();
    return this.checks.result();
  }

  manifest(): Manifest {
    return createManifest({
      scenario: this.scenario,
      seed: this.seed,
      kernel: this.kernel,
      ended: this.ended,
      headline: this.headline(),
      invariants: this.invariants(),
    });
  }

  /** A rule change of the scenario: the market's rules and the engine's, as they stand in the changed scenario. */
  private intervene(tag: number): void {
    const changed = this.scenario.interventions[tag].scenario;
    changed.instruments.forEach((instrument, i) => this.market.changeRules(i + 1, instrumentSpec(instrument)));
    this.engine.changeRules(liquidationRules(changed, (purpose) => createRng(`${this.seed}/intervention/${tag}/${purpose}`)));
  }
}

/** Builds a run: the same scenario, seed and code give the same envelopes, bit for bit. */
export function createSimulation(scenario: Scenario, options: SimulationOptions = {}): Simulation {
  return new Simulation(scenario, options);
}

function instrumentSpec(instrument: InstrumentScenario): InstrumentSpec {
  return {
    symbol: instrument.symbol,
    tick: instrument.tick,
    lot: instrument.lot,
    tickValue: instrument.tickValue,
    multiplier: instrument.multiplier,
    maxPrice: instrument.maxPrice,
    minLots: instrument.minOrder,
    maxLots: instrument.maxOrder,
    maxPosition: instrument.maxPosition,
    maxOpenInterest: instrument.maxOpenInterest,
    priceBandPpm: instrument.priceBand,
    tiers: instrument.margin.tiers,
    deduction: instrument.margin.deduction,
    makerFeePpm: instrument.fees.maker,
    takerFeePpm: instrument.fees.taker,
    liquidationFeePpm: instrument.fees.liquidation,
    fundingInterval: instrument.funding.interval,
  };
}

function instrumentPrices(
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

function liquidationRules(scenario: Scenario, rng: (purpose: string) => ReturnType<typeof createRng>): LiquidationRules {
  const { liquidation } = scenario;
  return {
    enabled: liquidation.enabled,
    policy: liquidation.policy.kind.create(liquidation.policy.draw(rng), { rng }),
    layers: scenario.losses.map((layer) => layer.kind.create(layer.draw(rng))),
    marginCall: liquidation.marginCall,
    scanInterval: liquidation.scanInterval,
    orderDelay: liquidation.orderDelay,
    unwindShare: liquidation.unwindShare / PPM,
    unwindBand: liquidation.unwindBand / PPM,
  };
}

function latencyModel({ types, ...plain }: LatencyScenario): LatencyModel {
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
function meanLatency(latency: LatencyScenario): Micros {
  if (latency.kind === 'none') return 0;
  return latency.kind === 'constant' ? latency.delay : latency.delay + latency.jitter;
}

assert(Type.Wake === 1, 'the kernel sends wakes as type 1');
