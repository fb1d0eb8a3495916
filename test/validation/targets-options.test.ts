// Margin of portfolios with options against the worked numbers of the literature.

import { describe, expect, test } from 'vitest';
import { black76, type OptionTerms } from '../../src/options/black-76.ts';
import { scanRisk, spanScenarios, type Holding } from '../../src/options/scenario-matrix.ts';
import { target } from '../helpers/targets.ts';

describe("Black's formula", () => {
  test('OPT-B76-01: value, delta, gamma, vega', ({ skip }) => {
    const { setup, expected } = target('OPT-B76-01', skip);
    const { F, K, r, sigma, T } = setup as Record<string, number>;
    const call = black76({ kind: 'call', strike: K, expiry: T }, F, sigma, r);
    expect(call.value).toBeCloseTo(expected.call, 10);
    expect(call.delta).toBeCloseTo(expected.delta_call, 10);
    expect(call.gamma).toBeCloseTo(expected.gamma, 10);
    expect(call.vega).toBeCloseTo(expected.vega, 10);
    expect(black76({ kind: 'put', strike: K, expiry: T }, F, sigma, r).value).toBeCloseTo(expected.put, 10);
  });

  test('Hull, futures options: 1.12 for a put at the money, four months', () => {
    expect(black76({ kind: 'put', strike: 20, expiry: 4 / 12 }, 20, 0.25, 0.09).value).toBeCloseTo(1.1166, 4);
  });

  test('call less put is the forward less the strike; at expiry it pays what it must', () => {
    const terms = (kind: 'call' | 'put', expiry = 0.3): OptionTerms => ({ kind, strike: 110, expiry });
    const [call, put] = (['call', 'put'] as const).map((kind) => black76(terms(kind), 100, 0.8));
    expect(call.value - put.value).toBeCloseTo(-10, 10);
    expect(call.delta - put.delta).toBeCloseTo(1, 12);
    expect(black76(terms('put', 0), 100, 0.8)).toEqual({ value: 10, delta: -1, gamma: 0, vega: 0 });
    expect(black76(terms('call', 0), 100, 0.8).value).toBe(0);
  });
});

describe('SPAN', () => {
  test('MRG-SPAN-01: sixteen scenarios of a portfolio', ({ skip }) => {
    const { setup, expected } = target('MRG-SPAN-01', skip);
    const [days, year] = (setup.T as string).split('/').map(Number);
    const holdings = (setup.portfolio as ['perp' | 'call' | 'put', number, number][]).map(([kind, strike, quantity]): Holding => ({
      contract: kind === 'perp' ? { kind: 'future' } : { kind, strike, expiry: days / year },
      quantity,
    }));
    const { profits, margin, active } = scanRisk(holdings, setup.F, setup.sigma, { range: setup.range, volatility: setup.vol_abs });
    expect(profits).toHaveLength(16);
    profits.forEach((profit, i) => expect(Math.abs(profit - expected.pnl[i])).toBeLessThan(1e-6));
    expect(Math.abs(margin - expected.scan_risk)).toBeLessThan(1e-6);
    expect(active).toBe(expected.active_scenario);
  });

  test('a hedge never adds to what is scanned of a future, and what cannot lose needs nothing', () => {
    const scan = { range: 0.1, volatility: 0.2 };
    const long: Holding = { contract: { kind: 'future' }, quantity: 1 };
    const put: Holding = { contract: { kind: 'put', strike: 95, expiry: 0.1 }, quantity: 1 };
    const alone = scanRisk([long], 100, 0.6, scan);
    // A range down costs 10; three ranges 30, of which a third counts.
    expect([alone.margin, alone.active]).toEqual([10, 13]);
    expect(scanRisk([long, put], 100, 0.6, scan).margin).toBeLessThan(alone.margin);
    expect(scanRisk([long, { ...long, quantity: -1 }], 100, 0.6, scan)).toMatchObject({ margin: 0, active: 0 });
    expect(spanScenarios({ extreme: 2, extremeShare: 0.35 }).slice(-2)).toEqual([
      { price: 2, volatility: 0, weight: 0.35 },
      { price: -2, volatility: 0, weight: 0.35 },
    ]);
  });
});
