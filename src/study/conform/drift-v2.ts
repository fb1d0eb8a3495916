// Drift v2: the examples of its program's own tests, in its precisions: money and prices 1e6, fees 1e6, ratios 1e4, coins 1e9.

import { assetFor, isSwapWithin, liabilityFor, liabilityToCover, loanFundFee, swapPrice } from '../../liquidation/collateral-transfer.ts';
import { fundFee, liquidatorFeeAfter, shareToCover, sizeToCover, type Closing } from '../../liquidation/shortage-size.ts';
import { depositHaircut, socialisedDelta } from '../../market/loss-sharing.ts';
import { driftEngine } from './drift-engine.ts';
import { Refused, big, form, integer, number, optional, orNull, text, type VenueExamples } from './family.ts';

const COIN = 1_000_000_000n;
/** A margin ratio counts in ten-thousandths. */
const PER_RATIO = 100;
/** Of a funding index, for one unit of money: 1e9 against 1e6. */
const FUNDING_PER_QUOTE = 1_000;
/** What a size or an amount is when nothing less than all helps. */
const ALL_64 = 18_446_744_073_709_551_615n;
const ALL_128 = 340_282_366_920_938_463_463_374_607_431_768_211_455n;

const PERCENT = 10_000n;
const SMALL_SHORTAGE = 50_000_000n;
const GRACE = 1_500;
const PER_SLOT = 1;

function closingOf(inputs: {
  readonly marginShortage: bigint;
  readonly marginRatio: number;
  readonly liquidatorFee: number;
  readonly oraclePrice: bigint;
  readonly price: number;
}): Closing {
  return {
    shortage: inputs.marginShortage,
    marginRate: inputs.marginRatio * PER_RATIO,
    liquidatorFee: inputs.liquidatorFee,
    price: inputs.oraclePrice,
    quotePrice: inputs.price,
    unit: COIN,
  };
}

const perpFundFee = form(
  {
    marginShortage: big,
    userBase: big,
    marginRatio: integer,
    liquidatorFee: integer,
    oraclePrice: big,
    quotePrice: integer,
    maxIfFee: integer,
  },
  (inputs) => ({ ifFee: fundFee(closingOf({ ...inputs, price: inputs.quotePrice }), inputs.userBase, inputs.maxIfFee) }),
);

const spotFundFee = form(
  {
    marginShortage: big,
    tokenAmount: big,
    assetWeight: integer,
    assetMultiplier: integer,
    liabilityWeight: integer,
    liabilityMultiplier: integer,
    decimals: integer,
    price: big,
    maxIfFee: integer,
  },
  (inputs) => {
    const liability = { decimals: inputs.decimals, price: inputs.price, multiplier: inputs.liabilityMultiplier };
    const weights = { asset: inputs.assetWeight, liability: inputs.liabilityWeight };
    return { ifFee: loanFundFee(inputs.marginShortage, inputs.tokenAmount, weights, inputs.assetMultiplier, liability, inputs.maxIfFee) };
  },
);

const feeRamp = form(
  { baseFee: integer, maxFee: integer, lastActiveSlot: integer, slot: integer },
  ({ baseFee, maxFee, lastActiveSlot, slot }) => {
    if (slot < lastActiveSlot) throw new Refused('MathError');
    return { fee: liquidatorFeeAfter(slot - lastActiveSlot, { base: baseFee, most: maxFee, grace: GRACE, perSlot: PER_SLOT }) };
  },
);

const baseToCover = form(
  {
    marginShortage: big,
    marginRatio: integer,
    liquidatorFee: integer,
    ifFee: integer,
    oraclePrice: big,
    quoteOraclePrice: optional(integer),
    precision: optional(text),
  },
  ({ quoteOraclePrice = 1_000_000, ...inputs }) => ({
    baseAmount: sizeToCover(closingOf({ ...inputs, price: quoteOraclePrice }), inputs.ifFee) ?? ALL_64,
  }),
);

const maxShare = form(
  {
    lastActiveSlot: big,
    marginFreed: big,
    marginShortage: big,
    slot: big,
    initialPct: big,
    duration: big,
  },
  ({ lastActiveSlot, marginFreed, marginShortage, slot, initialPct, duration }) => {
    if (slot < lastActiveSlot) throw new Refused('MathError');
    const ramp = { initial: initialPct, duration, scale: PERCENT, small: SMALL_SHORTAGE };
    return { pct: shareToCover(marginShortage, marginFreed, slot - lastActiveSlot, ramp) };
  },
);

const spotToCover = form(
  {
    marginShortage: big,
    assetWeight: integer,
    assetMultiplier: integer,
    liabilityWeight: integer,
    liabilityMultiplier: integer,
    liabilityDecimals: integer,
    liabilityPrice: big,
    ifFee: integer,
  },
  (inputs) => {
    const liability = { decimals: inputs.liabilityDecimals, price: inputs.liabilityPrice, multiplier: inputs.liabilityMultiplier };
    const weights = { asset: inputs.assetWeight, liability: inputs.liabilityWeight };
    return { transfer: liabilityToCover(inputs.marginShortage, weights, inputs.assetMultiplier, liability, inputs.ifFee) ?? ALL_128 };
  },
);

const tokens = {
  assetMultiplier: integer,
  assetDecimals: integer,
  assetPrice: big,
  liabilityMultiplier: integer,
  liabilityDecimals: integer,
  liabilityPrice: big,
};
const assetForLiability = form({ assetAmount: big, liabilityAmount: big, ...tokens }, (inputs) => ({
  transfer: assetFor(inputs.liabilityAmount, inputs.assetAmount, ...tokensOf(inputs)),
}));
const liabilityFromAsset = form({ assetAmount: big, ...tokens }, (inputs) => ({
  transfer: liabilityFor(inputs.assetAmount, ...tokensOf(inputs)),
}));

interface TokenInputs {
  readonly assetMultiplier: number;
  readonly assetDecimals: number;
  readonly assetPrice: bigint;
  readonly liabilityMultiplier: number;
  readonly liabilityDecimals: number;
  readonly liabilityPrice: bigint;
}

function tokensOf(inputs: TokenInputs) {
  return [
    { decimals: inputs.assetDecimals, price: inputs.assetPrice, multiplier: inputs.assetMultiplier },
    { decimals: inputs.liabilityDecimals, price: inputs.liabilityPrice, multiplier: inputs.liabilityMultiplier },
  ] as const;
}

/** SOL for USDC where the example does not say. */
const swap = form(
  {
    assetTransfer: big,
    liabilityTransfer: big,
    ...tokens,
    assetDecimals: optional(integer),
    liabilityDecimals: optional(integer),
  },
  ({ assetTransfer, liabilityTransfer, assetDecimals = 9, liabilityDecimals = 6, ...others }) => {
    const accepted = isSwapWithin(assetTransfer, liabilityTransfer, ...tokensOf({ ...others, assetDecimals, liabilityDecimals }));
    return { accepted };
  },
);

/** What is taken for what is paid off, against the least that whoever liquidates accepts. */
const limit = form(
  { assetTransfer: big, liabilityTransfer: big, assetDecimals: integer, liabilityDecimals: integer, limitPrice: orNull(big) },
  ({ assetTransfer, liabilityTransfer, assetDecimals, liabilityDecimals, limitPrice }) => ({
    accepted: limitPrice === null || swapPrice(assetTransfer, assetDecimals, liabilityTransfer, liabilityDecimals) >= limitPrice,
  }),
);

const fundingDelta = form({ lossQuote: integer, longBase: integer, shortBase: integer }, ({ lossQuote, longBase, shortBase }) => {
  const total = Math.abs(longBase) + Math.abs(shortBase);
  if (total === 0) throw new Refused('CantResolvePerpBankruptcy');
  return { delta: socialisedDelta(Math.abs(lossQuote), total, Number(COIN)) * FUNDING_PER_QUOTE };
});

const interestDelta = form({ loss: integer, deposits: integer, cumulativeInterest: integer }, ({ loss, deposits, cumulativeInterest }) => ({
  delta: deposits === 0 ? 0 : depositHaircut(cumulativeInterest, loss, deposits),
}));

/** Money, coins and indices as people write them: whole. */
const resolved = form({ loss: number, long: number, short: number, index0: number }, ({ loss, long, short, index0 }) => {
  const total = Math.abs(long) + Math.abs(short);
  if (total === 0) throw new Refused('CantResolvePerpBankruptcy');
  // In the venue's precision: money 1e6, coins 1e9; the index in money a coin.
  const delta = socialisedDelta(Math.round(Math.abs(loss) * 1e6), Math.round(total * 1e9), Number(COIN)) / 1e6;
  return {
    delta,
    indexLong: index0 + delta,
    indexShort: 0 - index0 - delta,
    longLoss: Math.abs(long) * delta,
    shortLoss: Math.abs(short) * delta,
  };
});

export const driftV2: VenueExamples = {
  venue: 'drift_v2',
  families: {
    engine: driftEngine,
    fee: [perpFundFee, spotFundFee, feeRamp],
    partial_size: [baseToCover, maxShare, spotToCover, assetForLiability, liabilityFromAsset],
    price_bound: [swap, limit],
    socialised_loss: [fundingDelta, interestDelta, resolved],
  },
};
