// Margin of a portfolio of futures and options as its worst loss over a matrix of scenarios: the sixteen of SPAN, moves of the
// price in thirds of a range with volatility up and down, and two extreme moves that count in part.

import { black76, type OptionTerms } from './black-76.ts';

export interface Future {
  readonly kind: 'future';
}

export interface Holding {
  readonly contract: Future | OptionTerms;
  /** Signed. */
  readonly quantity: number;
}

export interface Scan {
  /** The scanning range, a fraction of the forward. */
  readonly range: number;
  /** By which volatility goes up and down, absolute: 0.1 is from 60 % to 70 %. */
  readonly volatility: number;
  /** How many ranges the extreme moves are, and which share of their profit or loss counts: 3 and a third at CME, 2 and 35 % for some. */
  readonly extreme?: number;
  readonly extremeShare?: number;
}

export interface Scenario {
  /** Move of the price in ranges, of volatility in its own steps, and how much of the outcome counts. */
  readonly price: number;
  readonly volatility: number;
  readonly weight: number;
}

/** In the order of SPAN's risk arrays: 1 to 14 in pairs of volatility up and down, 15 and 16 the extremes. */
export function spanScenarios({ extreme = 3, extremeShare = 0.33 }: Pick<Scan, 'extreme' | 'extremeShare'> = {}): readonly Scenario[] {
  const moves = [0, 1 / 3, -1 / 3, 2 / 3, -2 / 3, 1, -1];
  return [
    ...moves.flatMap((price) => [1, -1].map((volatility) => ({ price, volatility, weight: 1 }))),
    ...[extreme, -extreme].map((price) => ({ price, volatility: 0, weight: extremeShare })),
  ];
}

export interface ScanRisk {
  /** Profit in each scenario, in the order of `spanScenarios`. */
  readonly profits: readonly number[];
  /** The largest loss of all, 0 where none loses. */
  readonly margin: number;
  /** Its number, from 1; 0 where none loses. */
  readonly active: number;
}

/** The scan risk of a portfolio at one forward and one volatility. Volatility is never taken below a ten-thousandth. */
export function scanRisk(holdings: readonly Holding[], forward: number, volatility: number, scan: Scan): ScanRisk {
  const now = valueOf(holdings, forward, volatility);
  const profits = spanScenarios(scan).map(({ price, volatility: step, weight }) => {
    const moved = forward * (1 + price * scan.range);
    const then = Math.max(0.0001, volatility + step * scan.volatility);
    return weight * (valueOf(holdings, moved, then) - now);
  });
  const least = Math.min(...profits);
  return least < 0 ? { profits, margin: -least, active: profits.indexOf(least) + 1 } : { profits, margin: 0, active: 0 };
}

function valueOf(holdings: readonly Holding[], forward: number, volatility: number): number {
  return holdings.reduce(
    (sum, { contract, quantity }) => sum + quantity * (contract.kind === 'future' ? forward : black76(contract, forward, volatility).value),
    0,
  );
}
