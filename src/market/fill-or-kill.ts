// Fill or kill looks before it takes: what the matching loop of order-book.ts would fill, by the same rules, without
// touching anything.

import type { AccountId, Lots, Side, Ticks } from '../base/units.ts';
import { ORDER_REDUCE_ONLY, Reason, STP_CANCEL_OLDEST } from './order.ts';
import type { RestingOrders } from './resting-orders.ts';

/** By how many lots an account may still sell (or buy) before its position is closed, as of before the running command. */
export type Reducible = (account: AccountId, side: Side) => Lots;

/** Why an order would not fill all its lots (a Reason), 0 if it would. */
export function whyNotFilled(
  resting: RestingOrders,
  reducible: Reducible | undefined,
  account: AccountId,
  side: Side,
  limit: Ticks,
  lots: Lots,
  flags: number,
): number {
  const other: Side = side > 0 ? -1 : 1;
  let found = 0;
  for (let price = resting.best(other); price !== 0 && (side > 0 ? price <= limit : price >= limit); price = resting.worse(other, price)) {
    for (let row = resting.first(price); row !== 0; row = resting.next(row)) {
      const maker = resting.accountOf(row);
      if (maker === account) {
        if ((flags & STP_CANCEL_OLDEST) !== 0) continue;
        return Reason['would-self-trade'];
      }
      let open = resting.lotsOf(row);
      if ((resting.flagsOf(row) & ORDER_REDUCE_ONLY) !== 0 && reducible !== undefined) {
        const room = reducible(maker, other);
        open = Math.max(0, Math.min(open, room - takenBefore(resting, row, other, room)));
      }
      found += open;
      if (found >= lots) return 0;
    }
  }
  return Reason['no-liquidity'];
}

/** What a taker fills of the same account's orders on `side` before it comes to this one. */
function takenBefore(resting: RestingOrders, target: number, side: Side, room: Lots): Lots {
  const account = resting.accountOf(target);
  let taken = 0;
  for (let price = resting.best(side); ; price = resting.worse(side, price)) {
    for (let row = resting.first(price); row !== 0; row = resting.next(row)) {
      if (row === target) return taken;
      if (resting.accountOf(row) !== account) continue;
      const reducing = (resting.flagsOf(row) & ORDER_REDUCE_ONLY) !== 0;
      taken += reducing ? Math.max(0, Math.min(resting.lotsOf(row), room - taken)) : resting.lotsOf(row);
    }
  }
}
