// What lies in a book at which prices, for those who price an order before they send it.

import type { AccountId, Lots, OrderId, Side, Ticks } from '../base/units.ts';
import type { RestingOrders } from './resting-orders.ts';

/** What a walk into the book would meet; made once by the caller and reused. */
export interface Sweep {
  /** Lots found, at most what was asked for. */
  lots: Lots;
  /** Sum of price × lots, in tick-lots. The average price is `notional / lots`. */
  notional: number;
  /** The last price touched, 0 if none: a limit there fills `lots`. */
  worst: Ticks;
}

/** Levels from best to worst; made once by the caller and reused. */
export interface Depth {
  readonly price: Int32Array;
  readonly lots: Float64Array;
}

/** See `OrderBook.levels`. */
export function levelsOf(resting: RestingOrders, side: Side, from: Ticks, count: number, out: Depth): number {
  let price = resting.best(side);
  if (from !== 0 && price !== 0 && (side > 0 ? from < price : from > price)) {
    price = resting.first(from) !== 0 ? from : resting.worse(side, from);
  }
  let found = 0;
  for (; price !== 0 && found < count; price = resting.worse(side, price)) {
    out.price[found] = price;
    out.lots[found] = resting.lotsAt(price);
    found += 1;
  }
  return found;
}

/** See `OrderBook.sweep`. */
export function sweepOf(resting: RestingOrders, side: Side, lots: Lots, limit: Ticks, out?: Sweep): Lots {
  const other: Side = side > 0 ? -1 : 1;
  // All there is up to a price, and only the lots: that needs no walk from level to level.
  if (lots === Number.MAX_SAFE_INTEGER && limit !== 0 && out === undefined) {
    const best = resting.best(other);
    if (best === 0) return 0;
    return side > 0 ? resting.levels.lotsWithin(best, limit) : resting.levels.lotsWithin(limit, best);
  }
  let found = 0;
  let notional = 0;
  let worst = 0;
  let price = resting.best(other);
  while (price !== 0 && found < lots && (limit === 0 || (side > 0 ? price <= limit : price >= limit))) {
    const taken = Math.min(resting.lotsAt(price), lots - found);
    found += taken;
    notional += taken * price;
    worst = price;
    if (found === lots) break;
    price = resting.worse(other, price);
  }
  if (out !== undefined) {
    out.lots = found;
    out.notional = notional;
    out.worst = worst;
  }
  return found;
}

/** See `OrderBook.forEachOrder`. */
export function ordersOf(
  resting: RestingOrders,
  side: Side,
  visit: (order: OrderId, account: AccountId, price: Ticks, lots: Lots, flags: number) => void,
): void {
  for (let price = resting.best(side); price !== 0; price = resting.worse(side, price)) {
    for (let row = resting.first(price); row !== 0; row = resting.next(row))
      visit(resting.idOf(row), resting.accountOf(row), price, resting.lotsOf(row), resting.flagsOf(row));
  }
}
