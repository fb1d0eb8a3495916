// What an order may ask for, and what can be answered. The market speaks these words; messages.ts passes them on.

import type { Side, Ticks } from '../base/units.ts';

// Order flags: one of the time-in-force bits at most; none means good till canceled.
export const ORDER_MARKET = 1;
export const ORDER_IOC = 2;
export const ORDER_FOK = 4;
export const ORDER_POST_ONLY = 8;
export const ORDER_REDUCE_ONLY = 16;
/** Rests with the exchange until the mark reaches `trigger`: from above for a sell stop, from below for a buy stop. */
export const ORDER_STOP = 32;
/** As a stop, the other way round. */
export const ORDER_TAKE_PROFIT = 64;
// Self-trade prevention: what happens when an order would meet one of the same account. None set: the newest is canceled.
export const STP_CANCEL_OLDEST = 128;
export const STP_CANCEL_BOTH = 256;

const TIME_IN_FORCE = ORDER_MARKET | ORDER_IOC | ORDER_FOK | ORDER_POST_ONLY;
const TRIGGERS = ORDER_STOP | ORDER_TAKE_PROFIT;
const SELF_TRADE = STP_CANCEL_OLDEST | STP_CANCEL_BOTH;
const ALL = TIME_IN_FORCE | TRIGGERS | SELF_TRADE | ORDER_REDUCE_ONLY;

/** Whether an order of `side` with this limit goes too far for it at `price`, for both from 1 to 2 ** 31 − 1. By a sign: which side it is, no processor guesses. */
export function isBeyond(side: Side, limit: Ticks, price: Ticks): boolean {
  return Math.imul(side, (limit - price) | 0) < 0;
}

const single = (bits: number): boolean => (bits & (bits - 1)) === 0;

/** Whether the bits go together: known ones only, and of each group one at most. */
export function areFlagsValid(flags: number): boolean {
  return (
    (flags & ~ALL) === 0 && (flags | 0) === flags && single(flags & TIME_IN_FORCE) && single(flags & TRIGGERS) && single(flags & SELF_TRADE)
  );
}

/** Why the market said no, or why an order left the book. The value is the message's `reason`. */
export const REASONS = [
  'none',
  'requested',
  'insufficient-margin',
  'no-liquidity',
  'would-cross',
  'would-increase',
  'would-self-trade',
  'outside-price-band',
  'invalid-price',
  'invalid-lots',
  'invalid-flags',
  'unknown-order',
  'unknown-account',
  'not-the-owner',
  'market-closed',
  'position-limit',
  'account-in-liquidation',
  'liquidation',
  'deleveraged',
  'filled',
  'restored',
  'taken-over',
  'bad-debt',
  'unfilled-remainder',
  'unknown-instrument',
  'invalid-amount',
  'open-interest-limit',
  'not-permitted',
  'assigned',
  'socialised',
  'clawed-back',
  'withdrawal-haircut',
  'withdrawals-gated',
  'rule-change',
  'margin-control',
] as const;
export type Reason = (typeof REASONS)[number];
export const Reason = Object.fromEntries(REASONS.map((reason, index) => [reason, index])) as { readonly [Name in Reason]: number };
