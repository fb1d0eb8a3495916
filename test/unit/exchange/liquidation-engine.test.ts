// Forced closures from the first warning to the last loss layer, on a venue where everything can be checked in the head:
// alice is long 10 lots at 1,000 with 1,000 of her own. Maintenance is 5 %, so she is called at 960 (equity 600 = 1.25 ×
// 480), liquidatable at 947 (equity 470 ≤ 474) and bankrupt at 900.

import { beforeEach, describe, expect, test } from 'vitest';
import { createRng } from '../../../src/base/random.ts';
import { fullClose } from '../../../src/liquidation/full-close.ts';
import type { LiquidationPolicy } from '../../../src/liquidation/policy.ts';
import { autoDeleveraging } from '../../../src/losses/auto-deleveraging.ts';
import { AdlQueue } from '../../../src/market/auto-deleveraging.ts';
import { Reason } from '../../../src/messages.ts';
import { instrument } from '../../helpers/instruments.ts';
import { BUY, layer, MS, RULES, SECOND, SELL, Venue, type VenueOptions } from '../../helpers/venue.ts';

/** Alice and who is on the other side of her; `maker` has money and no position. */
function stage(options: VenueOptions = {}, bob: { readonly cash?: number; readonly leverage?: number } = {}): Venue {
  const venue = new Venue(options);
  venue.trader('alice', { cash: 1_000 });
  venue.trader('bob', bob);
  venue.trader('maker');
  venue.opened('alice', 'bob', 10, 1_000);
  return venue;
}

describe('the order of steps', () => {
  test('call, start, settle funding, cancel orders, recheck, size and price, fill, close: each an envelope caused by the one before', () => {
    const venue = stage({ fund: 1_000, instruments: [instrument({ liquidationFeePpm: 10_000 })] });
    venue.order('maker', { side: BUY, lots: 4, price: 946 });
    venue.order('maker', { side: BUY, lots: 20, price: 920 });
    venue.order('alice', { side: SELL, lots: 2, price: 1_100, tag: 7 });
    venue.run(SECOND);
    const before = venue.log.length;
    venue.mark(960, { at: 2 * SECOND });
    venue.mark(947, { at: 3 * SECOND });
    venue.run(4 * SECOND);

    expect(venue.story(venue.log.slice(before))).toEqual([
      'feed → gateway MarkPublished',
      'gateway → engine MarkPublished',
      'engine → alice MarginCalled',
      'feed → gateway MarkPublished',
      'gateway → engine MarkPublished',
      'engine → alice LiquidationStarted',
      'engine → gateway SettleFunding',
      'engine → gateway CancelAll',
      'gateway → alice OrderCanceled',
      'gateway → engine LiquidationOrdersCanceled',
      'engine → engine LiquidationSized',
      'engine → gateway LiquidateOnBook',
      'gateway → maker OrderFilled',
      'gateway → maker OrderFilled',
      'gateway → alice LiquidationFilled',
      'gateway → engine LiquidationFilled',
      'engine → gateway LiquidationClosed',
      'engine → alice LiquidationClosed',
    ]);
    expect(venue.causes(venue.last('LiquidationClosed'))).toEqual([
      'MarkPublished',
      'MarkPublished',
      'CancelAll',
      'LiquidationOrdersCanceled',
      'LiquidationSized',
      'LiquidateOnBook',
      'LiquidationFilled',
    ]);
    // Every step names the case that it belongs to, the cancellation by its tag.
    const steps = venue.log.slice(before).filter(({ type }) => !['Wake', 'MarkPublished', 'OrderCanceled', 'OrderFilled'].includes(type));
    expect(steps.map((step) => step.case ?? step.tag)).toEqual(steps.map(() => 1));
    expect(venue.last('MarginCalled')).toMatchObject({ at: 2 * SECOND, amount: 600, ratio: 800_000, case: 1 });
    expect(venue.last('LiquidationStarted')).toMatchObject({
      at: 3 * SECOND,
      instrument: 1,
      price: 947,
      amount: 470,
      parent: 0,
      depth: 1,
      case: 1,
    });
    expect(venue.last('OrderCanceled')).toMatchObject({ lots: 2, reason: Reason.liquidation, tag: 7 });
    expect(venue.last('LiquidationSized')).toMatchObject({
      at: 3 * SECOND,
      side: SELL,
      lots: 10,
      price: 900,
      amount: 470,
      reason: Reason.none,
    });
    expect(venue.last('LiquidateOnBook')).toMatchObject({ at: 3 * SECOND + 5 * MS, side: SELL, lots: 10, price: 900, case: 1 });
    // 4 × 946 + 6 × 920 = 9,304, of which 1 % rounded up is the fund's.
    expect(venue.last('LiquidationFilled')).toMatchObject({ lots: 10, price: 920, amount: 9_304, flags: 94 });
    expect(venue.last('LiquidationClosed')).toMatchObject({ reason: Reason.filled, amount: 1_000 - 10_000 + 9_304 - 94 });
    expect(venue.cash('alice')).toBe(210);
    expect(venue.cash('fund')).toBe(1_094);
    expect(venue.market.isInLiquidation(venue.account('alice'))).toBe(false);
    expect(venue.problems()).toEqual([]);
  });

  test('funding that is due is taken before anything else', () => {
    const venue = stage();
    venue.run(SECOND);
    // 1 % of a notional of 10,000, owed and not yet taken: equity has known it all along.
    venue.market.settleFunding(1, 10_000);
    expect(venue.market.fundingDue(venue.account('alice'), 1)).toBe(100);
    venue.mark(957, { at: 2 * SECOND });
    venue.run(2 * SECOND);
    expect(venue.last('LiquidationStarted').amount).toBe(1_000 - 430 - 100);
    expect(venue.market.fundingDue(venue.account('alice'), 1)).toBe(0);
    expect(venue.cash('alice')).toBe(1_000 - 10_000 - 100);
  });

  test('the fee is capped by the equity that the fills left', () => {
    const venue = stage({ instruments: [instrument({ liquidationFeePpm: 10_000 })] });
    venue.order('maker', { side: BUY, lots: 10, price: 903 });
    venue.mark(940, { at: SECOND });
    venue.run(2 * SECOND);
    expect(venue.last('LiquidationFilled')).toMatchObject({ amount: 9_030, flags: 30 });
    expect(venue.equity('alice')).toBe(0);
    expect(venue.cash('fund')).toBe(30);
  });

  test('while it is being liquidated the account cannot trade, but it can be given money', () => {
    const venue = stage({ rules: { orderDelay: 500 * MS } });
    venue.mark(940, { at: SECOND });
    venue.order('alice', { side: SELL, lots: 10, price: 930 }, SECOND + 100 * MS);
    venue.topUp('alice', 50, SECOND + 200 * MS);
    venue.run(SECOND + 400 * MS);
    expect(venue.heard('alice', 'OrderRejected')).toMatchObject([{ reason: Reason['account-in-liquidation'] }]);
    expect(venue.equity('alice')).toBe(450);
    expect(venue.engine.stateOf(venue.account('alice'))).toBe('reducing');
    expect(venue.engine.isBeingLiquidated(venue.account('alice'))).toBe(true);
  });

  test('accounts that are breached by the same mark go in the order of their ids', () => {
    const venue = stage();
    for (const name of ['dora', 'carl']) {
      venue.trader(name, { cash: 1_000 });
      venue.opened(name, 'bob', 10, 1_000);
    }
    venue.mark(940, { at: SECOND });
    venue.run(SECOND);
    const names = (type: 'MarginCalled' | 'LiquidationStarted') => venue.happened(type).map(({ to }) => venue.kernel.nameOf(to));
    expect(names('MarginCalled')).toEqual(['alice', 'dora', 'carl']);
    expect(names('LiquidationStarted')).toEqual(['alice', 'dora', 'carl']);
    expect(venue.happened('LiquidationStarted').map((started) => started.case)).toEqual([1, 2, 3]);
  });
});

describe('margin calls', () => {
  test('a gap that goes through both levels calls and starts in one instant, the call first', () => {
    const venue = stage();
    venue.mark(930, { at: SECOND });
    venue.run(SECOND);
    const [called, started] = venue.heard('alice', 'MarginCalled', 'LiquidationStarted');
    expect(called).toMatchObject({ type: 'MarginCalled', at: SECOND, case: 1 });
    expect(started).toMatchObject({ type: 'LiquidationStarted', at: SECOND, case: 1 });
    expect(called.seq).toBeLessThan(started.seq);
  });

  test('a call is lifted at the next look after a top-up, and the next one is another case', () => {
    const venue = stage();
    venue.when('alice', 'MarginCalled', () => venue.topUp('alice', 100));
    venue.mark(960, { at: 1_500 * MS });
    venue.run(1_900 * MS);
    expect(venue.engine.stateOf(venue.account('alice'))).toBe('marginCalled');
    venue.run(2 * SECOND);
    expect(venue.last('MarginCallLifted')).toMatchObject({ at: 2 * SECOND, amount: 700, case: 1 });
    expect(venue.engine.stateOf(venue.account('alice'))).toBe('healthy');
    venue.mark(949, { at: 2_500 * MS });
    venue.run(2_500 * MS);
    expect(venue.happened('MarginCalled').map((call) => call.case)).toEqual([1, 2]);
    expect(venue.happened('LiquidationStarted')).toEqual([]);
  });

  test('a call never delays: whoever was called a microsecond ago is liquidated now', () => {
    const venue = stage();
    venue.mark(960, { at: SECOND });
    venue.mark(947, { at: SECOND + 1 });
    venue.run(SECOND + 1);
    expect(venue.last('LiquidationStarted')).toMatchObject({ at: SECOND + 1, case: 1 });
  });

  test('between the levels nothing happens twice', () => {
    const venue = stage();
    for (let i = 0; i < 20; i++) venue.mark(950 + (i % 10), { at: SECOND + i * 100 * MS });
    venue.run(5 * SECOND);
    expect(venue.happened('MarginCalled')).toHaveLength(1);
    expect(venue.happened('MarginCallLifted', 'LiquidationStarted')).toEqual([]);
  });

  test('a call is lifted too when the position was closed', () => {
    const venue = stage();
    venue.order('maker', { side: BUY, lots: 10, price: 955 });
    venue.when('alice', 'MarginCalled', () => venue.order('alice', { side: SELL, lots: 10 }));
    venue.mark(955, { at: 1_500 * MS });
    venue.run(2 * SECOND);
    expect(venue.heard('alice', 'MarginCallLifted')).toMatchObject([{ at: 2 * SECOND, amount: 550, ratio: 0 }]);
  });
});

describe('restored', () => {
  test('by money that came in between the breach and the recheck after the cancel: no order is sent', () => {
    const venue = stage();
    venue.when('alice', 'LiquidationStarted', () => venue.topUp('alice', 500));
    venue.mark(940, { at: SECOND });
    venue.run(2 * SECOND);
    expect(venue.happened('LiquidateOnBook', 'LiquidationSized')).toEqual([]);
    expect(venue.heard('alice', 'LiquidationClosed')).toMatchObject([{ at: SECOND, reason: Reason.restored, amount: 900, case: 1 }]);
    expect(venue.lots('alice')).toBe(10);
    expect(venue.market.isInLiquidation(venue.account('alice'))).toBe(false);
    expect(venue.engine.stateOf(venue.account('alice'))).toBe('healthy');
  });

  test('by funding received in the instant of the breach', () => {
    const venue = stage();
    // The shorts pay 2 % of 9,400 to the longs, after the scan and before the orders are canceled.
    venue.when('alice', 'LiquidationStarted', () => venue.fundingSettled(-20_000));
    venue.mark(940, { at: SECOND });
    venue.run(2 * SECOND);
    expect(venue.equity('alice')).toBe(400 + 188);
    expect(venue.last('LiquidationClosed')).toMatchObject({ at: SECOND, reason: Reason.restored, amount: 588 });
    expect(venue.happened('LiquidateOnBook')).toEqual([]);
  });

  test('by a fill: what is left of the position is kept', () => {
    /** Sells what brings equity back above 5 %, in one order. */
    const half: LiquidationPolicy = {
      decide: (_liquidation, _market, decision) =>
        Object.assign(decision, { action: 'order', instrument: 1, side: SELL, lots: 5, limit: 900 }),
    };
    const venue = stage({ rules: { policy: half } });
    venue.order('maker', { side: BUY, lots: 50, price: 945 });
    venue.mark(945, { at: SECOND });
    venue.run(2 * SECOND);
    expect(venue.lots('alice')).toBe(5);
    expect(venue.last('LiquidationClosed')).toMatchObject({ reason: Reason.restored, amount: 450 });
    // Below the call level still: that is the next case, not this one.
    venue.mark(945 - 1, { at: 2_500 * MS });
    venue.run(2_500 * MS);
    expect(venue.engine.isBeingLiquidated(venue.account('alice'))).toBe(false);
  });

  test('by the mark while the case waits', () => {
    const venue = stage({ rules: { layers: [] } });
    venue.mark(940, { at: 1_500 * MS });
    venue.run(1_900 * MS);
    expect(venue.engine.stateOf(venue.account('alice'))).toBe('waiting');
    venue.mark(990, { at: 1_950 * MS });
    // The case is looked at again one interval after it began to wait, with the scans.
    venue.run(3 * SECOND);
    expect(venue.last('LiquidationClosed')).toMatchObject({ at: 3 * SECOND, reason: Reason.restored });
    expect(venue.lots('alice')).toBe(10);
  });
});

describe('what the book does not take', () => {
  test('goes to the fund at the bankruptcy price, with the margin that is left', () => {
    const venue = stage({ fund: 5_000 });
    venue.order('maker', { side: BUY, lots: 4, price: 931 });
    // Worse than bankruptcy: not for this order.
    venue.order('maker', { side: BUY, lots: 100, price: 899 });
    venue.mark(920, { at: SECOND });
    venue.run(SECOND + 5 * MS);
    expect(venue.story(venue.log.slice(-9))).toEqual([
      'gateway → maker OrderFilled',
      'gateway → alice LiquidationFilled',
      'gateway → engine LiquidationFilled',
      'engine → engine LiquidationSized',
      'engine → gateway TakeOver',
      'gateway → alice PositionTakenOver',
      'gateway → engine PositionTakenOver',
      'engine → gateway LiquidationClosed',
      'engine → alice LiquidationClosed',
    ]);
    const [onBook, handedOver] = venue.happened('LiquidationSized');
    expect(onBook).toMatchObject({ lots: 10, price: 900, reason: Reason.none });
    expect(handedOver).toMatchObject({ lots: 0, reason: Reason['unfilled-remainder'], amount: 1_000 - 10_000 + 4 * 931 + 6 * 920 });
    expect(venue.last('TakeOver')).toMatchObject({ lots: 6, price: 880, case: 1 });
    // Rounded towards the fund: she owes 9,000 − 3,724 = 5,276, and 6 × 880 is 5,280.
    expect(venue.last('PositionTakenOver')).toMatchObject({ lots: 6, price: 880, amount: 4, case: 1 });
    expect(venue.last('LiquidationClosed')).toMatchObject({ reason: Reason['taken-over'], amount: 0 });
    expect([venue.lots('alice'), venue.cash('alice'), venue.lots('fund')]).toEqual([0, 0, 6]);
    expect(venue.cash('fund')).toBe(5_000 - 6 * 880 + 4);
    expect(venue.problems()).toEqual([]);
  });

  test('below bankruptcy the fund takes the loss, and the account ends at nothing', () => {
    const venue = stage({ fund: 5_000 });
    venue.mark(850, { at: SECOND });
    venue.run(SECOND + 5 * MS);
    expect(venue.last('LiquidateOnBook')).toMatchObject({ price: 900 });
    expect(venue.last('TakeOver')).toMatchObject({ lots: 10, price: 900 });
    expect(venue.cash('alice')).toBe(0);
    expect(venue.market.fund).toMatchObject({ cash: 5_000, inventory: -500, equity: 4_500 });
  });

  test('a fund that can pay for a part takes that, and the winners are deleveraged for the rest, by rank', () => {
    const venue = stage({ fund: 150 }, { cash: 500, leverage: 10 });
    // Of equal profit per lot, who has less equity for it comes first: bob, carl, dora.
    venue.trader('carl', { cash: 2_000 });
    venue.trader('dora', { cash: 9_000 });
    venue.opened('bob', 'carl', 3, 1_000);
    venue.opened('bob', 'dora', 3, 1_000);
    venue.mark(850, { at: SECOND });
    venue.run(SECOND + 5 * MS);
    // The loss is 50 a lot: 150 pay for 3. Bob is short 4 lots, then 3 of carl's.
    expect(
      venue
        .happened('TakeOver', 'Deleverage')
        .map(({ type, lots, price, counterparty }) => [type, lots, price, type === 'TakeOver' ? 0 : counterparty]),
    ).toEqual([
      ['TakeOver', 3, 900, 0],
      ['Deleverage', 4, 900, venue.account('bob')],
      ['Deleverage', 3, 900, venue.account('carl')],
    ]);
    expect(venue.heard('carl', 'Deleveraged')).toMatchObject([
      { account: venue.account('alice'), counterparty: venue.account('carl'), lots: 3, price: 900, amount: 2_700 },
    ]);
    expect([venue.lots('alice'), venue.lots('bob'), venue.lots('carl'), venue.lots('dora'), venue.lots('fund')]).toEqual([0, 0, 0, -3, 3]);
    expect(venue.cash('alice')).toBe(0);
    expect(venue.last('LiquidationClosed')).toMatchObject({ reason: Reason.deleveraged });
    expect(venue.problems()).toEqual([]);
  });

  test('whose bankruptcy price does not overlap is passed over', () => {
    // Short one lot at 870 with 26: at 850 carl has 46, above his maintenance of 43, but closing at 900 would cost him 50.
    const venue = stage({ fund: 0 });
    venue.trader('carl', { cash: 26 });
    venue.opened('maker', 'carl', 1, 870);
    venue.mark(850, { at: SECOND });
    venue.run(SECOND);
    const queue = new AdlQueue();
    venue.market.adlQueue(1, -1, queue);
    expect([...queue.account.subarray(0, queue.count)]).toEqual([venue.account('carl'), venue.account('bob')]);
    venue.run(SECOND + 5 * MS);
    expect(venue.happened('Deleverage')).toMatchObject([{ counterparty: venue.account('bob'), lots: 10 }]);
    expect([venue.lots('carl'), venue.equity('carl')]).toEqual([-1, 46]);
  });

  test('or closed as far as it overlaps', () => {
    // Ten of those: 460 pay for closing nine.
    const venue = stage({ fund: 0 });
    venue.trader('carl', { cash: 260 });
    venue.opened('maker', 'carl', 10, 870);
    venue.mark(850, { at: SECOND });
    venue.run(SECOND + 5 * MS);
    expect(venue.happened('Deleveraged').filter(({ to }) => venue.kernel.nameOf(to) === 'engine')).toMatchObject([
      { counterparty: venue.account('carl'), lots: 9 },
      { counterparty: venue.account('bob'), lots: 1 },
    ]);
    expect([venue.lots('carl'), venue.equity('carl')]).toEqual([-1, 10]);
    expect(venue.problems()).toEqual([]);
  });

  test("a counterparty's own orders are canceled, and it is told, as is the owner who was closed", () => {
    const venue = stage({ fund: 0 });
    venue.order('bob', { side: BUY, lots: 10, price: 700, tag: 3 });
    venue.mark(850, { at: SECOND });
    venue.run(2 * SECOND);
    expect(venue.heard('bob', 'OrderCanceled', 'Deleveraged').map(({ type }) => type)).toEqual(['OrderCanceled', 'Deleveraged']);
    expect(venue.heard('alice', 'Deleveraged')).toMatchObject([
      { account: venue.account('alice'), counterparty: venue.account('bob'), lots: 10, price: 900 },
    ]);
    expect(venue.last('OrderCanceled')).toMatchObject({ tag: 3, reason: Reason.deleveraged, lots: 10 });
  });

  test('with nobody to take it the case stays open, and is offered to the market again', () => {
    const venue = stage({ rules: { layers: [] } });
    venue.mark(940, { at: SECOND });
    venue.run(SECOND + 10 * MS);
    expect(venue.engine.stateOf(venue.account('alice'))).toBe('waiting');
    expect(venue.last('LiquidationSized')).toMatchObject({ lots: 0, reason: Reason['no-liquidity'] });
    venue.order('maker', { side: BUY, lots: 10, price: 930 }, 2_500 * MS);
    venue.run(4 * SECOND);
    expect(venue.happened('LiquidateOnBook').map(({ at }) => at)).toEqual([SECOND + 5 * MS, 3 * SECOND + 5 * MS]);
    expect(venue.last('LiquidationClosed')).toMatchObject({ at: 3 * SECOND + 5 * MS, reason: Reason.filled, amount: 300 });
  });

  test('what nobody can pay is bad debt', () => {
    const venue = stage({ fund: 120, rules: { policy: fullClose.create({ limit: 'none' }, { rng: createRng }) } });
    venue.order('maker', { side: BUY, lots: 10, price: 870 });
    venue.mark(940, { at: SECOND });
    venue.run(SECOND + 5 * MS);
    expect(venue.story(venue.log.slice(-10))).toEqual([
      'gateway → maker OrderFilled',
      'gateway → alice LiquidationFilled',
      'gateway → engine LiquidationFilled',
      'engine → gateway CoverDeficit',
      'gateway → alice BadDebtBooked',
      'gateway → engine BadDebtBooked',
      'gateway → alice DeficitCovered',
      'gateway → engine DeficitCovered',
      'engine → gateway LiquidationClosed',
      'engine → alice LiquidationClosed',
    ]);
    expect(venue.last('CoverDeficit')).toMatchObject({ amount: 300 });
    expect(venue.last('DeficitCovered')).toMatchObject({ amount: 120 });
    expect(venue.last('BadDebtBooked')).toMatchObject({ amount: 180 });
    expect(venue.last('LiquidationClosed')).toMatchObject({ reason: Reason['bad-debt'], amount: 0 });
    expect(venue.market.ledger.badDebt).toBe(180);
    expect([venue.cash('alice'), venue.cash('fund')]).toEqual([0, 0]);
    expect(venue.problems()).toEqual([]);
  });

  test('an account that owes without holding anything is covered, once, and no case is made of it', () => {
    const venue = stage({ fund: 1_000 });
    venue.order('maker', { side: BUY, lots: 10, price: 880 });
    // The mark still says 961 when she sells: her own order closes her beyond bankruptcy.
    venue.mark(961, { at: SECOND });
    venue.order('alice', { side: SELL, lots: 10 }, SECOND + 1);
    venue.mark(961, { at: 2 * SECOND });
    venue.mark(960, { at: 3 * SECOND });
    venue.run(4 * SECOND);
    expect(venue.last('CoverDeficit')).toMatchObject({ at: 2 * SECOND, amount: 200, account: venue.account('alice') });
    expect(venue.heard('alice', 'DeficitCovered')).toMatchObject([{ amount: 200, account: venue.account('alice') }]);
    expect(venue.happened('DeficitCovered').map(({ to }) => venue.kernel.nameOf(to))).toEqual(['alice', 'engine']);
    expect(venue.happened('MarginCalled', 'LiquidationStarted', 'BadDebtBooked')).toEqual([]);
    expect([venue.cash('alice'), venue.cash('fund')]).toEqual([0, 800]);
  });
});

describe('one at a time at the loss layers', () => {
  test('a fund that can pay for one of two accounts is not promised twice', () => {
    const venue = stage({ fund: 500, rules: { layers: RULES.layers } });
    venue.trader('carl', { cash: 1_000 });
    venue.opened('carl', 'bob', 10, 1_000);
    venue.mark(850, { at: SECOND });
    venue.run(SECOND + 5 * MS);
    expect(venue.happened('TakeOver')).toMatchObject([{ account: venue.account('alice'), lots: 10 }]);
    expect(venue.happened('Deleverage')).toMatchObject([{ account: venue.account('carl'), counterparty: venue.account('bob'), lots: 10 }]);
    expect(venue.market.fund.equity).toBe(0);
    expect(venue.happened('LiquidationClosed').filter(({ to }) => venue.kernel.nameOf(to) === 'gateway')).toHaveLength(2);
  });

  test('two positions of one account share what it owes by their maintenance, and go one after the other', () => {
    const venue = new Venue({ fund: 10_000, instruments: [instrument(), instrument({ symbol: 'OTHER' })] });
    venue.trader('alice', { cash: 2_000 });
    venue.trader('bob');
    venue.opened('alice', 'bob', 10, 1_000);
    venue.opened('alice', 'bob', 10, 1_000, 2);
    venue.mark(880, { at: SECOND });
    venue.mark(880, { at: SECOND, instrument: 2 });
    venue.run(SECOND + 20 * MS);
    // Equity −400, and the same maintenance: each goes at 20 a lot above the mark.
    expect(venue.happened('TakeOver').map(({ instrument: i, lots, price }) => [i, lots, price])).toEqual([
      [1, 10, 900],
      [2, 10, 900],
    ]);
    expect(venue.cash('alice')).toBe(0);
    expect(venue.market.fund.equity).toBe(10_000 - 400);
    expect(venue.happened('LiquidationClosed').filter(({ to }) => venue.kernel.nameOf(to) === 'gateway')).toHaveLength(1);
  });
});

describe('while the market is halted', () => {
  test('a case waits and goes on when trading resumes', () => {
    const venue = stage();
    venue.order('maker', { side: BUY, lots: 10, price: 930 });
    venue.session('halted', SECOND);
    venue.mark(940, { at: 1_500 * MS });
    venue.run(4_500 * MS);
    expect(venue.happened('LiquidateOnBook', 'TakeOver', 'Deleverage')).toEqual([]);
    expect(venue.happened('LiquidationSized').map(({ at, reason }) => [at, reason])).toEqual([
      [1_500 * MS, Reason['market-closed']],
      [3 * SECOND, Reason['market-closed']],
      [4 * SECOND, Reason['market-closed']],
    ]);
    expect(venue.engine.stateOf(venue.account('alice'))).toBe('waiting');
    venue.session('open', 4_800 * MS);
    venue.run(6 * SECOND);
    expect(venue.last('LiquidationFilled')).toMatchObject({ at: 5 * SECOND + 5 * MS, lots: 10, amount: 9_300 });
    expect(venue.last('LiquidationClosed')).toMatchObject({ reason: Reason.filled });
  });

  test('an order that is on its way when trading halts comes back unfilled, and nobody has to take the position for that', () => {
    const venue = stage({ fund: 5_000 });
    venue.order('maker', { side: BUY, lots: 10, price: 930 });
    venue.mark(940, { at: SECOND });
    venue.session('halted', SECOND + 2 * MS);
    venue.run(SECOND + 10 * MS);
    expect(venue.last('LiquidationFilled')).toMatchObject({ lots: 0, amount: 0 });
    expect(venue.engine.stateOf(venue.account('alice'))).toBe('waiting');
    venue.session('open', 2_500 * MS);
    venue.run(4 * SECOND);
    expect(venue.happened('TakeOver')).toEqual([]);
    expect(venue.last('LiquidationClosed')).toMatchObject({ reason: Reason.filled });
  });

  test('the insurance fund does not trade either', () => {
    const venue = stage({ fund: 5_000 });
    venue.mark(940, { at: SECOND });
    venue.session('halted', SECOND + 6 * MS);
    venue.run(3 * SECOND);
    expect(venue.lots('fund')).toBe(10);
    expect(venue.happened('LiquidateOnBook').filter(({ account }) => account === venue.market.fundAccount)).toEqual([]);
  });
});

describe('the insurance fund', () => {
  test('works its inventory off in slices near the mark, and its selling belongs to the case it came from', () => {
    const venue = stage({ fund: 5_000, rules: { unwindShare: 0.4, unwindBand: 0.01 } });
    venue.mark(940, { at: SECOND });
    venue.run(1_500 * MS);
    venue.order('maker', { side: BUY, lots: 3, price: 935 });
    venue.order('maker', { side: BUY, lots: 30, price: 920 });
    venue.run(3_500 * MS);
    const slices = venue.happened('LiquidateOnBook').filter(({ account }) => account === venue.market.fundAccount);
    // 1 % below 940 is 931: three lots are to be had there, then none.
    expect(slices.map(({ lots, price, side }) => [side, lots, price])).toEqual([
      [SELL, 4, 931],
      [SELL, 3, 931],
    ]);
    expect(slices.every((slice) => slice.case === 1)).toBe(true);
    expect(venue.lots('fund')).toBe(7);
    expect(venue.impacts[1].largestAgainst(1)).toBe(1);
    expect(venue.problems()).toEqual([]);
  });

  test('when it is bankrupt itself, its positions go to the winners at its own bankruptcy price', () => {
    const venue = stage({ fund: 1_000, rules: { unwindShare: 0.1 } });
    venue.mark(940, { at: SECOND });
    venue.run(1_500 * MS);
    expect(venue.lots('fund')).toBe(10);
    venue.mark(700, { at: 1_600 * MS });
    venue.run(2 * SECOND);
    // It paid 900 for ten lots and had 1,000 (and 0 of alice's): at 800 nothing is left.
    const [closed] = venue.heard('bob', 'Deleveraged');
    expect(closed).toMatchObject({ account: venue.market.fundAccount, lots: 10, price: 800, case: 0 });
    expect(venue.market.fund).toMatchObject({ cash: 0, inventory: 0, equity: 0 });
    expect(venue.lots('bob')).toBe(0);
    expect(venue.problems()).toEqual([]);
  });
});

describe('a fund whose last slice sells below what it had', () => {
  test('has what it lacks booked as bad debt, and is worth nothing', () => {
    const venue = stage({ fund: 1_000, rules: { unwindShare: 1, unwindBand: 0.3 } });
    venue.mark(940, { at: SECOND });
    venue.run(1_500 * MS);
    expect([venue.lots('fund'), venue.market.fund.equity]).toEqual([10, 1_400]);
    venue.order('maker', { side: BUY, lots: 10, price: 780 });
    venue.run(2_500 * MS);
    // It paid 9,000 and got 7,800, with 1,000 of its own.
    expect(venue.last('LiquidationFilled')).toMatchObject({ account: venue.market.fundAccount, lots: 10, price: 780 });
    expect(
      venue.happened('BadDebtBooked').map(({ to, account, amount, case: of }) => [venue.kernel.nameOf(to), account, amount, of]),
    ).toEqual([['engine', venue.market.fundAccount, 200, 0]]);
    expect(venue.market.fund).toMatchObject({ cash: 0, inventory: 0, equity: 0 });
    expect(venue.market.ledger.badDebt).toBe(200);
    venue.run(10 * SECOND);
    expect(venue.happened('CoverDeficit')).toHaveLength(1);
    expect(venue.problems()).toEqual([]);
  });
});

describe('the arm without impact', () => {
  test('closes at the mark against the rest of the world: no print, no impact, no cause for anybody else', () => {
    const venue = stage({ offBook: true });
    venue.order('maker', { side: BUY, lots: 10, price: 930 });
    venue.mark(940, { at: SECOND });
    venue.run(2 * SECOND);
    expect(venue.last('LiquidationFilled')).toMatchObject({ lots: 10, price: 940, amount: 9_400, flags: 0 });
    expect(venue.market.lastPrice(1)).toBe(0);
    expect(venue.market.book(1).lotsAt(BUY, 930)).toBe(10);
    expect(venue.impacts[1].largestAgainst(1)).toBe(0);
    expect(venue.market.positionLots(venue.offBookAccount, 1)).toBe(10);
    expect(venue.cash('alice')).toBe(400);
    expect(venue.problems()).toEqual([]);
  });

  test('not beyond bankruptcy, and not while halted', () => {
    const venue = stage({ offBook: true, fund: 0 });
    venue.mark(850, { at: SECOND });
    venue.run(SECOND + 5 * MS);
    expect(venue.last('LiquidationFilled')).toMatchObject({ lots: 0 });
    expect(venue.last('Deleveraged')).toMatchObject({ price: 900, lots: 10 });

    const halted = stage({ offBook: true });
    halted.mark(940, { at: SECOND });
    halted.session('halted', SECOND + 1);
    halted.run(SECOND + 500 * MS);
    expect(halted.last('LiquidationFilled')).toMatchObject({ lots: 0 });
    expect(halted.engine.stateOf(halted.account('alice'))).toBe('waiting');
  });
});

describe('the rules', () => {
  test('a disabled engine does nothing, whatever the margin says', () => {
    const venue = stage({ rules: { enabled: false } });
    for (const [i, price] of [960, 940, 800, 1].entries()) venue.mark(price, { at: (i + 1) * SECOND });
    venue.run(6 * SECOND);
    expect(
      venue.happened().every(({ type, from }) => type === 'Wake' || type === 'MarkPublished' || venue.kernel.nameOf(from) !== 'engine'),
    ).toBe(true);
    expect(venue.lots('alice')).toBe(10);
    expect(venue.engine.enabled).toBe(false);
  });

  test('an intervention that switches it on finds everybody who is below by then', () => {
    const venue = stage({ rules: { enabled: false } });
    venue.intervene = () => venue.engine.changeRules(RULES);
    venue.mark(940, { at: SECOND });
    venue.intervention(0, 2 * SECOND);
    venue.mark(940, { at: 3 * SECOND });
    venue.run(3 * SECOND);
    expect(venue.heard('alice', 'LiquidationStarted')).toMatchObject([{ at: 3 * SECOND }]);
  });

  test('an intervention that switches it off lets open cases come to their end and opens no new ones', () => {
    const venue = stage({ rules: { layers: [] } });
    venue.trader('carl', { cash: 2_000 });
    venue.opened('carl', 'bob', 10, 1_000);
    venue.intervene = () => venue.engine.changeRules({ ...RULES, layers: [], enabled: false });
    venue.mark(940, { at: SECOND });
    venue.intervention(0, 1_500 * MS);
    venue.mark(820, { at: 1_700 * MS });
    venue.order('maker', { side: BUY, lots: 10, price: 910 }, 1_800 * MS);
    venue.run(4 * SECOND);
    expect(venue.heard('alice', 'LiquidationClosed')).toMatchObject([{ reason: Reason.filled }]);
    expect(venue.heard('carl')).toEqual([]);
  });

  test('a new level of the margin call holds for everybody from the next mark on', () => {
    const venue = stage();
    venue.intervene = () => venue.engine.changeRules({ ...RULES, marginCall: 1_100_000 });
    venue.intervention(0, SECOND);
    venue.mark(955, { at: 2 * SECOND });
    venue.run(2 * SECOND);
    expect(venue.happened('MarginCalled')).toEqual([]);
    // Equity 520 ≤ 1.1 × 476.
    venue.mark(952, { at: 3 * SECOND });
    venue.run(3 * SECOND);
    expect(venue.happened('MarginCalled')).toMatchObject([{ at: 3 * SECOND, amount: 520 }]);
  });

  test('higher maintenance margins reach those who were safe a moment ago', () => {
    const venue = stage();
    venue.intervene = () => venue.market.changeRules(1, { tiers: [{ floor: 0, maintenance: 95_000, initial: 100_000 }] });
    venue.mark(990, { at: SECOND });
    venue.intervention(0, 1_500 * MS);
    venue.mark(990, { at: 2 * SECOND });
    venue.run(2 * SECOND);
    expect(venue.heard('alice', 'LiquidationStarted')).toMatchObject([{ at: 2 * SECOND, amount: 900 }]);
  });

  test('another order of the losses: the winners first', () => {
    const venue = stage({ fund: 5_000, rules: { layers: [layer(autoDeleveraging), ...RULES.layers] } });
    venue.mark(850, { at: SECOND });
    venue.run(2 * SECOND);
    expect(venue.happened('TakeOver')).toEqual([]);
    expect(venue.happened('Deleverage')).toMatchObject([{ lots: 10, price: 900 }]);
  });
});

describe('who caused it', () => {
  let venue: Venue;
  beforeEach(() => {
    venue = stage();
    venue.trader('carl', { cash: 1_200 });
    venue.opened('carl', 'bob', 10, 1_000);
    venue.run(SECOND);
  });

  test('a liquidation is a root when index and other flow alone would have brought it about', () => {
    venue.impacts[1].record(9, -500);
    venue.mark(940, { at: 2 * SECOND, index: 945, part: 0 });
    venue.run(2 * SECOND);
    expect(venue.last('LiquidationStarted')).toMatchObject({ parent: 0, depth: 1 });
  });

  test.each([
    // At 947 carl's account of 1,000 is liquidatable, at 948 (equity 480, maintenance 474) it is not: one tick decides.
    [0, 0],
    [-1, 1],
  ])('it is endogenous exactly when the account would be safe without the liquidation part: %i ticks, parent %i', (part, parent) => {
    const other = new Venue();
    other.trader('tiny', { cash: 10 });
    other.trader('carl', { cash: 1_000 });
    other.trader('bob');
    other.opened('tiny', 'bob', 1, 1_000);
    other.opened('carl', 'bob', 10, 1_000);
    other.run(SECOND);
    expect(other.happened('LiquidationStarted')).toEqual([]);
    other.mark(970, { at: SECOND });
    other.run(SECOND + 10 * MS);
    expect(other.happened('LiquidationStarted')).toMatchObject([{ case: 1, parent: 0 }]);
    other.impacts[1].record(1, -30);
    other.mark(947, { at: 2 * SECOND, index: 947 - part, part });
    other.run(2 * SECOND);
    expect(other.last('LiquidationStarted')).toMatchObject({ case: 2, account: other.account('carl'), parent, depth: 1 + parent });
  });

  test('its depth is one more than that of the case that pushed most, and the chain is told by the messages', () => {
    venue.order('maker', { side: BUY, lots: 1, price: 939 }, SECOND);
    venue.order('maker', { side: BUY, lots: 9, price: 925 }, SECOND);
    venue.order('maker', { side: BUY, lots: 100, price: 901 }, SECOND);
    venue.order('maker', { side: SELL, lots: 100, price: 941 }, SECOND);
    venue.mark(940, { at: 2 * SECOND });
    venue.run(2_500 * MS);
    // Alice's order took the book from 939 to 901: 19 ticks of the mid.
    expect(venue.happened('LiquidationStarted')).toMatchObject([{ account: venue.account('alice'), parent: 0, depth: 1 }]);
    venue.mark(921, { at: 3 * SECOND, index: 940, part: -19 });
    venue.run(3 * SECOND);
    expect(venue.last('LiquidationStarted')).toMatchObject({ account: venue.account('carl'), parent: 1, depth: 2, case: 2 });
  });

  test('what moved an earlier mark is not counted again: since then the account was safe', () => {
    venue.impacts[1].record(9, -500);
    venue.mark(980, { at: 2 * SECOND, index: 1_000, part: -20 });
    venue.mark(947, { at: 3 * SECOND, index: 967, part: -20 });
    venue.run(3 * SECOND);
    expect(venue.last('LiquidationStarted')).toMatchObject({ parent: 0, depth: 1 });
  });
});
