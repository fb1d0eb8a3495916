// A venue in small: the real kernel, market and exchange actors. Participants do as the test tells them, prices are set by
// hand or by a path of the test's, and everything that happened is kept to be read.

import type { ParamSpecs, Values } from '../../src/base/params.ts';
import { createRng } from '../../src/base/random.ts';
import { CircuitBreaker } from '../../src/exchange/circuit-breaker.ts';
import { Gateway } from '../../src/exchange/gateway.ts';
import { Impact } from '../../src/exchange/impact.ts';
import { LiquidationEngine } from '../../src/exchange/liquidation-engine.ts';
import type { LiquidationRules } from '../../src/exchange/liquidation-rules.ts';
import { PriceFeed, type InstrumentPrices } from '../../src/exchange/price-feed.ts';
import { Session, SESSION_PHASES, type SessionPhase } from '../../src/exchange/session.ts';
import { Recalibrator } from '../../src/exchange/recalibrator.ts';
import { RiskController } from '../../src/exchange/risk-controller.ts';
import type { ChargeSettings } from '../../src/controls/charge.ts';
import type { ControlRule } from '../../src/controls/control.ts';
import type { LatencyModel } from '../../src/kernel/latency.ts';
import { fullClose } from '../../src/liquidation/full-close.ts';
import { autoDeleveraging } from '../../src/losses/auto-deleveraging.ts';
import { insuranceFund } from '../../src/losses/insurance-fund.ts';
import type { LayerKind, LossContext, LossLayer } from '../../src/losses/layer.ts';
import type { InstrumentSpec } from '../../src/market/instrument.ts';
import { UNSCALED } from '../../src/market/margin-scale.ts';
import { Market } from '../../src/market/market.ts';
import { MarkPrice } from '../../src/market/prices.ts';
import { ORDER_MARKET, Type, type Envelope, type Field, type Message, type MessageName } from '../../src/messages.ts';
import {
  PPM,
  type AccountId,
  type ActorId,
  type InstrumentId,
  type Lots,
  type Micros,
  type Ppm,
  type Quote,
  type Side,
  type Ticks,
} from '../../src/base/units.ts';
import { instrument } from './instruments.ts';
import { createKernel } from './kernel.ts';
import { defaultsOf } from './param-defaults.ts';

export const MS = 1_000;
export const SECOND = 1_000_000;
export const BUY = 1;
export const SELL = -1;

export interface VenueOptions {
  readonly instruments?: readonly InstrumentSpec[];
  /** Mark and index of every instrument at the start. */
  readonly price?: Ticks;
  readonly fund?: Quote;
  readonly rules?: Partial<LiquidationRules>;
  /** Instead of the rules' layers: made with accounts of this venue's. */
  readonly layers?: (context: LossContext) => readonly LossLayer[];
  readonly offBook?: boolean;
  /** Instead of marks set by hand: a price feed for each instrument. */
  readonly prices?: readonly Partial<InstrumentPrices>[];
  /** Margin that moves; looked at every second. */
  readonly controls?: {
    readonly rules: readonly ControlRule[];
    readonly charge?: Partial<ChargeSettings>;
    readonly notice?: Micros;
    readonly grandfather?: boolean;
  };
}

/** Charges what a rule asks for, within wide bounds. */
export const PLAIN_CHARGE: ChargeSettings = {
  buffer: 0,
  stressedWeight: 0,
  stressed: 1,
  floorSamples: 0,
  least: 0.01,
  most: 100,
  rise: 0,
  fall: 0,
  threshold: 0,
};

/** For layers of a venue that has no accounts of its own beside the fund. */
export const LOSSES: LossContext = {
  rng: createRng,
  pool: (name) => {
    throw new Error(`this venue has no ${name}`);
  },
};

/** For layers with an account of their own in this market. */
export function lossesOf(market: Market): LossContext {
  return {
    rng: createRng,
    pool: (name, cash) => {
      const { account, made } = market.pools.named(name);
      if (made && cash > 0) market.deposit(account, cash);
      return account;
    },
  };
}

/** A loss layer with its defaults but for what is given; see `Venue.layer` for those with an account of their own. */
export function layer<S extends ParamSpecs>(kind: LayerKind<S>, params: Partial<Values<S>> = {}, context: LossContext = LOSSES): LossLayer {
  return kind.create({ ...defaultsOf(kind.params), ...params }, context);
}

export const RULES: LiquidationRules = {
  enabled: true,
  policy: fullClose.create({ limit: 'bankruptcy' }, { rng: createRng }),
  layers: [layer(insuranceFund), layer(autoDeleveraging)],
  marginCall: 1_250_000,
  scanInterval: SECOND,
  orderDelay: 5 * MS,
  unwindShare: 0.1,
  unwindBand: 0.02,
};

export interface Order {
  readonly side: Side;
  readonly lots: Lots;
  /** Left out: a market order. */
  readonly price?: Ticks;
  readonly instrument?: InstrumentId;
  readonly trigger?: Ticks;
  readonly flags?: number;
  readonly tag?: number;
}

/** An envelope with the fields of its message beside its own. */
export type Happened = Omit<Envelope, 'message'> & { readonly type: MessageName } & Readonly<Record<Field, number>>;

interface Participant {
  readonly actor: ActorId;
  readonly account: AccountId;
  readonly reactions: { readonly type: MessageName; readonly react: (message: Message) => void }[];
}

export class Venue {
  readonly kernel = createKernel();
  readonly market: Market;
  readonly impacts: Impact[] = [];
  readonly sessions: Session[] = [];
  readonly gateway: Gateway;
  readonly engine: LiquidationEngine;
  readonly priceFeed: PriceFeed | undefined;
  readonly offBookAccount: AccountId;
  /** Everything that was handled, in order. */
  readonly log: Happened[] = [];
  /** What `Intervention` does. */
  intervene: (tag: number) => void = () => undefined;
  readonly #gateway: ActorId;
  readonly #engine: ActorId;
  readonly #feed: ActorId;
  readonly #controller: RiskController;
  readonly #participants = new Map<string, Participant>();
  #started = false;

  constructor(options: VenueOptions = {}) {
    const { instruments = [instrument()], price = 1_000, fund = 0, rules = {}, layers, offBook = false, prices, controls } = options;
    const { kernel } = this;
    const grandfathered = controls?.grandfather === true;
    this.market = new Market({
      settlement: { asset: 'USDT', unit: '1' },
      instruments: grandfathered ? instruments.map((spec) => ({ ...spec, marginScale: { ...UNSCALED, grandfathered } })) : instruments,
      fundCash: fund,
    });
    const { market } = this;
    this.#gateway = kernel.register('gateway', (message) => this.gateway.handle(message));
    this.#engine = kernel.register('engine', (message) => this.engine.handle(message));
    this.#feed = kernel.register('feed', (message) => this.priceFeed?.handle(message));
    for (const { id } of market.instruments) {
      this.impacts[id] = new Impact();
      this.sessions[id] = new Session(`session/${id}`);
      this.sessions[id].send('open');
      market.setIndex(id, price);
      market.setMark(id, price);
    }
    this.offBookAccount = offBook ? market.openAccount({ owner: 0, cash: 0, leverage: PPM, exempt: true }) : 0;
    this.#controller = new RiskController({
      market,
      rules: [[], ...market.instruments.map(() => controls?.rules ?? [])],
      charge: { ...PLAIN_CHARGE, ...controls?.charge },
      interval: SECOND,
      notice: controls?.notice ?? 0,
      maintenance: true,
      announced: false,
      whenHigh: { from: 1, leverage: 0, openInterest: 0, liquidateAt: 1, bandScale: 1, haircut: 0 },
    });
    this.gateway = new Gateway({
      context: kernel.context(this.#gateway),
      market,
      impacts: this.impacts,
      sessions: this.sessions,
      engine: this.#engine,
      priceFeed: this.#feed,
      offBookAccount: this.offBookAccount,
      breaker: new CircuitBreaker({
        market,
        rules: [[], ...market.instruments.map(() => [])],
        auction: 0,
        announced: false,
        venueWide: false,
      }),
      controller: this.#controller,
      recalibrator: new Recalibrator({ market, every: 0, kind: 'rolling', window: 0, lag: 0, foresight: undefined }),
      whileHalted: { mark: 'live', funding: 'live', liquidations: 'wait' },
      intervene: (tag) => this.intervene(tag),
    });
    this.engine = new LiquidationEngine({
      context: kernel.context(this.#engine),
      market,
      risk: market.riskIndex,
      impacts: this.impacts,
      gateway: this.#gateway,
      rules: { ...RULES, ...rules, ...(layers !== undefined && { layers: layers(this.losses) }) },
      exempt: [market.fundAccount, this.offBookAccount],
    });
    if (prices !== undefined) {
      this.priceFeed = new PriceFeed({
        context: kernel.context(this.#feed),
        market,
        impacts: this.impacts,
        gateway: this.#gateway,
        prices: [{}, ...prices].map((given) => ({ ...pricesAt(price), ...given })),
      });
    }
    kernel.envelopes$.subscribe(({ message, ...rest }) => this.log.push({ ...rest, ...message } as unknown as Happened));
  }

  // ── Before the start

  /** For layers with an account of their own. */
  get losses(): LossContext {
    return lossesOf(this.market);
  }

  /** A participant with one account; `leverage` is a multiple. Returns the account. */
  trader(
    name: string,
    {
      cash = 1_000_000,
      leverage = 10,
      latency,
    }: { readonly cash?: Quote; readonly leverage?: number; readonly latency?: LatencyModel } = {},
  ): AccountId {
    const reactions: Participant['reactions'] = [];
    const actor = this.kernel.register(
      name,
      (message) => {
        for (const { type, react } of reactions) if (Type[type] === message.type) react(message);
      },
      latency === undefined ? {} : { latency },
    );
    const account = this.market.openAccount({ owner: actor, cash, leverage: (leverage * PPM) as Ppm });
    this.#participants.set(name, { actor, account, reactions });
    return account;
  }

  /** A position that both hold from the start: `lots` bought by `buyer`. */
  opened(buyer: string, seller: string, lots: Lots, price: Ticks, i: InstrumentId = 1): void {
    this.market.openingTrade(this.account(buyer), this.account(seller), i, lots, price);
  }

  /** What the participant does whenever it hears a message of this type. */
  when(name: string, type: MessageName, react: (message: Message) => void): void {
    this.#of(name).reactions.push({ type, react });
  }

  // ── What happens, and when: `at` counts from 0, and now is the default

  mark(
    price: Ticks,
    {
      at = this.kernel.now,
      index = price,
      part = 0,
      instrument: i = 1,
    }: { readonly at?: Micros; readonly index?: Ticks; readonly part?: Ticks; readonly instrument?: InstrumentId } = {},
  ): void {
    const draft = this.#send(this.#feed, this.#gateway, 'MarkPublished', at);
    draft.instrument = i;
    draft.index = index;
    draft.price = price;
    draft.liquidationPart = part;
    draft.otherPart = price - index - part;
  }

  order(
    name: string,
    { side, lots, price, instrument: i = 1, trigger = 0, flags = 0, tag = 0 }: Order,
    at: Micros = this.kernel.now,
  ): void {
    const draft = this.command(name, 'SubmitOrder', at);
    draft.instrument = i;
    draft.side = side;
    draft.lots = lots;
    draft.price = price ?? 0;
    draft.trigger = trigger;
    draft.flags = price === undefined ? flags | ORDER_MARKET : flags;
    draft.tag = tag;
  }

  topUp(name: string, amount: Quote, at: Micros = this.kernel.now): void {
    this.command(name, 'TopUp', at).amount = amount;
  }

  /** A command of the participant's about its account; the rest of it is for the test to fill in. */
  command(name: string, type: MessageName, at: Micros = this.kernel.now): Message {
    const { actor, account } = this.#of(name);
    const draft = this.#send(actor, type === 'HedgeSpot' ? this.#feed : this.#gateway, type, at);
    draft.account = account;
    return draft;
  }

  fundingSettled(rate: Ppm, at: Micros = this.kernel.now, i: InstrumentId = 1): void {
    const draft = this.#send(this.#feed, this.#gateway, 'FundingSettled', at);
    draft.instrument = i;
    draft.rate = rate;
  }

  session(phase: SessionPhase, at: Micros = this.kernel.now, i: InstrumentId = 1): void {
    const draft = this.#send(this.#gateway, this.#gateway, 'SessionChanged', at);
    draft.instrument = i;
    draft.phase = SESSION_PHASES.indexOf(phase);
  }

  intervention(tag: number, at: Micros): void {
    this.#send(this.#gateway, this.#gateway, 'Intervention', at).tag = tag;
  }

  #send(from: ActorId, to: ActorId, type: MessageName, at: Micros): Message {
    return this.kernel.send(from, to, Type[type], at - this.kernel.now);
  }

  /** Handles everything up to and including `at`; the first time, the engine begins to watch. */
  run(at: Micros): this {
    if (!this.#started) {
      this.#started = true;
      const id = this.kernel.register('risk-controller', () => undefined);
      this.#controller.attach(this.kernel.context(id), this.#gateway);
      this.gateway.admit('risk-controller', id);
      this.priceFeed?.start();
      this.engine.start();
    }
    this.kernel.runUntil(at);
    return this;
  }

  // ── What happened

  account(name: string): AccountId {
    return name === 'fund' ? this.market.fundAccount : this.#of(name).account;
  }

  lots(name: string, i: InstrumentId = 1): Lots {
    return this.market.positionLots(this.account(name), i);
  }

  equity(name: string): Quote {
    return this.market.equity(this.account(name));
  }

  cash(name: string): Quote {
    return this.market.cash(this.account(name));
  }

  /** Of the types named (all, when none is), in order. */
  happened(...types: readonly MessageName[]): Happened[] {
    return types.length === 0 ? this.log : this.log.filter(({ type }) => types.includes(type));
  }

  /** What this participant heard. */
  heard(name: string, ...types: readonly MessageName[]): Happened[] {
    const { actor } = this.#of(name);
    return this.happened(...types).filter(({ to }) => to === actor);
  }

  /** The one message of this type that was handled last. */
  last(type: MessageName): Happened {
    const found = this.log.findLast((message) => message.type === type);
    if (found === undefined) throw new Error(`there was no ${type}`);
    return found;
  }

  /** `sender → receiver Type` of each, one a line, without timers and what is only a mark that changed nothing. */
  story(envelopes: readonly Happened[] = this.log): string[] {
    return envelopes
      .filter(({ type }) => type !== 'Wake')
      .map(({ from, to, type }) => `${this.kernel.nameOf(from)} → ${this.kernel.nameOf(to)} ${type}`);
  }

  /** The types of what led to this envelope, the first cause first. */
  causes(envelope: Happened): MessageName[] {
    const chain: MessageName[] = [];
    for (let at: Happened | undefined = envelope; at !== undefined;) {
      const { cause }: Happened = at;
      at = this.log.find(({ seq }) => seq === cause);
      if (at !== undefined) chain.unshift(at.type);
    }
    return chain;
  }

  /** What is wrong with money, positions or books: nothing, in a market that works. */
  problems(): (string | null)[] {
    const { market } = this;
    return [
      market.checkConservation(),
      market.checkOpenOrders(),
      ...market.instruments.flatMap(({ id }) => [market.checkPositions(id), market.checkBook(id)]),
    ].filter((problem) => problem !== null);
  }

  #of(name: string): Participant {
    const participant = this.#participants.get(name);
    if (participant === undefined) throw new Error(`nobody is called ${name}`);
    return participant;
  }
}

/** An index that stands still, a mark that is the index's, no funding. */
function pricesAt(price: Ticks): InstrumentPrices {
  return {
    path: { price: () => price },
    mark: new MarkPrice({ kind: 'index', samples: 1, clamp: 0 }),
    markInterval: SECOND,
    indexInterval: SECOND,
    funding: undefined,
    fundingInterval: 8 * 3_600 * SECOND,
    firstFundingAt: 8 * 3_600 * SECOND,
    fundingSampleInterval: 5 * SECOND,
    impactNotional: 1_000,
    coupling: 0,
    spotDepth: 1_000_000,
    shocks: [],
  };
}
