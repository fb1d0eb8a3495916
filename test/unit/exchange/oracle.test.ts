import { describe, expect, test } from 'vitest';
import { Oracle, type OracleRules } from '../../../src/exchange/oracle.ts';

const played = (rules: Partial<OracleRules>, own: readonly number[], elsewhere = 1_000): number[] => {
  const oracle = new Oracle({ source: 'own', lag: 3_000_000, band: 0.02, interval: 1_000_000, ...rules });
  return own.map((price) => oracle.price(price, elsewhere));
};

describe('which price counts', () => {
  const fall = [1_000, 1_000, 650, 650, 700, 900, 1_000];

  test('its own, as it is', () => {
    expect(played({}, fall)).toEqual(fall);
  });

  test('as it was three prices ago; the first, before there were three', () => {
    expect(played({ source: 'lagged' }, fall)).toEqual([1_000, 1_000, 1_000, 1_000, 1_000, 650, 650]);
  });

  test('the average of the last three, of fewer before there were three', () => {
    expect(played({ source: 'averaged' }, fall)).toEqual([1_000, 1_000, 883, 767, 667, 750, 867]);
  });

  test('its own, within two percent of the price elsewhere', () => {
    expect(played({ source: 'clamped' }, [1_000, 985, 650, 1_100])).toEqual([1_000, 985, 980, 1_020]);
    expect(played({ source: 'clamped' }, [650, 650], 660)).toEqual([650, 650]);
  });

  test('a lag shorter than the interval is none', () => {
    expect(played({ source: 'averaged', lag: 1_000 }, fall)).toEqual(fall);
  });
});
