// Signs of shares and differences: what rounds to zero has none.

import { expect, test } from 'vitest';
import { differencesOf } from '../../../src/tui/panels/comparison.ts';
import { signed, signedPercent } from '../../../src/tui/panels/format.ts';
import { ALWAYS, viewOf, watched } from '../../helpers/watched.ts';

test.each([
  [0.04, 0, '0'],
  [-0.4, 0, '0'],
  [-0, 0, '0'],
  [-0.6, 0, '−1'],
  [12.34, 1, '+12.3'],
])('%d with %d decimals is %s', (value, decimals, text) => {
  expect(signed(value, decimals)).toBe(text);
});

test('a share that rounds to zero has no sign', () => {
  expect(signedPercent(-0.0004)).toBe('0.0 %');
  expect(signedPercent(-0.0006)).toBe('−0.1 %');
});

test('a difference that is less than half a percent has no percentage', () => {
  const { playback } = watched();
  playback.playTo(5e6, ALWAYS);
  const begin = viewOf(playback);
  const openInterest = (factor: number) =>
    differencesOf({ begin, left: begin, right: { ...begin, openInterest: begin.openInterest * factor } }).find(
      ({ name }) => name === 'open interest',
    )!.change;
  expect(openInterest(0.999)).toMatch(/^−[^(]+$/);
  expect(openInterest(0.9)).toMatch(/^−.* \(−10 %\)$/);
});
