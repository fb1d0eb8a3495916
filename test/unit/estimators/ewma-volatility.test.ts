import { describe, expect, test } from 'vitest';
import { EwmaVolatility, decayOf } from '../../../src/estimators/ewma-volatility.ts';

/** Thirty returns and what RiskMetrics' formula makes of them, decay 0.94, seeded with the mean square of the first ten. */
const RETURNS = [
  0.012, -0.008, 0.021, -0.034, 0.005, 0.017, -0.026, 0.009, -0.003, 0.041, -0.055, 0.022, 0.013, -0.019, 0.007, -0.011, 0.028, -0.006,
  0.002, -0.015, 0.063, -0.048, 0.031, -0.022, 0.01, -0.004, 0.016, -0.037, 0.025, -0.009,
];

describe('EWMA volatility', () => {
  test('reproduces the worked example', () => {
    const ewma = new EwmaVolatility({ decay: 0.94, seedCount: 10 });
    for (const change of RETURNS.slice(0, 11)) ewma.push(change);
    expect(ewma.variance).toBeCloseTo(0.0006107040000000002, 14);
    for (const change of RETURNS.slice(11)) ewma.push(change);
    expect(ewma.variance).toBeCloseTo(0.0006520266619786184, 14);
    expect(ewma.volatility).toBeCloseTo(0.025534812746104453, 14);
  });

  test('a return counts half as much after the half-life', () => {
    const ewma = new EwmaVolatility({ decay: decayOf(60, 5) });
    ewma.push(0.01);
    for (let i = 0; i < 12; i++) ewma.push(0);
    expect(ewma.variance).toBeCloseTo(0.01 ** 2 / 2, 15);
  });

  test('is nothing before the first return, and refuses what is no number', () => {
    const ewma = new EwmaVolatility({ decay: 0.9 });
    expect(ewma.volatility).toBe(0);
    expect(() => ewma.push(NaN)).toThrow('not a number');
    expect(() => new EwmaVolatility({ decay: 1 })).toThrow('decay 1');
  });
});
