// A trader without a market: a context that records what the trader sends, keeps its wakes, and lets a test set the feed
// and deliver messages. By default it answers like an exchange with endless liquidity at the quote.

import { parse } from 'yaml';
import { createRng, type Rng } from '../../src/base/random.ts';
import { ConstantSampler, DISTRIBUTIONS, DistributionSampler } from '../../src/base/distribution.ts';
import { conversion, convertQuantity, isFault, parseQuantity } from '../../src/base/quantity.ts';
import type { NumericUnit, ParamSpecs, Sampler, Scales } from '../../src/base/params.ts';
import { AT, FROM, SEQ, TO, TYPE } from '../../src/kernel/record.ts';
import { Collateral } from '../../src/market/collateral.ts';
import type { MarketFeed } from '../../src/market/feed.ts';
import { createInstrument, type Instrument } from '../../src/market/instrument.ts';
import {
  envelope,
  FILL_DONE,
  Message,
  ORDER_IOC,
  ORDER_MARKET,
  ORDER_STOP,
  Reason,
  Type,
  type Field,
  type MessageName,
  type MessageObject,
} from '../../src/messages.ts';
import type { Trader, TraderContext, TraderKind } from '../../src/traders/trader.ts';

const EXCHANGE = 1;
export const PRICE_FEED = 2;
const TRADER = 9;
const TICK = '0.1';
const LOT = '0.001';

/** As a message, with the time at which it was sent. */
export type Sent = MessageObject & { readonly sentAt: number; readonly recipient: number };

export const btc: Instrument = createInstrument(
  {
    symbol: 'BTC-PERP',
    tick: TICK,
    lot: LOT,
    tickValue: '0.0001',
    multiplier: 1,
    maxPrice: 2_000_000,
    minLots: 1,
    maxLots: 1_000_000,
    maxPosition: 1_000_000,
    maxOpenInterest: 1_000_000_000,
    priceBandPpm: 100_000,
    deduction: true,
    makerFeePpm: 200,
    takerFeePpm: 500,
    liquidationFeePpm: 5_000,
    fundingInterval: 28_800_000_000,
    tiers: [
      { floor: 0, maintenance: 4_000, initial: 8_000 },
      { floor: 500_000_000, maintenance: 5_000, initial: 10_000 },
      { floor: 80_000_000_000, maintenance: 10_000, initial: 20_000 },
    ],
  },
  1,
  '0.0001',
);

export interface HarnessOptions {
  readonly name?: string;
  readonly seed?: string;
  readonly scale?: number;
  readonly leverageEnabled?: boolean;
  /** Fill limit orders never, and market and IOC orders at the quote; false: every order is only recorded. */
  readonly answers?: boolean;
}

type MutableFeed = { -readonly [K in keyof MarketFeed]: MarketFeed[K] };
type Fields = Partial<Record<Field, number>>;

export class TraderHarness {
  now = 0;
  readonly feed: MutableFeed = {
    at: 0,
    open: true,
    bid: 999_995,
    ask: 1_000_005,
    bidLots: 10_000,
    askLots: 10_000,
    last: 1_000_000,
    mark: 1_000_000,
    index: 1_000_000,
    openInterest: 100_000_000,
    fundingRate: 100,
    nextFundingAt: 28_800_000_000,
    haltBelow: 0,
    haltAbove: 0,
  };
  readonly accounts: { cash: number; leverage: number }[] = [];
  readonly openings: { account: number; lots: number; entry: number }[] = [];
  readonly balances: { account: number; weight: number }[] = [];
  readonly wakes: { at: number; seq: number; message: Message }[] = [];
  readonly rngs = new Map<string, Rng>();
  /** Lots that `balanceOpening` gives to each account that asked for a share. */
  share = 0;
  trader!: Trader;
  readonly context: TraderContext;
  readonly #sent: { at: number; cursor: Message }[] = [];
  #answered = 0;
  #seq = 0;
  #orders = 0;
  readonly #live = new Map<number, { account: number; side: number; lots: number; price: number; tag: number }>();
  readonly #answers: boolean;
  readonly #scales: Scales;

  constructor(options: HarnessOptions = {}) {
    const { name = 'trader/test/0', seed = 'harness', scale = 1, answers = true } = options;
    this.#answers = answers;
    this.#scales = { tick: TICK, lot: LOT, tickValue: '0.0001', quoteUnit: '0.0001', scale };
    const readNow = () => this.now;
    this.context = {
      id: TRADER,
      name,
      exchange: EXCHANGE,
      priceFeed: PRICE_FEED,
      collateralFeed: 0,
      collateral: new Collateral([]),
      instrument: btc.id,
      instruments: [btc],
      leverageEnabled: options.leverageEnabled ?? true,
      clock: { setTimeout: () => 0, clearTimeout: () => undefined },
      get now() {
        return readNow();
      },
      rng: (purpose) => {
        const known = this.rngs.get(purpose);
        if (known) return known;
        const rng = createRng(`${seed}/${name}/${purpose}`);
        this.rngs.set(purpose, rng);
        return rng;
      },
      send: (to, type, delay = 0) => this.#record(to, type, this.now + delay),
      wake: (at, tag) => {
        const message = this.#draft(TRADER, Type.Wake, Math.max(at, this.now));
        message.tag = tag;
        this.wakes.push({ at: Math.max(at, this.now), seq: message.seq, message });
        return message;
      },
      feed: () => this.feed,
      openAccount: (account) => this.accounts.push({ ...account }),
      openPosition: (account, _instrument, lots, entry) => void this.openings.push({ account, lots, entry }),
      balanceOpening: (account, _instrument, weight) => void this.balances.push({ account, weight }),
      openingLots: (account) =>
        this.openings.filter((opening) => opening.account === account).reduce((sum, { lots }) => sum + lots, 0) +
        (this.balances.some((balance) => balance.account === account) ? this.share : 0),
    };
  }

  /** Makes and starts a trader; `values` are in ours (lots, quote units, micros, fractions), defaults as people would get them. */
  start<S extends ParamSpecs>(kind: TraderKind<S>, values: Partial<Record<keyof S, unknown>> = {}): Trader {
    const defaults = Object.fromEntries(
      Object.entries(kind.params).map(([name, param]) => [name, this.#default(param, this.context.rng(`params/${name}`))]),
    );
    this.trader = kind.create(this.context, { ...defaults, ...values } as never);
    this.trader.start();
    return this.trader;
  }

  #default(param: ParamSpecs[string], rng: Rng): unknown {
    const written = param.default;
    if (typeof written === 'boolean' || param.unit === 'choice' || param.unit === 'text') return written;
    const text = String(written);
    const sampler = text.startsWith('{') ? this.#sampler(param, text) : new ConstantSampler(this.#convert(param, text));
    return param.sampled ? sampler : sampler.draw(rng);
  }

  #convert(param: ParamSpecs[string], text: string): number {
    const quantity = parseQuantity(param.unit as NumericUnit, text);
    if (isFault(quantity)) throw new Error(quantity.fault);
    const value = convertQuantity(param, quantity, this.#scales);
    if (isFault(value)) throw new Error(value.fault);
    return value;
  }

  /** A default written as a distribution. */
  #sampler(param: ParamSpecs[string], text: string): Sampler {
    const written = parse(text) as Record<string, unknown>;
    const distribution = DISTRIBUTIONS.find(({ name }) => name in written);
    if (!distribution) throw new Error(`no distribution in ${text}`);
    const plain = (value: unknown, unit: NumericUnit): number => {
      const quantity = parseQuantity(unit, String(value));
      if (isFault(quantity)) throw new Error(quantity.fault);
      return quantity.toNumber();
    };
    const own = param.unit as NumericUnit;
    const given = written[distribution.name];
    const values = Array.isArray(distribution.form)
      ? distribution.form.map(({ name, unit }: { name: string; unit: string }) =>
          plain((given as Record<string, unknown>)[name], unit === 'own' ? own : 'number'),
        )
      : (given as unknown[]).map((value) => plain(value, own));
    const low = written.min === undefined ? (param.min ?? -Infinity) : plain(written.min, own);
    const high = written.max === undefined ? (param.max ?? Infinity) : plain(written.max, own);
    return new DistributionSampler(
      distribution.quantile(
        values,
        values.map(() => 1),
      ),
      low,
      high,
      conversion(param, this.#scales),
    );
  }

  #draft(to: number, type: number, at: number): Message {
    const message = new Message();
    message.floats[AT] = at;
    message.floats[SEQ] = ++this.#seq;
    message.words[FROM] = TRADER;
    message.words[TO] = to;
    message.words[TYPE] = type;
    return message;
  }

  #record(to: number, type: number, at: number): Message {
    const cursor = this.#draft(to, type, at);
    this.#sent.push({ at: this.now, cursor });
    return cursor;
  }

  /** Everything sent so far, oldest first. */
  get sent(): Sent[] {
    return this.sentSince(0);
  }

  get sentCount(): number {
    return this.#sent.length;
  }

  /** What was sent after the first `count` messages. */
  sentSince(count: number): Sent[] {
    return this.#sent
      .slice(Math.max(0, count))
      .map(({ at, cursor }) => ({ ...envelope(cursor).message, sentAt: at, recipient: cursor.to }));
  }

  sentOf<Name extends MessageName>(type: Name): (Sent & { type: Name })[] {
    return this.sent.filter((message): message is Sent & { type: Name } => message.type === type);
  }

  /** Forgets what was sent; what rests with the harness as an exchange stays. */
  clear(): void {
    this.#sent.splice(0, this.#answered);
    this.#answered = 0;
  }

  /** Sets both quotes, last, mark and index around one price in ticks. */
  price(price: number, halfSpread = 5): void {
    Object.assign(this.feed, { at: this.now, bid: price - halfSpread, ask: price + halfSpread, last: price, mark: price, index: price });
  }

  deliver(type: MessageName, fields: Fields): void {
    const message = this.#draft(TRADER, Type[type], this.now);
    for (const [field, value] of Object.entries(fields)) (message as unknown as Fields)[field as Field] = value;
    this.trader.handle(message);
    this.#answer();
  }

  /** Delivers all wakes up to `until`, in their order, each followed by the exchange's answers. */
  run(until: number, before?: () => void): void {
    for (;;) {
      let next = -1;
      for (let i = 0; i < this.wakes.length; i++) {
        const { at, seq } = this.wakes[i];
        if (at <= until && (next < 0 || at < this.wakes[next].at || (at === this.wakes[next].at && seq < this.wakes[next].seq))) next = i;
      }
      if (next < 0) break;
      const [{ at, message }] = this.wakes.splice(next, 1);
      this.now = at;
      before?.();
      this.trader.handle(message);
      this.#answer();
    }
    this.now = until;
  }

  /** The lots that rest with the harness as an exchange, by order. */
  get resting(): readonly { account: number; side: number; lots: number; price: number; tag: number }[] {
    return [...this.#live.values()];
  }

  /** Fills an order that rests, as a maker's. */
  fill(tag: number, lots: number): void {
    for (const [order, live] of this.#live) {
      if (live.tag !== tag) continue;
      live.lots -= lots;
      if (live.lots === 0) this.#live.delete(order);
      const { account, side, price } = live;
      const flags = 1 | (live.lots === 0 ? FILL_DONE : 0);
      this.deliver('OrderFilled', { account, instrument: btc.id, order, side, lots, price, amount: 0, flags, tag });
      return;
    }
    throw new Error(`no order with tag ${tag}`);
  }

  #answer(): void {
    while (this.#answered < this.#sent.length) {
      const { cursor } = this.#sent[this.#answered++];
      if (this.#answers) this.#answerOne(cursor);
    }
  }

  #answerOne(command: Message): void {
    const { account, instrument, side, lots, price, tag, flags, order } = command;
    const base = { account, instrument, tag };
    if (command.type === Type.SubmitOrder) {
      if (!this.feed.open) return this.deliver('OrderRejected', { ...base, lots, reason: Reason['market-closed'] });
      const id = ++this.#orders;
      this.deliver('OrderAccepted', { ...base, order: id, side, lots, price });
      const touch = side > 0 ? this.feed.ask : this.feed.bid;
      if ((flags & ORDER_STOP) === 0 && (flags & (ORDER_MARKET | ORDER_IOC)) !== 0) {
        if (touch > 0) this.deliver('OrderFilled', { ...base, order: id, side, lots, price: touch, flags: FILL_DONE });
        else this.deliver('OrderCanceled', { ...base, order: id, side, lots, price, reason: Reason['no-liquidity'] });
      } else this.#live.set(id, { account, side, lots, price, tag });
      return;
    }
    const live = this.#live.get(order);
    if (command.type === Type.CancelOrder) {
      if (!live) return this.deliver('OrderRejected', { ...base, order, reason: Reason['unknown-order'] });
      this.#live.delete(order);
      this.deliver('OrderCanceled', { ...base, order, side: live.side, lots: live.lots, price: live.price, reason: Reason.requested });
    } else if (command.type === Type.AmendOrder) {
      if (!live) return this.deliver('OrderRejected', { ...base, order, lots, reason: Reason['unknown-order'] });
      Object.assign(live, { lots, price });
      this.deliver('OrderAmended', { ...base, order, lots, price });
    } else if (command.type === Type.CancelAll) {
      for (const [id, own] of this.#live) {
        if (own.account !== account) continue;
        this.#live.delete(id);
        this.deliver('OrderCanceled', {
          ...base,
          order: id,
          side: own.side,
          lots: own.lots,
          price: own.price,
          reason: Reason.requested,
          tag: own.tag,
        });
      }
    } else if (command.type === Type.TopUp) this.deliver('ToppedUp', { account, amount: command.amount, tag });
  }
}
