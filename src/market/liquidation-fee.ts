// The liquidation fee where it is charged of the surplus alone: as far as what was received for the lots closed lies above their share
// of the account's bankruptcy.

import { mulDivFloor } from '../base/rounding.ts';
import type { AccountId, InstrumentId, Ppm, Quote } from '../base/units.ts';
import { fundDelta } from './loss-sharing.ts';
import type { Margin } from './margin.ts';

/** What an account and one of its positions have before something of it is closed. */
export interface Share {
  readonly equity: Quote;
  readonly maintenance: Quote;
  /** Maintenance of the position that is closed. */
  readonly held: Quote;
}

export function shareOf(margin: Margin, account: AccountId, instrument: InstrumentId): Share {
  return { equity: margin.equity(account), maintenance: margin.maintenance(account), held: margin.maintenanceIn(account, instrument) };
}

/** The fee after lots were closed for `fillValue`; `before` says what there was before. */
export function feeOfSurplus(
  margin: Margin,
  account: AccountId,
  instrument: InstrumentId,
  rate: Ppm,
  fillValue: Quote,
  before: Share,
): Quote {
  const { equity, maintenance, held } = before;
  if (maintenance === 0) return 0;
  // What the fill lost against the mark, and what of equity went with the lots.
  const slippage = margin.equity(account) - equity;
  const own = mulDivFloor(equity, held - margin.maintenanceIn(account, instrument), maintenance);
  return Math.max(0, fundDelta(fillValue, fillValue - slippage - own, rate));
}
