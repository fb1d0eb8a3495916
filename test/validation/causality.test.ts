// Caused, not scripted: what the liquidations of a run do to its price is taken away when they are, seed by seed on common
// random numbers. A few seeds and the minutes that matter by default; `SEEDS=20 npx vitest run test/validation` makes the full
// claim on whole runs. What twenty seeds came to is in docs/scenarios.md.

import { describe, expect, test, vi } from 'vitest';
import type { Rng } from '../../src/base/random.ts';
import { KernelContext } from '../../src/kernel/context.ts';
import { readScenarioFile } from '../../src/simulation/scenario-reader.ts';
import { createSimulation } from '../../src/simulation/simulation.ts';
import { correlation, estimate, median } from '../../src/study/statistics.ts';
import { FULL, run, SEEDS, type Run } from '../helpers/arms.ts';

/** Scenarios that fall, and the minutes until the fall is over. */
const FALLS = [
  ['flash-crash', '30m'],
  ['october-2025', '45m'],
] as const;
/** At least so many of the seeds: 18 of 20. */
const MOST = SEEDS.length - Math.floor(SEEDS.length / 10);

const pairs = (scenario: string, until: string, set: readonly string[]): (readonly [as: Run, changed: Run])[] =>
  SEEDS.map((seed) => [run(scenario, seed, [], until), run(scenario, seed, set, until)]);

describe.each(FALLS)('%s', (scenario, until) => {
  test('liquidations matched off the book cause no other; on the book they do, on nearly every seed, and some three generations deep', () => {
    const both = pairs(scenario, until, ['liquidation.impact=off-book']);
    for (const [, without] of both) {
      const { liquidations, cascades } = without.headline;
      expect(liquidations).toBeGreaterThan(20);
      expect(cascades).toMatchObject({ branchingRatio: 0, deepest: 1, count: 0 });
    }
    expect(
      both.filter(([on, without]) => on.headline.cascades.branchingRatio > without.headline.cascades.interval[1]).length,
    ).toBeGreaterThanOrEqual(MOST);
    expect(Math.max(...both.map(([on]) => on.headline.cascades.deepest))).toBeGreaterThanOrEqual(3);
  });

  test.each(['liquidation.enabled=false', 'leverage.enabled=false'])(
    'with %s the mid falls as the index does, to half a percentage point; with it, deeper',
    (off) => {
      const both = pairs(scenario, until, [off]);
      for (const [, without] of both) expect(without.headline.liquidations).toBe(0);
      expect(median(both.map(([, without]) => without.headline.price.maxDrawdown - without.indexDrawdown))).toBeLessThan(0.005);
      expect(median(both.map(([on, without]) => on.headline.price.maxDrawdown - without.headline.price.maxDrawdown))).toBeGreaterThan(0);
    },
  );

  test('arms are paired: what the same seed does under two rules is reported as a correlation', () => {
    const lows = (set: readonly string[]) => SEEDS.map((seed) => Number(run(scenario, seed, set, until).headline.price.low));
    const trades = (set: readonly string[]) => SEEDS.map((seed) => run(scenario, seed, set, until).headline.trades);
    const arms = ['liquidation.impact=off-book', 'liquidation.enabled=false'];
    const achieved = arms.map((arm) => [arm, correlation(lows([]), lows([arm])), correlation(trades([]), trades([arm]))] as const);
    for (const [arm, low, traded] of achieved)
      console.info(`${scenario}, ${arm}: correlation over ${SEEDS.length} seeds of price.low ${shown(low)}, of trades ${shown(traded)}`);
    // Three seeds say nothing about a correlation; twenty must show that pairing gains something.
    for (const [arm, , traded] of achieved) expect(traded, arm).toBeGreaterThan(FULL ? 0.2 : -1.01);
  });
});

const shown = (value: number | null) => (value === null ? 'none' : value.toFixed(2));

describe('calm', () => {
  test('has the levered accounts of flash-crash', () => {
    const [calm, crash] = ['calm', 'flash-crash'].map(
      (name) => readScenarioFile(`sim-configs/scenarios/${name}.yaml`).config.traders as Record<string, unknown>,
    );
    for (const who of ['retail', 'large-long', 'large-short']) expect(calm[who]).toEqual(crash[who]);
  });

  test('and no endogenous liquidation', () => {
    for (const seed of SEEDS)
      expect(run('calm', seed, [], '20m').headline.cascades, `seed ${seed}`).toMatchObject({ branchingRatio: 0, count: 0 });
  });
});

describe('scale', () => {
  test.each([
    // The one that the file has comes first.
    ['flash-crash', '30m', ['1', '1/4', '1/16']],
    ['october-2025', '45m', ['1/16', '1/4', '1']],
  ] as const)('%s: the liquidated share of open interest is the same at ×1, ×¼ and ×1/16', (scenario, until, [own, ...others]) => {
    const shares = (set: readonly string[]) =>
      SEEDS.slice(0, FULL ? SEEDS.length : 2).map((seed) => {
        const { forcedNotional, openInterest } = run(scenario, seed, set, until).headline;
        return Number(forcedNotional) / Number(openInterest.start);
      });
    const base = shares([]);
    const share = estimate(base).mean;
    for (const scale of others) {
      // Paired by seed. Sizes round to other lots, and a crash magnifies that: a tenth of the share is noise.
      const { mean } = estimate(shares([`scale=${scale}`]).map((value, i) => value - base[i]));
      console.info(
        `${scenario}: liquidated share of open interest ${share.toFixed(4)} at ×${own}, ${(share + mean).toFixed(4)} at ×${scale}`,
      );
      expect(Math.abs(mean), scale).toBeLessThan(0.1 * share);
    }
  });
});

// ── Who draws what

/** The state of every stream at the end of a run, by the name of who draws from it and what for. */
function drawn(scenario: string, set: readonly string[]): { readonly streams: Map<string, string>; readonly liquidations: number } {
  const streams = new Map<string, () => readonly number[]>();
  const { rng } = KernelContext.prototype;
  const named = vi.spyOn(KernelContext.prototype, 'rng').mockImplementation(function (this: KernelContext<never>, purpose: string): Rng {
    const stream = rng.call(this, purpose);
    streams.set(`${this.name}/${purpose}`, () => stream.state());
    return stream;
  });
  try {
    const simulation = createSimulation(readScenarioFile(`sim-configs/scenarios/${scenario}.yaml`, { seed: '5', set }));
    const { liquidations } = simulation.runToEnd().headline;
    return { streams: new Map([...streams].map(([name, state]) => [name, state().join(' ')])), liquidations };
  } finally {
    named.mockRestore();
  }
}

describe('draws', () => {
  const until = 'duration=30m';

  test.each([
    ['one noise trader more', ['traders.noise.count=121']],
    ['liquidations off the book', ['liquidation.impact=off-book']],
    ['no liquidations', ['liquidation.enabled=false']],
  ] as const)('%s leaves what everybody else draws unchanged, stream by stream', (_name, set) => {
    expect(readScenarioFile('sim-configs/scenarios/flash-crash.yaml').traders.find(({ id }) => id === 'noise')?.count).toBe(120);
    const as = drawn('flash-crash', [until]);
    const changed = drawn('flash-crash', [until, ...set]);
    expect(as.liquidations).toBeGreaterThan(20);
    expect(changed.liquidations).not.toBe(as.liquidations);
    const differing = [...as.streams].filter(([name, state]) => changed.streams.get(name) !== state).map(([name]) => name);
    // Reactions of a crowd's members are not among them: each is a stream of its own, made when there is something to react to.
    expect(differing).toEqual([]);
    expect(as.streams.size).toBeGreaterThan(700);
    const added = [...changed.streams.keys()].filter((name) => !as.streams.has(name));
    expect(added.every((name) => name.startsWith('trader/noise/120/'))).toBe(true);
  });
});
