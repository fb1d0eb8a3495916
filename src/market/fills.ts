// What the last command to the market did, as rows in reused columns: who traded, and whose orders left the book.

import { grown } from './accounts.ts';

export const FILL_MAKER = 1;
/** The order has nothing left open. */
export const FILL_DONE = 2;

/** Two rows an execution, in the order of the executions: 2k is the taker's, 2k + 1 the maker's. */
export class Fills {
  count = 0;
  account = new Int32Array(32);
  instrument = new Int32Array(32);
  order = new Float64Array(32);
  tag = new Float64Array(32);
  side = new Int8Array(32);
  lots = new Int32Array(32);
  price = new Int32Array(32);
  /** In quote units, paid by the account; negative: a rebate. */
  fee = new Float64Array(32);
  /** What the order still has open: of a taker, what it had not yet filled. */
  left = new Int32Array(32);
  /** FILL_MAKER, FILL_DONE. */
  flags = new Uint8Array(32);

  /** The next two rows; returns the first. */
  addPair(): number {
    const row = this.count;
    this.count = row + 2;
    if (this.count > this.account.length) this.grow(2 * this.count);
    return row;
  }

  private grow(size: number): void {
    this.account = grown(this.account, new Int32Array(size));
    this.instrument = grown(this.instrument, new Int32Array(size));
    this.order = grown(this.order, new Float64Array(size));
    this.tag = grown(this.tag, new Float64Array(size));
    this.side = grown(this.side, new Int8Array(size));
    this.lots = grown(this.lots, new Int32Array(size));
    this.price = grown(this.price, new Int32Array(size));
    this.fee = grown(this.fee, new Float64Array(size));
    this.left = grown(this.left, new Int32Array(size));
    this.flags = grown(this.flags, new Uint8Array(size));
  }
}

/** Orders that left the book, or were cut, without a fill. The command's own order is not among them. */
export class Canceled {
  count = 0;
  account = new Int32Array(16);
  instrument = new Int32Array(16);
  order = new Float64Array(16);
  tag = new Float64Array(16);
  side = new Int8Array(16);
  price = new Int32Array(16);
  /** What was taken off. */
  lots = new Int32Array(16);
  /** What stays open: more than 0 only where an order was cut to what is left of its position. */
  left = new Int32Array(16);
  reason = new Int32Array(16);

  add(): number {
    const row = this.count++;
    if (this.count > this.account.length) this.grow(2 * this.count);
    return row;
  }

  private grow(size: number): void {
    this.account = grown(this.account, new Int32Array(size));
    this.instrument = grown(this.instrument, new Int32Array(size));
    this.order = grown(this.order, new Float64Array(size));
    this.tag = grown(this.tag, new Float64Array(size));
    this.side = grown(this.side, new Int8Array(size));
    this.price = grown(this.price, new Int32Array(size));
    this.lots = grown(this.lots, new Int32Array(size));
    this.left = grown(this.left, new Int32Array(size));
    this.reason = grown(this.reason, new Int32Array(size));
  }
}
