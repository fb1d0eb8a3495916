import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatInstant, parseInstant } from '../../../src/base/calendar.ts';

// The engine's own Date, which src may not use, is the oracle.
describe('parseInstant', () => {
  test.each([
    '2025-10-10T20:45:00Z',
    '2020-03-13T01:30:00Z',
    '2024-02-29T23:59:59.999Z',
    '1970-01-01T00:00:00Z',
    '1900-03-01T00:00:00Z',
    '2000-12-31T12:00:00.5Z',
  ])('%s is what Date says', (text) => {
    expect(parseInstant(text)).toBe(Date.parse(text) * 1_000);
  });

  test('takes days, minutes and other spellings of UTC', () => {
    const midnight = Date.parse('2025-10-10T00:00:00Z') * 1_000;
    expect(parseInstant('2025-10-10')).toBe(midnight);
    expect(parseInstant('2025-10-10T20:45Z')).toBe(midnight + 1_245 * 60_000_000);
    expect(parseInstant('2025-10-10 20:45:00+00:00')).toBe(midnight + 1_245 * 60_000_000);
    expect(parseInstant('2025-10-10T00:00:00.000001Z')).toBe(midnight + 1);
  });

  test.each([
    '2025-02-29',
    '2025-13-01',
    '2025-00-01',
    '2025-04-31',
    '2025-10-10T24:00:00Z',
    '2025-10-10T20:60:00Z',
    '10.10.2025',
    'now',
    '2025-10-10T20:45:00+02:00',
  ])('%s is no instant', (text) => {
    expect(parseInstant(text)).toBeUndefined();
  });
});

describe('formatInstant', () => {
  test('writes decimals only where there are any', () => {
    expect(formatInstant(0)).toBe('1970-01-01T00:00:00Z');
    expect(formatInstant(1_500_000)).toBe('1970-01-01T00:00:01.5Z');
  });

  test('parseInstant takes back what it wrote', () => {
    fc.assert(
      fc.property(fc.integer({ min: -2_000_000_000_000_000, max: 4_000_000_000_000_000 }), (micros) => {
        expect(parseInstant(formatInstant(micros))).toBe(micros);
      }),
    );
  });

  test('agrees with Date', () => {
    fc.assert(
      fc.property(fc.integer({ min: -2_000_000_000, max: 4_000_000_000 }), (seconds) => {
        expect(formatInstant(seconds * 1_000_000)).toBe(new Date(seconds * 1_000).toISOString().replace('.000', ''));
      }),
    );
  });
});
