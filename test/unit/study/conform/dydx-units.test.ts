import { describe, expect, test } from 'vitest';
import { parseUnits } from '../../../../src/study/conform/dydx-units.ts';
import { Unsupported } from '../../../../src/study/conform/family.ts';

describe('the prose of units', () => {
  test('as the examples have it', () => {
    const units = parseUnits(
      'BTC oracle 50000 (0.01 BTC... base quantum=1e-8 BTC), ETH oracle 3000 (base quantum=1e-9 ETH), quote quantum=1e-6 USDC; IMF 20%, MMF 10% for both',
    );
    expect(units.perpetual('BTC')).toEqual({ oracle: 50_000, resolution: -8, initial: 0.2, maintenance: 0.1 });
    expect(units.perpetual('ETH')).toEqual({ oracle: 3_000, resolution: -9, initial: 0.2, maintenance: 0.1 });
  });

  test('both rates at once, and equity with a comma', () => {
    const units = parseUnits('BTC 100% IM/MM in this test; equity 4,999');
    expect(units.perpetual('BTC')).toEqual({ oracle: 50_000, resolution: -8, initial: 1, maintenance: 1 });
    expect(units.perpetual('ETH')).toMatchObject({ initial: undefined, maintenance: undefined });
    expect(units.equity).toBe(4_999);
  });

  test('rates of their own for each coin, before them or after', () => {
    for (const prose of [
      'BTC IMF 5%, MMF 3%; ETH IMF 20%, MMF 10%',
      'IMF 5%, MMF 3% for BTC, IMF 20%, MMF 10% for ETH',
      'BTC IMF 5%, MMF 3%, ETH 20% IM, 10% MM',
    ]) {
      const units = parseUnits(prose);
      expect(units.perpetual('BTC'), prose).toMatchObject({ initial: 0.05, maintenance: 0.03 });
      expect(units.perpetual('ETH'), prose).toMatchObject({ initial: 0.2, maintenance: 0.1 });
    }
  });

  test('prices in other words, and of other coins', () => {
    const units = parseUnits('SOL oracle price = $152.75 (base quantum: 1e-7 SOL), BTC price is 1,250,000; IMF 10%');
    expect(units.perpetual('SOL')).toEqual({ oracle: 152.75, resolution: -7, initial: 0.1, maintenance: undefined });
    expect(units.perpetual('BTC')).toMatchObject({ oracle: 1_250_000, resolution: -8 });
  });

  test('rates in other words', () => {
    const units = parseUnits('BTC base quantum 1e-10; initial margin 5%, maintenance margin fraction 0.03');
    expect(units.perpetual('BTC')).toEqual({ oracle: 50_000, resolution: -10, initial: 0.05, maintenance: 0.03 });
    expect(parseUnits('IM/MM 40%').perpetual('ETH')).toMatchObject({ initial: 0.4, maintenance: 0.4 });
  });

  test('nothing at all: what the chain tests with', () => {
    expect(parseUnits(undefined).perpetual('ETH')).toEqual({ oracle: 3_000, resolution: -9, initial: undefined, maintenance: undefined });
  });

  test.each([
    ['a number that is not understood', 'BTC oracle 50000 and 7 more'],
    ['another quote quantum', 'quote quantum=1e-8 USDC'],
  ])('%s is unsupported', (_, prose) => {
    expect(() => parseUnits(prose)).toThrow(Unsupported);
  });

  test('so is a coin that nobody has a price of', () => {
    expect(() => parseUnits('BTC oracle 5').perpetual('DOGE')).toThrow(Unsupported);
  });
});
