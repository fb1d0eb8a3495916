// Layers that take positions: how much, at what price, from whom, and what becomes of it.

import { describe, expect, test } from 'vitest';
import { PPM } from '../../../src/base/units.ts';
import { takeoverAtBankruptcy } from '../../../src/liquidation/takeover-at-bankruptcy.ts';
import { assignment } from '../../../src/losses/assignment.ts';
import { autoDeleveraging } from '../../../src/losses/auto-deleveraging.ts';
import { insuranceFund } from '../../../src/losses/insurance-fund.ts';
import type { LossContext, LossLayer } from '../../../src/losses/layer.ts';
import { liquidityVault } from '../../../src/losses/liquidity-vault.ts';
import { Market } from '../../../src/market/market.ts';
import { instrument } from '../../helpers/instruments.ts';
import { BUY, layer, LOSSES, lossesOf, SECOND, Venue } from '../../helpers/venue.ts';

type Step = readonly [what: string, lots: number, price: number, who?: number];

/** A market at 1,000 with accounts 2, 3, … that hold lots bought (sold) at an entry against the rest of the world. */
function marketOf(holders: readonly (readonly [cash: number, lots: number, entry: number])[], fundCash = 0): Market {
  const market = new Market({ settlement: { asset: 'USDT', unit: '1' }, instruments: [instrument()], fundCash });
  market.setMark(1, 1_000);
  market.setIndex(1, 990);
  const accounts = holders.map(([cash]) => market.openAccount({ owner: 1, cash, leverage: 10 * PPM }));
  const rest = market.openAccount({ owner: 9, cash: 10_000_000, leverage: PPM, exempt: true });
  holders.forEach(([, lots, entry], i) => {
    if (lots > 0) market.openingTrade(accounts[i], rest, 1, lots, entry);
    if (lots < 0) market.openingTrade(rest, accounts[i], 1, -lots, entry);
  });
  return market;
}

function absorb(tried: LossLayer, market: Market, lots: number, bankruptcy: number, now = 0): Step[] {
  const steps: Step[] = [];
  const taken = tried.absorb({ account: 2, instrument: 1, lots, bankruptcy, now }, market, {
    takeOver: (size, price) => void steps.push(['take-over', size, price]),
    deleverage: (who, size, price) => void steps.push(['deleverage', size, price, who]),
    assign: (who, size, price) => void steps.push(['assign', size, price, who]),
    retain: (amount) => void steps.push(['retain', 0, amount]),
  });
  expect(taken).toBe(steps.reduce((sum, [, size]) => sum + size, 0) + 0);
  return steps;
}

describe('the caps of insurance-fund', () => {
  test('so much a block, so much a window', () => {
    // Each lot taken at 1,050 loses 50.
    const market = marketOf([[0, 0, 0]], 100_000);
    const fund = layer(insuranceFund, { blockCap: 220, block: SECOND, windowCap: 420, window: 10 * SECOND });
    const at = (now: number) => absorb(fund, market, 10, 1_050, now).map(([, size]) => size);
    expect(at(100)).toEqual([4]);
    expect(at(200)).toEqual([]);
    expect(at(SECOND)).toEqual([4]);
    expect(at(2 * SECOND)).toEqual([]);
    // What cost nothing is not capped, and what was spent at 100 counts until ten seconds later.
    expect(absorb(fund, market, 10, 950, 3 * SECOND)).toEqual([['take-over', 10, 950]]);
    expect(at(10 * SECOND + 100)).toEqual([4]);
  });

  test('deficits count too', () => {
    const market = marketOf([[0, 0, 0]], 100_000);
    const fund = layer(insuranceFund, { blockCap: 220, block: SECOND });
    const paid: number[] = [];
    const act = { pay: (_from: number, amount: number) => void paid.push(amount) } as unknown as Parameters<
      NonNullable<LossLayer['cover']>
    >[2];
    const cover = (amount: number, now: number) => fund.cover?.({ account: 2, instrument: 1, amount, now }, market, act);
    expect([cover(150, 0), cover(150, 1), cover(150, 2), cover(150, SECOND)]).toEqual([150, 70, 0, 150]);
    expect(paid).toEqual([150, 70, 150]);
    expect(absorb(fund, market, 10, 1_050, SECOND).map(([, size]) => size)).toEqual([1]);
  });
});

describe('auto-deleveraging', () => {
  // Shorts: 3 earned 10 % with leverage 2, 4 earned 5 % with leverage 10, 5 lost 2 % with leverage 4, and 6 earned 20 % with 1.
  const SHORTS = [
    [1_000, 0, 0],
    [4_000, -10, 1_100],
    [500, -10, 1_050],
    [2_700, -10, 980],
    [7_500, -10, 1_250],
  ] as const;
  const order = (params: object, need = 100, context: LossContext = LOSSES) =>
    absorb(layer(autoDeleveraging, params, context), marketOf(SHORTS), need, 1_000).map(([, size, , who]) => [who, size]);

  test('by profit × leverage, by profit × margin ratio, by price × leverage', () => {
    expect(order({})).toEqual([
      [4, 10],
      [6, 10],
      [3, 10],
    ]);
    expect(order({ ranking: 'profit-leverage', among: 'everybody' })).toEqual([
      [4, 10],
      [6, 10],
      [3, 10],
      [5, 10],
    ]);
    // Profit ÷ wallet × maintenance ÷ equity: 500 ÷ 500 × ½; 2,500 ÷ 7,500 × 0.05; 1,000 ÷ 4,000 × 0.1.
    expect(order({ ranking: 'profit-margin-ratio' })).toEqual([
      [4, 10],
      [3, 10],
      [6, 10],
    ]);
    // Entry ÷ mark × leverage: 1.05 × 10; 0.98 × 4; 1.1 × 2; 1.25 × 1.
    expect(order({ ranking: 'price-leverage', among: 'everybody' })).toEqual([
      [4, 10],
      [5, 10],
      [3, 10],
      [6, 10],
    ]);
  });

  test('from a random place, everybody in turn', () => {
    const seen = new Set<string>();
    const first = layer(autoDeleveraging, { ranking: 'pseudo-random', among: 'everybody' });
    const market = marketOf(SHORTS);
    for (let n = 0; n < 40; n++) {
      const round = absorb(first, market, 100, 1_000).map(([, , , who]) => who);
      expect(round.toSorted((a, b) => (a ?? 0) - (b ?? 0))).toEqual([3, 4, 5, 6]);
      seen.add(round.join());
    }
    expect([...seen].toSorted((a, b) => a.localeCompare(b))).toEqual(['3,4,5,6', '4,5,6,3', '5,6,3,4', '6,3,4,5']);
  });

  test('all at once: by size, by leverage, and levelled', () => {
    expect(order({ ranking: 'pro-rata', among: 'everybody' }, 20)).toEqual([
      [3, 5],
      [4, 5],
      [5, 5],
      [6, 5],
    ]);
    // Leverages 2, 10, 4 and 1 at the mark: 17 lots of weights 20, 100, 40, 10.
    expect(order({ ranking: 'leverage-weighted', among: 'everybody' }, 17)).toEqual([
      [3, 2],
      [4, 10],
      [5, 4],
      [6, 1],
    ]);
    // Down to leverage 2.5: 10 − 2.5 of the second and 10 − 6.25 of the third are 11.25; at 12 it is 2.2666….
    expect(order({ ranking: 'water-filling', among: 'everybody' }, 12)).toEqual([
      [4, 8],
      [5, 4],
    ]);
  });

  test('whose bankruptcy price does not overlap is skipped, or gives what it can', () => {
    // At 1,120 a short loses 120 a lot: 4 has 1,000 and can bear 8 of its 10 lots.
    const steps = absorb(layer(autoDeleveraging), marketOf(SHORTS), 100, 1_120);
    expect(steps.map(([, size, , who]) => [who, size])).toEqual([
      [4, 8],
      [6, 10],
      [3, 10],
    ]);
  });

  test('prices: the mark, the mark before, the index, and the mark where bankruptcy is far from it', () => {
    const at = (params: object, bankruptcy: number, before: (made: LossLayer, market: Market) => void = () => undefined) => {
      const made = layer(autoDeleveraging, params);
      const market = marketOf(SHORTS);
      before(made, market);
      return absorb(made, market, 1, bankruptcy)[0][2];
    };
    expect(at({}, 960)).toBe(960);
    expect(at({ price: 'mark' }, 960)).toBe(1_000);
    expect(at({ price: 'index' }, 960)).toBe(990);
    expect(at({ price: 'previous-mark' }, 960)).toBe(1_000);
    const two = (made: LossLayer, market: Market) => {
      made.observe?.(1, 1_010, 0, market);
      made.observe?.(1, 1_000, 1, market);
    };
    expect(at({ price: 'previous-mark' }, 960, two)).toBe(1_010);
    expect(at({ markBeyond: 0.05 }, 960)).toBe(960);
    expect(at({ markBeyond: 0.05 }, 940)).toBe(1_000);
  });

  test('zero price: the counterparty pays ⅔ of it and ⅓ of the mark, the fund keeps the difference', () => {
    const steps = absorb(layer(autoDeleveraging, { price: 'zero-price' }), marketOf(SHORTS), 15, 940);
    expect(steps).toEqual([
      ['deleverage', 10, 960, 4],
      ['deleverage', 5, 960, 6],
      ['retain', 0, 15 * 20],
    ]);
  });

  test('triggers: only accounts worth less than nothing, or only while the fund has fallen from its peak', () => {
    const negative = layer(autoDeleveraging, { trigger: 'negative-equity' });
    expect(absorb(negative, marketOf(SHORTS), 5, 1_000)).toEqual([]);
    expect(absorb(negative, marketOf([[0, 1, 1_001], ...SHORTS.slice(1)]), 5, 1_000)).toHaveLength(1);

    const fallen = layer(autoDeleveraging, { trigger: 'drawdown', least: 100, peakWindow: 10 * SECOND });
    const market = marketOf(SHORTS, 1_000);
    const fundHas = (cash: number, now: number) => {
      const change = cash - market.fund.cash;
      if (change < 0) market.withdraw(market.fundAccount, -change);
      else market.deposit(market.fundAccount, change);
      fallen.observe?.(1, 1_000, now, market);
      return [absorb(fallen, market, 5, 1_000).length > 0, fallen.relieves?.(market)];
    };
    expect(fundHas(1_000, 0)).toEqual([false, false]);
    expect(fundHas(701, SECOND)).toEqual([false, false]);
    expect(fundHas(700, 2 * SECOND)).toEqual([true, true]);
    expect(fundHas(750, 3 * SECOND)).toEqual([true, true]);
    expect(fundHas(751, 4 * SECOND)).toEqual([false, false]);
    // The peak of a thousand is forgotten ten seconds later: 751 is the peak now.
    expect(fundHas(690, 12 * SECOND)).toEqual([false, false]);
    expect(fundHas(525, 13 * SECOND)).toEqual([true, true]);
  });
});

describe('liquidity-vault', () => {
  const weakVenue = (params: object, equity: number) => {
    const venue = new Venue({
      instruments: [instrument({ liquidationFeePpm: 10_000 })],
      rules: { policy: takeoverAtBankruptcy.create({}, LOSSES) },
      layers: (context) => [layer(liquidityVault, params, context)],
    });
    venue.trader('weak', { cash: 10_000 });
    venue.trader('other', { cash: 1_000_000 });
    venue.opened('weak', 'other', 100, 1_000);
    venue.mark(900 + equity / 100, { at: SECOND });
    return venue;
  };
  const vaultOf = (venue: Venue) => venue.market.pools.all[0].account;

  test('takes the position with its margin, and works it off in the market', () => {
    // Equity 2,000 of a maintenance of 4,600.
    const venue = weakVenue({ cash: 50_000 }, 2_000);
    venue.run(1_500_000);
    const vault = vaultOf(venue);
    expect([venue.lots('weak'), venue.cash('weak')]).toEqual([0, 0]);
    expect(venue.market.positionLots(vault, 1)).toBe(100);
    expect(venue.market.equity(vault)).toBe(52_000);
    expect(venue.heard('weak', 'PositionAssigned')).toMatchObject([{ counterparty: vault, lots: 100, price: 900 }]);
    for (let second = 2; second < 30; second++) venue.order('other', { side: BUY, lots: 50, price: 915 }, second * SECOND);
    venue.run(40 * SECOND);
    expect(venue.market.positionLots(vault, 1)).toBe(0);
    expect(venue.market.cash(vault)).toBe(50_000 + 100 * 15);
    expect(venue.problems()).toEqual([]);
  });

  test('not before its share of maintenance is reached, not beyond its leverage, not what is worth less than nothing', () => {
    const early = weakVenue({ cash: 50_000 }, 4_000);
    early.run(2 * SECOND);
    expect(early.lots('weak')).toBe(100);
    const small = weakVenue({ cash: 10_000, leverage: 2 }, 2_000);
    small.run(1_500_000);
    // 20,000 at 920 a lot; with what it gains it could take more the second time it is asked.
    expect(small.market.positionLots(vaultOf(small), 1)).toBeGreaterThanOrEqual(21);
    expect(small.market.notional(vaultOf(small))).toBeLessThanOrEqual(2 * small.market.equity(vaultOf(small)));
    const bankrupt = weakVenue({ cash: 50_000 }, -1_000);
    bankrupt.run(2 * SECOND);
    expect(bankrupt.lots('weak')).toBe(100);
    const brave = weakVenue({ cash: 50_000, insolvent: true }, -1_000);
    brave.run(1_500_000);
    expect(brave.market.equity(vaultOf(brave))).toBe(49_000);
  });

  test('pays deficits when it is to, as far as it can', () => {
    for (const [cash, paid] of [
      [50_000, 1_000],
      [400, 400],
    ]) {
      const venue = new Venue({
        rules: { policy: takeoverAtBankruptcy.create({}, LOSSES) },
        layers: (context) => [layer(liquidityVault, { cash, pays: true }, context), layer(autoDeleveraging, { price: 'mark' })],
      });
      venue.trader('weak', { cash: 10_000 });
      venue.trader('other', { cash: 1_000_000 });
      venue.opened('weak', 'other', 100, 1_000);
      venue.mark(890, { at: SECOND });
      venue.run(2 * SECOND);
      expect(venue.market.cash(vaultOf(venue))).toBe(cash - paid);
      expect(venue.market.ledger.badDebt).toBe(1_000 - paid);
      expect(venue.cash('weak')).toBe(0);
    }
  });

  test('a short is taken likewise, and what the vault holds the other way is closed by it', () => {
    const venue = weakVenue({ cash: 50_000 }, 2_000);
    venue.trader('short', { cash: 10_000 });
    venue.opened('other', 'short', 100, 830);
    venue.run(3 * SECOND);
    expect(venue.lots('short')).toBe(0);
    expect(Math.abs(venue.market.positionLots(vaultOf(venue), 1))).toBeLessThan(100);
    expect(venue.problems()).toEqual([]);
  });
});

describe('assignment', () => {
  test('volunteers take at a discount, but nothing at a loss', () => {
    const market = marketOf([
      [5_000, 100, 1_050],
      [100_000, 0, 0],
      [100_000, 0, 0],
      [100_000, 0, 0],
    ]);
    for (const [account, lots, discount] of [
      [3, 60, 5_000],
      [4, 30, 10_000],
      [5, 30, 20_000],
    ]) {
      market.volunteers.enter({ account, instrument: 1, lots, discount });
    }
    // At 1 % below 1,000: 990, where the third asks for 2 %.
    expect(absorb(layer(assignment), market, 100, 950)).toEqual([
      ['assign', 60, 990, 3],
      ['assign', 30, 990, 4],
    ]);
    // Not beyond bankruptcy: at 995 only the first still has what it asks for, at 1,010 nobody.
    expect(absorb(layer(assignment), market, 100, 995)).toEqual([['assign', 60, 995, 3]]);
    expect(absorb(layer(assignment), market, 100, 1_010)).toEqual([]);
    // Shorts are given up above the mark.
    expect(absorb(layer(assignment), market, -10, 1_050).map(([what, size, price]) => [what, size, price])).toEqual([
      ['assign', -5, 1_010],
      ['assign', -5, 1_010],
    ]);
    market.volunteers.enter({ account: 3, instrument: 1, lots: 0, discount: 0 });
    expect(absorb(layer(assignment), market, 100, 995)).toEqual([]);
  });
});

test('context with pools: a venue’s own account is made once', () => {
  const market = marketOf([[0, 0, 0]]);
  const context = lossesOf(market);
  expect(context.pool('vault', 500)).toBe(context.pool('vault', 700));
  expect(market.cash(market.pools.all[0].account)).toBe(500);
  expect(market.isExempt(market.pools.all[0].account)).toBe(true);
});
