// What each loss layer takes of a position that the book did not, and what it asks for.

import { describe, expect, test } from 'vitest';
import type { LossLayer } from '../../../src/losses/layer.ts';
import { autoDeleveraging } from '../../../src/losses/auto-deleveraging.ts';
import { insuranceFund } from '../../../src/losses/insurance-fund.ts';
import { layerKinds } from '../../../src/losses/registry.ts';
import { Market } from '../../../src/market/market.ts';
import { PPM } from '../../../src/base/units.ts';
import { instrument } from '../../helpers/instruments.ts';
import { defaultsOf } from '../../helpers/param-defaults.ts';
import { layer, lossesOf } from '../../helpers/venue.ts';

type Asked = readonly [what: string, lots: number, price: number, counterparty?: number];

/** A market at 1,000 where a tick × lot is two units, with so much in the fund, and accounts that hold `lots` bought (sold) at `entry`, cash as told. */
function marketWith(fundCash: number, ...holders: readonly (readonly [cash: number, lots: number, entry: number])[]): Market {
  const market = new Market({ settlement: { asset: 'USDT', unit: '0.5' }, instruments: [instrument({ multiplier: 2 })], fundCash });
  market.setMark(1, 1_000);
  const rest = market.openAccount({ owner: 9, cash: 10_000_000, leverage: 10 * PPM, exempt: true });
  for (const [cash, lots, entry] of holders) {
    const account = market.openAccount({ owner: 1, cash, leverage: 10 * PPM });
    if (lots > 0) market.openingTrade(account, rest, 1, lots, entry);
    if (lots < 0) market.openingTrade(rest, account, 1, -lots, entry);
  }
  return market;
}

/** Fund is account 1, the rest of the world 2: the first holder is 3. */
const FIRST = 3;

function absorb(tried: LossLayer, market: Market, lots: number, bankruptcy: number): { readonly taken: number; readonly asked: Asked[] } {
  const asked: Asked[] = [];
  const taken = tried.absorb({ account: FIRST, instrument: 1, lots, bankruptcy, now: 0 }, market, {
    takeOver: (size, price) => void asked.push(['take-over', size, price]),
    deleverage: (counterparty, size, price) => void asked.push(['deleverage', size, price, counterparty]),
    assign: (counterparty, size, price) => void asked.push(['assign', size, price, counterparty]),
    retain: () => undefined,
  });
  return { taken, asked };
}

describe('insurance-fund', () => {
  const fund = (reserve = 0) => layer(insuranceFund, { reserve });

  test.each([
    // fund  reserve  lots  bankruptcy → taken
    ['a long above bankruptcy costs nothing: all of it', 1, 0, 10, 950, 10],
    ['a short likewise', 1, 0, -10, 1_050, -10],
    ['a long below bankruptcy costs 2 × 50 a lot', 1_000, 0, 10, 1_050, 10],
    ['as much as it can pay for', 999, 0, 10, 1_050, 9],
    ['a short likewise', 250, 0, -10, 950, -2],
    ['nothing when it is empty, though it would cost nothing now', 0, 0, 10, 950, 0],
    ['nothing when it cannot pay for one', 99, 0, 10, 1_050, 0],
    ['the reserve is not put at risk', 1_000, 0.5, 10, 1_050, 5],
    ['all of it reserved', 1_000, 1, 10, 950, 0],
  ] as const)('%s', (_name, cash, reserve, lots, bankruptcy, taken) => {
    const result = absorb(fund(reserve), marketWith(cash), lots, bankruptcy);
    expect(result.taken).toBe(taken);
    expect(result.asked).toEqual(taken === 0 ? [] : [['take-over', taken, bankruptcy]]);
  });

  test('what its inventory has lost it cannot pay with again', () => {
    const market = marketWith(1_000, [100_000, 10, 1_000]);
    // It takes four lots over at 1,100, worth 1,000: 800 of its 1,000 are gone.
    market.transfer(FIRST, market.fundAccount, 1, 4, 1_100);
    expect(market.fund.equity).toBe(200);
    expect(absorb(fund(), market, 10, 1_050).taken).toBe(2);
  });
});

describe('auto-deleveraging', () => {
  const adl = () => layer(autoDeleveraging);

  test('takes the winners of the other side by rank, each as far as it holds', () => {
    // Shorts from 1,100, the same profit on the entry: effective leverage decides, 0.6, 2.9 and 2.
    const market = marketWith(0, [0, 0, 1], [9_000, -3, 1_100], [1_000, -2, 1_100], [4_000, -5, 1_100]);
    const { taken, asked } = absorb(adl(), market, 8, 1_020);
    expect(taken).toBe(8);
    expect(asked.map(([, lots, price, counterparty]) => [counterparty, lots, price])).toEqual([
      [FIRST + 2, 2, 1_020],
      [FIRST + 3, 5, 1_020],
      [FIRST + 1, 1, 1_020],
    ]);
  });

  test('for a short the longs, with the sign of the short', () => {
    const market = marketWith(0, [0, 0, 1], [5_000, 4, 900]);
    expect(absorb(adl(), market, -3, 980)).toEqual({ taken: -3, asked: [['deleverage', -3, 980, FIRST + 1]] });
  });

  test('not those who lose, nor those on the same side, nor those in liquidation', () => {
    const market = marketWith(0, [0, 0, 1], [5_000, -4, 900], [5_000, 4, 900], [5_000, -4, 1_100]);
    market.setInLiquidation(FIRST + 3, true);
    expect(absorb(adl(), market, 3, 1_000)).toEqual({ taken: 0, asked: [] });
  });

  test('at a price that a winner cannot pay for it is passed over, and the next is asked', () => {
    // Closing at 1,300 costs 600 a lot: the first has 10, the second enough for one and a half.
    const market = marketWith(0, [0, 0, 1], [0, -1, 1_005], [700, -1, 1_100]);
    expect(market.equity(FIRST + 1)).toBe(10);
    const { taken, asked } = absorb(adl(), market, 5, 1_300);
    expect(asked.map(([, lots, , counterparty]) => [counterparty, lots])).toEqual([[FIRST + 2, 1]]);
    expect(taken).toBe(1);
  });
});

describe('the shelf', () => {
  test('kinds are named once and say what they do', () => {
    expect(new Set(layerKinds.map(({ kind }) => kind)).size).toBe(layerKinds.length);
    for (const { doc } of layerKinds) expect(doc).toMatch(/^[A-Z].{20,}\.$/);
  });

  test.each(layerKinds.map((kind) => [kind.kind, kind] as const))(
    '%s takes no more than there is, and asks for what it takes',
    (_name, kind) => {
      const market = marketWith(700, [0, 0, 1], [9_000, -3, 1_100], [1_000, 2, 900], [4_000, -5, 1_050], [2_000, 7, 950]);
      const made = kind.create(defaultsOf(kind.params), lossesOf(market));
      for (let lots = -12; lots <= 12; lots++) {
        if (lots === 0) continue;
        for (const bankruptcy of [1, 800, 990, 1_000, 1_010, 1_200, 5_000]) {
          const { taken, asked } = absorb(made, market, lots, bankruptcy);
          expect(taken * lots, `${lots} at ${bankruptcy}`).toBeGreaterThanOrEqual(0);
          expect(Math.abs(taken)).toBeLessThanOrEqual(Math.abs(lots));
          expect(asked.reduce((sum, [, size]) => sum + size, 0)).toBe(taken + 0);
          for (const [, size, price] of asked) expect([Math.sign(size), price]).toEqual([Math.sign(lots), bankruptcy]);
        }
      }
    },
  );
});
