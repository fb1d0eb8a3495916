// The market as the liquidation engine, policies and loss layers may see it: everything to read, nothing to change.

import type { AccountId, ActorId, InstrumentId, Lots, Ppm, Quote, Side, Ticks } from '../base/units.ts';
import type { CollateralView } from './collateral.ts';
import type { AdlQueue, Opponent } from './auto-deleveraging.ts';
import type { Instrument } from './instrument.ts';
import type { MarginTiers } from './margin-tiers.ts';
import type { OrderBook } from './order-book.ts';
import type { Volunteer } from './volunteers.ts';

/** What may be asked of a book. */
export type BookView = Pick<
  OrderBook,
  | 'bestBid'
  | 'bestAsk'
  | 'size'
  | 'best'
  | 'worse'
  | 'lotsAt'
  | 'levels'
  | 'sweep'
  | 'fillable'
  | 'forEachOrderOf'
  | 'has'
  | 'orderAccount'
  | 'orderSide'
  | 'orderPrice'
  | 'orderLots'
  | 'orderFlags'
>;

/** Money the fund has, apart from what its inventory gains or loses at mark. */
export interface FundView {
  readonly account: AccountId;
  readonly cash: Quote;
  readonly inventory: Quote;
  readonly equity: Quote;
  lots(instrument: InstrumentId): Lots;
  canAbsorb(loss: Quote): boolean;
}

export interface MarketView {
  /** In the order of their ids, which run from 1. */
  readonly instruments: readonly Instrument[];
  readonly fundAccount: AccountId;
  readonly fund: FundView;
  instrument(instrument: InstrumentId): Instrument;
  book(instrument: InstrumentId): BookView;

  indexPrice(instrument: InstrumentId): Ticks;
  markPrice(instrument: InstrumentId): Ticks;
  /** 0 before the first trade. */
  lastPrice(instrument: InstrumentId): Ticks;
  isOpen(instrument: InstrumentId): boolean;
  /** The lots of all longs, which are those of all shorts. */
  openInterest(instrument: InstrumentId): Lots;

  readonly accountCount: number;
  owner(account: AccountId): ActorId;
  parent(account: AccountId): AccountId;
  leverage(account: AccountId): Ppm;
  isExempt(account: AccountId): boolean;
  isInLiquidation(account: AccountId): boolean;
  /** What trades, fees and funding left: without positions, the wallet balance. */
  cash(account: AccountId): Quote;
  /** Wallet balance: cash plus the entry value of what is held. */
  wallet(account: AccountId): Quote;
  /** Cash, what collateral counts for, and positions at mark, less funding that is due. */
  equity(account: AccountId): Quote;
  maintenance(account: AccountId): Quote;
  /** What a position's maintenance is counted by: the instrument's tiers, or earlier ones that a grandfathered position keeps. */
  tiersOf(account: AccountId, instrument: InstrumentId): MarginTiers;
  /** What the opening rule asks for, open orders included. */
  initialMargin(account: AccountId): Quote;
  available(account: AccountId): Quote;
  /** Maintenance ÷ equity, rounded up; 0 when equity is not positive (then `isLiquidatable` tells). */
  marginRatioPpm(account: AccountId): Ppm;
  /** Equity below `ratio` × maintenance, also at it unless the venue is strict; without positions, below zero. */
  isBelow(account: AccountId, ratio: Ppm): boolean;
  /** Equity below maintenance, also at it unless the venue is strict, and something to close. Never the exempt. */
  isLiquidatable(account: AccountId): boolean;
  bankruptcyPrice(account: AccountId, instrument: InstrumentId): Ticks;
  liquidationPrice(account: AccountId, instrument: InstrumentId): Ticks;
  fundingDue(account: AccountId, instrument: InstrumentId): Quote;

  positionCount(account: AccountId): number;
  positionLots(account: AccountId, instrument: InstrumentId): Lots;
  /** In instrument order, what is held (never 0). The visitor must not trade. */
  forEachPosition(account: AccountId, visit: (instrument: InstrumentId, lots: Lots) => void): void;
  /** Σ signed lots × price of what is held. */
  entryValue(account: AccountId, instrument: InstrumentId): Quote;
  /** In ticks, not rounded: for display. 0 without a position. */
  entryPrice(account: AccountId, instrument: InstrumentId): number;
  unrealised(account: AccountId, instrument: InstrumentId): Quote;
  /** Σ |lots| × mark over the account's positions. */
  notional(account: AccountId): Quote;
  openLots(account: AccountId, instrument: InstrumentId, side: Side): Lots;

  adlQueue(instrument: InstrumentId, side: Side, out: AdlQueue): number;
  /** Whoever holds something on `side` and has equity, but for the account itself, the exempt and those in liquidation. */
  opponents(instrument: InstrumentId, side: Side, but: AccountId): Opponent[];
  canReceive(counterparty: AccountId, instrument: InstrumentId, lots: Lots, price: Ticks): Lots;
  isNoWorse(counterparty: AccountId, instrument: InstrumentId, lots: Lots, price: Ticks): boolean;

  /** What counts as margin beside money. */
  readonly collateral: { readonly held: CollateralView };
  /** Accounts of the venue itself beside the fund. */
  readonly pools: { readonly all: readonly { readonly name: string; readonly account: AccountId }[]; has(account: AccountId): boolean };
  readonly volunteers: { takers(instrument: InstrumentId, lots: Lots, price: Ticks, from: AccountId): Volunteer[] };
  /** What could be clawed back from winners. */
  readonly sharedLosses: { readonly profits: Quote };
}
