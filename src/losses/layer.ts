// The shelf's interface: a loss layer takes what liquidation on the book left over, at a stated price, as far as it can; and
// some pay what an account owes when nothing of it is left. Layers are tried in the order in which a venue lists them.

import type { ParamSpecs, Values } from '../base/params.ts';
import type { Rng } from '../base/random.ts';
import type { AccountId, InstrumentId, Lots, Micros, Quote, Ticks } from '../base/units.ts';
import type { MarketView } from '../market/market-view.ts';

/** What is left of a position: `lots` signed, `bankruptcy` the price at which the account ends with nothing. */
export interface Remainder {
  readonly account: AccountId;
  readonly instrument: InstrumentId;
  readonly lots: Lots;
  readonly bankruptcy: Ticks;
  readonly now: Micros;
}

/** What an account owes that holds nothing any more. */
export interface Deficit {
  readonly account: AccountId;
  /** Where it was lost, 0 when that is not known. */
  readonly instrument: InstrumentId;
  readonly amount: Quote;
  readonly now: Micros;
}

/** What a layer may ask for. Each becomes an envelope to the gateway. */
export interface LossActions {
  /** The insurance fund takes `lots` (signed as the position is) at `price`. */
  takeOver(lots: Lots, price: Ticks): void;
  /** `counterparty` is closed against the account by `lots` (signed as the liquidated position is) at `price`. */
  deleverage(counterparty: AccountId, lots: Lots, price: Ticks): void;
  /** `taker`, who wants to (or a pool of the venue, with the margin), has `lots` at `price`. */
  assign(taker: AccountId, lots: Lots, price: Ticks): void;
  /** The fund keeps `amount` of what the account has after these steps. */
  retain(amount: Quote): void;
}

/** What may be done about a deficit. */
export interface DeficitActions {
  /** An account of the venue pays: the fund, or a pool. */
  pay(from: AccountId, amount: Quote): void;
  /** All positions of the instrument pay. */
  socialise(instrument: InstrumentId, amount: Quote): void;
  /** Winners pay. */
  clawBack(amount: Quote): void;
  /** Nobody pays now, withdrawals will. */
  haircut(amount: Quote): void;
  /** Nobody pays. */
  print(amount: Quote): void;
}

export interface LossLayer {
  /** Asks through `act` for what it takes and returns the lots taken, signed as the remainder is; 0 for none. */
  absorb(remainder: Remainder, market: MarketView, act: LossActions): Lots;
  /** Asks through `act` for what it pays of a deficit, and returns how much. */
  cover?(deficit: Deficit, market: MarketView, act: DeficitActions): Quote;
  /** Whether a list with this layer asks about deficits layer by layer; else the fund pays what it can, and the rest is bad debt. */
  readonly staged?: boolean;
  /** Every mark as it is published. */
  observe?(instrument: InstrumentId, mark: Ticks, now: Micros, market: MarketView): void;
  /** Whether it takes the fund's own inventory at the mark now, though the fund is not empty. */
  relieves?(market: MarketView): boolean;
  /** Whether withdrawals are refused while accounts in liquidation lack `insolvency` together. */
  gates?(insolvency: Quote, market: MarketView, now: Micros): boolean;
  /** As a liquidation policy's: all that it remembers, `{}` for nothing. */
  readonly memory?: object;
}

export interface LossContext {
  /** A stream of chance for each purpose. */
  readonly rng: (purpose: string) => Rng;
  /** The venue's own account of this name, made with so much cash when it is first asked for. */
  readonly pool: (name: string, cash: Quote) => AccountId;
}

export interface LayerKind<S extends ParamSpecs = ParamSpecs> {
  readonly kind: string;
  readonly doc: string;
  readonly params: S;
  create(params: Values<S>, context: LossContext): LossLayer;
}

export function layerKind<S extends ParamSpecs>(kind: LayerKind<S>): LayerKind<S> {
  return kind;
}
