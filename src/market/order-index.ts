// Order id → slot, by open addressing. Ids only ever grow, so a plain array would grow with every order ever placed;
// this table grows with the most orders that were alive at once.

import type { OrderId } from '../base/units.ts';
import { assert } from '../base/assert.ts';

/** The largest id that can be held: ids are kept in 32 bits. */
export const MAX_ORDER_ID = 0xffff_ffff;

/** Slots are positive; 0 means absent. At most half of the entries are in use, so that probes stay short. */
export class OrderIndex {
  /** Pairs of id (its low 32 bits) and slot. */
  private pairs = new Int32Array(2 * 64);
  private mask = 63;
  /** Brings the top bits of a 32-bit product down to the table's size. */
  private shift = 26;
  size = 0;

  get(order: OrderId): number {
    const { pairs, mask } = this;
    const key = order | 0;
    let entry = Math.imul(key, 0x9e37_79b1) >>> this.shift;
    for (;;) {
      const slot = pairs[2 * entry + 1];
      if (slot === 0 || pairs[2 * entry] === key) return slot;
      entry = (entry + 1) & mask;
    }
  }

  add(order: OrderId, slot: number): void {
    if (2 * (this.size + 1) > this.mask) this.grow();
    const { pairs, mask } = this;
    const key = order | 0;
    let entry = Math.imul(key, 0x9e37_79b1) >>> this.shift;
    while (pairs[2 * entry + 1] !== 0) {
      assert(pairs[2 * entry] !== key, 'an order id is used twice');
      entry = (entry + 1) & mask;
    }
    pairs[2 * entry] = key;
    pairs[2 * entry + 1] = slot;
    this.size += 1;
  }

  /** The id must be there. */
  delete(order: OrderId): void {
    const { pairs, mask, shift } = this;
    const key = order | 0;
    let hole = Math.imul(key, 0x9e37_79b1) >>> shift;
    while (pairs[2 * hole] !== key || pairs[2 * hole + 1] === 0) {
      assert(pairs[2 * hole + 1] !== 0, 'an order id to delete is not there');
      hole = (hole + 1) & mask;
    }
    // Entries behind the hole move up unless that would put them before their home: no tombstones, so no decay.
    let entry = (hole + 1) & mask;
    while (pairs[2 * entry + 1] !== 0) {
      const home = Math.imul(pairs[2 * entry], 0x9e37_79b1) >>> shift;
      if (((entry - home) & mask) >= ((entry - hole) & mask)) {
        pairs[2 * hole] = pairs[2 * entry];
        pairs[2 * hole + 1] = pairs[2 * entry + 1];
        hole = entry;
      }
      entry = (entry + 1) & mask;
    }
    pairs[2 * hole + 1] = 0;
    this.size -= 1;
  }

  private grow(): void {
    const old = this.pairs;
    this.pairs = new Int32Array(2 * old.length);
    this.mask = 2 * this.mask + 1;
    this.shift -= 1;
    this.size = 0;
    for (let i = 0; i < old.length; i += 2) if (old[i + 1] !== 0) this.add(old[i], old[i + 1]);
  }
}
