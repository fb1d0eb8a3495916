// Liquidation of a loan rather than a position (Drift v2): whoever liquidates pays off a part of what the account borrowed and
// takes collateral for it, each at the oracle price times a multiplier in the liquidator's favour. Amounts in the tokens' own
// units, prices in millionths, multipliers and fees in ppm, weights in ten-thousandths.

import { ceilDiv, greatest, least, powerOfTen } from '../base/wide.ts';
import { PPM, type Ppm } from '../base/units.ts';

const MILLION = BigInt(PPM);
/** Weights count in ten-thousandths; ten times as many while they are combined. */
const WEIGHT = 10_000n;
const FINER = 10n;
const QUOTE_DECIMALS = 6;
/** A rest of collateral worth less than this goes along. */
const DUST = 1_000_000n;

export interface Token {
  readonly decimals: number;
  readonly price: bigint;
  readonly multiplier: Ppm;
}

interface Weights {
  readonly asset: number;
  readonly liability: number;
}

/** How much to pay off so that margin is restored; null when no amount does. */
export function liabilityToCover(
  shortage: bigint,
  weights: Weights,
  assetMultiplier: Ppm,
  { decimals, price, multiplier }: Token,
  fundFee: Ppm,
): bigint | null {
  const liability = BigInt(weights.liability) * FINER;
  const asset = (BigInt(weights.asset) * FINER * BigInt(assetMultiplier)) / BigInt(multiplier);
  if (weights.asset >= weights.liability || asset >= liability) return null;
  const fee = ((price * BigInt(fundFee)) / MILLION) * liability;
  const freed = price * (liability - asset) - fee;
  if (freed <= 0n) return null;
  const scaled = (shortage * powerOfTen(Math.max(0, decimals - QUOTE_DECIMALS)) * MILLION * WEIGHT * FINER) / freed;
  return scaled / powerOfTen(Math.max(0, QUOTE_DECIMALS - decimals));
}

/** What of the liability an amount of the asset pays off, rounded up: against the liquidator. */
export function liabilityFor(amount: bigint, asset: Token, liability: Token): bigint {
  const value = amount * powerOfTen(Math.max(0, liability.decimals - asset.decimals)) * asset.price * BigInt(liability.multiplier);
  return ceilDiv(ceilDiv(value, liability.price * BigInt(asset.multiplier)), powerOfTen(Math.max(0, asset.decimals - liability.decimals)));
}

/** What of the asset is taken for an amount of the liability, rounded down but never nothing; all `held` when dust would be left. */
export function assetFor(amount: bigint, held: bigint, asset: Token, liability: Token): bigint {
  const value = amount * powerOfTen(Math.max(0, asset.decimals - liability.decimals)) * liability.price * BigInt(asset.multiplier);
  const scale = powerOfTen(Math.max(0, liability.decimals - asset.decimals));
  const taken = greatest(1n, value / (asset.price * BigInt(liability.multiplier)) / scale);
  const rest = taken > held ? taken - held : held - taken;
  // The venue weighs dust by the token's decimals the other way round; so do we.
  const worth =
    (((rest * asset.price) / MILLION) * powerOfTen(Math.max(0, asset.decimals - QUOTE_DECIMALS))) /
    powerOfTen(Math.max(0, QUOTE_DECIMALS - asset.decimals));
  return worth < DUST ? held : taken;
}

/** The insurance fund's fee of a loan that is paid off: what the weights leave beyond the shortage, at most `most`. */
export function loanFundFee(shortage: bigint, amount: bigint, weights: Weights, assetMultiplier: Ppm, liability: Token, most: Ppm): Ppm {
  if (weights.asset >= weights.liability || liability.price === 0n || amount === 0n || liability.multiplier === 0) return 0;
  const perWeight = MILLION / WEIGHT;
  const owed = BigInt(weights.liability) * perWeight;
  const backed = (BigInt(weights.asset) * perWeight * BigInt(assetMultiplier)) / BigInt(liability.multiplier);
  const missing = (shortage * MILLION * powerOfTen(liability.decimals)) / amount / liability.price;
  const left = greatest(0n, greatest(0n, owed - backed) - missing);
  return Number(least(BigInt(most), (left * MILLION) / owed));
}

/** What is got for one token of what is given, in millionths, rounded down at each step. */
export function swapPrice(got: bigint, gotDecimals: number, given: bigint, givenDecimals: number): bigint {
  return (((got * MILLION) / powerOfTen(gotDecimals)) * powerOfTen(givenDecimals)) / given;
}

/** Whether a swap of the asset for the liability is no worse than the oracle prices with both multipliers. */
export function isSwapWithin(assetAmount: bigint, liabilityAmount: bigint, asset: Token, liability: Token): boolean {
  const worst = (asset.price * MILLION * BigInt(liability.multiplier)) / liability.price / BigInt(asset.multiplier);
  return swapPrice(liabilityAmount, liability.decimals, assetAmount, asset.decimals) >= worst;
}
