// Instruments for tests of the market: small numbers that can be checked in the head, and the real BTC perpetual.

import type { InstrumentSpec } from '../../src/market/instrument.ts';

/** One tick × one lot is one quote unit; 10× at most, maintenance 5 %; no fees, no band. */
export const PLAIN: InstrumentSpec = {
  symbol: 'PLAIN',
  tick: '1',
  lot: '1',
  tickValue: '1',
  multiplier: 1,
  maxPrice: 1_000_000,
  minLots: 1,
  maxLots: 1_000_000,
  maxPosition: 1_000_000,
  maxOpenInterest: 1_000_000_000,
  priceBandPpm: 0,
  tiers: [{ floor: 0, maintenance: 50_000, initial: 100_000 }],
  deduction: true,
  makerFeePpm: 0,
  takerFeePpm: 0,
  liquidationFeePpm: 0,
  fundingInterval: 28_800_000_000,
};

export function instrument(change: Partial<InstrumentSpec> = {}): InstrumentSpec {
  return { ...PLAIN, ...change };
}

/** BTCUSDT on Binance, October 2024, as `data/params_binance-um_leverage-brackets_2024-10.csv` has it; money in 0.0001 USDT. */
const BTC_TIERS: readonly (readonly [floor: number, maintenance: number, leverage: number, deduction: number])[] = [
  [0, 4_000, 125, 0],
  [50_000, 5_000, 100, 50],
  [600_000, 6_500, 75, 950],
  [3_000_000, 10_000, 50, 11_450],
  [12_000_000, 20_000, 25, 131_450],
  [70_000_000, 25_000, 20, 481_450],
  [100_000_000, 50_000, 10, 2_981_450],
  [230_000_000, 100_000, 5, 14_481_450],
  [480_000_000, 125_000, 4, 26_481_450],
  [600_000_000, 150_000, 3, 41_481_450],
  [800_000_000, 250_000, 2, 121_481_450],
  [1_200_000_000, 500_000, 1, 421_481_450],
];

export const BTC: InstrumentSpec = {
  symbol: 'BTC-PERP',
  tick: '0.1',
  lot: '0.001',
  tickValue: '0.0001',
  multiplier: 1,
  maxPrice: 4_000_000,
  minLots: 1,
  maxLots: 1_000_000,
  maxPosition: 50_000_000,
  maxOpenInterest: 1_000_000_000,
  priceBandPpm: 50_000,
  tiers: BTC_TIERS.map(([floor, maintenance, leverage]) => ({
    floor: floor * 10_000,
    maintenance,
    initial: Math.ceil(1_000_000 / leverage),
  })),
  deduction: true,
  makerFeePpm: 200,
  takerFeePpm: 500,
  liquidationFeePpm: 12_500,
  fundingInterval: 28_800_000_000,
};

/** In USDT, as the venue lists them. */
export const BTC_DEDUCTIONS = BTC_TIERS.map(([, , , deduction]) => deduction);
