// A whole venue for benchmarks, wired as simulation.ts does it: kernel, market, gateway, liquidation engine, price feed and
// market data, one BTC perpetual with real tiers and fees, index and mark every 100 ms on a seeded walk, traders' messages
// 500 µs from the exchange. What is measured are messages; timers (wakes) are counted apart.

import { createRng } from '../dist/base/random.js';
import { CircuitBreaker } from '../dist/exchange/circuit-breaker.js';
import { Gateway } from '../dist/exchange/gateway.js';
import { Recalibrator } from '../dist/exchange/recalibrator.js';
import { RiskController } from '../dist/exchange/risk-controller.js';
import { Impact } from '../dist/exchange/impact.js';
import { LiquidationEngine } from '../dist/exchange/liquidation-engine.js';
import { MarketData } from '../dist/exchange/market-data.js';
import { PriceFeed } from '../dist/exchange/price-feed.js';
import { Session } from '../dist/exchange/session.js';
import { Kernel } from '../dist/kernel/kernel.js';
import { constantLatency } from '../dist/kernel/latency.js';
import { fullClose } from '../dist/liquidation/full-close.js';
import { insuranceFund } from '../dist/losses/insurance-fund.js';
import { Market } from '../dist/market/market.js';
import { MarkPrice } from '../dist/market/prices.js';
import { envelope, Message, MESSAGE_NAMES, Type } from '../dist/messages.js';

export const START_PRICE = 600_000;
export const INSTRUMENT = 1;
export const LATENCY = 500;
export const MARK_INTERVAL = 100_000;
const FEED_INTERVAL = 10_000;
const USDT = 10_000;

/** BTCUSDT on Binance, October 2024; money in 0.0001 USDT. */
export const BTC = {
  symbol: 'BTC-PERP',
  tick: '0.1',
  lot: '0.001',
  tickValue: '0.0001',
  multiplier: 1,
  maxPrice: 4_000_000,
  minLots: 1,
  maxLots: 1_000_000,
  maxPosition: 50_000_000,
  maxOpenInterest: 1_000_000_000,
  priceBandPpm: 50_000,
  tiers: [
    { floor: 0, maintenance: 4_000, initial: 8_000 },
    { floor: 50_000 * USDT, maintenance: 5_000, initial: 10_000 },
    { floor: 600_000 * USDT, maintenance: 6_500, initial: 13_334 },
    { floor: 3_000_000 * USDT, maintenance: 10_000, initial: 20_000 },
    { floor: 12_000_000 * USDT, maintenance: 20_000, initial: 40_000 },
    { floor: 70_000_000 * USDT, maintenance: 25_000, initial: 50_000 },
  ],
  deduction: true,
  makerFeePpm: 200,
  takerFeePpm: 500,
  liquidationFeePpm: 12_500,
  fundingInterval: 28_800_000_000,
};

/** A random walk with the volatility of BTC, 60 % a year: 20 ticks in 100 ms. */
function walk(seed) {
  const rng = createRng(`${seed}/path`);
  let at = 0;
  let price = START_PRICE;
  return {
    price(now) {
      for (; at < now; at += MARK_INTERVAL)
        price = Math.max(START_PRICE / 2, Math.min(2 * START_PRICE, price + Math.round(20 * rng.normal())));
      return price;
    },
  };
}

export class Venue {
  /** What its index does, what its mark is made of (see `MarkOptions`), and what its fund begins with. */
  constructor(seed, { path = walk(seed), mark = { kind: 'index', samples: 1, clamp: 0 }, fundCash = 1_000_000 * USDT, traders = 64 } = {}) {
    this.seed = seed;
    this.wakes = 0;
    this.orders = 0;
    this.rejections = 0;
    const market = new Market({
      settlement: { asset: 'USDT', unit: '0.0001' },
      instruments: [BTC],
      fundCash,
      accountsHint: traders + 8,
      ordersHint: 16 * traders,
    });
    const kernel = new Kernel({
      seed,
      actors: traders,
      cursors: (arena) => new Message(arena),
      types: MESSAGE_NAMES.length,
      wakeType: Type.Wake,
      typeName: (type) => MESSAGE_NAMES[type - 1],
      toEnvelope: envelope,
    });
    this.market = market;
    this.kernel = kernel;
    const none = undefined;
    const impacts = [none, new Impact()];
    const sessions = [none, new Session('session')];
    sessions[INSTRUMENT].send('open');
    const ids = {};
    const register = (name) => {
      ids[name] = kernel.register(`exchange/${name}`, (message) => {
        if (message.type === Type.Wake) this.wakes++;
        this[name].handle(message);
      });
    };
    ids.gateway = kernel.register('exchange/gateway', (message) => {
      if (message.type === Type.SubmitOrder) this.orders++;
      this.gateway.handle(message);
    });
    register('engine');
    register('priceFeed');
    register('marketData');
    this.gatewayId = ids.gateway;
    const breaker = new CircuitBreaker({ market, rules: [none, []], auction: 0, announced: false, venueWide: false });
    this.gateway = new Gateway({
      context: kernel.context(ids.gateway),
      market,
      impacts,
      sessions,
      engine: ids.engine,
      priceFeed: ids.priceFeed,
      offBookAccount: 0,
      breaker,
      recalibrator: new Recalibrator({ market, foresight: none, every: 0, kind: 'stale', window: 0, lag: 0 }),
      controller: new RiskController({ market, rules: [none, []], charge: { floorSamples: 0 } }),
      whileHalted: { mark: 'live', funding: 'live', liquidations: 'wait' },
      intervene: () => undefined,
    });
    this.engine = new LiquidationEngine({
      context: kernel.context(ids.engine),
      market,
      risk: market.riskIndex,
      impacts,
      gateway: ids.gateway,
      rules: {
        enabled: true,
        policy: fullClose.create({ limit: 'bankruptcy' }),
        layers: [insuranceFund.create({ reserve: 0 })],
        marginCall: 1_250_000,
        scanInterval: 1_000_000,
        orderDelay: 0,
        unwindShare: 0.1,
        unwindBand: 0.005,
      },
      exempt: [market.fundAccount],
    });
    this.priceFeed = new PriceFeed({
      context: kernel.context(ids.priceFeed),
      market,
      impacts,
      gateway: ids.gateway,
      prices: [
        none,
        {
          path,
          mark: new MarkPrice(mark),
          markInterval: MARK_INTERVAL,
          indexInterval: MARK_INTERVAL,
          funding: none,
          fundingInterval: BTC.fundingInterval,
          firstFundingAt: BTC.fundingInterval,
          fundingSampleInterval: 60_000_000,
          impactNotional: 10_000 * USDT,
          coupling: 0,
          spotDepth: 1,
          shocks: [],
        },
      ],
    });
    this.marketData = new MarketData({
      context: kernel.context(ids.marketData),
      market,
      funding: this.priceFeed,
      breaker,
      interval: FEED_INTERVAL,
    });
    market.setIndex(INSTRUMENT, START_PRICE);
    market.setMark(INSTRUMENT, START_PRICE);
    this.feed = this.marketData.feed(this.marketData.latencyClass(LATENCY), INSTRUMENT);
  }

  /** A line of a trader's own, as each has in a simulation. */
  line() {
    return { latency: constantLatency(LATENCY) };
  }

  openAccount(owner) {
    return this.market.openAccount({ owner, cash: 10_000 * USDT, leverage: 10_000_000 });
  }

  /** After all accounts exist, before the traders start. */
  start() {
    this.priceFeed.start();
    this.marketData.start();
    this.engine.start();
  }

  /** What was delivered, without timers. */
  get messages() {
    return this.kernel.delivered - this.wakes;
  }
}
