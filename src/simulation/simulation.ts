// The wiring, which is the map: the venue, then the traders, then the readers. A run is a function of scenario, seed and
// code; everything that happens in it is an envelope on one stream.

import type { Observable } from 'rxjs';
import type { InspectionEvent } from 'xstate';
import { assert } from '../base/assert.ts';
import { createRng } from '../base/random.ts';
import { PPM, type ActorId, type InstrumentId, type Micros } from '../base/units.ts';
import { CircuitBreaker } from '../exchange/circuit-breaker.ts';
import { Gateway } from '../exchange/gateway.ts';
import { Impact } from '../exchange/impact.ts';
import { LiquidationEngine } from '../exchange/liquidation-engine.ts';
import { MarketData } from '../exchange/market-data.ts';
import { PriceFeed } from '../exchange/price-feed.ts';
import { Recalibrator } from '../exchange/recalibrator.ts';
import { RiskController } from '../exchange/risk-controller.ts';
import { mergedHalts, sendSession, Session } from '../exchange/session.ts';
import type { Handler } from '../kernel/actor.ts';
import { Kernel } from '../kernel/kernel.ts';
import { Participants } from '../kernel/participant.ts';
import { Market } from '../market/market.ts';
import { envelope, Message, MESSAGE_NAMES, Type, type Envelope } from '../messages.ts';
import type { Trader } from '../traders/trader.ts';
import { Cases } from './cases.ts';
import { copyOf, giveState, refuseOthers, scenarioDigest, type Checkpoint, type RuleChange, type RunState } from './checkpoint.ts';
import { CODE_DIGEST } from './code-digest.ts';
import { CollateralFigures } from './collateral-figures.ts';
import { collateralFeedOf, collateralSpecs } from './collateral-wiring.ts';
import { Invariants } from './invariants.ts';
import { Decisions } from './decisions.ts';
import { Enforcement } from './enforcement.ts';
import { createManifest, type Manifest } from './manifest.ts';
import { Metrics, type Headline } from './metrics.ts';
import { Opening } from './opening.ts';
import { createProbe } from './probe.ts';
import { Profits } from './profits.ts';
import { Readers } from './readers.ts';
import {
  breakerRules,
  controllerRules,
  foreseesIndex,
  indexPath,
  instrumentPrices,
  instrumentSpec,
  latencyModel,
  liquidationRules,
  marginScale,
  marketRoom,
} from './rules.ts';
import { withInterventions } from './scenario-reader.ts';
import type { Config, InstrumentScenario, Scenario } from './scenario.ts';
import { NotCopyable, type SavedState } from './state.ts';
import { Timeline } from './timeline.ts';
import { traderContext } from './trader-context.ts';

export interface SimulationOptions {
  /** Overrides the scenario's seed. */
  readonly seed?: string | number;
  /** Gets every decision about a liquidation, with its inputs and alternatives, as a line of JSON; changes nothing. */
  readonly onDecision?: (line: string) => void;
  /**
   * Runs every trader as an XState actor and shows what reaches it, as XState's `inspect` does (for Stately's inspector, or a log of
   * one's own). Slower; the run is the same. The message of an event is a cursor: read it at once.
   */
  readonly inspect?: (event: InspectionEvent) => void;
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

  readonly breaker: CircuitBreaker;
  private readonly metrics: Metrics;
  private readonly checks: Invariants;
  private readonly enforcement: Enforcement;
  private readonly profits: Profits;
  private readonly collateral: CollateralFigures;
  private readonly traders: Trader[] = [];
  private ended: 'running' | 'duration' = 'running';
  /** All that a run remembers hangs on these. */
  private readonly parts: RunState;
  /** What is no part of its memory, for another run of the same scenario has it too. */
  private readonly given: readonly object[];
  private readonly gateway: ActorId;
  /** Rules changed by hand, in order; the scenario as they make it; and the tags of the changes that took effect. */
  private readonly changes: RuleChange[] = [];
  private changed: Scenario;
  private readonly applied: number[] = [];
  private scenarioDigest: string | undefined;
  private readonly decisions: Decisions | undefined;

  constructor(scenario: Scenario, options: SimulationOptions = {}) {
    this.scenario = this.changed = scenario;
    this.seed = String(options.seed ?? scenario.seed);
    const { instruments } = scenario;
    const rng = (name: string) => (purpose: string) => createRng(`${this.seed}/${name}/${purpose}`);

    // The market and the clock
    this.market = new Market({
      settlement: { asset: scenario.settlement.asset, unit: scenario.settlement.unit },
      instruments: instruments.map((instrument) => ({ ...instrumentSpec(instrument), ...marginScale(scenario) })),
      fundCash: scenario.insuranceFund.cash,
      inclusive: scenario.liquidation.trigger === 'reached',
      collateral: collateralSpecs(scenario),
      ...marketRoom(scenario),
    });
    const { market } = this;
    this.decisions = options.onDecision && new Decisions(scenario, market, options.onDecision);
    const kernel = new Kernel<Message, Envelope>({
      seed: this.seed,
      cursors: (arena) => new Message(arena),
      types: MESSAGE_NAMES.length,
      wakeType: Type.Wake,
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
    const collateralImpacts = [0, ...scenario.collateral].map(() => new Impact());
    const sessions = byInstrument((instrument) => new Session(`session/${instrument.symbol}`));
    const paths = byInstrument((instrument, id) => indexPath(scenario, instrument, id, rng));
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
    this.breaker = new CircuitBreaker({ market, ...breakerRules(scenario, rng('exchange/circuit-breaker'), (id) => paths[id].price(0)) });
    const { breaker } = this;
    const controller = new RiskController({ market, ...controllerRules(scenario, rng('exchange/risk-controller')) });
    const recalibrator = new Recalibrator({
      market,
      ...scenario.liquidation.recalibration,
      // The same draws again, for one who looks ahead of the price feed.
      foresight: foreseesIndex(scenario) ? byInstrument((instrument, id) => indexPath(scenario, instrument, id, rng)) : undefined,
    });
    const gateway = new Gateway({
      context: kernel.context(gatewayId),
      market,
      impacts,
      breaker,
      controller,
      recalibrator,
      whileHalted: scenario.breakers,
      sessions,
      engine: engineId,
      priceFeed: priceFeedId,
      offBookAccount,
      intervene: (tag) => this.applyChange(tag),
    });
    const engine = new LiquidationEngine({
      context: kernel.context(engineId),
      market,
      risk: market.riskIndex,
      impacts,
      collateralImpacts,
      gateway: gatewayId,
      rules: liquidationRules(scenario, rng('exchange/liquidation'), market, this.decisions),
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
      breaker,
      interval: scenario.marketData.interval,
    });
    const { seed, decisions } = this;
    this.enforcement = new Enforcement(
      { seed, market, engine, breaker, controller, recalibrator, phases: gateway.phases, decisions },
      scenario,
    );
    for (const { id } of market.instruments) {
      const price = priceFeed.index(id);
      market.setIndex(id, price);
      market.setMark(id, price);
      sessions[id].send('open');
      market.setOpen(id, true);
    }

    const collateralFeed = collateralFeedOf({ scenario, market, kernel, gateway: gatewayId, impacts: collateralImpacts, rng });
    const collateralFeedId = collateralFeed?.id ?? 0;
    gateway.admit('collateral-feed', collateralFeedId);

    // The traders, each with its accounts and what they hold at the start
    const opening = new Opening();
    const participants = new Participants<Message>(options.inspect);
    this.profits = new Profits([gatewayId, priceFeedId, collateralFeedId]);
    this.collateral = new CollateralFigures(scenario.collateral, collateralFeedId);
    const to = { exchange: gatewayId, priceFeed: priceFeedId, collateralFeed: collateralFeedId };
    const wiring = { scenario, kernel, market, marketData, ...to, opening, profits: this.profits };
    for (const entry of scenario.traders) {
      this.profits.population(entry.id);
      for (let n = 0; n < entry.count; n++) {
        const name = `trader/${entry.id}/${n}`;
        const participant = participants.add(name);
        const id: ActorId = kernel.register(name, participant, { latency: latencyModel(entry.latency) });
        const context = traderContext(id, entry, wiring);
        const trader: Trader = entry.trader.kind.create(
          context,
          entry.trader.draw((purpose) => context.rng(purpose)),
        );
        participant.receiver = trader;
        this.traders.push(trader);
      }
    }
    opening.settle(market);
    this.profits.begin((account) => market.collateral.netWorth(account));
    // After everybody else, so that nobody's number depends on them.
    for (const watcher of [breaker, controller]) {
      const id = kernel.register(`exchange/${watcher.name}`, (message) => watcher.handle(message));
      watcher.attach(kernel.context(id), gatewayId);
      gateway.admit(watcher.name, id);
    }
    const recalibratorId = kernel.register(`exchange/${recalibrator.name}`, (message) => recalibrator.handle(message));
    recalibrator.attach(kernel.context(recalibratorId), engineId);
    engine.recalibrator = recalibratorId;

    // The readers
    const probe = createProbe(market, engine, gateway);
    const venue = { instruments: market.instruments, settlement: scenario.settlement, engine: engineId, probe };
    this.cases = new Cases(venue);
    this.metrics = new Metrics({ ...venue, cases: this.cases });
    this.timeline = new Timeline({ ...venue, cases: this.cases });
    this.checks = new Invariants({ instruments: market.instruments, engine: engineId, probe });
    const { cases, metrics, timeline, checks, profits, collateral, traders } = this;
    kernel.tap(new Readers({ cases, metrics, timeline, checks, profits, collateral }).read);
    if (this.decisions !== undefined) kernel.tap((message) => this.decisions?.read(message));

    this.given = [scenario, probe];
    this.gateway = gatewayId;
    this.parts = {
      kernel: kernel as unknown as RunState['kernel'],
      market,
      exchange: { gateway, engine, priceFeed, marketData, breaker, controller, recalibrator, ...(collateralFeed && { collateralFeed }) },
      traders,
      readers: { cases, metrics, timeline, checks, profits, collateral },
    };

    // The first causes: prices, then what the exchange does by itself, then what the scenario does, then everybody else
    priceFeed.start();
    collateralFeed?.start();
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

  /** The scenario with the rules that are in force now. */
  get inForce(): Scenario {
    return this.applied.length === 0 ? this.scenario : this.changedBy(this.applied.at(-1)!);
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
    const profit = this.profits.result(this.market);
    const collateral = this.collateral.result(this.market);
    return { ...this.metrics.headline(this.now), profit, ...(collateral && { collateral }) };
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

  /**
   * Changes a rule now, as an intervention of the scenario at this time would: `liquidation.policy.kind`, `margin.tiers[0].leverage`,
   * `fees.taker`, … with a value as a scenario file writes it. Takes effect with the next message; a ConfigError says what
   * is wrong with it. Not while a message is being handled.
   */
  intervene(path: string, value: Config | number): void {
    this.kernel.assertBetween();
    const change = { at: this.now, after: this.kernel.delivered, path, value: typeof value === 'number' ? String(value) : value };
    this.changed = withInterventions(this.scenario, [...this.changes, change].map(asIntervention));
    const tag = this.scenario.interventions.length + this.changes.push(change) - 1;
    this.kernel.send(this.gateway, this.gateway, Type.Intervention, 0).tag = tag;
  }

  /** The state as it is now, as plain data: see `restoreSimulation`. */
  checkpoint(): Checkpoint {
    this.scenarioDigest ??= scenarioDigest(this.scenario);
    return { ...this.keyframe(), code: CODE_DIGEST, scenario: this.scenarioDigest };
  }

  /** A run of its own that goes on from here. Who subscribed to this one hears nothing of it. */
  fork(): Simulation {
    return resumed(this.scenario, this.keyframe(), this.changed);
  }

  private keyframe(): Checkpoint {
    const { kernel, changes, applied, ended, seed } = this;
    kernel.assertBetween();
    const copy = copyOf(this.parts, this.given);
    const reached = { at: kernel.now, envelopes: kernel.delivered, digest: kernel.digest() };
    return { format: 1, code: '', scenario: '', seed, ...reached, ended, changes: [...changes], applied: [...applied], ...copy };
  }

  /** A rule change: the rules as they stand in the changed scenario. */
  private applyChange(tag: number): void {
    this.enforcement.change(this.inForce, this.changedBy(tag), tag);
    this.applied.push(tag);
  }

  /** Tags count the scenario's interventions and then the changes made by hand; what each leads to follows from their times. */
  private changedBy(tag: number): Scenario {
    const planned = this.scenario.interventions;
    const before = (at: Micros) => this.changes.filter((change) => change.at < at).length;
    const position =
      tag < planned.length
        ? tag + before(planned[tag].at)
        : tag - planned.length + planned.filter(({ at }) => at <= this.changes[tag - planned.length].at).length;
    return this.changed.interventions[position].scenario;
  }

  /** Takes the place of a run that was just wired. Throws NotCopyable where that cannot be; it is spoiled then. */
  static restored(scenario: Scenario, checkpoint: Checkpoint, state: SavedState, changed: Scenario): Simulation {
    const simulation = new Simulation(scenario, checkpoint);
    const { changes, applied, ended } = checkpoint;
    simulation.changes.push(...changes);
    simulation.changed = changed;
    simulation.ended = ended;
    // The functions that decide under these rules, and the accounts that they opened; what they remember follows.
    for (const tag of applied) simulation.enforcement.decide(simulation.changedBy(tag), tag);
    simulation.applied.push(...applied);
    giveState(simulation.parts, simulation.given, state);
    return simulation;
  }

  /** Runs from the start to where a checkpoint was taken. */
  static rerun(scenario: Scenario, { changes, at, envelopes, digest, ended, seed }: Checkpoint): Simulation {
    const simulation = new Simulation(scenario, { seed });
    const { kernel } = simulation;
    const goTo = (messages: number, time: Micros): void => {
      while (kernel.delivered < messages && simulation.step());
      if (kernel.now < time) kernel.runUntil(time);
    };
    for (const change of changes) {
      goTo(change.after, change.at);
      simulation.intervene(change.path, change.value);
    }
    goTo(envelopes, at);
    simulation.ended = ended;
    assert(
      kernel.digest() === digest,
      'a run that was run again came to another state: something in it is no function of scenario and seed',
    );
    return simulation;
  }
}

/** By copying where that can be, by running it again where not. */
function resumed(scenario: Scenario, checkpoint: Checkpoint, changed: Scenario): Simulation {
  if (checkpoint.state === null) return Simulation.rerun(scenario, checkpoint);
  try {
    return Simulation.restored(scenario, checkpoint, checkpoint.state, changed);
  } catch (error) {
    if (error instanceof NotCopyable) return Simulation.rerun(scenario, checkpoint);
    throw error;
  }
}

/**
 * The run that a checkpoint was taken of, to go on from there: the same envelopes, digests and headline as if it had never
 * been interrupted. Throws a CheckpointMismatch for a checkpoint of another scenario, other prices or other code.
 */
export function restoreSimulation(scenario: Scenario, checkpoint: Checkpoint): Simulation {
  refuseOthers(checkpoint, scenario);
  const { changes } = checkpoint;
  return resumed(scenario, checkpoint, changes.length === 0 ? scenario : withInterventions(scenario, changes.map(asIntervention)));
}

function asIntervention({ at, path, value }: RuleChange): { readonly at: Micros; readonly set: { readonly [path: string]: Config } } {
  return { at, set: { [path]: value } };
}

/** Builds a run: the same scenario, seed and code give the same envelopes, bit for bit. */
export function createSimulation(scenario: Scenario, options: SimulationOptions = {}): Simulation {
  return new Simulation(scenario, options);
}

assert(Type.Wake === 1, 'the kernel sends wakes as type 1');
