// What the gateway answers, and to whom: commands of owners and of others, stops, sessions, and the envelopes by which the
// liquidation engine gets things done.

import { beforeEach, describe, expect, test } from 'vitest';
import { mid } from '../../../src/exchange/mid.ts';
import { constantLatency } from '../../../src/kernel/latency.ts';
import {
  FILL_DONE,
  FILL_MAKER,
  ORDER_FOK,
  ORDER_IOC,
  ORDER_POST_ONLY,
  ORDER_REDUCE_ONLY,
  ORDER_STOP,
  ORDER_TAKE_PROFIT,
  Reason,
  STP_CANCEL_OLDEST,
  Type,
  type Field,
  type MessageName,
} from '../../../src/messages.ts';
import { instrument } from '../../helpers/instruments.ts';
import { BUY, MS, SECOND, SELL, Venue, type Happened } from '../../helpers/venue.ts';

let venue: Venue;
beforeEach(() => {
  venue = new Venue();
  for (const name of ['alice', 'bob', 'carl']) venue.trader(name, { cash: 1_000_000 });
});

/** What each heard, in order: name, type, and the fields that are asked for. */
function told(...fields: readonly (keyof Happened)[]): unknown[] {
  return venue.log
    .filter(({ type, from }) => venue.kernel.nameOf(from) === 'gateway' && type !== 'MarkPublished' && type !== 'SessionChanged')
    .map((message) => [venue.kernel.nameOf(message.to), message.type, ...fields.map((field) => message[field])]);
}

function actor(name: string): number {
  return [1, 2, 3, 4, 5, 6].find((id) => venue.kernel.nameOf(id) === name)!;
}

describe('orders', () => {
  test('an order that rests is accepted; one that meets it tells both sides, taker first, each with its tag', () => {
    venue.order('alice', { side: SELL, lots: 10, price: 1_010, tag: 1 });
    venue.order('bob', { side: BUY, lots: 4, price: 1_010, tag: 2 });
    venue.run(0);
    expect(told('order', 'side', 'lots', 'price', 'tag')).toEqual([
      ['alice', 'OrderAccepted', 1, SELL, 10, 1_010, 1],
      ['bob', 'OrderAccepted', 2, BUY, 4, 1_010, 2],
      ['bob', 'OrderFilled', 2, BUY, 4, 1_010, 2],
      ['alice', 'OrderFilled', 1, SELL, 4, 1_010, 1],
    ]);
    expect(venue.happened('OrderFilled').map(({ flags }) => flags)).toEqual([FILL_DONE, FILL_MAKER]);
    const [, submitted] = venue.happened('SubmitOrder');
    expect(venue.happened('OrderFilled').every(({ cause }) => cause === submitted.seq)).toBe(true);
  });

  test('fees are told with the fill: a rebate is negative', () => {
    venue = new Venue({ instruments: [instrument({ makerFeePpm: -100, takerFeePpm: 500 })] });
    for (const name of ['alice', 'bob']) venue.trader(name);
    venue.order('alice', { side: SELL, lots: 100, price: 1_000 });
    venue.order('bob', { side: BUY, lots: 100 });
    venue.run(0);
    expect(venue.happened('OrderFilled').map(({ amount }) => amount)).toEqual([50, -10]);
  });

  test.each([
    ['a market order', { side: BUY, lots: 10 }],
    ['immediate or cancel', { side: BUY, lots: 10, price: 1_010, flags: ORDER_IOC }],
  ] as const)('%s that fills in part tells what was dropped', (_name, order) => {
    venue.order('alice', { side: SELL, lots: 4, price: 1_010 });
    venue.order('bob', { ...order, tag: 9 });
    venue.run(0);
    expect(venue.heard('bob').map(({ type, lots }) => [type, lots])).toEqual([
      ['OrderAccepted', 10],
      ['OrderFilled', 4],
      ['OrderCanceled', 6],
    ]);
    expect(venue.last('OrderCanceled')).toMatchObject({ side: BUY, tag: 9, reason: Reason['unfilled-remainder'] });
  });

  test.each([
    ['nothing to meet', { side: BUY, lots: 10 }, 'no-liquidity'],
    ['fill or kill, and not enough', { side: BUY, lots: 10, price: 1_010, flags: ORDER_FOK }, 'no-liquidity'],
    ['post only, and it would trade', { side: BUY, lots: 1, price: 1_020, flags: ORDER_POST_ONLY }, 'would-cross'],
    ['reduce only, and nothing to reduce', { side: BUY, lots: 1, price: 900, flags: ORDER_REDUCE_ONLY }, 'would-increase'],
    ['no lots', { side: BUY, lots: 0, price: 900 }, 'invalid-lots'],
    ['a price out of range', { side: BUY, lots: 1, price: 2_000_000 }, 'invalid-price'],
    ['flags that contradict each other', { side: BUY, lots: 1, price: 900, flags: ORDER_FOK | ORDER_IOC }, 'invalid-flags'],
    ['more than the margin allows', { side: BUY, lots: 20_000, price: 900 }, 'insufficient-margin'],
  ] as const)('refused: %s', (name, order, reason) => {
    if (name !== 'nothing to meet') venue.order('alice', { side: SELL, lots: 4, price: 1_010 });
    venue.order('bob', { ...order, tag: 5 });
    venue.run(0);
    expect(venue.heard('bob')).toMatchObject([{ type: 'OrderRejected', reason: Reason[reason], lots: order.lots, tag: 5 }]);
    expect(venue.lots('bob')).toBe(0);
  });

  test("other people's accounts and orders are not for touching", () => {
    venue.order('alice', { side: SELL, lots: 4, price: 1_010 });
    for (const type of ['SubmitOrder', 'AmendOrder', 'CancelOrder', 'CancelAll', 'TopUp'] as const) {
      const draft = venue.command('bob', type);
      draft.account = venue.account('alice');
      draft.instrument = 1;
      if (type !== 'TopUp') draft.lots = 2;
      else draft.amount = 50;
      if (type === 'AmendOrder' || type === 'CancelOrder') draft.order = 1;
      if (type === 'AmendOrder' || type === 'SubmitOrder') draft.price = 990;
    }
    venue.run(0);
    expect(venue.heard('bob').map(({ type, reason }) => [type, reason])).toEqual(
      [1, 2, 3, 4, 5].map(() => ['OrderRejected', Reason['not-the-owner']]),
    );
    expect(venue.market.book(1).lotsAt(SELL, 1_010)).toBe(4);
    expect(venue.cash('alice')).toBe(1_000_000);
  });

  test.each([0.5, -1, 2 ** 53])('a top-up of %d is refused', (amount) => {
    const draft = venue.command('bob', 'TopUp');
    draft.account = venue.account('bob');
    draft.amount = amount;
    draft.tag = 5;
    venue.run(0);
    expect(venue.heard('bob')).toMatchObject([{ type: 'OrderRejected', reason: Reason['invalid-amount'], tag: 5 }]);
    expect(venue.cash('bob')).toBe(1_000_000);
  });

  test.each([99, -1, 0.5])('what names instrument %d finds none', (i) => {
    venue.order('bob', { side: SELL, lots: 4, price: 1_010, instrument: i, tag: 5 });
    const all = venue.command('bob', 'CancelAll');
    all.account = venue.account('bob');
    all.instrument = i;
    venue.run(0);
    expect(venue.heard('bob')).toMatchObject([{ type: 'OrderRejected', reason: Reason['unknown-instrument'], tag: 5 }]);
  });

  test('an order of another, though for the own account, is unknown', () => {
    venue.order('alice', { side: SELL, lots: 4, price: 1_010 });
    const cancel = venue.command('bob', 'CancelOrder');
    cancel.instrument = 1;
    cancel.order = 1;
    const amend = venue.command('bob', 'AmendOrder');
    amend.instrument = 1;
    amend.order = 1;
    amend.lots = 1;
    amend.price = 1_010;
    venue.run(0);
    expect(venue.heard('bob').map(({ type, reason }) => [type, reason])).toEqual(
      [1, 2].map(() => ['OrderRejected', Reason['unknown-order']]),
    );
  });

  test('an instrument that does not exist is refused', () => {
    for (const type of ['SubmitOrder', 'AmendOrder', 'CancelOrder', 'CancelAll'] as const) {
      const draft = venue.command('bob', type);
      draft.instrument = 7;
      draft.side = BUY;
      draft.lots = 1;
      draft.price = 900;
    }
    venue.run(0);
    expect(venue.heard('bob').map(({ type, reason }) => [type, reason])).toEqual([
      ['OrderRejected', Reason['unknown-instrument']],
      ['OrderRejected', Reason['unknown-instrument']],
      ['OrderRejected', Reason['unknown-order']],
    ]);
  });

  test('a cancellation of all tells of each order', () => {
    for (const price of [900, 910, 920]) venue.order('alice', { side: BUY, lots: 1, price, tag: price });
    venue.order('alice', { side: SELL, lots: 1, price: 500, trigger: 600, flags: ORDER_STOP, tag: 7 });
    venue.command('alice', 'CancelAll');
    venue.run(0);
    expect(venue.heard('alice', 'OrderCanceled').map(({ tag, reason }) => [tag, reason])).toEqual(
      [900, 910, 920, 7].map((tag) => [tag, Reason.requested]),
    );
    expect(venue.problems()).toEqual([]);
  });

  test('self-trade prevention tells of the order it took away', () => {
    venue.order('alice', { side: SELL, lots: 3, price: 1_010, tag: 1 });
    venue.order('alice', { side: BUY, lots: 5, price: 1_010, tag: 2, flags: STP_CANCEL_OLDEST });
    venue.run(0);
    expect(venue.heard('alice').map(({ type, tag, lots }) => [type, tag, lots])).toEqual([
      ['OrderAccepted', 1, 3],
      ['OrderAccepted', 2, 5],
      ['OrderCanceled', 1, 3],
    ]);
    expect(venue.last('OrderCanceled').reason).toBe(Reason['would-self-trade']);
  });

  test('a fill that leaves less to reduce cuts the reduce-only order, and that is told as an amendment', () => {
    venue.opened('alice', 'carl', 10, 1_000);
    venue.order('alice', { side: SELL, lots: 10, price: 1_050, flags: ORDER_REDUCE_ONLY, tag: 1 });
    venue.order('bob', { side: BUY, lots: 6, price: 1_000 });
    venue.order('alice', { side: SELL, lots: 6, price: 1_000, tag: 2 });
    venue.run(0);
    expect(venue.heard('alice', 'OrderAmended')).toMatchObject([{ order: 1, lots: 4, price: 1_050, tag: 1 }]);
  });
});

describe('amendments', () => {
  const amend = (lots: number, price: number, order = 1) => {
    const draft = venue.command('alice', 'AmendOrder');
    draft.instrument = 1;
    draft.order = order;
    draft.lots = lots;
    draft.price = price;
    draft.tag = 1;
  };

  test('are told with what is open now', () => {
    venue.order('alice', { side: BUY, lots: 10, price: 990, tag: 1 });
    amend(6, 991);
    venue.run(0);
    expect(venue.last('OrderAmended')).toMatchObject({ order: 1, lots: 6, price: 991, tag: 1 });
    expect(venue.market.book(1).lotsAt(BUY, 991)).toBe(6);
  });

  test('into the book fill: what is told first is what the fills then take from', () => {
    venue.order('bob', { side: SELL, lots: 4, price: 1_000 });
    venue.order('alice', { side: BUY, lots: 10, price: 990, tag: 1 });
    amend(10, 1_000, 2);
    venue.run(0);
    expect(venue.heard('alice').map(({ type, lots }) => [type, lots])).toEqual([
      ['OrderAccepted', 10],
      ['OrderAmended', 10],
      ['OrderFilled', 4],
    ]);
    expect(venue.market.book(1).lotsAt(BUY, 1_000)).toBe(6);
  });

  test('into an own order drop what would trade with it, and say so', () => {
    venue.order('alice', { side: SELL, lots: 4, price: 1_000, tag: 3 });
    venue.order('alice', { side: BUY, lots: 10, price: 990, tag: 1 });
    amend(10, 1_000, 2);
    venue.run(0);
    const heard = venue
      .heard('alice')
      .slice(2)
      .map(({ type, lots, order, reason }) => [type, lots, order, type === 'OrderCanceled' ? reason : 0]);
    expect(heard).toEqual([
      ['OrderAmended', 10, 2, 0],
      ['OrderCanceled', 10, 2, Reason['would-self-trade']],
    ]);
    expect(venue.market.book(1).lotsAt(BUY, 1_000)).toBe(0);
    expect(venue.problems()).toEqual([]);
  });

  test('that are refused change nothing', () => {
    venue.order('alice', { side: BUY, lots: 10, price: 990, tag: 1 });
    amend(1_000_000, 999);
    venue.run(0);
    expect(venue.last('OrderRejected')).toMatchObject({ order: 1, reason: Reason['insufficient-margin'] });
    expect(venue.market.book(1).lotsAt(BUY, 990)).toBe(10);
  });
});

describe('stops', () => {
  const stop = (name: string, side: 1 | -1, trigger: number, flags = ORDER_STOP, price?: number) =>
    venue.order(name, { side, lots: 1, trigger, flags, tag: trigger, ...(price === undefined ? {} : { price }) });

  test('trigger as the mark comes by them, those of one price by order id, all before the liquidation engine looks', () => {
    venue = new Venue();
    for (const name of ['alice', 'bob', 'maker']) venue.trader(name);
    venue.trader('weak', { cash: 1_000 });
    venue.opened('weak', 'bob', 10, 1_000);
    venue.order('maker', { side: BUY, lots: 100, price: 930 });
    venue.opened('alice', 'maker', 10, 1_000);
    stop('alice', SELL, 950);
    stop('alice', SELL, 945);
    stop('alice', SELL, 950);
    stop('alice', SELL, 930);
    stop('bob', BUY, 1_050);
    venue.mark(940, { at: SECOND });
    venue.run(SECOND);
    const story = venue.log.filter(
      ({ at, type }) => at === SECOND && ['StopTriggered', 'MarkPublished', 'MarginCalled', 'SubmitOrder'].includes(type),
    );
    expect(
      story
        .filter(({ to }) => venue.kernel.nameOf(to) === 'gateway')
        .map(({ type, order }) => [type, type === 'StopTriggered' ? order : 0]),
    ).toEqual([
      ['MarkPublished', 0],
      ['StopTriggered', 2],
      ['StopTriggered', 4],
      ['StopTriggered', 3],
    ]);
    // The engine hears of the mark after the last of them has been placed.
    const engine = venue.log.find(({ type, to, at }) => type === 'MarkPublished' && at === SECOND && venue.kernel.nameOf(to) === 'engine')!;
    const placed = venue.happened('OrderFilled').filter(({ at }) => at === SECOND);
    expect(placed.length).toBeGreaterThan(0);
    for (const triggered of venue.happened('StopTriggered').filter(({ to }) => venue.kernel.nameOf(to) === 'gateway'))
      expect(triggered.seq).toBeLessThan(engine.seq);
    expect(venue.last('MarginCalled').seq).toBeGreaterThan(engine.seq);
  });

  test('the owner hears that it triggered, then what became of it, under the id and tag it had', () => {
    venue.opened('alice', 'carl', 10, 1_000);
    venue.order('bob', { side: BUY, lots: 10, price: 940 });
    stop('alice', SELL, 950);
    venue.mark(950, { at: SECOND });
    venue.run(SECOND);
    expect(
      venue
        .heard('alice')
        .slice(1)
        .map(({ type, order, tag, price }) => [type, order, tag, price]),
    ).toEqual([
      ['StopTriggered', 2, 950, 950],
      ['OrderFilled', 2, 950, 940],
    ]);
  });

  test('what is left of one that fills in part is told', () => {
    venue.opened('alice', 'carl', 10, 1_000);
    venue.order('bob', { side: BUY, lots: 1, price: 940 });
    venue.order('alice', { side: SELL, lots: 3, trigger: 950, flags: ORDER_STOP, tag: 4 });
    venue.mark(950, { at: SECOND });
    venue.run(SECOND);
    expect(
      venue
        .heard('alice')
        .slice(1)
        .map(({ type, lots, tag }) => [type, type === 'StopTriggered' ? 0 : lots, tag]),
    ).toEqual([
      ['StopTriggered', 0, 4],
      ['OrderFilled', 1, 4],
      ['OrderCanceled', 2, 4],
    ]);
    expect(venue.last('OrderCanceled')).toMatchObject({ side: SELL });
  });

  test('one that finds nothing is refused, with its id', () => {
    venue.opened('alice', 'carl', 10, 1_000);
    stop('alice', SELL, 950);
    venue.mark(950, { at: SECOND });
    venue.run(SECOND);
    expect(venue.heard('alice', 'OrderRejected')).toMatchObject([{ order: 1, reason: Reason['no-liquidity'], tag: 950 }]);
  });

  test('a limit behind the trigger rests', () => {
    venue.opened('alice', 'carl', 10, 1_000);
    stop('alice', SELL, 950, ORDER_STOP, 960);
    venue.mark(950, { at: SECOND });
    venue.run(SECOND);
    expect(venue.market.book(1).lotsAt(SELL, 960)).toBe(1);
    expect(venue.problems()).toEqual([]);
  });

  test('taking profit is the other way round', () => {
    venue.opened('alice', 'carl', 10, 1_000);
    venue.order('bob', { side: BUY, lots: 10, price: 1_040 });
    stop('alice', SELL, 1_050, ORDER_TAKE_PROFIT);
    stop('alice', SELL, 950, ORDER_TAKE_PROFIT);
    venue.mark(1_000, { at: SECOND });
    venue.run(SECOND);
    // The second one's price had been passed when it was placed.
    expect(venue.heard('alice', 'StopTriggered').map(({ tag }) => tag)).toEqual([950]);
    venue.mark(1_050, { at: 2 * SECOND });
    venue.run(2 * SECOND);
    expect(venue.heard('alice', 'StopTriggered').map(({ tag }) => tag)).toEqual([950, 1_050]);
  });

  test('while halted they wait, and the first mark after the halt finds them', () => {
    venue.opened('alice', 'carl', 10, 1_000);
    venue.order('bob', { side: BUY, lots: 10, price: 940 });
    stop('alice', SELL, 950);
    venue.session('halted', SECOND);
    venue.mark(945, { at: 2 * SECOND });
    venue.session('open', 3 * SECOND);
    venue.mark(948, { at: 4 * SECOND });
    venue.run(4 * SECOND);
    expect(venue.heard('alice', 'StopTriggered', 'OrderFilled', 'OrderRejected').map(({ type, at }) => [type, at / SECOND])).toEqual([
      ['StopTriggered', 4],
      ['OrderFilled', 4],
    ]);
  });
});

describe('the session', () => {
  test('while halted, orders and amendments are refused, cancellations and top-ups are not', () => {
    venue.order('alice', { side: BUY, lots: 1, price: 990, tag: 1 });
    venue.order('alice', { side: BUY, lots: 1, price: 980, tag: 2 });
    venue.session('halted', SECOND);
    venue.order('bob', { side: SELL, lots: 1, price: 990, tag: 3 }, 2 * SECOND);
    const amend = venue.command('alice', 'AmendOrder', 2 * SECOND);
    amend.instrument = 1;
    amend.order = 1;
    amend.lots = 2;
    amend.price = 990;
    const cancel = venue.command('alice', 'CancelOrder', 2 * SECOND);
    cancel.instrument = 1;
    cancel.order = 2;
    venue.topUp('alice', 5, 2 * SECOND);
    venue.run(3 * SECOND);
    expect(venue.heard('bob')).toMatchObject([{ type: 'OrderRejected', reason: Reason['market-closed'] }]);
    expect(
      venue
        .heard('alice')
        .slice(2)
        .map(({ type }) => type),
    ).toEqual(['OrderRejected', 'OrderCanceled', 'ToppedUp']);
  });

  test('the engine is told of every change, and of nothing that is none', () => {
    venue.session('open', SECOND);
    venue.session('halted', 2 * SECOND);
    venue.session('halted', 3 * SECOND);
    venue.session('open', 4 * SECOND);
    venue.session('closed', 5 * SECOND);
    venue.session('open', 6 * SECOND);
    venue.run(7 * SECOND);
    const changes = venue.happened('SessionChanged').filter(({ to }) => venue.kernel.nameOf(to) === 'engine');
    expect(changes.map(({ at, phase }) => [at / SECOND, phase])).toEqual([
      [2, 2],
      [4, 1],
      [5, 3],
    ]);
    expect(venue.market.isOpen(1)).toBe(false);
  });
});

describe('what the engine asks for', () => {
  test('a take-over or a deleveraging of more than is held is cut to what is held, and of nothing answers nothing', () => {
    venue.opened('alice', 'bob', 10, 1_000);
    venue.run(0);
    const engine = venue.kernel.context(2);
    const ask = (type: 'TakeOver' | 'Deleverage', lots: number, counterparty = 0) => {
      const draft = engine.send(actor('gateway'), Type[type]);
      draft.account = venue.account('alice');
      draft.instrument = 1;
      draft.lots = lots;
      draft.price = 950;
      draft.counterparty = counterparty;
    };
    expect(engine.name).toBe('engine');
    ask('Deleverage', 15, venue.account('bob'));
    venue.run(MS);
    expect(venue.last('Deleveraged')).toMatchObject({ lots: 10, amount: 9_500 });
    ask('Deleverage', 5, venue.account('bob'));
    ask('TakeOver', 5);
    venue.run(2 * MS);
    expect(venue.happened('Deleveraged').filter(({ lots }) => lots === 0)).toHaveLength(1);
    expect(venue.last('PositionTakenOver')).toMatchObject({ lots: 0, amount: 0 });
    expect(venue.problems()).toEqual([]);
  });

  test('an order of the engine does not print for an empty book, and moves nothing', () => {
    venue = new Venue({ rules: { layers: [] } });
    venue.trader('alice', { cash: 1_000 });
    venue.trader('bob');
    venue.opened('alice', 'bob', 10, 1_000);
    venue.mark(940, { at: SECOND });
    venue.run(SECOND + 10 * MS);
    expect(venue.last('LiquidationFilled')).toMatchObject({ lots: 0, price: 0, amount: 0, flags: 0 });
    expect(venue.market.lastPrice(1)).toBe(0);
    expect(venue.impacts[1].largestAgainst(1)).toBe(0);
  });
});

describe('what only the exchange may say', () => {
  const words: readonly (readonly [MessageName, Partial<Record<Field, number>>])[] = [
    ['SettleFunding', {}],
    ['LiquidateOnBook', { side: SELL, lots: 10, case: 1 }],
    ['TakeOver', { lots: 10, price: 1, case: 1 }],
    ['Deleverage', { lots: 10, price: 1, counterparty: 3, case: 1 }],
    ['CoverDeficit', { amount: 5, case: 1 }],
    ['LiquidationClosed', { case: 1 }],
    ['IndexPublished', { price: 1 }],
    ['MarkPublished', { price: 1, index: 1 }],
    ['FundingSettled', { price: 1, rate: 40_000 }],
    ['Shock', { price: 1 }],
    ['SessionChanged', { phase: 2 }],
    ['StopTriggered', { order: 1, price: 1 }],
    ['Intervention', { tag: 0 }],
  ];

  test.each(words)('%s is refused from a participant, and nothing happens', (type, fields) => {
    const alice = venue.account('alice');
    let intervened = 0;
    venue.intervene = () => intervened++;
    venue.opened('alice', 'bob', 10, 1_000);
    venue.order('alice', { side: BUY, lots: 5, price: 900 });
    venue.order('carl', { side: SELL, lots: 1, trigger: 990, flags: ORDER_STOP });
    venue.run(0);
    venue.log.length = 0;
    const draft = venue.command('carl', type);
    draft.account = alice;
    if (type !== 'Intervention' && !type.startsWith('Liquidation') && type !== 'SettleFunding' && type !== 'CoverDeficit')
      draft.instrument = 1;
    for (const [field, value] of Object.entries(fields)) draft[field as 'price'] = value;
    venue.run(0);
    expect(venue.story()).toEqual([`carl → gateway ${type}`, 'gateway → carl OrderRejected']);
    expect(venue.last('OrderRejected').reason).toBe(Reason['not-permitted']);
    expect([venue.lots('alice'), venue.lots('bob'), venue.lots('fund'), venue.cash('alice'), intervened]).toEqual([
      10,
      -10,
      0,
      1_000_000 - 10_000,
      0,
    ]);
    expect([venue.market.markPrice(1), venue.market.indexPrice(1), venue.market.isOpen(1)]).toEqual([1_000, 1_000, true]);
    expect(venue.market.book(1).lotsAt(BUY, 900)).toBe(5);
    venue.order('alice', { side: SELL, lots: 1, price: 1_050 });
    venue.run(0);
    expect(venue.last('OrderAccepted').account).toBe(alice);
  });

  test('nor can one part of it speak for another: the price feed does not liquidate, the engine does not publish', () => {
    venue.opened('alice', 'bob', 10, 1_000);
    const { kernel } = venue;
    const mark = kernel.send(actor('engine'), actor('gateway'), Type.MarkPublished, 0);
    mark.instrument = 1;
    mark.price = 1;
    const takeOver = kernel.send(actor('feed'), actor('gateway'), Type.TakeOver, 0);
    takeOver.account = venue.account('alice');
    takeOver.instrument = 1;
    takeOver.lots = 10;
    takeOver.price = 1;
    venue.run(0);
    expect(venue.lots('alice')).toBe(10);
    expect(venue.market.markPrice(1)).toBe(1_000);
  });

  test('what participants tell the engine, the price feed and their timers is not heard', () => {
    venue = new Venue({ prices: [{ coupling: 1 }] });
    venue.trader('alice', { cash: 1_000 });
    venue.trader('bob');
    venue.opened('alice', 'bob', 10, 1_000);
    venue.run(0);
    venue.log.length = 0;
    const { kernel } = venue;
    const forged = (to: string, type: MessageName) => kernel.send(actor('alice'), actor(to), Type[type], 0);
    forged('engine', 'MarkPublished').price = 1;
    forged('engine', 'DeficitCovered').case = 1;
    forged('feed', 'FundingSettled').instrument = 1;
    venue.run(0);
    expect(venue.happened().filter(({ from }) => kernel.nameOf(from) !== 'alice')).toEqual([]);
  });

  test('what is no command is not heard', () => {
    venue.command('alice', 'OrderFilled').lots = 5;
    venue.run(0);
    expect(venue.story()).toEqual(['alice → gateway OrderFilled']);
  });
});

describe('interventions', () => {
  test('take effect when their envelope is handled', () => {
    const effects: [number, number][] = [];
    venue.intervene = (tag) => effects.push([tag, venue.kernel.now]);
    venue.intervention(1, 2 * SECOND);
    venue.intervention(0, SECOND);
    venue.run(3 * SECOND);
    expect(effects).toEqual([
      [0, SECOND],
      [1, 2 * SECOND],
    ]);
  });
});

test('what owners hear takes their latency, both ways', () => {
  venue.trader('far', { latency: constantLatency(3 * MS) });
  venue.order('far', { side: BUY, lots: 1, price: 900 });
  venue.run(SECOND);
  expect(venue.last('SubmitOrder').at).toBe(3 * MS);
  expect(venue.last('OrderAccepted')).toMatchObject({ sentAt: 3 * MS, at: 6 * MS });
});

describe('the mid', () => {
  test.each([
    ['between bid and ask', 995, 1_006, 1_000.5],
    ['the last price where one side is empty', 995, 0, 950],
  ] as const)('is %s', (_name, bid, ask, expected) => {
    venue.order('alice', { side: BUY, lots: 1, price: 950 });
    venue.order('bob', { side: SELL, lots: 1, price: 950 });
    venue.order('alice', { side: BUY, lots: 1, price: bid });
    if (ask !== 0) venue.order('bob', { side: SELL, lots: 1, price: ask });
    venue.run(0);
    expect(mid(venue.market, 1)).toBe(expected);
  });

  test('is the mark before there was a trade', () => expect(mid(venue.market, 1)).toBe(1_000));
});
