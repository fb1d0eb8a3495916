// The headline from hand-made streams: every figure worked out beside it.

import { describe, expect, test } from 'vitest';
import { FILL_MAKER, Reason } from '../../../src/messages.ts';
import { Cases } from '../../../src/simulation/cases.ts';
import { Metrics } from '../../../src/simulation/metrics.ts';
import { Total } from '../../../src/simulation/total.ts';
import { FUND, OWNER, Stream } from '../../helpers/stream.ts';

const SECOND = 1_000_000;
const MINUTE = 60 * SECOND;

function metricsOf(stream: Stream): Metrics {
  const cases = stream.add(new Cases(stream.options));
  return stream.add(new Metrics({ ...stream.options, cases }));
}

/** One mark of the present market. */
function mark(stream: Stream, at: number, liquidationPart = 0): Stream {
  const { mark: price, index } = stream.market.prices;
  return stream.at(at).send('MarkPublished', { price, index, liquidationPart });
}

describe('trades', () => {
  test('an execution is one maker fill; volume is a plain decimal in the settlement asset', () => {
    const stream = new Stream();
    const metrics = metricsOf(stream);
    stream.send('OrderFilled', { account: 5, lots: 3, price: 1_001, flags: FILL_MAKER }, { to: OWNER });
    stream.send('OrderFilled', { account: 6, lots: 3, price: 1_001, flags: 0 }, { to: OWNER });
    expect(metrics.headline(stream.now)).toMatchObject({ trades: 1, volume: '300.3' });
  });

  test('sums beyond 2^53 stay exact', () => {
    const total = new Total();
    for (let i = 0; i < 5; i++) total.add(Number.MAX_SAFE_INTEGER);
    total.add(3);
    expect(total.decimal('1')).toBe((5n * BigInt(Number.MAX_SAFE_INTEGER) + 3n).toString());
    total.add(-Number.MAX_SAFE_INTEGER);
    expect(total.decimal('0.01')).toBe('360287970189639.67');
  });
});

describe('liquidations', () => {
  test('called before, in the same instant, and never; the wait from breach to first order', () => {
    const stream = new Stream();
    const metrics = metricsOf(stream);
    stream.at(1_000).send('MarginCalled', { account: 11, case: 1 }, { sentAt: 900, to: OWNER });
    stream.at(2_000).send('LiquidationStarted', { account: 11, case: 1, depth: 1, amount: 5 }, { sentAt: 1_900, to: OWNER });
    stream.at(2_000).send('MarginCalled', { account: 12, case: 2 }, { sentAt: 1_900, to: OWNER });
    stream.at(2_000).send('LiquidationStarted', { account: 12, case: 2, depth: 1, amount: 5 }, { sentAt: 1_900, to: OWNER });
    stream.at(2_000).send('LiquidationStarted', { account: 13, case: 3, depth: 1, amount: 5 }, { sentAt: 1_900, to: OWNER });
    stream.at(2_400).send('LiquidateOnBook', { account: 11, case: 1, side: -1, lots: 1, price: 900 });
    stream.at(9_000).send('LiquidateOnBook', { account: 11, case: 1, side: -1, lots: 1, price: 900 });
    stream.at(4_900).send('LiquidateOnBook', { account: 12, case: 2, side: -1, lots: 1, price: 900 });
    stream.at(9_000).send('MarginCalled', { account: 14, case: 4 }, { to: OWNER });
    expect(metrics.headline(stream.now)).toMatchObject({
      marginCalls: 3,
      liquidations: 3,
      called: { before: 1, sameInstant: 1, never: 1 },
      // 500 and 3,000 micros
      breachToFirstOrderMs: 1.75,
    });
  });

  test('forced notional: on the book, taken over, deleveraged, and the fund closing what it took', () => {
    const stream = new Stream();
    const metrics = metricsOf(stream);
    stream.send('LiquidationStarted', { account: 11, case: 1, depth: 1, amount: -40 });
    stream.send('LiquidationFilled', { account: 11, case: 1, side: -1, lots: 4, price: 950, amount: 3_900 });
    stream.send('LiquidationFilled', { account: 11, case: 1, side: -1, lots: 4, price: 950, amount: 3_900 }, { to: OWNER });
    stream.send('PositionTakenOver', { account: 11, case: 1, lots: 3, price: 940 });
    stream.send('Deleveraged', { account: 11, case: 1, counterparty: 31, lots: 2, price: 940 });
    stream.send('Deleveraged', { account: 11, case: 1, counterparty: 31, lots: 2, price: 940 }, { to: OWNER });
    stream.send('Deleveraged', { account: FUND, case: 0, counterparty: 32, lots: -1, price: 940 });
    // Somebody else was faster: nothing is left to close against this one.
    stream.send('Deleveraged', { account: 11, case: 1, counterparty: 33, lots: 0, price: 940 });
    stream.send('BadDebtBooked', { account: 11, case: 1, amount: 17 });
    stream.send('DeficitCovered', { account: 11, case: 1, amount: 23 });
    // The fund sells on what it took, in the name of the case it got it from.
    stream.send('LiquidateOnBook', { account: FUND, case: 1, side: -1, lots: 1, price: 930 });
    stream.send('LiquidationFilled', { account: FUND, case: 1, side: -1, lots: 1, price: 930, amount: 930 });
    expect(metrics.headline(stream.now)).toMatchObject({
      breachToFirstOrderMs: null,
      liquidatedNotional: '860', // (3,900 + 3 × 940 + 2 × 940) × 0.1
      forcedNotional: '1047',
      adl: { accounts: 2, notional: '282' },
      badDebt: '1.7',
      bankruptAccounts: 1,
    });
  });

  test('bankrupt: equity below zero while being closed, or a deficit left; an account counts once', () => {
    const stream = new Stream();
    const metrics = metricsOf(stream);
    stream
      .send('LiquidationStarted', { account: 11, case: 1, depth: 1, amount: 3 })
      .send('LiquidationOrdersCanceled', { account: 11, case: 1, amount: -1 });
    stream
      .send('LiquidationStarted', { account: 12, case: 2, depth: 1, amount: 3 })
      .send('DeficitCovered', { account: 12, case: 2, amount: 9 });
    stream
      .send('LiquidationStarted', { account: 13, case: 3, depth: 1, amount: 0 })
      .send('DeficitCovered', { account: 13, case: 3, amount: 0 });
    stream.send('LiquidationStarted', { account: 11, case: 4, depth: 1, amount: -3 });
    // Its own orders closed it, and it owed: there was nothing to liquidate.
    for (const to of [stream.options.engine, OWNER]) {
      stream.send('BadDebtBooked', { account: 14, case: 5, amount: 7 }, { to });
      stream.send('DeficitCovered', { account: 14, case: 5, amount: 2 }, { to });
    }
    const { bankruptAccounts, liquidations, badDebt } = metrics.headline(stream.now);
    expect([bankruptAccounts, liquidations, badDebt]).toEqual([3, 3 + 1, '0.7']);
  });
});

/** One case whose account holds `lots` at mark 1,000 (a unit a tick and lot), closing `closed` lots. */
function excess(lots: number, equity: number, maintenance: number, closed: number): number | null {
  const stream = new Stream();
  const metrics = metricsOf(stream);
  stream.market.positions.set(11, { lots, equity, maintenance });
  stream.send('LiquidationStarted', { account: 11, case: 1, depth: 1, amount: equity });
  stream.send('LiquidateOnBook', { account: 11, case: 1, side: lots > 0 ? -1 : 1, lots: closed, price: 900 });
  stream.market.positions.set(11, { lots: 0, equity: 0, maintenance: 0 });
  stream.market.prices.mark = 900;
  stream.send('LiquidationFilled', { account: 11, case: 1, side: -1, lots: closed, price: 950, amount: closed * 950 });
  return metrics.headline(stream.now).excessRatio;
}

describe('excess: executed against the least that restores maintenance', () => {
  test('m = 2.5 %, fee 0.5 %: (2,500 − 1,900) ÷ (2.5 % − 0.5 %) = 30 of 100 lots', () => {
    expect(excess(100, 1_900, 2_500, 30)).toBe(0);
    expect(excess(100, 1_900, 2_500, 45)).toBe(0.5);
    expect(excess(-100, 1_900, 2_500, 100)).toBe(2.3333);
  });

  test('a broken lot counts whole: 601 ÷ 2 % is 30.05 lots', () => {
    expect(excess(100, 1_899, 2_500, 31)).toBe(0);
  });

  test('an equity that cannot pay the fee of closing all (500) means all: target LIQ-MIN-06', () => {
    expect(excess(100, 499, 2_500, 100)).toBe(0);
    expect(excess(100, -10, 2_500, 50)).toBe(-0.5);
  });

  test('nothing had to be closed', () => {
    expect(excess(100, 2_500, 2_500, 0)).toBeNull();
  });
});

describe('fund', () => {
  test('start, low and end of cash and inventory together', () => {
    const stream = new Stream();
    const metrics = metricsOf(stream);
    mark(stream, 0);
    stream.market.fund = { cash: 8_000, inventory: -500 };
    stream.send('PositionTakenOver', { account: 11, case: 1, lots: 3, price: 940 });
    stream.market.fund = { cash: 9_000, inventory: 500 };
    mark(stream, MINUTE);
    expect(metrics.headline(stream.now).fund).toEqual({ start: '1000', low: '750', end: '950', cash: '900', inventory: '50' });
  });

  test('a low that only the end shows', () => {
    const stream = new Stream();
    const metrics = metricsOf(stream);
    mark(stream, 0);
    stream.market.fund = { cash: -10, inventory: 0 };
    expect(metrics.headline(stream.now).fund).toEqual({ start: '1000', low: '-1', end: '-1', cash: '-1', inventory: '0' });
  });
});

describe('losses that others than the fund bear', () => {
  test('are socialised, once, whoever else hears of them; what is paid back is no bad debt any more', () => {
    const stream = new Stream();
    const metrics = metricsOf(stream);
    mark(stream, 0);
    stream.send('LossSocialised', { account: 11, instrument: 1, amount: 300, case: 1 });
    stream.send('LossShared', { account: 12, instrument: 1, lots: 5, amount: 300, case: 1 }, { to: OWNER });
    stream.send('BadDebtBooked', { account: 13, amount: 500, case: 2 });
    stream.send('BadDebtBooked', { account: 13, amount: 500, case: 2 }, { to: OWNER });
    expect(metrics.headline(stream.now)).toMatchObject({ socialisedLoss: '30', badDebt: '50' });
    stream.send('DebtRepaid', { account: 14, amount: 120, reason: Reason['withdrawal-haircut'] });
    stream.send('DebtRepaid', { account: FUND, amount: 80, reason: 0 });
    expect(metrics.headline(stream.now)).toMatchObject({ socialisedLoss: '42', badDebt: '30' });
  });

  test('a vault is worth what it was, and what it is; without one there is no such figure', () => {
    const stream = new Stream();
    expect('vault' in metricsOf(stream).headline(0)).toBe(false);
    stream.market.poolEquity = () => 5_000;
    const metrics = metricsOf(stream);
    mark(stream, 0);
    stream.market.poolEquity = () => 4_200;
    expect(metrics.headline(stream.now).vault).toEqual({ start: '500', end: '420' });
  });

  test('what volunteers take is liquidated, what a pool of the venue sells again is not', () => {
    const stream = new Stream();
    stream.market.isPool = (account: number) => account === 7;
    const metrics = metricsOf(stream);
    mark(stream, 0);
    stream.send('PositionAssigned', { account: 11, instrument: 1, counterparty: 7, lots: 3, price: 1_000, case: 1 });
    stream.send('LiquidationFilled', { account: 7, instrument: 1, lots: 3, amount: 3_000, case: 1 });
    expect(metrics.headline(stream.now)).toMatchObject({ liquidatedNotional: '300', forcedNotional: '600' });
  });
});

describe('price', () => {
  test('the mid at every mark, in half ticks; drawdown from the highest so far', () => {
    const stream = new Stream();
    const metrics = metricsOf(stream);
    for (const [i, [bid, ask]] of [
      [999, 1_002],
      [1_099, 1_101],
      [824, 826],
      [0, 900],
      [1_199, 1_201],
      [1_079, 1_081],
    ].entries()) {
      stream.market.best = { bid: bid as number, ask: ask as number };
      mark(stream, i * SECOND);
    }
    expect(metrics.headline(stream.now).price).toEqual({ start: '100.05', low: '82.5', high: '120', end: '108', maxDrawdown: 0.25 });
  });

  test('a book that never had two sides has no price', () => {
    const stream = new Stream();
    const metrics = metricsOf(stream);
    stream.market.best = { bid: 0, ask: 1_001 };
    mark(stream, SECOND);
    expect(metrics.headline(2 * SECOND)).toMatchObject({
      price: { start: null, low: null, high: null, end: null, maxDrawdown: 0 },
      orderliness: { oneSidedMs: 1_000, spreadBp: null },
    });
  });

  test('impact: the most that liquidation flow held the mark away from where it would have been', () => {
    const stream = new Stream();
    const metrics = metricsOf(stream);
    stream.market.prices.mark = 990;
    mark(stream, 0, -10);
    mark(stream, SECOND, 0);
    stream.market.prices.mark = 1_005;
    mark(stream, 2 * SECOND, 5);
    expect(metrics.headline(stream.now).priceImpact).toBe(100);
  });

  test('open interest is valued at mark, and waits for the first one', () => {
    const stream = new Stream();
    const metrics = metricsOf(stream);
    stream.market.prices.mark = 0;
    stream.send('IndexPublished', { price: 1_000 });
    stream.market.prices.mark = 1_000;
    mark(stream, SECOND);
    stream.market.prices.mark = 900;
    stream.market.interest = 40;
    expect(metrics.headline(stream.now).openInterest).toEqual({ start: '5000', end: '3600' });
  });
});

describe('orderliness', () => {
  test('a state counts for as long as it lasted, up to now', () => {
    const stream = new Stream();
    const metrics = metricsOf(stream);
    mark(stream, 0);
    // Until 1 s as at the start: spread 2 of 1,000, mark at index. What changes does so in the instant of 1 s.
    stream.at(SECOND).send('IndexPublished', { price: 1_000 });
    stream.market.best = { bid: 0, ask: 1_001 };
    stream.market.prices.mark = 990;
    stream.send('Wake').send('Wake');
    stream.at(3 * SECOND).send('Wake');
    stream.market.best = { bid: 980, ask: 1_020 };
    expect(metrics.headline(4 * SECOND).orderliness).toEqual({
      oneSidedMs: 2_000,
      spreadBp: 210, // 1 s at 20 bp, 1 s at 400 bp
      markIndexGapBp: 75, // 1 s at 0, 3 s at 100 bp
      depthHalfLifeMs: null,
    });
    // Asking does not change the answer.
    expect(metrics.headline(4 * SECOND).orderliness.spreadBp).toBe(210);
  });

  test('depth: from the thinnest book until half of what was missing is back', () => {
    const stream = new Stream();
    const metrics = metricsOf(stream);
    const depths: [number, number][] = [
      [0, 0],
      [10, 90],
      [20, 110],
      [60, 80],
      [61, 20],
      [62, 50],
      [63, 10],
      [64, 54],
      [70, 55],
      [71, 12],
    ];
    for (const [second, depth] of depths) {
      stream.market.depthNow = depth;
      mark(stream, second * SECOND);
    }
    // The mean of the first minute is 100 (an empty book before the first quotes is none); 10 at 63 s, half way is 55.
    expect(metrics.headline(stream.now).orderliness.depthHalfLifeMs).toBe(7_000);
    stream.market.depthNow = 9;
    mark(stream, 80 * SECOND);
    expect(metrics.headline(stream.now).orderliness.depthHalfLifeMs).toBeNull();
  });
});

test('halts are counted once, whoever hears of them', () => {
  const stream = new Stream();
  const metrics = metricsOf(stream);
  for (const phase of [1, 2, 2, 1, 2, 2, 3]) stream.send('SessionChanged', { phase });
  expect(metrics.headline(stream.now).halts).toBe(2);
});

test('before the first message there is a headline too, of nothing', () => {
  const stream = new Stream();
  expect(metricsOf(stream).headline(0)).toMatchObject({
    trades: 0,
    volume: '0',
    liquidations: 0,
    fund: { start: '1000', low: '1000', end: '1000' },
    breachToFirstOrderMs: null,
    excessRatio: null,
    cascades: { count: 0, branchingRatio: 0, interval: [0, 1] },
    openInterest: { start: '5000', end: '5000' },
  });
});
