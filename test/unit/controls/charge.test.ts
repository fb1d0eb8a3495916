// What is charged of what is asked: remedies, bounds and limits, against the same remedies on whole series.

import { describe, expect, test } from 'vitest';
import { Charge, type ChargeSettings } from '../../../src/controls/charge.ts';
import { largestRise, peakToTrough, withBuffer, withStressedWeight } from '../../../src/estimators/procyclicality.ts';
import { PLAIN_CHARGE } from '../../helpers/venue.ts';

function charged(asked: readonly number[], settings: Partial<ChargeSettings> = {}): number[] {
  const charge = new Charge({ ...PLAIN_CHARGE, ...settings });
  return asked.map((factor) => {
    charge.push(factor);
    return charge.percent;
  });
}
const percents = (factors: readonly number[]) => factors.map((factor) => Math.ceil(factor * 100 - 1e-6));

// Calm, a storm that builds up and dies down, and calm.
const STORM = [1, 1.05, 1, 1.2, 1.6, 2.3, 3.1, 3.1, 2.2, 1.5, 1.1, 1, 0.9, 1];

test('what is asked, in whole percents, rounded up', () => {
  expect(charged([1, 1.001, 2.5, 0.333])).toEqual([100, 101, 250, 34]);
});

test('a buffer and a stressed weight are those of the estimators', () => {
  expect(charged(STORM, { buffer: 0.25 })).toEqual(percents(withBuffer(STORM)));
  expect(charged(STORM, { stressedWeight: 0.25, stressed: 3 })).toEqual(percents(withStressedWeight(STORM, 3)));
});

test('a floor is the root mean square of the look-back', () => {
  const [, , , last] = charged([1, 2, 2, 0.5], { floorSamples: 4 });
  expect(last).toBe(Math.ceil(100 * Math.sqrt((1 + 4 + 4 + 0.25) / 4)));
  // A look-back that forgets.
  expect(charged([4, 1, 1, 1, 1], { floorSamples: 2 })).toEqual([400, 292, 100, 100, 100]);
});

test('each remedy makes the charge less procyclical; a floor only once there was a storm', () => {
  const plain = charged(STORM);
  for (const settings of [{ buffer: 0.25 }, { stressedWeight: 0.25, stressed: 3 }, { floorSamples: 20 }]) {
    const remedied = charged(STORM, settings);
    expect(peakToTrough(remedied)).toBeLessThan(peakToTrough(plain));
    if (!('floorSamples' in settings)) expect(largestRise(remedied, 3).relative).toBeLessThan(largestRise(plain, 3).relative);
  }
});

describe('bounds and limits', () => {
  test('least and most', () => {
    expect(charged([0.5, 9, 2], { least: 1, most: 5 })).toEqual([100, 500, 200]);
  });

  test('rise and fall from one to the next', () => {
    expect(charged([3, 3, 3, 3], { rise: 0.5 })).toEqual([150, 225, 300, 300]);
    expect(charged([2, 1, 1, 1, 1], { fall: 0.25 })).toEqual([200, 150, 113, 100, 100]);
    // However small a limit, there is an end to it.
    expect(charged([1, 0.97, 0.97, 0.97, 0.97], { fall: 0.001 })).toEqual([100, 99, 98, 97, 97]);
  });

  test('a move below the threshold is not made, a small step towards a far target is', () => {
    expect(charged([1.04, 1.06, 1.02, 1], { threshold: 0.05 })).toEqual([100, 106, 106, 100]);
    expect(charged([2, 2], { threshold: 0.05, rise: 0.02 })).toEqual([102, 105]);
  });

  test('the reason is what held it', () => {
    const why = (asked: readonly number[], settings: Partial<ChargeSettings>) => {
      const charge = new Charge({ ...PLAIN_CHARGE, ...settings });
      for (const factor of asked) charge.push(factor);
      return charge.reason;
    };
    expect(why([2], {})).toBe('rule');
    expect(why([9], { most: 5 })).toBe('most');
    expect(why([2, 0.5], { least: 1 })).toBe('least');
    expect(why([3], { rise: 0.5 })).toBe('rise-limit');
    expect(why([3, 1], { fall: 0.5 })).toBe('fall-limit');
    expect(why([3, 1], { floorSamples: 2 })).toBe('floor');
    expect(why([2], { buffer: 0.25 })).toBe('buffer');
    expect(why([2], { stressedWeight: 0.5, stressed: 3 })).toBe('stressed-weight');
  });
});
