// Arms of a scenario, seed by seed: which there are, that each is the run it says it is, and what is said of them.

import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../../src/simulation/config-error.ts';
import { createSimulation } from '../../../src/simulation/simulation.ts';
import { compare, seeds, type Study } from '../../../src/study/compare.ts';
import { correlation, estimate } from '../../../src/study/statistics.ts';
import { smallScenario } from '../../helpers/small-scenario.ts';

const scenario = smallScenario();

function difference(study: Study, metric: string, arm = 1) {
  const found = study.differences.find((row) => row.metric === metric && row.arm === arm);
  if (found === undefined) throw new Error(`no difference in ${metric}`);
  return found;
}

test('a study leaves room between its runs', async () => {
  let turns = 0;
  const timer = setInterval(() => turns++, 0);
  await compare(scenario, { seeds: seeds(1, 5), vary: {} });
  clearInterval(timer);
  expect(turns).toBeGreaterThanOrEqual(4);
});

test('seeds are strings from first to last', () => {
  expect(seeds(3, 6)).toEqual(['3', '4', '5', '6']);
  expect(seeds(3, 3)).toEqual(['3']);
  expect(seeds(3, 2)).toEqual([]);
});

describe('arms', () => {
  test('every combination, the first values first', async () => {
    const study = await compare(scenario, {
      seeds: ['1'],
      vary: { 'liquidation.enabled': [true, false], 'traders.noise.count': [8, 9] },
    });
    expect(study.arms).toEqual([
      { 'liquidation.enabled': 'true', 'traders.noise.count': '8' },
      { 'liquidation.enabled': 'true', 'traders.noise.count': '9' },
      { 'liquidation.enabled': 'false', 'traders.noise.count': '8' },
      { 'liquidation.enabled': 'false', 'traders.noise.count': '9' },
    ]);
    expect(study.runs.map(({ arm, seed }) => [arm, seed])).toEqual([
      [0, '1'],
      [1, '1'],
      [2, '1'],
      [3, '1'],
    ]);
    expect(new Set(study.runs.map(({ digest }) => digest)).size).toBe(4);
    expect(study.scenario).toBe('small');
  });

  test('nothing to vary is one arm', async () => {
    const study = await compare(scenario, { seeds: seeds(1, 2), vary: {} });
    expect(study.arms).toEqual([{}]);
    expect(study.runs).toHaveLength(2);
    expect(study.differences).toEqual([]);
  });

  test('each run is the run that its arm and seed make alone', async () => {
    const study = await compare(scenario, { seeds: ['5', '6'], vary: { 'liquidation.impact': ['book', 'off-book'] } });
    for (const { arm, seed, digest, headline } of study.runs) {
      const alone = createSimulation(
        smallScenario({ set: [`liquidation.impact=${study.arms[arm]['liquidation.impact']}`], seed }),
      ).runToEnd();
      expect(digest).toBe(alone.manifest.digest);
      expect(headline).toEqual(alone.headline);
    }
  });

  test('a wrong path or value is refused before the first run, all at once', async () => {
    const error: unknown = await compare(scenario, {
      seeds: seeds(1, 1_000_000),
      vary: { 'liquidation.enabeld': [true], 'liquidation.impact': ['boook'] },
    }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as ConfigError).message).toContain('enabeld');
    expect((error as ConfigError).message).toContain('boook');
  });

  test('a wrong value of a later arm too', async () => {
    await expect(compare(scenario, { seeds: seeds(1, 1_000_000), vary: { 'liquidation.impact': ['book', 'boook'] } })).rejects.toThrow(
      ConfigError,
    );
  });
});

describe('what is said', () => {
  test('the same study twice is the same study', async () => {
    const options = { seeds: seeds(1, 3), vary: { 'liquidation.enabled': [true, false] } };
    expect(await compare(scenario, options)).toEqual(await compare(scenario, options));
  });

  test('means and paired differences are those of the runs', async () => {
    const study = await compare(scenario, { seeds: seeds(1, 6), vary: { 'liquidation.enabled': [true, false] } });
    const [on, off] = [0, 1].map((arm) =>
      study.runs
        .filter((run) => run.arm === arm)
        .map(({ headline }) => headline.price.low)
        .map(Number),
    );
    expect(study.means['price.low']).toEqual([estimate(on), estimate(off)]);
    const low = difference(study, 'price.low');
    expect(low.difference).toEqual(estimate(off.map((value, i) => value - on[i])));
    expect(low.correlation).toBe(correlation(on, off));
    expect(low.more + low.less + low.same).toBe(6);
    // Money is a decimal string in a headline and a number here.
    expect(study.means['fund.start'][0]).toMatchObject({ mean: 200_000, sd: 0 });
    // Nobody is liquidated when it is off, so there is nothing to correlate.
    expect(difference(study, 'liquidations')).toMatchObject({ more: 0, less: 6, same: 0, p: 2 / 64, correlation: null });
  });

  test('an arm that changes nothing differs in nothing', async () => {
    const study = await compare(scenario, { seeds: seeds(1, 3), vary: { 'liquidation.impact': ['book', 'book'] } });
    for (const { metric, more, less, p, difference: gap } of study.differences.filter(({ difference: { n } }) => n > 0))
      expect({ metric, more, less, p, mean: gap.mean }).toEqual({ metric, more: 0, less: 0, p: 1, mean: 0 });
    expect(difference(study, 'price.low').correlation).toBeCloseTo(1, 12);
    expect(study.differences.length).toBeGreaterThan(20);
  });

  test('a metric that no run has is known all the same, and says nothing', async () => {
    // A book of which nothing was taken has no time in which that came back.
    const study = await compare(smallScenario({ set: ['duration=5s', 'shocks=[]'] }), {
      seeds: ['1', '2'],
      vary: { 'liquidation.enabled': [true, false] },
    });
    expect(study.runs.every(({ headline }) => headline.orderliness.depthHalfLifeMs === null)).toBe(true);
    expect(study.means['orderliness.depthHalfLifeMs'].map(({ mean }) => mean)).toEqual([NaN, NaN]);
    expect(difference(study, 'orderliness.depthHalfLifeMs')).toMatchObject({ more: 0, less: 0, same: 0, p: 1 });
  });

  test('a metric that a run does not have is compared where both have it', async () => {
    // Without liquidations there is no time from breach to first order.
    const study = await compare(scenario, { seeds: seeds(1, 2), vary: { 'liquidation.enabled': [true, false] } });
    expect(study.runs.map(({ headline }) => headline.breachToFirstOrderMs === null)).toEqual([false, false, true, true]);
    expect(difference(study, 'breachToFirstOrderMs').difference.n).toBe(0);
  });
});
