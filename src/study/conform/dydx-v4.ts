// dYdX v4: the examples of its chain's own tests, in quanta.

import { PPM } from '../../base/units.ts';
import { fraction, powerOfTen, ratioOf } from '../../base/wide.ts';
import { blockAllowance, blockLots, notionalBounds } from '../../liquidation/block-size.ts';
import { fillableValue, onGrid } from '../../liquidation/fillable-price.ts';
import { byPriority } from '../../liquidation/priority.ts';
import { fundDelta } from '../../market/loss-sharing.ts';
import { initialMargin, rateBound, scaledInitialRate } from '../../market/open-interest-margin.ts';
import { fundingIndexDelta, quoteQuantums, timesPowerOfTen } from '../../market/quantums.ts';
import { isBelow } from '../../market/risk-index.ts';
import { dydxDeleveraging } from './dydx-deleveraging.ts';
import { DydxMarket, checkedPosition, exact, type DydxAccount } from './dydx-account.ts';
import { parseUnits } from './dydx-units.ts';
import {
  Refused,
  big,
  flag,
  form,
  integer,
  list,
  number,
  object,
  oneOf,
  optional,
  positive,
  record,
  text,
  type VenueExamples,
} from './family.ts';
import { presetScenario } from './preset.ts';
import { scaled } from './scale.ts';

/** The greatest unsigned integer of 64 bits. */
const MOST_SUBTICKS = 18_446_744_073_709_551_615n;
const EIGHT_HOURS = 28_800n;

const account = { units: optional(text), quoteBalanceUsdc: number, positionsBaseQuantums: record(big) };

function accountOf(inputs: {
  readonly quoteBalanceUsdc: number;
  readonly positionsBaseQuantums: ReadonlyMap<string, bigint>;
}): DydxAccount {
  return { quote: scaled(inputs.quoteBalanceUsdc), positions: inputs.positionsBaseQuantums };
}

/** Limits are 64-bit: beyond what an exact position can be worth, one is as good as another. */
const limit = (value: bigint): number => Number(value > BigInt(Number.MAX_SAFE_INTEGER) ? BigInt(Number.MAX_SAFE_INTEGER) : value);

const bankruptcyPrice = form({ ...account, closePerp: text, deltaBaseQuantums: big }, (inputs) => ({
  bankruptcyQuoteQuantums: new DydxMarket(parseUnits(inputs.units)).bankruptcyQuote(
    accountOf(inputs),
    inputs.closePerp,
    inputs.deltaBaseQuantums,
  ),
}));

const fillable = form(
  {
    ...account,
    closePerp: text,
    deltaBaseQuantums: big,
    bankruptcyAdjustmentPpm: optional(integer),
    spreadToMaintenanceMarginRatioPpm: optional(integer),
  },
  (inputs) => {
    const market = new DydxMarket(parseUnits(inputs.units));
    const held = checkedPosition(accountOf(inputs), inputs.closePerp, inputs.deltaBaseQuantums);
    const { equity, maintenance } = market.risk(accountOf(inputs));
    const { adjustment, spread } = presetPolicy();
    const value = fillableValue({
      value: BigInt(market.value(inputs.closePerp, held)),
      maintenance: BigInt(market.maintenance(inputs.closePerp, held)),
      equity: BigInt(equity),
      totalMaintenance: BigInt(maintenance),
      adjustment: inputs.bankruptcyAdjustmentPpm ?? Math.round(adjustment * PPM),
      spread: inputs.spreadToMaintenanceMarginRatioPpm ?? Math.round(spread * PPM),
    });
    const { numerator, denominator } = fraction(value.numerator, value.denominator * held);
    const coins = powerOfTen(-market.units.perpetual(inputs.closePerp).resolution);
    return {
      priceQuoteQuantumsPerBaseQuantum: [numerator, denominator],
      humanPrice: ratioOf(fraction(numerator * coins, denominator * BigInt(PPM))),
    };
  },
);

const subticks = form(
  { fillablePrice: text, isLiquidatingLong: flag, subticksPerTick: big, quantumConversionExponent: integer },
  ({ fillablePrice: written, isLiquidatingLong, subticksPerTick, quantumConversionExponent }) => {
    const [above, below = '1'] = written.split('/');
    const price = fraction(BigInt(above), BigInt(below));
    const power = powerOfTen(Math.abs(quantumConversionExponent));
    const inSubticks =
      quantumConversionExponent < 0
        ? { ...price, numerator: price.numerator * power }
        : { ...price, denominator: price.denominator * power };
    return { subticks: String(onGrid(inSubticks, isLiquidatingLong, subticksPerTick, MOST_SUBTICKS)) };
  },
);

const trigger = form(account, (inputs) => {
  const { equity, maintenance } = new DydxMarket(parseUnits(inputs.units)).risk(accountOf(inputs));
  const inclusive = presetScenario('dydx-v4').liquidation.trigger === 'reached';
  return { liquidatable: maintenance > 0 && isBelow(equity, maintenance, PPM, inclusive), tnc: equity, mmr: maintenance };
});

const insuranceFund = form(
  {
    ...account,
    isBuy: flag,
    fillBaseQuantums: big,
    subticks: big,
    quantumConversionExponent: integer,
    maxLiquidationFeePpm: optional(integer),
    closePerp: optional(text),
  },
  (inputs) => {
    if (inputs.fillBaseQuantums === 0n) throw new Refused('ErrInvalidQuantumsForInsuranceFundDeltaCalculation');
    const perpetual = inputs.closePerp ?? [...inputs.positionsBaseQuantums.keys()][0] ?? 'BTC';
    const delta = inputs.isBuy ? inputs.fillBaseQuantums : -inputs.fillBaseQuantums;
    const bankruptcy = new DydxMarket(parseUnits(inputs.units)).bankruptcyQuote(accountOf(inputs), perpetual, delta);
    const received = exact(timesPowerOfTen(-delta * inputs.subticks, inputs.quantumConversionExponent));
    const fee = inputs.maxLiquidationFeePpm ?? presetScenario('dydx-v4').instruments[0].fees.liquidation;
    return { insuranceFundDeltaQuoteQuantums: fundDelta(received, bankruptcy, fee) };
  },
);

const limits = { minPositionNotionalLiquidated: big, maxPositionPortionPpm: integer };
const size = form(
  {
    positionBaseQuantums: integer,
    quoteQuantumsPerBaseQuantum: positive,
    ...limits,
    subaccountMaxNotionalLeft: big,
    stepBaseQuantums: integer,
  },
  (inputs) => {
    const held = Math.abs(inputs.positionBaseQuantums);
    const notional = notionalOf(inputs);
    const lots = blockLots(held, notional, limitsOf(inputs), limit(inputs.subaccountMaxNotionalLeft), inputs.stepBaseQuantums);
    return { deltaBaseQuantums: 0 - Math.sign(inputs.positionBaseQuantums) * lots };
  },
);
const bounds = form({ positionBaseQuantums: integer, quoteQuantumsPerBaseQuantum: positive, ...limits }, (inputs) => {
  const { least, most } = notionalBounds(notionalOf(inputs), limitsOf(inputs));
  return { min: least, max: most };
});

function notionalOf(inputs: { readonly positionBaseQuantums: number; readonly quoteQuantumsPerBaseQuantum: number }): number {
  return exact(timesPowerOfTen(BigInt(Math.abs(inputs.positionBaseQuantums)) * BigInt(scaled(inputs.quoteQuantumsPerBaseQuantum)), -6));
}

function limitsOf(inputs: { readonly minPositionNotionalLiquidated: bigint; readonly maxPositionPortionPpm: number }) {
  return { portion: inputs.maxPositionPortionPpm, minNotional: limit(inputs.minPositionNotionalLiquidated) };
}

const allowance = form(
  {
    maxNotionalLiquidated: big,
    maxQuantumsInsuranceLost: big,
    previousNotional: big,
    previousInsuranceLost: big,
    differentPerpetual: optional(flag),
  },
  (inputs) => {
    if (inputs.differentPerpetual === false) throw new Refused('ErrSubaccountHasLiquidatedPerpetual');
    const notional = blockAllowance(limit(inputs.maxNotionalLiquidated), limit(inputs.previousNotional));
    const insurance = blockAllowance(limit(inputs.maxQuantumsInsuranceLost), limit(inputs.previousInsuranceLost));
    if (notional < 0) throw new Refused('ErrLiquidationExceedsSubaccountMaxNotionalLiquidated');
    if (insurance < 0) throw new Refused('ErrLiquidationExceedsSubaccountMaxInsuranceLost');
    return { maxNotional: notional, maxInsurance: insurance };
  },
);

const priority = form(
  {
    oracle: positive,
    orders: record(object({ side: oneOf('buy', 'sell'), price: number, size: positive, hash: optional(text) })),
    given: list(text),
  },
  ({ oracle, orders, given }) => {
    const prioritised = given.map((name) => {
      const order = orders.get(name);
      if (order === undefined) throw new Refused(`no order ${name}`);
      return { name: order.hash ?? name, order: name, price: order.price, oracle, notional: order.size * oracle };
    });
    return { order: prioritised.toSorted(byPriority).map(({ order }) => order) };
  },
);

const fundingClamp = form(
  { clampFactorPpm: integer, initialMarginPpm: integer, maintenanceFractionPpm: integer },
  ({ clampFactorPpm, initialMarginPpm, maintenanceFractionPpm }) => {
    // The maintenance rate is a share of the initial one, rounded down.
    const maintenance = Math.floor((initialMarginPpm * maintenanceFractionPpm) / PPM);
    return { clampPpm: rateBound(clampFactorPpm, initialMarginPpm, maintenance) };
  },
);
const fundingIndex = form(
  { atomicResolution: integer, exponent: integer, price: big, rate8hPpm: big, seconds: big },
  ({ atomicResolution, exponent, price, rate8hPpm, seconds }) => ({
    delta: fundingIndexDelta(rate8hPpm, price, { exponent, resolution: atomicResolution, elapsed: seconds, period: EIGHT_HOURS }),
  }),
);

const caps = { initialMarginPpm: integer, oiLowerCap: integer, oiUpperCap: integer };
const capsOf = (inputs: { readonly oiLowerCap: number; readonly oiUpperCap: number }) => ({
  lower: inputs.oiLowerCap,
  upper: inputs.oiUpperCap,
});
const rateOfOpenInterest = form({ ...caps, oi: integer }, (inputs) => ({
  ppm: scaledInitialRate(inputs.initialMarginPpm, inputs.oi, capsOf(inputs)),
}));
const marginOfOpenInterest = form({ ...caps, oiNotional: integer, notional: integer }, (inputs) => {
  const rate = scaledInitialRate(inputs.initialMarginPpm, inputs.oiNotional, capsOf(inputs));
  return { initialMargin: initialMargin(inputs.notional, rate), ppm: rate };
});
const notionalRounding = form({ quantums: big, atomicResolution: integer, price: big, exponent: integer }, (inputs) => ({
  quote: quoteQuantums(inputs.quantums, inputs.atomicResolution, inputs.price, inputs.exponent),
}));

/** The preset's policy, by name of its parameters. */
function presetPolicy(): { readonly adjustment: number; readonly spread: number } {
  const { policy } = presetScenario('dydx-v4').liquidation;
  return policy.draw(() => {
    throw new Error("a preset's parameters are constants");
  }) as { readonly adjustment: number; readonly spread: number };
}

export const dydxV4: VenueExamples = {
  venue: 'dydx_v4',
  families: {
    adl: dydxDeleveraging,
    bankruptcy_price: [bankruptcyPrice],
    fillable_price: [fillable, subticks],
    funding: [fundingClamp, fundingIndex],
    insurance_fund: [insuranceFund],
    liquidation_size: [size, bounds, allowance],
    margin: [rateOfOpenInterest, marginOfOpenInterest, notionalRounding],
    priority: [priority],
    trigger: [trigger],
  },
};
