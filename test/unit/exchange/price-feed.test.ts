// Where prices come from: the index and its hedges, the mark and its parts, funding.

import { describe, expect, test } from 'vitest';
import type { InstrumentPrices } from '../../../src/exchange/price-feed.ts';
import { FundingRate } from '../../../src/market/funding-rate.ts';
import { MarkPrice } from '../../../src/market/prices.ts';
import { instrument } from '../../helpers/instruments.ts';
import { BUY, MS, SECOND, SELL, Venue, type VenueOptions } from '../../helpers/venue.ts';

const HOUR = 3_600 * SECOND;

/** Index 100,000 unless the path says otherwise; two makers can quote. */
function venueWith(prices: Partial<InstrumentPrices>, options: VenueOptions = {}): Venue {
  const venue = new Venue({ price: 100_000, prices: [prices], ...options });
  venue.trader('maker', { cash: 1_000_000_000 });
  venue.trader('taker', { cash: 1_000_000_000 });
  return venue;
}

function quote(venue: Venue, bid: number, ask: number, at: number, lots = 5): void {
  venue.command('maker', 'CancelAll', at);
  venue.order('maker', { side: BUY, lots, price: bid }, at);
  venue.order('maker', { side: SELL, lots, price: ask }, at);
}

const average = (samples = 5) => new MarkPrice({ kind: 'basis-average', samples, clamp: 0 });

describe('the index', () => {
  test('is the path, published at its interval', () => {
    const venue = venueWith({ path: { price: (at) => 100_000 + at / SECOND }, indexInterval: 2 * SECOND });
    venue.run(6 * SECOND);
    expect(venue.happened('IndexPublished').map(({ at, price }) => [at / SECOND, price])).toEqual([
      [0, 100_000],
      [2, 100_002],
      [4, 100_004],
      [6, 100_006],
    ]);
    expect(venue.market.indexPrice(1)).toBe(100_006);
  });

  // 200 lots at 100,000 are 20 M, a fifth of the depth that moves the index by 1 %.
  test.each([
    [0, 100_000, 100_000],
    [0.5, 99_900, 99_950],
    [1, 99_800, 99_900],
  ])(
    'hedges move it where the scenario couples them: with coupling %d a sale of a fifth of the depth brings it to %d, buying half of it back to %d',
    (coupling, after, later) => {
      const venue = venueWith({ coupling, spotDepth: 100_000_000 });
      const hedge = (lots: number, at: number) => {
        const draft = venue.command('taker', 'HedgeSpot', at);
        draft.instrument = 1;
        draft.lots = lots;
      };
      hedge(-200, 1_500 * MS);
      venue.run(2 * SECOND);
      expect(venue.market.indexPrice(1)).toBe(after);
      hedge(100, 2_500 * MS);
      venue.run(3 * SECOND);
      // To the tick: the second hedge is worth a little less at the lower index.
      expect(Math.abs(venue.market.indexPrice(1) - later)).toBeLessThanOrEqual(1);
    },
  );

  test('and the mark stay in the range of prices', () => {
    const far = { price: (at: number) => (at < 1_500 * MS ? 100_000 : at < 2_500 * MS ? 4e9 : -5) };
    const venue = venueWith({ path: far, mark: new MarkPrice({ kind: 'index', samples: 1, clamp: 0 }) });
    const { maxPrice } = venue.market.instrument(1);
    venue.run(2 * SECOND);
    expect([venue.market.indexPrice(1), venue.market.markPrice(1)]).toEqual([maxPrice, maxPrice]);
    venue.run(3 * SECOND);
    expect([venue.market.indexPrice(1), venue.market.markPrice(1)]).toEqual([1, 1]);
  });

  test('a hedge in an instrument that is not there moves nothing', () => {
    const venue = venueWith({ coupling: 1, spotDepth: 100_000_000 });
    const draft = venue.command('taker', 'HedgeSpot', 500 * MS);
    draft.instrument = 99;
    draft.lots = 200;
    venue.run(SECOND);
    expect(venue.market.indexPrice(1)).toBe(100_000);
  });

  test('named shocks are announced when they begin', () => {
    const venue = venueWith({ shocks: [{ at: 1_500 * MS, tag: 3 }], path: { price: (at) => (at < 1_500 * MS ? 100_000 : 90_000) } });
    venue.run(2 * SECOND);
    expect(venue.happened('Shock')).toMatchObject([{ at: 1_500 * MS, price: 90_000, tag: 3 }]);
  });
});

describe('the mark', () => {
  test('is index + liquidation part + other part, whatever moved it', () => {
    const venue = venueWith({
      mark: average(),
      path: { price: (at) => 100_000 + Math.round(at / SECOND) * 7 },
      coupling: 1,
      spotDepth: 1_000_000_000,
    });
    venue.trader('alice', { cash: 120_000 });
    venue.opened('alice', 'taker', 20, 100_000);
    for (let second = 0; second < 60; second++) {
      const at = second * SECOND + 500 * MS;
      const shift = second * second;
      quote(venue, 99_990 - shift, 100_010 - shift, at, 7);
      const hedge = venue.command('taker', 'HedgeSpot', at);
      hedge.instrument = 1;
      hedge.lots = second % 2 === 0 ? -30 : 10;
    }
    venue.run(60 * SECOND);
    const marks = venue.happened('MarkPublished');
    for (const { price, index, liquidationPart, otherPart } of marks) expect(index + liquidationPart + otherPart).toBe(price);
    expect(new Set(marks.map(({ liquidationPart }) => liquidationPart)).size).toBeGreaterThan(5);
    expect(venue.happened('LiquidationStarted').length).toBeGreaterThan(0);
  });

  test('has no liquidation part where nothing was liquidated, however far it is from the index', () => {
    const venue = venueWith({ mark: average(1) });
    quote(venue, 98_990, 99_010, 500 * MS);
    venue.run(2 * SECOND);
    expect(venue.last('MarkPublished')).toMatchObject({ price: 99_000, index: 100_000, liquidationPart: 0, otherPart: -1_000 });
  });

  test('owes a liquidation what it moved the mid by, for as long as the window remembers, and no longer', () => {
    const venue = venueWith({ mark: average(3) });
    venue.trader('alice', { cash: 9_000 });
    venue.opened('alice', 'taker', 10, 100_000);
    // The book is one-sidedly deep; the engine sells ten lots into it when the account is below maintenance: 9,000 < 5 %.
    venue.order('maker', { side: BUY, lots: 10, price: 99_990 }, 0);
    venue.order('maker', { side: BUY, lots: 500, price: 99_590 }, 0);
    venue.order('maker', { side: SELL, lots: 500, price: 100_010 }, 0);
    venue.run(500 * MS);
    expect(venue.last('LiquidationFilled')).toMatchObject({ lots: 10, price: 99_990 });
    // The mid fell from 100,000 to 99,800; then somebody quotes as before.
    venue.order('maker', { side: BUY, lots: 1, price: 99_990 }, 1_500 * MS);
    venue.run(6 * SECOND);
    expect(
      venue
        .happened('MarkPublished')
        .filter(({ to }) => venue.kernel.nameOf(to) === 'gateway')
        .map(({ at, price, liquidationPart }) => [at / SECOND, price, liquidationPart]),
    ).toEqual([
      [0, 100_000, 0],
      [1, 99_900, -100],
      [2, 99_933, -67],
      [3, 99_933, -67],
      [4, 100_000, 0],
      [5, 100_000, 0],
      [6, 100_000, 0],
    ]);
  });

  test('what was hedged of liquidation flow moves the index and counts as liquidation flow, until it is bought back', () => {
    const venue = venueWith({ coupling: 1, spotDepth: 100_000_000 });
    const hedge = (lots: number, at: number) => {
      const draft = venue.command('taker', 'HedgeSpot', at);
      draft.instrument = 1;
      draft.lots = lots;
    };
    // All of a basis of −400 is a liquidation's. Selling spot against it moves the index by −100 in its name.
    quote(venue, 99_590, 99_610, 100 * MS);
    venue.run(200 * MS);
    venue.impacts[1].record(4, -1_000);
    hedge(-100, 500 * MS);
    venue.run(SECOND);
    expect(venue.last('MarkPublished')).toMatchObject({ index: 99_900, price: 99_900, liquidationPart: -100 });
    // The book recovers, and the hedge is undone against other flow: nothing is owed any more.
    quote(venue, 100_190, 100_210, 1_200 * MS);
    hedge(101, 1_500 * MS);
    venue.run(2 * SECOND);
    expect(venue.market.indexPrice(1)).toBeGreaterThanOrEqual(100_000);
    expect(venue.last('MarkPublished').liquidationPart).toBe(0);
    hedge(-101, 2_500 * MS);
    venue.run(3 * SECOND);
    expect(venue.last('MarkPublished')).toMatchObject({ liquidationPart: 0 });
  });
});

describe('funding', () => {
  const funding = () => new FundingRate({ interestRate: 100, clamp: 500, cap: 3_000, initialRate: 100, interval: 8 * HOUR });

  test('settles at its instants, and owners hear what they paid', () => {
    const venue = venueWith({
      funding: funding(),
      fundingInterval: 8 * HOUR,
      firstFundingAt: 2 * HOUR,
      markInterval: HOUR,
      indexInterval: HOUR,
      fundingSampleInterval: HOUR,
    });
    venue.opened('maker', 'taker', 100, 100_000);
    venue.run(20 * HOUR);
    const settled = venue.happened('FundingSettled');
    expect(settled.map(({ at }) => at / HOUR)).toEqual([2, 10, 18]);
    // Without a book there is no premium: the rate is the interest, 0.01 % of 10,000,000.
    expect(settled.map(({ rate, price }) => [rate, price])).toEqual([
      [100, 100_000],
      [100, 100_000],
      [100, 100_000],
    ]);
    expect(venue.heard('maker', 'FundingPaid').map(({ lots, amount, rate }) => [lots, amount, rate])).toEqual(
      [1, 2, 3].map(() => [100, 1_000, 100]),
    );
    expect(venue.heard('taker', 'FundingPaid').map(({ lots, amount }) => [lots, amount])).toEqual([1, 2, 3].map(() => [-100, -1_000]));
    expect(venue.problems()).toEqual([]);
  });

  test('follows the premium of the impact prices', () => {
    const venue = venueWith({
      funding: funding(),
      fundingInterval: 8 * HOUR,
      firstFundingAt: 8 * HOUR,
      fundingSampleInterval: 60 * SECOND,
      markInterval: HOUR,
      indexInterval: HOUR,
      impactNotional: 400_000,
    });
    // Four lots are what 400,000 buys: bid 100,300 for all of them, a premium of 0.3 %.
    quote(venue, 100_300, 100_320, SECOND, 4);
    venue.run(SECOND * 2);
    expect(venue.priceFeed!.nextFundingAt(1)).toBe(8 * HOUR);
    venue.run(8 * HOUR);
    // 0.3 % + clamp(0.01 % − 0.3 %, ±0.05 %) = 0.25 %.
    expect(venue.last('FundingSettled').rate).toBe(2_500);
    expect(venue.priceFeed!.nextFundingAt(1)).toBe(16 * HOUR);
  });

  test('a book that lacks the impact notional has no premium', () => {
    const venue = venueWith({
      funding: funding(),
      fundingInterval: 8 * HOUR,
      firstFundingAt: 8 * HOUR,
      fundingSampleInterval: 60 * SECOND,
      markInterval: HOUR,
      indexInterval: HOUR,
      impactNotional: 500_000,
    });
    quote(venue, 100_300, 100_320, SECOND, 4);
    venue.run(8 * HOUR);
    expect(venue.last('FundingSettled').rate).toBe(100);
  });

  test('without it nothing is settled', () => {
    const venue = venueWith({ markInterval: HOUR, indexInterval: HOUR });
    venue.run(24 * HOUR);
    expect(venue.happened('FundingSettled', 'FundingPaid')).toEqual([]);
    expect(venue.priceFeed!.fundingRate(1)).toBe(0);
  });
});

test('two instruments have prices of their own', () => {
  const venue = new Venue({
    price: 1_000,
    instruments: [instrument(), instrument({ symbol: 'OTHER' })],
    prices: [
      { path: { price: () => 1_100 }, markInterval: 2 * SECOND },
      { path: { price: () => 900 }, markInterval: 3 * SECOND },
    ],
  });
  venue.run(5 * SECOND);
  const marks = venue.happened('MarkPublished').filter(({ to }) => venue.kernel.nameOf(to) === 'gateway');
  expect(marks.map(({ at, instrument: i, price }) => [at / SECOND, i, price])).toEqual([
    [0, 1, 1_100],
    [0, 2, 900],
    [2, 1, 1_100],
    [3, 2, 900],
    [4, 1, 1_100],
  ]);
});
