import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Decimal, fromUnits, parseDecimal, plain, unitWriter, wholeUnits } from '../../../src/base/decimal.ts';

describe('parseDecimal', () => {
  test.each([
    ['60000.5', '60000.5'],
    ['0.10', '0.1'],
    ['-3', '-3'],
    ['+3', '3'],
    ['1e6', '1000000'],
    ['2.5E-3', '0.0025'],
    ['250_000', '250000'],
    ['9007199254740993', '9007199254740993'],
  ])('%s is %s', (text, value) => {
    expect(plain(parseDecimal(text)!)).toBe(value);
  });

  test.each(['', ' ', '1 000', '1,000', '0x10', 'NaN', 'Infinity', '1.', '.5', '1__0', '_1', '5%', '1e999', '--1'])(
    '%j is no decimal',
    (text) => {
      expect(parseDecimal(text)).toBeUndefined();
    },
  );
});

describe('wholeUnits', () => {
  test('is exact where floating point is not', () => {
    // 0.3 / 0.1 is 2.9999999999999996 in doubles.
    expect(wholeUnits(new Decimal('0.3'), '0.1')).toBe(3);
    expect(wholeUnits(new Decimal('123456789.7'), '0.1')).toBe(1_234_567_897);
  });

  test('refuses what is not whole or not safe', () => {
    expect(wholeUnits(new Decimal('0.35'), '0.1')).toBeUndefined();
    expect(wholeUnits(new Decimal('9007199254740992'), '1')).toBeUndefined();
    expect(wholeUnits(new Decimal('9007199254740991'), '1')).toBe(Number.MAX_SAFE_INTEGER);
  });

  test('has no minus zero', () => {
    expect(Object.is(wholeUnits(new Decimal('-0'), '1'), 0)).toBe(true);
  });
});

describe('fromUnits', () => {
  test('writes plain decimals', () => {
    expect(fromUnits(123, '0.01')).toBe('1.23');
    expect(fromUnits(-5, '0.0001')).toBe('-0.0005');
    expect(fromUnits(100_000, '0.00001')).toBe('1');
    expect(fromUnits(0, '0.1')).toBe('0');
    expect(fromUnits(-0, '0.1')).toBe('0');
    expect(fromUnits(Number.MAX_SAFE_INTEGER, '1000000')).toBe('9007199254740991000000');
  });

  test('unitWriter writes the same', () => {
    const unit = fc.oneof(
      fc.constantFrom('1', '0.05', '2.5', '0.1', '100', '1e-4', '1e3', '0.00012'),
      fc.integer({ min: 0, max: 12 }).map((digits) => `1e-${digits}`),
    );
    const units = fc.oneof(fc.maxSafeInteger(), fc.integer({ min: -5_000, max: 5_000 }), fc.constant(-0));
    fc.assert(
      fc.property(unit, units, (one, many) => {
        expect(unitWriter(one)(many)).toBe(fromUnits(many, one));
      }),
    );
  });

  test('wholeUnits takes back what fromUnits wrote', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.integer({ min: 0, max: 12 }), (units, digits) => {
        const unit = `1e-${digits}`;
        expect(wholeUnits(new Decimal(fromUnits(units, unit)), unit)).toBe(units + 0);
      }),
    );
  });
});
