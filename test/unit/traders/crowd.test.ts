import { describe, expect, test } from 'vitest';
import { ORDER_MARKET, ORDER_REDUCE_ONLY, ORDER_STOP, Reason } from '../../../src/messages.ts';
import { crowd } from '../../../src/traders/crowd.ts';
import { btc, TraderHarness, type HarnessOptions } from '../../helpers/trader-harness.ts';

const SECOND = 1_000_000;
const START = 1_000_000;
const QUIET = { stopShare: 0, panicShare: 0, members: 200 };

function started(values: Record<string, unknown> = {}, options: HarnessOptions = {}) {
  const harness = new TraderHarness(options);
  harness.start(crowd, values);
  return harness;
}

function call(harness: TraderHarness, account: number): void {
  harness.deliver('MarginCalled', { account, amount: 1, ratio: 900_000, case: account });
}

describe('crowd', () => {
  test('opens its members with positions, long and short, above the margin-call level', () => {
    const harness = started({ members: 5_000 });
    expect(harness.accounts).toHaveLength(5_000);
    expect(harness.openings).toHaveLength(5_000);
    const longs = harness.openings.filter(({ lots }) => lots > 0).length;
    expect(Math.abs(longs - 3_000)).toBeLessThan(5 * Math.sqrt(5_000 * 0.24));
    for (const { account, lots, entry } of harness.openings) {
      const { cash, leverage } = harness.accounts[account - 1];
      expect(leverage).toBeGreaterThanOrEqual(1_000_000);
      expect(cash + lots * (START - entry)).toBeGreaterThanOrEqual(1.5 * btc.tiers.maintenance(Math.abs(lots) * START));
    }
    const entries = harness.openings.map(({ lots, entry }) => Math.sign(lots) * (entry / START - 1));
    expect(entries.filter((distance) => distance > 0).length).toBeGreaterThan(2_000);
    expect(entries.filter((distance) => distance < 0).length).toBeGreaterThan(2_000);
  });

  test('a larger crowd begins with the smaller one', () => {
    const small = started({ members: 100 });
    const large = started({ members: 300 });
    expect(large.openings.slice(0, 100)).toEqual(small.openings);
    expect(large.accounts.slice(0, 100)).toEqual(small.accounts);
  });

  test('where leverage is switched off stops lie as far away as liquidation does', () => {
    const values = { members: 300, panicShare: 0, stopShare: 1 };
    const farthest = (leverageEnabled: boolean) => {
      const harness = started(values, { leverageEnabled });
      harness.run(5 * SECOND);
      const distances = harness.sentOf('SubmitOrder').map(({ trigger }) => Math.abs(trigger / START - 1));
      expect(distances).toHaveLength(300);
      return Math.min(...distances);
    };
    expect(farthest(true)).toBeLessThan(0.02);
    expect(farthest(false)).toBeGreaterThan(0.3);
  });

  test('a margin call is answered by a top-up, by closing part, or not at all, in the stated shares', () => {
    const harness = started({ ...QUIET, members: 4_000, topUpShare: 0.3, reduceShare: 0.2 });
    for (let account = 1; account <= 4_000; account++) call(harness, account);
    harness.run(3_600 * SECOND);
    const topUps = harness.sentOf('TopUp');
    const orders = harness.sentOf('SubmitOrder');
    expect(Math.abs(topUps.length - 1_200)).toBeLessThan(150);
    expect(Math.abs(orders.length - 800)).toBeLessThan(130);
    expect(new Set([...topUps, ...orders].map(({ account }) => account)).size).toBe(topUps.length + orders.length);
    for (const { account, side, lots, flags } of orders) {
      const held = harness.openings[account - 1].lots;
      expect(flags).toBe(ORDER_MARKET | ORDER_REDUCE_ONLY);
      expect(side).toBe(-Math.sign(held));
      expect(lots).toBe(Math.max(1, Math.round(Math.abs(held) / 2)));
    }
    // Reactions take their time: a minute in the mean.
    const mean = topUps.reduce((sum, { sentAt }) => sum + sentAt, 0) / topUps.length / SECOND;
    expect(Math.abs(mean - 60)).toBeLessThan(8);
  });

  test('top-ups are limited in number and by the purse', () => {
    const always = { ...QUIET, members: 1, topUpShare: 1, reduceShare: 0 };
    const harness = started({ ...always, topUps: 2 });
    for (let i = 1; i <= 5; i++) {
      call(harness, 1);
      harness.run(i * 3_600 * SECOND);
    }
    expect(harness.sentOf('TopUp')).toHaveLength(2);

    const poor = started({ ...always, topUps: 9, topUp: { draw: () => 0.5 }, purse: { draw: () => 0.8 } });
    for (let i = 1; i <= 5; i++) {
      call(poor, 1);
      poor.run(i * 3_600 * SECOND);
    }
    const [first, second] = poor.sentOf('TopUp').map(({ amount }) => amount);
    expect(poor.sentOf('TopUp')).toHaveLength(2);
    expect(second / first).toBeCloseTo(0.6, 1);
  });

  test("one member's reactions do not change another's", () => {
    const values = { ...QUIET, topUpShare: 0.5, reduceShare: 0.5 };
    const quiet = started(values);
    const busy = started(values);
    for (let i = 0; i < 20; i++) {
      call(busy, 7);
      busy.run((i + 1) * 600 * SECOND);
      quiet.run((i + 1) * 600 * SECOND);
    }
    for (const harness of [quiet, busy]) {
      call(harness, 8);
      harness.run(20_000 * SECOND);
    }
    const of8 = (harness: TraderHarness) => harness.sent.filter((message) => 'account' in message && message.account === 8);
    expect(of8(busy)).toEqual(of8(quiet));
    expect(of8(quiet).length).toBeGreaterThan(0);
  });

  test('stops go to the exchange once it is open, between the price and liquidation', () => {
    const harness = started({ members: 1_000, panicShare: 0, stopShare: 0.3 });
    harness.feed.open = false;
    harness.run(5 * SECOND);
    expect(harness.sent).toEqual([]);
    harness.feed.open = true;
    harness.run(10 * SECOND);
    const stops = harness.sentOf('SubmitOrder');
    expect(Math.abs(stops.length - 300)).toBeLessThan(75);
    for (const { account, side, lots, flags, trigger } of stops) {
      const { lots: held, entry } = harness.openings[account - 1];
      expect(flags).toBe(ORDER_MARKET | ORDER_STOP | ORDER_REDUCE_ONLY);
      expect([side, lots]).toEqual([-Math.sign(held), Math.abs(held)]);
      const equity = harness.accounts[account - 1].cash + held * (trigger - entry);
      expect(Math.sign(held) * (START - trigger)).toBeGreaterThan(0);
      expect(equity).toBeGreaterThan(btc.tiers.maintenance(Math.abs(held) * trigger));
    }
  });

  test('panic comes with the move against a member, once, after its reaction time', () => {
    const harness = started({
      members: 1_000,
      stopShare: 0,
      panicShare: 1,
      panicAt: { draw: () => 0.05 },
      longShare: 0.5,
      delay: { draw: () => SECOND },
    });
    harness.run(5 * SECOND);
    expect(harness.sent).toEqual([]);
    harness.price(949_999);
    harness.run(60 * SECOND);
    const longs = harness.openings.filter(({ lots }) => lots > 0).map(({ account }) => account);
    const closed = harness.sentOf('SubmitOrder').map(({ account }) => account);
    expect(closed.sort((a, b) => a - b)).toEqual(longs);
    harness.clear();
    harness.price(1_060_000);
    harness.run(120 * SECOND);
    expect(harness.sentOf('SubmitOrder').every(({ side }) => side === 1)).toBe(true);
    expect(harness.sentOf('SubmitOrder')).toHaveLength(1_000 - longs.length);
  });

  test('what the market could not take is tried again', () => {
    const harness = started({
      members: 1,
      stopShare: 0,
      panicShare: 1,
      longShare: 1,
      panicAt: { draw: () => 0.05 },
      delay: { draw: () => 0 },
    });
    harness.price(900_000);
    harness.feed.bid = 0;
    harness.run(20 * SECOND);
    const tried = harness.sentOf('SubmitOrder').length;
    expect(tried).toBeGreaterThan(2);
    harness.feed.bid = 899_000;
    harness.run(40 * SECOND);
    expect(harness.sentOf('SubmitOrder')).toHaveLength(tried + 1);
  });

  test('after liquidation or deleveraging a member is out and does nothing', () => {
    const harness = started({ ...QUIET, topUpShare: 1, reduceShare: 0 });
    harness.deliver('LiquidationStarted', { account: 3 });
    harness.deliver('LiquidationClosed', { account: 3, reason: Reason['bad-debt'] });
    const { lots } = harness.openings[3];
    harness.deliver('Deleveraged', { account: 999, counterparty: 4, lots: -lots, price: START });
    harness.deliver('LiquidationStarted', { account: 5 });
    harness.deliver('LiquidationClosed', { account: 5, reason: Reason.restored });
    for (const account of [3, 4, 5]) call(harness, account);
    harness.run(3_600 * SECOND);
    expect(harness.sentOf('TopUp').map(({ account }) => account)).toEqual([5]);
  });

  test('a deleveraging between two members closes both', () => {
    const harness = started({ ...QUIET, panicShare: 1, panicAt: { draw: () => 0.05 }, longShare: 1, members: 6, size: { draw: () => 10 } });
    harness.deliver('LiquidationStarted', { account: 3 });
    harness.deliver('Deleveraged', { account: 3, counterparty: 5, lots: 4, price: START });
    harness.deliver('LiquidationClosed', { account: 3, reason: Reason.restored });
    harness.price(900_000);
    harness.run(3_600 * SECOND);
    const closed = harness.sentOf('SubmitOrder').map(({ account, lots }) => [account, lots]);
    expect(closed.toSorted((a, b) => a[0] - b[0])).toEqual([
      [1, 10],
      [2, 10],
      [3, 6],
      [4, 10],
      [5, 6],
      [6, 10],
    ]);
  });

  test("a member's answer to its n-th call, and its panic, are the same whatever it heard and did before", () => {
    const values = {
      ...QUIET,
      members: 40,
      panicShare: 1,
      panicAt: { draw: () => 0.05 },
      longShare: 1,
      reduceShare: 0.5,
      topUpShare: 0.5,
      topUps: 100,
    };
    const done = (restoredBetween: boolean) => {
      const harness = started(values);
      const { run, deliver } = { run: harness.run.bind(harness), deliver: harness.deliver.bind(harness) };
      for (let account = 1; account <= 40; account++) {
        // In liquidation a call is heard and not answered.
        if (restoredBetween) deliver('LiquidationStarted', { account });
        call(harness, account);
        if (restoredBetween) deliver('LiquidationClosed', { account, reason: Reason.restored });
      }
      run(1_000 * SECOND);
      const first = harness.sent.length;
      for (let account = 1; account <= 40; account++) call(harness, account);
      run(2_000 * SECOND);
      const second = harness.sent.slice(first).map((message) => message.type + ('account' in message ? message.account : ''));
      harness.clear();
      harness.price(900_000);
      run(3_000 * SECOND);
      return { first, second, panics: harness.sentOf('SubmitOrder').map(({ account }) => account) };
    };
    const answered = done(false);
    const ignored = done(true);
    expect([answered.first > 0, ignored.first]).toEqual([true, 0]);
    expect(answered.second).toEqual(ignored.second);
    expect(answered.panics).toEqual(ignored.panics);
    expect(answered.panics).toHaveLength(40);
  });

  test('turnover: who holds leaves, who is out deposits and enters anew', () => {
    const harness = started({ ...QUIET, members: 100, turnover: 1 });
    harness.run(20 * 3_600 * SECOND);
    const orders = harness.sentOf('SubmitOrder');
    expect(Math.abs(orders.length - 2_000)).toBeLessThan(5 * Math.sqrt(2_000));
    const leaving = orders.filter(({ flags }) => flags === (ORDER_MARKET | ORDER_REDUCE_ONLY)).length;
    expect(Math.abs(leaving / orders.length - 0.5)).toBeLessThan(0.05);
    expect(harness.sentOf('TopUp').length).toBeGreaterThan(100);
  });
});
