// The shelf's interface: a loss layer takes what liquidation on the book left over, at a stated price, as far as it can.
// Layers are tried in the order in which a venue lists them.

import type { ParamSpecs, Values } from '../base/params.ts';
import type { AccountId, InstrumentId, Lots, Ticks } from '../base/units.ts';
import type { MarketView } from '../market/market-view.ts';

/** What is left of a position: `lots` signed, `bankruptcy` the price at which the account ends with nothing. */
interface Remainder {
  readonly account: AccountId;
  readonly instrument: InstrumentId;
  readonly lots: Lots;
  readonly bankruptcy: Ticks;
}

/** What a layer may ask for. Each becomes an envelope to the gateway. */
export interface LossActions {
  /** The insurance fund takes `lots` (signed as the position is) at `price`. */
  takeOver(lots: Lots, price: Ticks): void;
  /** `counterparty` is closed against the account by `lots` (signed as the liquidated position is) at `price`. */
  deleverage(counterparty: AccountId, lots: Lots, price: Ticks): void;
}

export interface LossLayer {
  /** Asks through `act` for what it takes and returns the lots taken, signed as the remainder is; 0 for none. */
  absorb(remainder: Remainder, market: MarketView, act: LossActions): Lots;
  /** As a liquidation policy's: all that it remembers, `{}` for nothing. */
  readonly memory?: object;
}

export interface LayerKind<S extends ParamSpecs = ParamSpecs> {
  readonly kind: string;
  readonly doc: string;
  readonly params: S;
  create(params: Values<S>): LossLayer;
}

export function layerKind<S extends ParamSpecs>(kind: LayerKind<S>): LayerKind<S> {
  return kind;
}
