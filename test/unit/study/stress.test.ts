// Reverse stress against runs made one by one: what is said of every value, where it is found, and what is refused.

import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../../src/simulation/config-error.ts';
import type { Headline } from '../../../src/simulation/metrics.ts';
import { createSimulation } from '../../../src/simulation/simulation.ts';
import { armOf, seeds } from '../../../src/study/compare.ts';
import { parseCondition } from '../../../src/study/stress-condition.ts';
import { parseShock } from '../../../src/study/stress-shock.ts';
import { reverseStress } from '../../../src/study/stress.ts';
import { smallScenario } from '../../helpers/small-scenario.ts';

const scenario = smallScenario({ set: ['duration=30s', 'insuranceFund.cash=1000'] });

const known = new Map<string, Headline>();

function headlineAt(size: string, seed: string): Headline {
  const key = `${size}/${seed}`;
  const headline = known.get(key) ?? createSimulation(armOf(scenario, { 'shocks[0].size': size }), { seed }).runToEnd().headline;
  known.set(key, headline);
  return headline;
}

function problemOf(work: () => unknown) {
  try {
    work();
  } catch (error) {
    if (error instanceof ConfigError) return error.problems[0];
    throw error;
  }
  throw new Error('nothing was wrong');
}

describe('the smallest shock', () => {
  test('is met where it says, not before, and every value is what runs of its own say', async () => {
    const told: string[] = [];
    const all = seeds(1, 4);
    const stress = await reverseStress(scenario, {
      shock: 'shocks[0].size=-1%..-6%:2',
      find: 'liquidations >= 8',
      seeds: all,
      refine: 2,
      onRun: (done, total) => told.push(`${done}/${total}`),
    });
    for (const point of stress.points) {
      const met = all.filter((seed) => headlineAt(point.value, seed).liquidations >= 8).length;
      expect([point.value, point.met, point.runs], point.value).toEqual([point.value, met, 4]);
      expect(point.interval[0]).toBeLessThanOrEqual(point.probability);
      expect(point.interval[1]).toBeGreaterThanOrEqual(point.probability);
    }
    const values = stress.points.map(({ value }) => value);
    const probability = (value: string) => stress.points.find((point) => point.value === value)!.probability;
    expect(stress.smallest).not.toBeNull();
    const { at, after } = stress.smallest!;
    expect(probability(at)).toBeGreaterThanOrEqual(0.5);
    for (const before of values.slice(0, values.indexOf(at))) expect(probability(before)).toBeLessThan(0.5);
    // Halved twice: a quarter of the grid's 2.5 %.
    expect(Math.abs(parseFloat(at) - parseFloat(after!))).toBeCloseTo(0.625, 10);
    expect(stress.points.filter(({ refined }) => refined)).toHaveLength(2);
    expect(stress.runs).toBe(20);
    expect(told.at(-1)).toBe('20/20');
    expect(values.map(parseFloat)).toEqual(values.map(parseFloat).toSorted((a, b) => b - a));
    for (const { seed, smallest } of stress.bySeed) {
      const first = values.find((value) => headlineAt(value, seed).liquidations >= 8) ?? null;
      expect(smallest).toBe(first);
    }
    expect(stress.broken).toEqual([]);
  });

  test('need not be the beginning of all that is worse', async () => {
    const { liquidations } = headlineAt('-3%', '1');
    const stress = await reverseStress(scenario, {
      shock: 'shocks[0].size=-1%..-5%:2',
      find: `liquidations == ${liquidations}`,
      seeds: ['1'],
      refine: 0,
    });
    expect(stress.points.map(({ value, met }) => [value, met])).toEqual([
      ['-1%', 0],
      ['-3%', 1],
      ['-5%', 0],
    ]);
    expect(stress.smallest).toEqual({ at: '-3%', after: '-1%' });
    expect(stress.reversals).toEqual(['1']);
  });

  test('may be nowhere, or the first value already', async () => {
    const never = await reverseStress(scenario, { shock: 'shocks[0].size=-1%..-2%:1', find: 'halts >= 1', seeds: ['1', '2'] });
    expect([never.smallest, never.runs, never.bySeed.map(({ smallest }) => smallest)]).toEqual([null, 4, [null, null]]);
    const always = await reverseStress(scenario, { shock: 'shocks[0].size=-1%..-2%:1', find: 'trades > 0', seeds: ['1', '2'] });
    expect([always.smallest, always.runs]).toEqual([{ at: '-1%', after: null }, 4]);
    const any = await reverseStress(scenario, { shock: 'shocks[0].size=-1%..-2%:1', find: 'halts >= 1', seeds: ['1'], probability: 0 });
    expect(any.smallest).toBeNull();
  });

  test('towards more as towards less', async () => {
    const stress = await reverseStress(scenario, {
      shock: 'insuranceFund.cash=100000..0:2',
      find: 'fund.start <= 50000',
      seeds: ['1'],
      refine: 1,
    });
    expect(stress.points.map(({ value }) => value)).toEqual(['100000', '75000', '50000', '0']);
    expect(stress.smallest).toEqual({ at: '50000', after: '75000' });
  });
});

describe('a shock', () => {
  test('is a grid in the unit of its path', () => {
    const values = (written: string) => parseShock(written, scenario).values;
    expect(values('shocks[0].size=0..-15%:3')).toEqual(['0%', '-5%', '-10%', '-15%']);
    expect(values('shocks.0.at=30s..500ms:2')).toEqual(['30s', '15250ms', '500ms']);
    expect(values('traders.makers.count=2..4:8')).toEqual(['2', '3', '4']);
    expect(values('traders.makers.touch=0.2..0.1:1')).toEqual(['0.2', '0.1']);
    expect(values('index.price=60000..60000.7:2')).toEqual(['60000', '60000.4', '60000.7']);
    expect(values('traders.retail.leverage.lognormal.median=10..20:1')).toEqual(['10', '20']);
    expect(values('traders.retail.leverage.lognormal.sigma=0.1..0.2:1')).toEqual(['0.1', '0.2']);
    expect(values('rules.margin.tiers[0].leverage=125..100:1')).toEqual(['125', '100']);
    expect(values('priceBand=5%..50bp')).toHaveLength(9);
  });

  test('is halved as far as its unit goes', () => {
    const shock = parseShock('traders.makers.count=1..4:1', scenario);
    expect(shock.between('1', '4')).toBe('3');
    expect(shock.between('3', '4')).toBeNull();
    expect(parseShock('shocks[0].size=-1%..-2%', scenario).between('-1%', '-1.5%')).toBe('-1.25%');
  });

  test.each([
    ['shocks[0].size', 'expected path=from..to', null],
    ['shocks[0].size=-1%', 'expected path=from..to', null],
    ['shocks[0].sice=-1%..-2%', 'unknown key "sice"', 'size'],
    ['shocks[1].size=-1%..-2%', 'not a position in the list', null],
    ['traders.makerz.count=1..2', 'there is no "makerz" here', 'makers'],
    ['liquidation.enabled=0..1', 'is not a number', null],
    ['liquidation.policy.kind=0..1', 'is not a number', null],
    ['shocks[0].size=-1%..-200%', 'must be at least -99%', null],
    ['shocks[0].size=-0.5..-15', 'write a fraction such as', '-15%'],
    ['shocks[0].size=-1%..-1%', 'from and to are the same', null],
    ['shocks[0].size=-1%..-2%:0', 'expected 1 to 1000 steps', null],
    ['duration=30s..10s', 'is after the end of the run', null],
  ])('%s is refused', (written, message, suggestion) => {
    const problem = problemOf(() => parseShock(written, scenario));
    expect(problem.message).toContain(message);
    expect(problem.suggestion).toBe(suggestion);
  });
});

describe('a condition', () => {
  const start = createSimulation(scenario).headline();
  const holds = (written: string, headline: object) => parseCondition(written, start).holds({ ...start, ...headline });

  test('compares numbers and money exactly', () => {
    expect(holds('badDebt > 1000000', { badDebt: '1000000.0001' })).toBe(true);
    expect(holds('badDebt > 1000000', { badDebt: '1000000' })).toBe(false);
    expect(holds('badDebt>=1e6', { badDebt: '1000000' })).toBe(true);
    expect(holds('fund.low <= 0', { fund: { ...start.fund, low: '-0.0001' } })).toBe(true);
    expect(holds('halts = 1', { halts: 1 })).toBe(true);
    expect(holds('halts != 1', { halts: 1 })).toBe(false);
    expect(holds('price.maxDrawdown < 5%', { price: { ...start.price, maxDrawdown: 0.0499 } })).toBe(true);
    expect(holds('price.maxDrawdown < 5%', { price: { ...start.price, maxDrawdown: 0.05 } })).toBe(false);
  });

  test('is not met by what is not there', () => {
    expect(start.price.low).toBeNull();
    for (const operator of ['<', '>', '=', '!=']) expect(holds(`price.low ${operator} 1`, {})).toBe(false);
  });

  test.each([
    ['fund.lo <= 0', 'the headline has no number "fund.lo"', 'fund.low'],
    ['fund <= 0', 'no number "fund"', 'fund.start'],
    ['low <= 0', 'no number "low"', 'fund.low'],
    ['baddebt > 1', 'no number "baddebt"', 'badDebt'],
    ['adl.acounts > 0', 'no number "adl.acounts"', 'adl.accounts'],
    ['nothingOfTheKind > 0', 'no number "nothingOfTheKind"', null],
    ['fund.low', 'expected a path into the headline, an operator and a number', null],
    ['fund.low => 0', 'expected a path into the headline', null],
    ['fund.low <= nothing', '"nothing" is not a number', null],
  ])('%s is refused', (written, message, suggestion) => {
    const problem = problemOf(() => parseCondition(written, start));
    expect(problem.message).toContain(message);
    expect(problem.suggestion).toBe(suggestion);
    expect(problem.file).toBe('--find');
  });
});
