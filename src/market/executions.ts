// What a command did to a book, as rows in columns that are reused from command to command: no object is made while
// matching. The columns are replaced when they grow, so nobody keeps them.

import type { AccountId, Lots } from '../base/units.ts';
import type { Arena } from './arena.ts';
import { ORDER_ROW } from './resting-orders.ts';

const FIRST_ROWS = 16;

function longer<A extends Int8Array | Int32Array | Float64Array>(from: A, to: A): A {
  to.set(from);
  return to;
}

/** Fills of the last command, in order. */

const { ACCOUNT, PRICE, LOTS, FLAGS, ORDER, TAG, SELLS } = ORDER_ROW;

export class Executions {
  count = 0;
  maker = new Float64Array(FIRST_ROWS);
  makerAccount = new Int32Array(FIRST_ROWS);
  makerTag = new Float64Array(FIRST_ROWS);
  price = new Int32Array(FIRST_ROWS);
  lots = new Int32Array(FIRST_ROWS);
  /** What the maker still has open after the fill; 0: it is done. */
  makerLeft = new Int32Array(FIRST_ROWS);
  /** Whose reduce-only orders traded, in order; an account may be there twice. */
  reducerCount = 0;
  reducers = new Int32Array(FIRST_ROWS);

  addReducer(account: AccountId): void {
    if (this.reducerCount === this.reducers.length) this.reducers = longer(this.reducers, new Int32Array(2 * this.reducerCount));
    this.reducers[this.reducerCount++] = account;
  }

  grow(): void {
    const rows = 2 * this.price.length;
    this.maker = longer(this.maker, new Float64Array(rows));
    this.makerAccount = longer(this.makerAccount, new Int32Array(rows));
    this.makerTag = longer(this.makerTag, new Float64Array(rows));
    this.price = longer(this.price, new Int32Array(rows));
    this.lots = longer(this.lots, new Int32Array(rows));
    this.makerLeft = longer(this.makerLeft, new Int32Array(rows));
  }
}

/** Resting orders that left the book, or were cut, without a fill. */
export class CanceledOrders {
  count = 0;
  order = new Float64Array(FIRST_ROWS);
  account = new Int32Array(FIRST_ROWS);
  tag = new Float64Array(FIRST_ROWS);
  side = new Int8Array(FIRST_ROWS);
  price = new Int32Array(FIRST_ROWS);
  /** What was taken off. */
  lots = new Int32Array(FIRST_ROWS);
  /** What stays open: more than 0 only where a reduce-only order was cut, or one without margin. */
  left = new Int32Array(FIRST_ROWS);
  reason = new Int32Array(FIRST_ROWS);

  /** What is taken off the order in `row`, before it is. */
  add({ words, floats }: Arena, row: number, lots: Lots, reason: number): void {
    const at = this.count;
    if (at === this.price.length) this.grow();
    this.count = at + 1;
    this.order[at] = words[row + ORDER] >>> 0;
    this.account[at] = words[row + ACCOUNT];
    this.tag[at] = floats[(row >> 1) + TAG];
    this.side[at] = (words[row + FLAGS] & SELLS) === 0 ? 1 : -1;
    this.price[at] = words[row + PRICE];
    this.lots[at] = lots;
    this.left[at] = words[row + LOTS] - lots;
    this.reason[at] = reason;
  }

  grow(): void {
    const rows = 2 * this.price.length;
    this.order = longer(this.order, new Float64Array(rows));
    this.account = longer(this.account, new Int32Array(rows));
    this.tag = longer(this.tag, new Float64Array(rows));
    this.side = longer(this.side, new Int8Array(rows));
    this.price = longer(this.price, new Int32Array(rows));
    this.lots = longer(this.lots, new Int32Array(rows));
    this.left = longer(this.left, new Int32Array(rows));
    this.reason = longer(this.reason, new Int32Array(rows));
  }
}
