// The shelf's interface: what a kind of trader is and what it is given. A new kind is one file and one line in
// registry.ts.

import { assert } from '../base/assert.ts';
import type { ActorContext } from '../kernel/actor.ts';
import type { CollateralView } from '../market/collateral.ts';
import type { MarketFeed } from '../market/feed.ts';
import type { Instrument } from '../market/instrument.ts';
import type { Message } from '../messages.ts';
import type { AccountId, ActorId, InstrumentId, Lots, Ppm, Quote, Ticks } from '../base/units.ts';
import type { ParamSpecs, Values } from '../base/params.ts';

export interface TraderContext extends ActorContext<Message> {
  /** The gateway: where commands go. */
  readonly exchange: ActorId;
  /** The price feed: where `HedgeSpot` goes. */
  readonly priceFeed: ActorId;
  /** Where `TradeCollateral` goes; 0 where the venue takes no collateral. */
  readonly collateralFeed: ActorId;
  /** What the venue publishes of it: assets, prices and haircuts. */
  readonly collateral: Pick<CollateralView, 'assets' | 'price' | 'terms'>;
  /** The instrument this trader's parameters speak of. */
  readonly instrument: InstrumentId;
  readonly instruments: readonly Instrument[];
  /** False: `openAccount` gives every account leverage 1 and `cash × leverage`, so that it can do what it could before. */
  readonly leverageEnabled: boolean;
  /** While the trader is being made it shows the starting price as index and mark, and an empty book. */
  feed(instrument: InstrumentId): MarketFeed;
  /** A clock for XState actors made by the trader: kernel time, in milliseconds. */
  readonly clock: { setTimeout(fn: (...args: unknown[]) => void, timeout: number): unknown; clearTimeout(id: unknown): void };

  // Only while the trader is being made:
  /** `leverage` in ppm of 1× (10× is 10,000,000): what the account chose, its initial margin rate is at least 1 ÷ leverage. */
  openAccount(options: { readonly cash: Quote; readonly leverage: Ppm }): AccountId;
  /** A position held when the run starts, signed; opening positions must balance over all traders. */
  openPosition(account: AccountId, instrument: InstrumentId, lots: Lots, entry: Ticks): void;
  /** This account takes a share, by `weight`, of whatever the others' opening positions leave unbalanced. */
  balanceOpening(account: AccountId, instrument: InstrumentId, weight: number): void;

  // From `start` on:
  /** What the account holds when the run starts, its share of the balance included. */
  openingLots(account: AccountId, instrument: InstrumentId): Lots;
}

/** The instrument the trader's parameters speak of. */
export function instrumentOf(context: TraderContext): Instrument {
  const instrument = context.instruments.find(({ id }) => id === context.instrument);
  assert(instrument !== undefined, () => `${context.name}: there is no instrument ${context.instrument}`);
  return instrument;
}

export interface Trader {
  /** Once, at the start of the run, after all accounts exist: schedule the first wakes here. */
  start(): void;
  /** Every message to this trader: its wakes and the exchange's events about its accounts. */
  handle(message: Message): void;
  /** As a liquidation policy's: all that it remembers, where that is not in fields. */
  readonly memory?: object;
}

export interface TraderKind<S extends ParamSpecs = ParamSpecs> {
  readonly kind: string;
  /** One sentence for `sandpile list`. */
  readonly doc: string;
  readonly params: S;
  /** How many accounts one opens; 1 unless said otherwise. */
  accounts?(params: Values<S>): number;
  create(context: TraderContext, params: Values<S>): Trader;
}

/** Gives the parameters of `create` the types that `params` declares. */
export function traderKind<S extends ParamSpecs>(kind: TraderKind<S>): TraderKind<S> {
  return kind;
}
