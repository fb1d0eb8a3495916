// Numbers as people read them.

import { expect, test } from 'vitest';
import { brief, clock, counted, day, grouped, lasting, percent, tally } from '../../../src/base/figures.ts';

test.each([
  [0, '0'],
  [999, '999'],
  [1_000, '1,000'],
  ['-1234567.25', '-1,234,567.25'],
  ['0.0001', '0.0001'],
])('grouped %s is %s', (value, text) => expect(grouped(value)).toBe(text));

test.each([
  ['0', '0'],
  ['0.123', '0.12'],
  [-12.34, '-12.3'],
  [9_999, '9,999'],
  [12_345, '12.3 k'],
  ['-45678901.2', '-45.7 M'],
  ['1234567890.12', '1.23 bn'],
  ['123456789012', '123 bn'],
  // Rounding does not end in a thousand of a unit, nor in a fourth digit, nor in a nothing with a sign.
  [999_499, '999 k'],
  [999_999, '1.00 M'],
  [999_999_999, '1.00 bn'],
  ['1234567890123', '1,235 bn'],
  [99.96, '100'],
  [9.996, '10.0'],
  ['-0.001', '0.00'],
])('brief %s is %s', (value, text) => expect(brief(value)).toBe(text));

test('shares', () => {
  expect([percent(0.0123), percent(0.1234), percent(-0.5, true), percent(0.02, true), percent(0, true)]).toEqual([
    '1.23 %',
    '12.3 %',
    '-50.0 %',
    '+2.00 %',
    '0.00 %',
  ]);
});

test('shares that round to nothing have no sign', () => {
  expect([percent(-0.000_01), percent(0.000_01, true), percent(-0.000_01, true)]).toEqual(['0.00 %', '0.00 %', '0.00 %']);
});

test('counts are whole below ten thousand', () => {
  expect([tally(0), tally(22), tally(1_914), tally(10_123), tally(5_080_000)]).toEqual(['0', '22', '1,914', '10.1 k', '5.08 M']);
});

test('times are UTC', () => {
  const at = 1_760_130_903_500_000;
  expect([clock(at), clock(at, true), day(at)]).toEqual(['21:15', '21:15:03', '2025-10-10 21:15']);
});

test.each([
  [0.5, '0.50 ms'],
  [250, '250 ms'],
  [3_200, '3.20 s'],
  [60_000, '1 min'],
  [250_000, '4 min 10 s'],
  [7_500_000, '2 h 5 min'],
])('%d ms is %s', (value, text) => expect(lasting(value)).toBe(text));

test('nouns agree with their numbers', () => {
  expect([counted(1, 'liquidation'), counted(1_200, 'liquidation'), counted(0, 'child', 'children')]).toEqual([
    '1 liquidation',
    '1,200 liquidations',
    '0 children',
  ]);
});
