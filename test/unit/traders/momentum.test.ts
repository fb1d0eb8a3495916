import { describe, expect, test } from 'vitest';
import { ORDER_IOC } from '../../../src/messages.ts';
import { momentum, tanh } from '../../../src/traders/momentum.ts';
import { TraderHarness } from '../../helpers/trader-harness.ts';

const MINUTE = 60_000_000;

/** A price that moves by `drift` a minute for `minutes`; returns the position at the end. */
function follow(drift: number, minutes: number, values: Record<string, unknown> = {}) {
  const harness = new TraderHarness();
  harness.start(momentum, values);
  for (let i = 0; i < minutes; i++) {
    harness.price(Math.round(1_000_000 * (1 + drift * i)));
    harness.run((i + 1) * MINUTE);
  }
  const position = harness.sentOf('SubmitOrder').reduce((sum, { side, lots }) => sum + side * lots, 0);
  return { harness, position };
}

describe('momentum', () => {
  test('a still market gives no trend', () => {
    expect(follow(0, 60).harness.sent).toEqual([]);
  });

  test('it follows the trend up and down alike, saturating at its position', () => {
    // 0.1 % a minute: the averages end up (10 − 3 minutes) × 0.1 % apart.
    expect(follow(0.001, 60).position).toBeGreaterThan(1_900);
    expect(follow(0.001, 60).position).toBeLessThanOrEqual(2_000);
    expect(follow(-0.001, 60).position).toBeLessThan(-1_900);
    const weak = follow(0.0001, 90).position;
    // 0.07 % over a strength of 0.2 %.
    expect(weak / 2_000).toBeCloseTo(tanh(0.35), 1);
  });

  test('a cross is all or nothing', () => {
    expect(follow(0.00001, 60, { rule: 'cross' }).position).toBe(2_000);
    expect(follow(-0.00001, 60, { rule: 'cross' }).position).toBe(-2_000);
  });

  test('it never sends more than one order’s size, nor through its slippage', () => {
    const { harness } = follow(0.001, 30);
    for (const { lots, flags, price, side } of harness.sentOf('SubmitOrder')) {
      expect(lots).toBeLessThanOrEqual(500);
      expect(flags).toBe(ORDER_IOC);
      expect(side * price).toBeLessThanOrEqual(1_030_000 * 1.0011);
    }
  });

  test('tanh agrees with its definition and ends at ±1', () => {
    for (const [x, y] of [
      [0, 0],
      [0.5, 0.4621171572600098],
      [-1, -0.7615941559557649],
      [3, 0.9950547536867305],
    ])
      expect(tanh(x)).toBeCloseTo(y, 14);
    expect(tanh(1e9)).toBe(1);
    expect(tanh(-1e9)).toBe(-1);
  });

  test('the saturating trend is that of the extended Chiarella model', () => {
    // β tanh(γM) with β = 0.5, γ = 50, M = 0.01, beside κ(V − P) = 0.1.
    expect(0.1 + 0.5 * tanh(50 * 0.01)).toBeCloseTo(0.3310585786300049, 12);
  });
});
