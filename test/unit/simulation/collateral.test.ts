// Collateral in whole runs: what people write becomes what the market is told, who is liquidated because of it, what is sold,
// and that a run without any is as if there were no such thing.

import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../../src/simulation/config-error.ts';
import { readScenario } from '../../../src/simulation/scenario-reader.ts';
import { createSimulation, restoreSimulation, type Simulation } from '../../../src/simulation/simulation.ts';
import { policyKinds } from '../../../src/liquidation/registry.ts';
import { layerKinds } from '../../../src/losses/registry.ts';
import { venues } from '../../../src/venues/registry.ts';
import { Reason, Type, type Envelope } from '../../../src/messages.ts';
import { copied, endOf, fingerprint } from '../../helpers/forks.ts';
import { SMALL } from '../../helpers/small-scenario.ts';

const COLLATERAL = `
collateral:
  USDE:
    haircut: 5%
    feed: { kind: constant, price: 1 }
    depth: 400000
    shocks: [{ name: depeg, at: 24s, size: -35%, over: 6s, recovery: 10s }]
  BTC:
    tick: 0.1
    haircut: 10%
    tiers: [{ from: 2, haircut: 25% }]
    feed: { kind: constant, price: 1, of: BTC-PERP }
`;
const WITH = SMALL.replace('name: small', 'name: with-collateral').replace(
  '    entryDistance: 0.2%\n',
  '    entryDistance: 0.2%\n    collateral: { USDE: 80%, BTC: 15% }\n',
);

const read = (...set: string[]) => readScenario(WITH + COLLATERAL, 'with-collateral.yaml', { set });
const run = (...set: string[]) => createSimulation(read(...set));

function problemsOf(text: string, ...set: string[]) {
  try {
    readScenario(text, 'bad.yaml', { set });
  } catch (error) {
    if (error instanceof ConfigError)
      return error.problems.map(({ path, message, suggestion }) => [path, message, suggestion ?? undefined]);
    throw error;
  }
  return [];
}

const byText = (a: unknown, b: unknown): number => (String(a) < String(b) ? -1 : 1);

const typed = (simulation: Simulation, name: Envelope['message']['type']) => {
  const found: Envelope[] = [];
  simulation.envelopes$.subscribe((envelope) => {
    if (envelope.message.type === name) found.push(envelope);
  });
  return found;
};

describe('what is read', () => {
  test('units, prices, haircuts and shares become integers', () => {
    const { collateral, traders } = read();
    expect(collateral.map(({ symbol }) => symbol)).toEqual(['USDE', 'BTC']);
    // 0.00001 × 0.0001 USDT, in units of 0.0001 USDT; then 0.00001 × 0.1.
    expect(collateral.map(({ numerator, denominator }) => numerator / denominator)).toEqual([1e-5, 0.01]);
    expect(collateral[1].terms).toEqual({ haircut: 100_000, tiers: [{ from: 200_000, haircut: 250_000 }], cap: 0, discount: 10_000 });
    expect(collateral.map(({ follows }) => follows)).toEqual([-1, 0]);
    expect(traders[0].collateral).toEqual([
      { asset: 0, share: 800_000 },
      { asset: 1, share: 150_000 },
    ]);
  });

  test('what is wrong is told with its place, all at once', () => {
    expect(
      problemsOf(
        `${SMALL.replace('    entryDistance: 0.2%\n', '    entryDistance: 0.2%\n    collateral: { USDX: 60%, BTC: 50% }\n')}
collateral:
  USDE:
    unit: 0
    hairct: 5%
    feed: { kind: constant, price: 1 }
  BTC:
    tick: 0.1
    haircut: 110%
    tiers: [{ from: 2, haircut: 25% }, { from: 1, haircut: 10% }]
    feed: { kind: constant, price: 1, of: BTC-PREP }
    shocks: [{ at: 2m, size: -100% }]
  ETH: { haircut: 1% }
`,
      ).toSorted(byText),
    ).toEqual(
      [
        ['collateral.BTC.haircut', 'must be at most 100%, is 110%', undefined],
        ['collateral.BTC.feed.of', 'unknown instrument "BTC-PREP"', 'BTC-PERP'],
        ['collateral.BTC.shocks[0].at', 'is after the end of the run', undefined],
        ['collateral.BTC.shocks[0].size', 'must be at least -99%, is -100%', undefined],
        ['collateral.BTC.tiers[1].from', 'must be above the tier before it', undefined],
        ['collateral.BTC.tiers[1].haircut', 'must not be below the haircut of the tier before it', undefined],
        ['collateral.ETH.feed', 'missing required key "feed"', undefined],
        ['collateral.USDE.hairct', 'unknown key "hairct"', 'haircut'],
        ['collateral.USDE.unit', 'must be more than 0', undefined],
        ['traders.retail.collateral', 'adds up to more than 100%', undefined],
        ['traders.retail.collateral.USDX', 'unknown collateral "USDX"', 'USDE'],
      ].toSorted(byText),
    );
  });

  test('units too coarse for exact money are refused', () => {
    expect(problemsOf(WITH + COLLATERAL, 'collateral.USDE.unit=100000', 'collateral.USDE.tick=1')).toEqual([
      ['collateral.USDE.unit', expect.stringContaining('units of money, of which at most'), undefined],
    ]);
  });

  test('during a run only terms may change, and never who takes which price', () => {
    const during = (set: string) =>
      problemsOf(WITH + COLLATERAL, `interventions=[{ at: 5s, set: { ${set} } }]`).map(([, message]) => message);
    expect(during('collateral.USDE.haircut: 30%')).toEqual([]);
    expect(during('collateral.BTC.tiers: [], collateral.BTC.cap: 3')).toEqual([]);
    expect(during('collateral.USDE.depth: 1')).toEqual(['"collateral.USDE.depth" cannot change during a run']);
    expect(during('collateral.USDE.feed.price: 2')).toEqual(['"collateral.USDE.feed" cannot change during a run']);
  });
});

describe('a run', () => {
  test('begins with the margin that money would have been, to the haircut', () => {
    const [withIt, without] = [run(), createSimulation(readScenario(SMALL, 'small.yaml'))];
    const { market } = withIt;
    let pledged = 0;
    for (let account = 1; account <= without.market.accountCount; account++) {
      const difference = market.equity(account) - without.market.equity(account);
      // No less, and more by no more than a unit of each asset counts for: 0.00001 coins.
      expect(difference).toBeGreaterThanOrEqual(0);
      expect(difference).toBeLessThanOrEqual(6_001);
      if (market.collateral.held.holds(account)) pledged++;
    }
    expect(pledged).toBe(60);
    expect(market.collateral.held.price(2)).toBe(market.indexPrice(1));
  });

  test('a depeg liquidates accounts that were safe without it; conversions pay what they owe', () => {
    const depeg = run();
    const converted = typed(depeg, 'CollateralConverted');
    const { headline, manifest } = depeg.runToEnd();
    const calm = run('collateral.USDE.shocks=[]').runToEnd().headline;
    expect(manifest.invariants.broken).toEqual([]);
    expect(headline.liquidations).toBeGreaterThan(calm.liquidations);
    expect(converted.length).toBeGreaterThan(0);
    const { USDE, BTC } = headline.collateral!;
    expect(Number(USDE.price.low)).toBeLessThan(0.66);
    expect(USDE.sales).toBeGreaterThan(0);
    expect(Number(USDE.sold)).toBeGreaterThan(0);
    expect(Number(USDE.proceeds)).toBeLessThan(Number(USDE.sold));
    expect(Number(BTC.price.start)).toBe(60_000);
    for (const { message } of converted) expect(depeg.market.cash(message.account!)).toBeGreaterThanOrEqual(0);
    expect(depeg.market.checkConservation()).toBeNull();
  });

  test('forced sales move the own price of the asset, and no price where it has depth 0', () => {
    const low = (...set: string[]) => Number(run(...set).runToEnd().headline.collateral!.USDE.price.low);
    expect(low('collateral.USDE.depth=20000')).toBeLessThan(0.649);
    expect(low('collateral.USDE.depth=0')).toBe(0.65);
    expect(low('collateral.USDE.oracle={ source: clamped, band: 1% }')).toBe(0.99);
  });

  test('a clamped oracle follows what falls everywhere', () => {
    const set = [
      'collateral.USDE.oracle={ source: clamped, band: 1% }',
      'collateral.USDE.shocks[0].where=everywhere',
      'collateral.USDE.depth=0',
    ];
    expect(Number(run(...set).runToEnd().headline.collateral!.USDE.price.low)).toBe(0.65);
  });

  test('a haircut that rises is told with its reason, and found at once', () => {
    const simulation = run('collateral.USDE.shocks=[]', 'shocks=[]', 'interventions=[{ at: 10s, set: { collateral.USDE.haircut: 90% } }]');
    const changes = typed(simulation, 'HaircutChanged');
    const started = typed(simulation, 'LiquidationStarted');
    const { headline } = simulation.runToEnd();
    expect(changes.map(({ at, message: { asset, amount, reason } }) => [at, asset, amount, reason])).toEqual([
      [10e6, 1, 900_000, Reason['rule-change']],
    ]);
    expect(headline.collateral!.USDE.haircut).toBe(0.9);
    expect(started.filter(({ at }) => at < 10e6 + 20_000).length).toBeGreaterThan(3);
  });

  test('who is brought down by what others’ collateral was sold for is their child, and nobody where sales move nothing', () => {
    // Positions are closed off the book: no liquidation can move the mark.
    const endogenous = (...set: string[]) =>
      run('liquidation.impact=off-book', 'traders.retail.members=300', 'collateral.USDE.shocks[0].over=25s', ...set).runToEnd().headline
        .cascades.branchingRatio;
    expect(endogenous('collateral.USDE.depth=1000')).toBeGreaterThan(0);
    expect(endogenous('collateral.USDE.depth=0')).toBe(0);
  });

  test.each(policyKinds.map(({ kind }) => kind))('%s: every invariant holds, and money and assets are conserved', (kind) => {
    const simulation = run(`liquidation.policy=${kind}`);
    const { headline, manifest } = simulation.runToEnd();
    expect(manifest.invariants.broken).toEqual([]);
    expect(headline.collateral!.USDE.sales).toBeGreaterThan(0);
  });

  test.each([...layerKinds.map(({ kind }) => `losses=[${kind}]`), ...venues.map(({ name }) => `venue=${name}`)])(
    '%s: every invariant holds',
    (set) => {
      // A fund without money: deficits reach the layers.
      const { headline, manifest } = run(set, 'insuranceFund.cash=0', 'collateral.USDE.discount=30%', 'shocks[0].size=-4%').runToEnd();
      expect(manifest.invariants.broken).toEqual([]);
      expect(headline.liquidations).toBeGreaterThan(0);
    },
  );

  test.each(['HaircutChanged', 'CollateralPriced', 'ConvertCollateral', 'CollateralShock'] as const)(
    '%s is not for participants to say',
    (word) => {
      const simulation = run();
      const { kernel, market } = simulation;
      const trader = Array.from({ length: 40 }, (_, n) => n + 1).find((id) => kernel.nameOf(id).startsWith('trader/'))!;
      const refused = typed(simulation, 'OrderRejected');
      const [before, price] = [market.collateral.held.terms(1).haircut, market.collateral.held.price(1)];
      const draft = kernel.send(trader, 1, Type[word], 0);
      draft.account = 5;
      draft.amount = 1_000_000;
      if (word !== 'ConvertCollateral') draft.asset = 1;
      simulation.runUntil(100_000);
      expect(kernel.nameOf(1)).toBe('exchange/gateway');
      expect(refused.some(({ message }) => message.reason === Reason['not-permitted'])).toBe(true);
      expect([market.collateral.held.terms(1).haircut, market.collateral.held.price(1)]).toEqual([before, price]);
      expect(market.collateral.held.sold[1]).toBe(0);
    },
  );

  test('nothing is different where nothing is named', () => {
    const plain = createSimulation(readScenario(SMALL, 'small.yaml'));
    const types = new Set<number>();
    plain.kernel.tap(({ type }) => types.add(type));
    const { headline, manifest } = plain.runToEnd();
    expect(headline).not.toHaveProperty('collateral');
    expect(JSON.stringify(manifest)).not.toContain('ollateral');
    for (const type of [Type.CollateralPriced, Type.ConvertCollateral, Type.CollateralConverted]) expect(types.has(type)).toBe(false);
  });
});

describe('a fork', () => {
  test('goes on as if nothing had happened, in the middle of a depeg', () => {
    const scenario = read(
      'collateral.USDE.oracle={ source: averaged, lag: 5s }',
      'interventions=[{ at: 22s, set: { collateral.BTC.haircut: 20% } }]',
    );
    const simulation = createSimulation(scenario);
    const forks: Simulation[] = [];
    for (const at of [1e6, 23e6, 27.5e6, 31e6, 40e6]) {
      simulation.runUntil(at);
      const checkpoint = simulation.checkpoint();
      forks.push(copied(scenario, checkpoint), restoreSimulation(scenario, structuredClone(checkpoint)), simulation.fork());
      expect(fingerprint(forks.at(-1)!.checkpoint())).toBe(fingerprint(checkpoint));
    }
    const end = endOf(simulation);
    expect(end.headline.collateral!.USDE.sales).toBeGreaterThan(0);
    for (const fork of forks) expect(endOf(fork)).toEqual(end);
  });

  test('what if the haircut had been raised by hand', () => {
    const simulation = run();
    simulation.runUntil(15e6);
    const branch = simulation.fork();
    branch.intervene('collateral.USDE.haircut', '60%');
    branch.runUntil(16e6);
    expect(branch.market.collateral.held.terms(1).haircut).toBe(600_000);
    expect(simulation.market.collateral.held.terms(1).haircut).toBe(50_000);
    expect(branch.fork().runToEnd().manifest.digest).toBe(branch.runToEnd().manifest.digest);
  });
});
