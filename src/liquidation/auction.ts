// The sums of a Dutch auction of a whole account (Derive v2): what the discount is by now, how much may be sold, what a bid
// pays. Money in any one unit; margins as Derive signs them (MM below zero is what is missing).

export interface AuctionTerms {
  /** Share of the account's value that the first bidder pays, falling to `cutoff` in `fast`, then to nothing in `slow`. */
  readonly start: number;
  readonly cutoff: number;
  readonly fast: number;
  readonly slow: number;
}

/** What is paid for the account's value `elapsed` after the start, in the unit of `fast` and `slow`. */
export function discountAt({ start, cutoff, fast, slow }: AuctionTerms, elapsed: number): number {
  if (elapsed < fast) return start - ((start - cutoff) * elapsed) / fast;
  return Math.max(0, cutoff * (1 - (elapsed - fast) / slow));
}

export interface AuctionState {
  /** Value at mark, and net maintenance margin: what is left of it when requirements are met, negative while they are not. */
  readonly value: number;
  readonly margin: number;
  /** Cash that bids have brought so far; it is not sold again. */
  readonly reserved: number;
}

/** The margin at which the auction ends: maintenance and a buffer of the distance between value and margin. */
export function bufferMargin({ value, margin }: Pick<AuctionState, 'value' | 'margin'>, buffer: number): number {
  return margin + (margin - value) * buffer;
}

/** The most that may be sold at a discount: what just brings the buffer margin to zero, at most all. */
export function mostOf(state: AuctionState, buffer: number, discount: number): number {
  const missing = bufferMargin(state, buffer);
  if (missing >= 0) return 0;
  const share = missing / (missing - (state.value - state.reserved) * discount - state.reserved);
  return share > 0 ? Math.min(1, share) : 1;
}

/** What a bid for `share` of the account pays. */
export function bidFor({ value, reserved }: AuctionState, discount: number, share: number): number {
  return (value - reserved) * discount * share;
}

/** Net maintenance margin after a bid: the share is gone, what earlier bids brought stays, and this one is added. */
export function marginAfter({ margin, reserved }: AuctionState, share: number, bid: number): number {
  return (margin - reserved) * (1 - share) + reserved + bid;
}

/** Charged at the start: on what would be sold at once without a discount. */
export function auctionFee(state: Pick<AuctionState, 'value' | 'margin'>, buffer: number, rate: number): number {
  return mostOf({ ...state, reserved: 0 }, buffer, 1) * Math.abs(state.value) * rate;
}

/** What whoever takes `share` of an insolvent account is paid, `elapsed` of `length` after the start: from `from` up to `to`. */
export function insolventPayout(from: number, to: number, elapsed: number, length: number, share: number): number {
  return (from + (to - from) * Math.min(1, elapsed / length)) * share;
}
