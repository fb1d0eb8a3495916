// Six hundred thousand dollars are ten coins at sixty thousand, wherever a venue's rules mention them.

import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../../src/simulation/config-error.ts';
import { readScenario } from '../../../src/simulation/scenario-reader.ts';
import { createSimulation } from '../../../src/simulation/simulation.ts';
import { SMALL, smallScenario } from '../../helpers/small-scenario.ts';

const inCoins = SMALL.replace('start:', 'settlement: BTC\nstart:')
  .replace('{ tick: 0.1, lot: 0.001,', '{ contract: inverse, tick: 0.5, lot: 100, minPrice: 5000,')
  .replace('maxOrder: 500, maxPosition: 2000, maxOpenInterest: 10000', 'maxOrder: 900000, maxPosition: 9000000, maxOpenInterest: 90000000')
  .replace('volatility: 50%', 'volatility: 50%, spotDepth: 2000')
  .replace(/rules:[^]*$/, '');

interface Resolved {
  readonly margin: { readonly tiers: readonly { readonly from: string; readonly maintenance: string }[] };
  readonly insuranceFund: { readonly cash: string };
  readonly funding: { readonly impactNotional: string };
  readonly losses: readonly { readonly kind: string; readonly blockCap?: string }[];
  readonly liquidation: { readonly policy: Readonly<Record<string, string>> };
}
const resolved = (text: string, venue: string): Resolved =>
  readScenario(text, 'coins.yaml', { set: [`venue=${venue}`] }).config as unknown as Resolved;

test('what a venue states in dollars is in coins where a scenario counts in coins, written or not', () => {
  const dollars = resolved(SMALL, 'dydx-v4');
  const coins = resolved(inCoins, 'dydx-v4');
  expect(dollars.liquidation.policy).toMatchObject({ minNotional: '1000', accountNotional: '100000', portion: '10%' });
  expect(coins.liquidation.policy).toMatchObject({ minNotional: '0.0166667', accountNotional: '1.66667', portion: '10%' });
  expect(coins.losses[0]).toMatchObject({ kind: 'insurance-fund', blockCap: '16.6667' });
  // Neither of these is in the preset: they are defaults, in dollars too.
  expect(dollars.insuranceFund.cash).toBe('1000000');
  expect(coins.insuranceFund.cash).toBe('16.6667');
  expect(coins.funding.impactNotional).toBe('0.166667');
  expect(coins.margin.tiers.map(({ maintenance }) => maintenance)).toEqual(dollars.margin.tiers.map(({ maintenance }) => maintenance));
});

test('and the other way round: the preset in coins is the one in dollars', () => {
  const own = resolved(SMALL, 'bitmex');
  const converted = resolved(SMALL, 'bitmex-xbtusd');
  expect(converted.margin.tiers).toEqual(own.margin.tiers);
  expect(converted.insuranceFund).toEqual(own.insuranceFund);
  expect(Number(resolved(inCoins, 'deribit').liquidation.policy.slice)).toBeCloseTo(
    Number(resolved(inCoins, 'deribit-btc').liquidation.policy.slice),
    6,
  );
});

test('the same venue on the same seed closes the same way in either', () => {
  const set = ['venue=bitmex-xbtusd', 'shocks[0].size=-6%'];
  const { headline, manifest } = createSimulation(smallScenario({ set })).runToEnd();
  expect(manifest.invariants.broken).toEqual([]);
  const plain = createSimulation(smallScenario({ set: ['venue=bitmex', set[1]] })).runToEnd();
  expect(headline).toEqual(plain.headline);
  expect(headline.liquidations).toBeGreaterThan(3);
});

describe('without a price to convert at', () => {
  const replayed = inCoins.replace(/index: .*/, 'index: { kind: replay, prices: prices.csv, spotDepth: 2000 }');
  const messages = (venue: string): string => {
    try {
      readScenario(replayed, 'coins.yaml', { set: [`venue=${venue}`] });
    } catch (error) {
      if (error instanceof ConfigError) return error.message;
      throw error;
    }
    return '';
  };

  test('a venue in the other money is refused, and says which are in this one', () => {
    expect(messages('hyperliquid')).toContain('hyperliquid states its amounts in dollars, this scenario counts in coins');
    expect(messages('hyperliquid')).toContain('name bitmex-xbtusd or deribit-btc');
    expect(messages('bitmex-xbtusd')).not.toContain('states its amounts');
  });
});
