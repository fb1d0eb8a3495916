// Synthetix v3: the examples of its perps market's own tests. Prices lean on the skew; liquidation has one capacity for the
// whole market.

import { MICROS_PER_SECOND } from '../../base/units.ts';
import { capacityOf, leftOf, withinWindow, type Used } from '../../liquidation/capacity.ts';
import { skewMargin, skewedPrice, skewedProfit } from '../../market/skew.ts';
import { Unread, form, list, number, object, optional, positive, text, tuple, type VenueExamples } from './family.ts';

const position = object({ m: optional(text), size: number, openPrice: positive, skewScale: positive, skew: optional(number) });

const margin = form({ markets: list(position), prices: list(positive), collateral: number }, ({ markets, prices, collateral }) => {
  if (prices.length !== markets.length) throw new Unread('"prices" must hold one price for each of "markets"');
  const fills = markets.map(({ size, openPrice, skewScale, skew = 0 }) => skewedPrice(openPrice, skew, skew + size, skewScale));
  const pnl = markets.map(({ size, openPrice, skewScale, skew = 0 }, i) =>
    skewedProfit(size, prices[i], { oracle: openPrice, skew, scale: skewScale }),
  );
  return { fillPrices: fills, pnl, available: pnl.reduce((sum, one) => sum + one, collateral) };
});

const fill = form({ price: positive, skewBefore: number, size: number, skewScale: positive }, ({ price, skewBefore, size, skewScale }) => ({
  fillPrice: skewedPrice(price, skewBefore, skewBefore + size, skewScale),
}));

const required = form(
  {
    size: number,
    price: positive,
    skewScale: positive,
    initialMarginFraction: number,
    minInitialMarginRatio: number,
    maintenanceMarginScalar: number,
    minPositionMargin: optional(number),
  },
  ({ size, price, ...terms }) => {
    const { initialRate, maintenanceRate, initial, maintenance } = skewMargin(size, price, {
      scale: terms.skewScale,
      least: terms.minInitialMarginRatio,
      fraction: terms.initialMarginFraction,
      maintenanceShare: terms.maintenanceMarginScalar,
      minimum: terms.minPositionMargin ?? 0,
    });
    return {
      initialMarginRatio: initialRate,
      maintenanceMarginRatio: maintenanceRate,
      initialMargin: initial,
      maintenanceMargin: maintenance,
    };
  },
);

/** Accounts are A, B, … in the order of their sizes; a call is one of them and a time in seconds. */
const window = form(
  {
    makerFee: number,
    takerFee: number,
    skewScale: positive,
    multiplier: number,
    windowSeconds: positive,
    accounts: list(number),
    calls: list(tuple(text, number)),
  },
  ({ makerFee, takerFee, skewScale, multiplier, windowSeconds, accounts, calls }) => {
    const length = Math.round(windowSeconds * MICROS_PER_SECOND);
    const capacity = capacityOf({ makerFee, takerFee, skewScale, multiplier, window: length });
    const left = [...accounts];
    let used: Used[] = [];
    const remaining = calls.map(([name, seconds]) => {
      const account = name.charCodeAt(0) - 'A'.charCodeAt(0);
      if (name.length !== 1 || left[account] === undefined) throw new Unread(`"${name}" is none of the accounts`);
      const now = Math.round(seconds * MICROS_PER_SECOND);
      used = withinWindow(used, length, now);
      const size = Math.abs(left[account]);
      const taken = Math.min(size, Math.max(0, leftOf(capacity, used)));
      used.push({ at: now, amount: taken });
      left[account] = Math.sign(left[account]) * (size - taken);
      return left[account];
    });
    return { capacity, remaining };
  },
);

export const synthetixV3: VenueExamples = {
  venue: 'synthetix_v3',
  families: { margin: [margin, required, fill], rate_limit: [window] },
};
