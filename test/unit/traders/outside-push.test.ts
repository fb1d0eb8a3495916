// Pushes that are not made on the book: when they pay by what is believed, and that what they cost elsewhere is in the profit.

import { describe, expect, test } from 'vitest';
import { LiquidationMap } from '../../../src/traders/liquidation-map.ts';
import { bestCollateralPush, bestIndexPush, type OutsideBeliefs } from '../../../src/traders/outside-push.ts';
import { readScenario } from '../../../src/simulation/scenario-reader.ts';
import { createSimulation } from '../../../src/simulation/simulation.ts';
import { Type } from '../../../src/messages.ts';
import { copied, endOf } from '../../helpers/forks.ts';
import { SMALL } from '../../helpers/small-scenario.ts';

const PRICE = 600_000;
const beliefs: OutsideBeliefs = {
  depth: 20_000,
  venueDepth: 1e9,
  budget: 1e12,
  position: 100_000,
  reach: 0.03,
  deepest: 0.4,
  carry: 0.5,
  edge: 0,
  fee: 0.0005,
  undoing: 0.1,
  pledged: 0.5,
  lotValue: 1,
};

/** Longs who came in so much above the price of now. */
function above(share: number, lots: number): LiquidationMap {
  const map = new LiquidationMap();
  map.see(PRICE * (1 + share), lots);
  return map;
}

describe('margin that melts', () => {
  test('closes those who have little of it left, and nobody where it stays', () => {
    const map = above(0.01, 1_000);
    expect(map.drained(PRICE, -1, 0)).toBe(0);
    expect(map.drained(PRICE, -1, 0.1)).toBe(0);
    // At 50 times leverage 0.5 % away as it was, at 25 times 2.5 %, at ten times 8.5 %; those at 100 times are gone already.
    expect(map.drained(PRICE, -1, 0.3)).toBeCloseTo(120);
    expect(map.drained(PRICE, -1, 0.7)).toBeCloseTo(120 + 200);
    expect(map.drained(PRICE, -1, 0.9)).toBeCloseTo(120 + 200 + 300);
  });

  test('of shorts as of longs', () => {
    expect(above(-0.01, 1_000).drained(PRICE, 1, 0.7)).toBeCloseTo(120 + 200);
  });
});

describe('a push of the index', () => {
  test('moves the bet with it, and goes the way that more is forced', () => {
    const plan = bestIndexPush(above(0, 50_000), PRICE, beliefs)!;
    expect(plan.profit).toBeGreaterThan(0);
    expect(plan.value).toBe(Math.round(plan.move * 100 * beliefs.venueDepth));
    expect(plan.bet).toBeLessThanOrEqual(beliefs.position);
    expect(bestIndexPush(above(0.02, 50_000), PRICE, beliefs)!.side).toBe(-1);
    expect(bestIndexPush(above(-0.02, 50_000), PRICE, beliefs)!.side).toBe(1);
  });

  test.each([
    ['the venue is deep', { venueDepth: 1e14, budget: 1e18 }],
    ['there is no budget', { budget: 1e4 }],
    ['fees eat it', { fee: 0.02 }],
    ['the book holds no bet', { position: 0 }],
  ])('does not pay when %s', (_why, change) => {
    expect(bestIndexPush(above(0, 50_000), PRICE, { ...beliefs, ...change })).toBeNull();
  });
});

describe('a sale of what others have as margin', () => {
  const map = above(0.015, 3_000_000);

  test('pays where enough of them are near, betting against them', () => {
    const plan = bestCollateralPush(map, PRICE, beliefs)!;
    expect(plan.side).toBe(-1);
    expect(plan.value).toBe(Math.round(plan.move * 100 * beliefs.venueDepth));
    expect(bestCollateralPush(above(-0.013, 3_000_000), PRICE, beliefs)!.side).toBe(1);
  });

  test.each([
    ['nobody has it', { pledged: 0 }],
    ['most of the push is lost', { undoing: 50 }],
    ['the asset is deep', { venueDepth: 1e14, budget: 1e18 }],
  ])('does not pay when %s', (_why, change) => {
    expect(bestCollateralPush(map, PRICE, { ...beliefs, ...change })).toBeNull();
  });
});

describe('in a run', () => {
  const text = SMALL.replace(
    '  noise: { kind: noise, count: 8 }',
    `  noise: { kind: noise, count: 8 }
  hunter: { kind: liquidation-hunter, depth: 0.5, position: 40, push: 4s, hold: 3s, cover: 5s, rest: 5s, edge: 0%, undoing: 0%, venueDepth: 1000, pledged: 100%, deepest: 60% }`,
  )
    .replace('    entryDistance: 0.2%\n', '    entryDistance: 1%\n    collateral: { USDE: 100% }\n')
    .concat('collateral: { USDE: { haircut: 5%, feed: { kind: constant, price: 1 }, depth: 1000, recovery: 5s } }\n');
  const play = (...set: string[]) => {
    const simulation = createSimulation(readScenario(text, 'hunted.yaml', { set: ['shocks=[{ at: 5s, size: -1% }]', ...set] }));
    const { market } = simulation;
    const owners = new Set<number>();
    const told = { money: 0, lots: 0, units: 0, trades: 0 };
    simulation.kernel.tap((message) => {
      if (message.type !== Type.SpotTraded && message.type !== Type.CollateralTraded) return;
      owners.add(message.account);
      told.trades++;
      told.money += message.amount;
      if (message.type === Type.SpotTraded) told.lots += message.lots;
      else told.units += message.flags;
    });
    const before = Array.from({ length: market.accountCount + 1 }, (_, account) =>
      account === 0 ? 0 : market.collateral.netWorth(account),
    );
    const { headline, manifest } = simulation.runToEnd();
    expect(manifest.invariants.broken).toEqual([]);
    return { simulation, headline, told, owners: [...owners], before };
  };

  test.each([
    ['index', ['traders.hunter.pushes=index', 'index.coupling=100%', 'index.spotDepth=100000']],
    ['collateral', ['traders.hunter.pushes=collateral']],
  ])('what trading the %s elsewhere brought and cost is in its profit, to the unit', (_what, set) => {
    const { simulation, headline, told, owners, before } = play(...set);
    const { market } = simulation;
    expect(told.trades).toBeGreaterThan(5);
    expect(owners).toHaveLength(1);
    const [account] = owners;
    const rest =
      told.lots * market.indexPrice(1) +
      Math.sign(told.units) * market.collateral.held.worth(1, Math.abs(told.units), market.collateral.held.price(1));
    const profit = market.collateral.netWorth(account) - before[account] + told.money + rest;
    expect(Number(headline.profit.hunter)).toBeCloseTo(profit / 10_000, 4);
  });

  test('the index moves as far as it is coupled, and the push is undone', () => {
    const coupled = play(
      'traders.hunter.pushes=index',
      'index.coupling=100%',
      'index.spotDepth=100000',
      'index.volatility=0%',
      'duration=25s',
    );
    const apart = play('traders.hunter.pushes=index', 'index.coupling=0%', 'index.spotDepth=100000', 'index.volatility=0%', 'duration=25s');
    const moved = ({ simulation }: typeof apart) => simulation.timeline.minutes()[0];
    expect(apart.simulation.market.indexPrice(1)).toBe(594_000);
    expect(moved(coupled)).not.toEqual(moved(apart));
    expect(apart.told.trades).toBeGreaterThan(0);
    for (const { told } of [coupled, apart]) expect(Math.abs(told.lots)).toBe(0);
    // Back and forth: the fee at least.
    expect(apart.told.money).toBeLessThan(0);
  });

  test.each(['index', 'collateral'])('in the midst of a push of the %s a run is forked, and goes on as it would have', (pushes) => {
    const set = ['shocks=[{ at: 5s, size: -1% }]', `traders.hunter.pushes=${pushes}`, 'index.coupling=100%', 'index.spotDepth=100000'];
    const scenario = readScenario(text, 'hunted.yaml', { set });
    const simulation = createSimulation(scenario);
    let trades = 0;
    simulation.kernel.tap(({ type }) => {
      if (type === Type.SpotTraded || type === Type.CollateralTraded) trades++;
    });
    while (trades < 2 && simulation.step());
    const again = copied(scenario, simulation.checkpoint());
    expect(endOf(again)).toEqual(endOf(simulation));
    expect(trades).toBeGreaterThan(2);
  });

  test('a collateral that there is not cannot be hunted', () => {
    expect(() => play('traders.hunter.pushes=collateral', 'traders.hunter.asset=USDX')).toThrow('there is no collateral "USDX"');
  });
});
