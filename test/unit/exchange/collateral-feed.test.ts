// The own book of a collateral, which is not simulated order by order: what trades do to its price, what they cost, and what of
// it forced sales are held to.

import { beforeEach, describe, expect, test } from 'vitest';
import { CollateralFeed, followingIndex, type CollateralPrices } from '../../../src/exchange/collateral-feed.ts';
import { Impact } from '../../../src/exchange/impact.ts';
import type { ActorContext } from '../../../src/kernel/actor.ts';
import { Market } from '../../../src/market/market.ts';
import { Message, Type, envelope, type MessageObject } from '../../../src/messages.ts';
import { instrument } from '../../helpers/instruments.ts';

const [FEED, GATEWAY, TRADER] = [3, 1, 9];
const MINUTE = 60_000_000;

/** A feed that stands alone: what it sends is kept, time is what one says it is. */
class Stand {
  now = 0;
  readonly impacts = [new Impact(), new Impact()];
  readonly market = new Market({
    settlement: { asset: 'USDT', unit: '1' },
    instruments: [instrument()],
    fundCash: 0,
    collateral: [
      {
        symbol: 'USDE',
        unit: '1',
        tick: '1',
        numerator: 1,
        denominator: 100,
        price: 10_000,
        terms: { haircut: 0, tiers: [], cap: 0, discount: 0 },
      },
    ],
  });
  readonly account = this.market.openAccount({ owner: TRADER, cash: 0, leverage: 1_000_000 });
  readonly feed: CollateralFeed;
  private readonly sent: Message[] = [];

  constructor(change: Partial<CollateralPrices> = {}) {
    const readNow = () => this.now;
    const draft = (to: number, type: number) => {
      const message = made(FEED, to, type, {});
      this.sent.push(message);
      return message;
    };
    const context = {
      id: FEED,
      get now() {
        return readNow();
      },
      send: draft,
      wake: () => new Message(),
    } as unknown as ActorContext<Message>;
    const still = { price: () => 10_000 };
    const prices: CollateralPrices = {
      elsewhere: still,
      own: still,
      interval: 1_000_000,
      oracle: { source: 'own', lag: 1_000_000, band: 0, interval: 1_000_000 },
      depth: 1_000_000,
      recovery: 0,
      fee: 0,
      shocks: [],
      ...change,
    };
    const sparse: CollateralPrices[] = [];
    sparse[1] = prices;
    this.feed = new CollateralFeed({ context, market: this.market, gateway: GATEWAY, impacts: this.impacts, prices: sparse });
  }

  hears(from: number, type: keyof typeof Type, fields: Partial<Record<string, number>>): MessageObject[] {
    this.sent.length = 0;
    this.feed.handle(made(from, FEED, Type[type], fields));
    return this.sent.map((message) => envelope(message).message);
  }

  trade(units: number) {
    return this.hears(TRADER, 'TradeCollateral', { account: this.account, asset: 1, flags: units })[0];
  }

  /** The publication of now. */
  priced() {
    return this.hears(FEED, 'Wake', { tag: 2 })[0];
  }
}

function made(from: number, to: number, type: number, fields: Partial<Record<string, number>>): Message {
  const message = new Message();
  message.words[8] = from;
  message.words[9] = to;
  message.words[10] = type;
  return Object.assign(message, fields);
}

let stand: Stand;
beforeEach(() => {
  stand = new Stand();
});

describe('somebody trades it', () => {
  test('a sale of what moves the price by one percent moves it by that, and is done half way', () => {
    // 10,000 units at 10,000 ÷ 100.
    const sold = stand.trade(-10_000);
    expect(stand.feed.ownPrice(1)).toBe(9_900);
    expect(sold).toEqual({ type: 'CollateralTraded', account: stand.account, asset: 1, price: 9_950, amount: 995_000, flags: -10_000 });
    expect(stand.priced().price).toBe(9_900);
  });

  test('there and back costs nothing but fees where the price does not recover by itself, and no less than nothing', () => {
    const money = [stand.trade(-10_000), stand.trade(10_050)].reduce((sum, { amount }) => sum + amount!, 0);
    expect(Math.abs(money + 50 * 100)).toBeLessThan(300);
    const dear = new Stand({ fee: 1_000 });
    const paid = [dear.trade(-10_000), dear.trade(10_000)].map(({ amount }) => amount!);
    expect(paid[0] + paid[1]).toBeLessThanOrEqual(-1_985);
  });

  test('half of the way back is made in half a life, and buying back then costs', () => {
    stand = new Stand({ recovery: 5 * MINUTE });
    const first = stand.trade(-10_000).amount!;
    stand.now = 5 * MINUTE;
    expect(stand.feed.ownPrice(1)).toBe(9_950);
    stand.now = 60 * MINUTE;
    expect(stand.feed.ownPrice(1)).toBe(10_000);
    expect(first + stand.trade(10_000).amount!).toBeLessThan(-9_000);
  });

  test('nothing moves where depth is 0; nobody trades for others, or what there is not', () => {
    stand = new Stand({ depth: 0 });
    expect(stand.trade(-1_000_000).price).toBe(10_000);
    expect(stand.hears(TRADER + 1, 'TradeCollateral', { account: stand.account, asset: 1, flags: 5 })).toEqual([]);
    expect(stand.hears(TRADER, 'TradeCollateral', { account: stand.account, asset: 2, flags: 5 })).toEqual([]);
    expect(stand.trade(0)).toBeUndefined();
  });

  test('a price that is sold to nothing stays a price', () => {
    for (let n = 0; n < 50; n++) stand.trade(-1_000_000);
    expect(stand.feed.ownPrice(1)).toBeGreaterThanOrEqual(1);
    expect(stand.priced().price).toBeGreaterThanOrEqual(1);
  });
});

describe('the venue sells it by force', () => {
  const convert = (units: number, liquidation: number) =>
    stand.hears(GATEWAY, 'CollateralConverted', {
      account: stand.account,
      asset: 1,
      price: 10_000,
      amount: 1,
      flags: units,
      case: liquidation,
    });

  test('its part of the price is told, and whose sales they were', () => {
    convert(3_000, 7);
    convert(10_000, 8);
    const { price, liquidationPart } = stand.priced();
    expect(price).toBe(9_871);
    expect(liquidationPart).toBe(-129);
    expect(stand.impacts[1].largestAgainst(1)).toBe(8);
  });

  test('what others sold is not its part, and what recovered is gone', () => {
    stand = new Stand({ recovery: MINUTE });
    stand.trade(-10_000);
    convert(10_000, 8);
    expect(stand.priced().liquidationPart).toBe(-97);
    stand.now = 20 * MINUTE;
    expect(stand.priced().liquidationPart).toBe(0);
  });

  test('only the gateway says so', () => {
    stand.hears(TRADER, 'CollateralConverted', { asset: 1, flags: 10_000, case: 1 });
    expect(stand.feed.ownPrice(1)).toBe(10_000);
  });

  test('what an oracle leaves of it is what counts, for its part too', () => {
    stand = new Stand({ oracle: { source: 'clamped', lag: 1, band: 0.005, interval: 1_000_000 } });
    convert(10_000, 8);
    expect(stand.priced()).toMatchObject({ price: 9_950, liquidationPart: -50 });
  });
});

test('a price that follows an index', () => {
  stand.market.setIndex(1, 60_000);
  const path = followingIndex(stand.market, 1, { price: () => 1_020_000 }, 10);
  expect(path.price(0)).toBe(612_000);
});
