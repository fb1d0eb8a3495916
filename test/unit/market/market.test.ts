// The facade where the property test against the naive twin does not look: what rows say, rules that change, stops, funding
// told to owners, what is our mistake, and that the invariants can fail.

import { describe, expect, test } from 'vitest';
import { AssertionFailure } from '../../../src/base/assert.ts';
import { Fold } from '../../../src/base/digest.ts';
import { FILL_DONE, FILL_MAKER } from '../../../src/market/fills.ts';
import { Market } from '../../../src/market/market.ts';
import { ORDER_IOC, ORDER_MARKET, ORDER_REDUCE_ONLY, ORDER_STOP, ORDER_TAKE_PROFIT, Reason } from '../../../src/market/order.ts';
import { instrument } from '../../helpers/instruments.ts';

const ALICE = 2;
const BOB = 3;

function market(...changes: Parameters<typeof instrument>): Market {
  const made = new Market({
    settlement: { asset: 'USDT', unit: '1' },
    instruments: [instrument(...changes), instrument({ symbol: 'OTHER' })],
    fundCash: 1_000,
  });
  expect(made.openAccount({ owner: 11, cash: 10_000, leverage: 10_000_000 })).toBe(ALICE);
  expect(made.openAccount({ owner: 12, cash: 10_000, leverage: 5_000_000 })).toBe(BOB);
  made.setMark(1, 100);
  made.setMark(2, 100);
  return made;
}

function digest(of: Market): string {
  const fold = new Fold();
  of.digest(fold);
  return fold.lanes.join();
}

describe('accounts', () => {
  test('the fund is the first, owned by nobody, and begins with its cash', () => {
    const made = market();
    expect([made.fundAccount, made.owner(1), made.cash(1), made.isExempt(1), made.accountCount]).toEqual([1, 0, 1_000, true, 3]);
    expect([made.owner(ALICE), made.leverage(BOB), made.parent(BOB), made.isExempt(BOB), made.ledger.deposits]).toEqual([
      11,
      5_000_000,
      0,
      false,
      21_000,
    ]);
  });

  test('money comes and goes by the ledger', () => {
    const made = market();
    made.deposit(ALICE, 500);
    made.withdraw(BOB, 300);
    made.move(ALICE, BOB, 1_000);
    made.bookBadDebt(BOB, 7);
    expect([made.cash(ALICE), made.cash(BOB), made.ledger.deposits, made.ledger.badDebt]).toEqual([9_500, 10_707, 21_200, 7]);
    expect(made.checkConservation()).toBeNull();
  });

  test.each([
    ['a deposit of half a unit', (m: Market) => m.deposit(ALICE, 0.5)],
    ['a negative deposit', (m: Market) => m.deposit(ALICE, -1)],
    ['a deposit to nobody', (m: Market) => m.deposit(9, 1)],
    ['a negative move', (m: Market) => m.move(ALICE, BOB, -1)],
    ['an isolated position of nobody', (m: Market) => m.openIsolated(9, 1_000_000)],
    ['a position that is given without being held', (m: Market) => m.transfer(ALICE, BOB, 1, 1, 100)],
    ['a transfer to oneself', (m: Market) => m.transfer(ALICE, ALICE, 1, 1, 100)],
    ['a mark of nothing', (m: Market) => m.setMark(1, 0)],
    ['a mark beyond the range', (m: Market) => m.setMark(1, 1_000_001)],
    ['an index between ticks', (m: Market) => m.setIndex(1, 99.5)],
    ['an instrument that is not there', (m: Market) => m.book(3)],
    ['rules that do not hold together', (m: Market) => m.changeRules(1, { takerFeePpm: -1 })],
  ])('%s is our mistake', (_, mistake) => {
    expect(() => mistake(market())).toThrow(AssertionFailure);
  });
});

describe('rows', () => {
  test('fills are pairs of taker and maker, in the order of the executions', () => {
    const made = market({ takerFeePpm: 2_000, makerFeePpm: -1_000 });
    const first = made.submit(BOB, 1, -1, 5, 100, 0, 0, 71);
    const second = made.submit(BOB, 1, -1, 5, 101, 0, 0, 72);
    expect(made.fills.count).toBe(0);
    const order = made.submit(ALICE, 1, 1, 8, 105, 0, 0, 80);
    const { fills } = made;
    const rows = Array.from({ length: fills.count }, (_, k) => [
      fills.account(k),
      fills.instrument(k),
      fills.order(k),
      fills.tag(k),
      fills.side(k),
      fills.lots(k),
      fills.price(k),
      fills.fee(k),
      fills.left(k),
      fills.flags(k),
    ]);
    expect(rows).toEqual([
      [ALICE, 1, order, 80, 1, 5, 100, 1, 3, 0],
      [BOB, 1, first, 71, -1, 5, 100, 0, 0, FILL_MAKER | FILL_DONE],
      [ALICE, 1, order, 80, 1, 3, 101, 1, 0, FILL_DONE],
      [BOB, 1, second, 72, -1, 3, 101, 0, 2, FILL_MAKER],
    ]);
    expect([made.filled, made.resting, made.unfilled, made.fillValue, made.worstPrice]).toEqual([8, 0, 0, 803, 101]);
  });

  test('a sweep of hundreds keeps every row', () => {
    const made = market();
    for (let n = 0; n < 300; n++) made.submit(BOB, 1, -1, 1, 100 + (n % 7), 0, 0, n);
    made.submit(ALICE, 1, 1, 300, 106, 0, 0, 0);
    expect(made.fills.count).toBe(600);
    expect(new Set(Array.from({ length: 600 }, (_, k) => made.fills.order(k))).size).toBe(301);
    expect(made.openInterest(1)).toBe(300);
    made.cancelAll(BOB, 0);
    for (let n = 0; n < 100; n++) made.submit(BOB, 1, 1, 1, 90, 0, 0, n);
    expect(made.cancelAll(BOB, 1, Reason.liquidation)).toBe(100);
    expect(Array.from({ length: 100 }, (_, k) => made.canceled.tag(k))).toEqual(Array.from({ length: 100 }, (_, n) => n));
    expect(new Set(Array.from({ length: 100 }, (_, k) => made.canceled.reason(k)))).toEqual(new Set([Reason.liquidation]));
  });

  test('canceled orders are told with what they were', () => {
    const made = market();
    const order = made.submit(ALICE, 2, -1, 9, 120, 0, 0, 33);
    made.cancel(ALICE, 2, order);
    const { canceled } = made;
    expect([
      canceled.count,
      canceled.account(0),
      canceled.instrument(0),
      canceled.order(0),
      canceled.tag(0),
      canceled.side(0),
      canceled.price(0),
      canceled.lots(0),
      canceled.left(0),
      canceled.reason(0),
    ]).toEqual([1, ALICE, 2, order, 33, -1, 120, 9, 0, Reason['requested']]);
  });

  test('order ids are never used twice, not even of orders that came to nothing', () => {
    const made = market();
    const first = made.submit(ALICE, 1, 1, 1, 99, 0, 0, 0);
    expect(made.submit(ALICE, 1, 1, 1, 99, 0, ORDER_IOC, 0)).toBe(0);
    made.cancelAll(ALICE, 0);
    const next = made.submit(ALICE, 2, 1, 1, 99, 0, 0, 0);
    expect(next).toBeGreaterThan(first);
    expect(made.cancel(ALICE, 1, next)).toBe(false);
    expect(made.cancel(BOB, 2, next)).toBe(false);
    expect(made.cancel(ALICE, 3, next)).toBe(false);
    expect(made.cancel(ALICE, 2, next)).toBe(true);
  });

  test('an order that could take open interest beyond its bound is refused, one that closes or rests is not', () => {
    const made = market({ maxOpenInterest: 10 });
    made.submit(ALICE, 1, -1, 20, 100, 0, 0, 0);
    expect(made.submit(BOB, 1, 1, 11, 100, 0, 0, 0)).toBe(0);
    expect(made.reason).toBe(Reason['open-interest-limit']);
    expect(made.submit(BOB, 1, 1, 10, 100, 0, 0, 0)).toBeGreaterThan(0);
    expect(made.submit(BOB, 1, 1, 1, 100, 0, ORDER_IOC, 0)).toBe(0);
    expect(made.reason).toBe(Reason['open-interest-limit']);
    const bid = made.submit(BOB, 1, 1, 5, 99, 0, 0, 0);
    expect(bid).toBeGreaterThan(0);
    expect(made.amend(BOB, 1, bid, 1, 100)).toBe(false);
    expect(made.reason).toBe(Reason['open-interest-limit']);
    made.cancelAll(ALICE, 0);
    made.submit(ALICE, 1, 1, 4, 98, 0, 0, 0);
    expect(made.submit(BOB, 1, -1, 10, 98, 0, ORDER_IOC, 0)).toBe(0);
    made.cancelAll(BOB, 0);
    expect(made.submit(BOB, 1, -1, 10, 98, 0, ORDER_IOC, 0)).toBeGreaterThan(0);
    expect([made.filled, made.openInterest(1)]).toEqual([4, 6]);
  });

  test.each([
    ['nobody', (m: Market) => m.submit(4, 1, 1, 1, 100, 0, 0, 0), 'unknown-account'],
    ['an instrument that is not there', (m: Market) => m.submit(ALICE, 3, 1, 1, 100, 0, 0, 0), 'unknown-instrument'],
    ['no side', (m: Market) => m.submit(ALICE, 1, 0 as 1, 1, 100, 0, 0, 0), 'invalid-flags'],
    ['lots that are no number', (m: Market) => m.submit(ALICE, 1, 1, Number.NaN, 100, 0, 0, 0), 'invalid-lots'],
    ['a triggered stop that is none', (m: Market) => m.submitTriggered(77), 'unknown-order'],
  ] as const)('an order of %s is refused', (_, submit, reason) => {
    const made = market();
    expect(submit(made)).toBe(0);
    expect(made.reason).toBe(Reason[reason]);
  });
});

describe('a closing order whose position goes by another way', () => {
  /** Alice is long 100 at 100 with equity 200 and no margin left; her sale of 100 at 93 rests without any. */
  function closing(cash = 1_000): { readonly made: Market; readonly order: number } {
    const made = new Market({ settlement: { asset: 'USDT', unit: '1' }, instruments: [instrument()], fundCash: 0 });
    made.setMark(1, 100);
    expect(made.openAccount({ owner: 11, cash, leverage: 10_000_000 })).toBe(ALICE);
    expect(made.openAccount({ owner: 12, cash: 1_000_000, leverage: 1_000_000 })).toBe(BOB);
    made.openingTrade(ALICE, BOB, 1, 100, 100);
    made.setMark(1, 92);
    const order = made.submit(ALICE, 1, -1, 100, 93, 0, 0, 5);
    expect(order).toBeGreaterThan(0);
    return { made, order };
  }
  const rows = ({ canceled }: Market) =>
    Array.from({ length: canceled.count }, (_, k) => [
      canceled.account(k),
      canceled.order(k),
      canceled.side(k),
      canceled.lots(k),
      canceled.left(k),
      canceled.reason(k),
    ]);
  const none = Reason['insufficient-margin'];

  const ways = [
    [
      'a reduce-only order that takes',
      (m: Market, lots: number) => {
        m.submit(BOB, 1, 1, lots, 92, 0, 0, 0);
        m.submit(ALICE, 1, -1, lots, 92, 0, ORDER_REDUCE_ONLY | ORDER_IOC, 0);
      },
    ],
    [
      'a reduce-only order that is met',
      (m: Market, lots: number) => {
        m.submit(ALICE, 1, -1, lots, 92, 0, ORDER_REDUCE_ONLY, 0);
        m.submit(BOB, 1, 1, lots, 92, 0, 0, 0);
      },
    ],
    [
      'the exchange on the book',
      (m: Market, lots: number) => {
        m.submit(BOB, 1, 1, lots, 92, 0, 0, 0);
        m.liquidate(ALICE, 1, -1, lots, 0);
      },
    ],
    ['a transfer', (m: Market, lots: number) => m.transfer(ALICE, BOB, 1, lots, 92)],
  ] as const;

  test.each(ways)('by %s: it is canceled when there is no margin for it', (_, close) => {
    const { made, order } = closing();
    close(made, 100);
    expect(made.positionLots(ALICE, 1)).toBe(0);
    expect(rows(made)).toEqual([[ALICE, order, -1, 100, 0, none]]);
    expect([made.book(1).has(order), made.openLots(ALICE, 1, -1), made.checkOpenOrders()]).toEqual([false, 0, null]);
  });

  test.each(ways)('by %s: it is cut to what is left of the position', (_, close) => {
    const { made, order } = closing();
    close(made, 30);
    // 70 long and 30 beyond it open: 644 would be needed for the position alone, and equity is 200.
    expect([made.positionLots(ALICE, 1), made.book(1).orderLots(order)]).toEqual([70, 70]);
    expect(rows(made)).toEqual([[ALICE, order, -1, 30, 70, none]]);
  });

  test.each(ways)('by %s: it stays where there is margin for it', (_, close) => {
    const { made, order } = closing(3_000);
    close(made, 100);
    expect(made.canceled.count).toBe(0);
    expect([made.book(1).orderLots(order), made.available(ALICE) >= 0]).toEqual([100, true]);
  });

  test('the newest goes first, and what the position covers stays', () => {
    const { made, order } = closing();
    made.cancel(ALICE, 1, order);
    const [first, second, third] = [50, 30, 20].map((lots) => made.submit(ALICE, 1, -1, lots, 93, 0, 0, 0));
    made.submit(BOB, 1, 1, 60, 92, 0, 0, 0);
    made.submit(ALICE, 1, -1, 60, 92, 0, ORDER_REDUCE_ONLY | ORDER_IOC, 0);
    expect([first, second, third].map((id) => made.book(1).orderLots(id))).toEqual([40, 0, 0]);
    expect(rows(made).map((row) => row[1])).toEqual([third, second, first]);
    expect(made.checkBook(1)).toBeNull();
  });
});

describe('stops', () => {
  test('keep their id when the mark reaches them', () => {
    const made = market();
    const stop = made.submit(ALICE, 1, 1, 5, 110, 105, ORDER_STOP, 44);
    expect([stop > 0, made.resting, made.stops.size]).toEqual([true, 5, 1]);
    made.setMark(1, 105);
    expect(made.stops.trigger(1, 105)).toBe(1);
    expect(made.submitTriggered(stop)).toBe(stop);
    expect([made.resting, made.book(1).bestBid, made.book(1).orderTag(stop), made.stops.size]).toEqual([5, 110, 44, 0]);
    expect(made.submitTriggered(stop)).toBe(0);
  });

  test('are checked when they are placed, and gone when refused', () => {
    const made = market();
    const stop = made.submit(ALICE, 1, -1, 5, 0, 95, ORDER_STOP | ORDER_MARKET | ORDER_REDUCE_ONLY, 0);
    made.setMark(1, 95);
    made.stops.trigger(1, 95);
    expect(made.submitTriggered(stop)).toBe(0);
    expect([made.reason, made.stops.size]).toEqual([Reason['would-increase'], 0]);
  });

  test('are taken back one by one, or all of an account and instrument', () => {
    const made = market();
    const stops = [1, 2, 1].map((which) => made.submit(ALICE, which, 1, 5, 110, 105, ORDER_STOP, which));
    const other = made.submit(BOB, 1, 1, 5, 90, 95, ORDER_TAKE_PROFIT, 0);
    expect(made.cancel(BOB, 1, stops[0])).toBe(false);
    expect(made.cancel(ALICE, 2, stops[0])).toBe(false);
    expect(made.cancel(ALICE, 1, stops[0])).toBe(true);
    expect(made.canceled.order(0)).toBe(stops[0]);
    expect(made.cancelAll(ALICE, 1)).toBe(1);
    expect(made.canceled.order(0)).toBe(stops[2]);
    expect(made.cancelAll(ALICE, 0)).toBe(1);
    expect(made.stops.isOf(other, BOB, 1)).toBe(true);
  });
});

describe('rules that change', () => {
  test('count from then on, for positions that are open too', () => {
    const made = market();
    made.openingTrade(ALICE, BOB, 1, 100, 100);
    made.riskIndex.watch(ALICE, 1_000_000);
    expect([made.maintenance(ALICE), made.riskIndex.collect()]).toEqual([500, 0]);
    made.setMark(1, 10);
    made.setMark(1, 100);
    made.withdraw(ALICE, 9_000);
    made.changeRules(1, { tiers: [{ floor: 0, maintenance: 100_000, initial: 200_000 }], takerFeePpm: 5_000, priceBandPpm: 100_000 });
    expect([made.maintenance(ALICE), made.riskIndex.collect(), made.riskIndex.breached[0]]).toEqual([1_000, 1, ALICE]);
    expect([made.instrument(1).takerFeePpm, made.instrument(1).symbol, made.initialMargin(ALICE)]).toEqual([5_000, 'PLAIN', 2_000]);
    expect(made.submit(BOB, 1, 1, 1, 111, 0, 0, 0)).toBe(0);
    expect(made.reason).toBe(Reason['outside-price-band']);
  });

  test('keep the tiers they do not name', () => {
    const made = market();
    const before = made.instrument(1).tiers.toSpecs();
    made.changeRules(1, { deduction: false });
    expect(made.instrument(1).tiers.toSpecs()).toEqual(before);
    expect(made.instrument(1).tiers.deducted).toBe(false);
  });
});

test('funding that is due counts for whoever watches the account', () => {
  const made = market();
  made.openingTrade(ALICE, BOB, 1, 1_000, 100);
  made.riskIndex.watch(ALICE, 1_000_000);
  expect(made.riskIndex.collect()).toBe(0);
  made.settleFunding(1, 60_000);
  expect(made.riskIndex.collect()).toBe(1);
});

test('funding is told to everyone who held, in account order', () => {
  const made = market();
  made.openingTrade(BOB, ALICE, 1, 30, 100);
  made.openingTrade(BOB, ALICE, 2, 20, 100);
  made.submit(ALICE, 1, 1, 1, 90, 0, 0, 0);
  made.settleFunding(1, 10_000);
  const told: number[][] = [];
  made.applyAllFunding((...row) => told.push(row));
  expect(told).toEqual([
    [ALICE, 1, -30, -30],
    [BOB, 1, 30, 30],
  ]);
  made.applyAllFunding((...row) => told.push(row));
  expect(told).toHaveLength(2);
});

test('positions are read in instrument order', () => {
  const made = market();
  made.openingTrade(ALICE, BOB, 2, 4, 50);
  made.openingTrade(BOB, ALICE, 1, 3, 110);
  made.submit(ALICE, 1, 1, 1, 90, 0, 0, 0);
  const seen: number[][] = [];
  made.forEachPosition(ALICE, (which, lots) => seen.push([which, lots]));
  expect(seen).toEqual([
    [1, -3],
    [2, 4],
  ]);
  expect([made.positionCount(ALICE), made.positionCount(1), made.notional(ALICE), made.wallet(ALICE), made.equity(ALICE)]).toEqual([
    2, 0, 700, 10_000, 10_230,
  ]);
  expect([
    made.entryPrice(ALICE, 1),
    made.entryPrice(ALICE, 2),
    made.unrealised(ALICE, 1),
    made.unrealised(ALICE, 2),
    made.unrealised(1, 2),
    made.entryPrice(1, 1),
  ]).toEqual([110, 50, 30, 200, 0, 0]);
});

test('an exempt account is never asked for margin', () => {
  const made = market();
  const world = made.openAccount({ owner: 0, cash: 0, leverage: 1_000_000, exempt: true });
  expect(made.submit(world, 1, 1, 900_000, 100, 0, 0, 0)).toBeGreaterThan(0);
  expect([made.available(world), made.isLiquidatable(world)]).toEqual([0, false]);
});

describe('the digest', () => {
  const run = (made: Market): void => {
    made.submit(BOB, 1, -1, 5, 100, 0, 0, 1);
    made.submit(ALICE, 1, 1, 8, 100, 0, 0, 2);
    made.submit(ALICE, 2, 1, 8, 100, 120, ORDER_STOP, 3);
    made.settleFunding(1, 100);
  };

  test('is that of the state, however it was come by', () => {
    const [one, two] = [market(), market()];
    run(one);
    const passing = two.submit(ALICE, 2, 1, 1, 50, 0, 0, 0);
    two.cancel(ALICE, 2, passing);
    run(two);
    // The same but for the order ids, which are part of the state.
    expect(digest(one)).not.toBe(digest(two));
    const three = market();
    run(three);
    three.riskIndex.watch(ALICE, 1_000_000);
    three.equity(ALICE);
    expect(digest(three)).toBe(digest(one));
  });

  test.each([
    ['cash', (m: Market) => m.deposit(ALICE, 1)],
    ['a mark', (m: Market) => m.setMark(2, 101)],
    ['an index', (m: Market) => m.setIndex(2, 101)],
    ['a session', (m: Market) => m.setOpen(2, false)],
    ['a flag', (m: Market) => m.setInLiquidation(BOB, true)],
    ['a stop', (m: Market) => m.cancelAll(ALICE, 2)],
    ['an order', (m: Market) => m.cancelAll(ALICE, 1)],
    ['funding', (m: Market) => m.settleFunding(2, 1)],
    ['a position', (m: Market) => m.openingTrade(ALICE, BOB, 2, 1, 100)],
  ])('sees %s', (_, change) => {
    const [one, two] = [market(), market()];
    run(one);
    run(two);
    change(two);
    expect(digest(two)).not.toBe(digest(one));
  });
});

describe('the invariants can fail', () => {
  test('money out of nothing', () => {
    const made = market();
    made.state.accounts.add(ALICE, 1);
    expect(made.checkConservation()).toContain('a difference of 1');
  });

  test('a long without a short', () => {
    const made = market();
    made.openingTrade(ALICE, BOB, 1, 5, 100);
    expect(made.checkPositions(1)).toBeNull();
    made.state.positions.lots[made.state.positions.find(ALICE, 1)] = 6;
    expect(made.checkPositions(1)).toBe('longs hold 6 lots, shorts 5');
    made.state.positions.lots[made.state.positions.find(BOB, 1)] = -6;
    expect(made.checkPositions(1)).toBe('longs hold 6 lots, open interest says 5');
  });

  test('an order that the account does not count, or counts wrong', () => {
    const made = market();
    made.submit(ALICE, 1, 1, 5, 99, 0, 0, 0);
    expect(made.checkOpenOrders()).toBeNull();
    const { positions } = made.state;
    const row = positions.find(ALICE, 1);
    positions.addOrders(row, -1, 1, 100);
    expect(made.checkOpenOrders()).toContain('counts 5 and 1 lots of open buys and sells, the book 5 and 0');
    positions.addOrders(row, -1, -1, -100);
    positions.buyValue[positions.orders[row] >> 1] += 1;
    expect(made.checkOpenOrders()).toContain('counts open orders worth 496');
    made.book(1).place(99, BOB, -1, 120, 1, 0, 0);
    expect(made.checkOpenOrders()).toContain('order 99 belongs to an account that knows of none');
  });

  test('a reduce-only order larger than its position', () => {
    const made = market();
    made.openingTrade(ALICE, BOB, 1, 5, 100);
    made.submit(ALICE, 1, -1, 5, 110, 0, ORDER_REDUCE_ONLY, 0);
    made.state.positions.lots[made.state.positions.find(ALICE, 1)] = 4;
    expect(made.checkOpenOrders()).toContain('could increase a position');
  });
});
