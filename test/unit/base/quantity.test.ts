import { describe, expect, test } from 'vitest';
import { Decimal } from '../../../src/base/decimal.ts';
import { PATTERNS, checkBounds, convertQuantity, formatQuantity, isFault, parseQuantity } from '../../../src/base/quantity.ts';
import type { NumericUnit, Scales } from '../../../src/base/params.ts';

const read = (unit: NumericUnit, text: string) => {
  const value = parseQuantity(unit, text);
  return isFault(value) ? value : value.toNumber();
};

describe('what people write', () => {
  test.each<[NumericUnit, string, number]>([
    ['duration', '250ms', 250_000],
    ['duration', '10s', 10_000_000],
    ['duration', '1.5m', 90_000_000],
    ['duration', '1h', 3_600_000_000],
    ['duration', '2d', 172_800_000_000],
    ['duration', '7us', 7],
    ['duration', '0', 0],
    ['duration', '3m30s', 210_000_000],
    ['duration', '1d2h3m4s5ms6us', 93_784_005_006],
    ['duration', '1.5m250ms', 90_250_000],
    ['fraction', '5%', 0.05],
    ['fraction', '-12.5%', -0.125],
    ['fraction', '12bp', 0.0012],
    ['fraction', '0.6', 0.6],
    ['fraction', '1', 1],
    ['count', '1_000', 1_000],
    ['money', '250000', 250_000],
    ['coins', '0.25', 0.25],
    ['ratio', '1/16', 0.0625],
    ['ratio', '0.25', 0.25],
    ['number', '1e-3', 0.001],
  ])('%s %s is %d', (unit, text, value) => {
    expect(read(unit, text)).toBe(value);
    if (text !== '0') expect(text).toMatch(new RegExp(PATTERNS[unit], 'u'));
  });

  test.each<[NumericUnit, string, string, string | undefined]>([
    ['duration', '10 minutes', '"10 minutes" is not valid: expected a duration such as 250ms, 10s, 5m or 1h', '10m'],
    ['duration', '5 sec', '"5 sec" is not valid: expected a duration such as 250ms, 10s, 5m or 1h', '5s'],
    ['duration', '10', '"10" is not valid: expected a duration such as 250ms, 10s, 5m or 1h', '10s'],
    ['duration', '5%', '"5%" is not valid: expected a duration such as 250ms, 10s, 5m or 1h', undefined],
    ['duration', '30s3m', '"30s3m" is not valid: expected a duration such as 250ms, 10s, 5m or 1h', undefined],
    ['duration', '3m30', '"3m30" is not valid: expected a duration such as 250ms, 10s, 5m or 1h', undefined],
    ['duration', '0.5us', '"0.5us" is finer than a microsecond', undefined],
    ['fraction', '60', '60 is 6000%: write a fraction such as 5% or 12bp', '60%'],
    ['fraction', '5s', '"5s" is not valid: expected a fraction such as 5% or 12bp', '5%'],
    ['fraction', 'half', '"half" is not valid: expected a fraction such as 5% or 12bp', undefined],
    ['count', '2.5', '"2.5" is not valid: expected a whole number', '3'],
    ['coins', '0.25BTC', '"0.25BTC" is not valid: expected an amount of coins such as 0.25', '0.25'],
    ['ratio', '1/0', '"1/0" is not valid: expected a positive number such as 0.25 or 1/16', undefined],
    ['ratio', '-1', '"-1" is not valid: expected a positive number such as 0.25 or 1/16', undefined],
  ])('%s %s is refused', (unit, text, fault, suggestion) => {
    expect(read(unit, text)).toEqual(suggestion === undefined ? { fault } : { fault, suggestion });
  });
});

test('each value has one canonical text', () => {
  const canonical = (unit: NumericUnit, text: string) => formatQuantity(unit, parseQuantity(unit, text) as Decimal);
  expect(canonical('duration', '600s')).toBe('10m');
  expect(canonical('duration', '90m')).toBe('90m');
  expect(canonical('duration', '1.5s')).toBe('1500ms');
  expect(canonical('duration', '0')).toBe('0s');
  expect(canonical('fraction', '0.0012')).toBe('0.12%');
  expect(canonical('fraction', '12bp')).toBe('0.12%');
  expect(canonical('money', '1_000.50')).toBe('1000.5');
  expect(canonical('ratio', '1/16')).toBe('0.0625');
});

describe('what a run receives', () => {
  const scales: Scales = { tick: '0.1', lot: '0.001', tickValue: '0.0001', quoteUnit: '0.0001', scale: 1 / 16 };
  const given = (unit: NumericUnit, text: string, unscaled = false) => convertQuantity({ unit, unscaled }, new Decimal(text), scales);

  test('prices in ticks, on the tick and never scaled', () => {
    expect(given('price', '60000.5')).toBe(600_005);
    expect(given('price', '60000.55')).toEqual({ fault: '60000.55 is not a multiple of the tick 0.1', suggestion: '60000.6' });
    expect(given('price', '0.00000001')).toMatchObject({ suggestion: '0.1' });
    expect(given('price', '0')).toEqual({ fault: 'a price must be more than 0, is 0' });
  });

  test('sizes in lots and money in quote units, scaled', () => {
    expect(given('coins', '1.6')).toBe(100);
    expect(given('coins', '1.6', true)).toBe(1_600);
    expect(given('money', '16')).toBe(10_000);
    expect(given('money', '16', true)).toBe(160_000);
  });

  test('what is above zero stays at least one lot', () => {
    expect(given('coins', '0.0001')).toBe(1);
    expect(given('coins', '0')).toBe(0);
  });

  test('a tick that has no finite inverse is no trouble', () => {
    expect(convertQuantity({ unit: 'price', unscaled: false }, new Decimal('0.9'), { ...scales, tick: '0.03' })).toBe(30);
  });

  test('leaves of the exact range are refused', () => {
    expect(given('money', '1e14')).toMatchObject({ fault: expect.stringContaining('2^53') as string });
  });
});

test('bounds are told in the unit in which people write', () => {
  expect(checkBounds({ unit: 'fraction', min: 0, max: 0.02 }, new Decimal('0.05'))).toEqual({ fault: 'must be at most 2%, is 5%' });
  expect(checkBounds({ unit: 'duration', min: 1_000 }, new Decimal(1))).toEqual({ fault: 'must be at least 1ms, is 1us' });
  expect(checkBounds({ unit: 'fraction', min: 0, max: 1 }, new Decimal(1))).toBeUndefined();
});
