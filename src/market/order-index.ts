// Order id → slot. Ids only ever grow, so a plain array would grow with every order ever placed; this grows with the
// most orders that were alive at once. Slots are positive, 0 means absent.

import { assert } from '../base/assert.ts';
import type { OrderId } from '../base/units.ts';

/** The largest id that can be held: ids are kept in 32 bits. */
export const MAX_ORDER_ID = 0xffff_ffff;

/** Entries of the ring for each live order, at least. */
const SPACE = 4;
const FIRST_BITS = 7;

/**
 * A ring in which each id has one place, its low bits: ids that follow each other never meet, and an id finds its place
 * taken only by an order so old that the ring has gone round since. The old one then moves to a hash table. Most orders
 * die young, so most questions are answered by one look; the table alone takes three to four times as long.
 */
export class OrderIndex {
  size = 0;
  /** Pairs of id (as a signed 32-bit integer) and slot. */
  private ring: Int32Array = new Int32Array(2 << FIRST_BITS);
  private mask = (1 << FIRST_BITS) - 1;
  private readonly old = new HashedSlots();

  get(order: OrderId): number {
    const { ring } = this;
    const entry = 2 * (order & this.mask);
    const slot = ring[entry + 1];
    if (slot !== 0 && ring[entry] >>> 0 === order) return slot;
    return this.old.size === 0 || order >>> 0 !== order ? 0 : this.old.get(order | 0);
  }

  /** The id must be new. */
  add(order: OrderId, slot: number): void {
    if (SPACE * this.size > this.mask) this.grow();
    const { ring } = this;
    const entry = 2 * (order & this.mask);
    const occupant = ring[entry + 1];
    if (occupant !== 0) this.old.add(ring[entry], occupant);
    ring[entry] = order;
    ring[entry + 1] = slot;
    this.size += 1;
  }

  /** Forgets the order; returns its slot, 0 if it was not there. */
  delete(order: OrderId): number {
    const { ring } = this;
    const entry = 2 * (order & this.mask);
    let slot = ring[entry + 1];
    if (slot !== 0 && ring[entry] >>> 0 === order) ring[entry + 1] = 0;
    else slot = this.old.size === 0 || order >>> 0 !== order ? 0 : this.old.delete(order | 0);
    if (slot !== 0) this.size -= 1;
    return slot;
  }

  private grow(): void {
    const before = this.ring;
    this.mask = 2 * this.mask + 1;
    this.ring = new Int32Array(2 * before.length);
    for (let i = 0; i < before.length; i += 2) {
      if (before[i + 1] === 0) continue;
      const entry = 2 * (before[i] & this.mask);
      this.ring[entry] = before[i];
      this.ring[entry + 1] = before[i + 1];
    }
  }
}

/** Open addressing with a multiplicative hash; at least half of the entries stay empty. */
class HashedSlots {
  size = 0;
  private pairs: Int32Array = new Int32Array(2 << FIRST_BITS);
  private mask = (1 << FIRST_BITS) - 1;
  private shift = 32 - FIRST_BITS;

  get(key: number): number {
    const { pairs, mask } = this;
    let entry = Math.imul(key, 0x9e37_79b1) >>> this.shift;
    while (pairs[2 * entry + 1] !== 0 && pairs[2 * entry] !== key) entry = (entry + 1) & mask;
    return pairs[2 * entry + 1];
  }

  add(key: number, slot: number): void {
    if (2 * this.size >= this.mask) this.grow();
    const { pairs, mask } = this;
    let entry = Math.imul(key, 0x9e37_79b1) >>> this.shift;
    while (pairs[2 * entry + 1] !== 0) {
      assert(pairs[2 * entry] !== key, 'an order id is used twice');
      entry = (entry + 1) & mask;
    }
    pairs[2 * entry] = key;
    pairs[2 * entry + 1] = slot;
    this.size += 1;
  }

  delete(key: number): number {
    const { pairs, mask, shift } = this;
    let hole = Math.imul(key, 0x9e37_79b1) >>> shift;
    while (pairs[2 * hole + 1] !== 0 && pairs[2 * hole] !== key) hole = (hole + 1) & mask;
    const slot = pairs[2 * hole + 1];
    if (slot === 0) return 0;
    // Entries behind the hole move up unless that would put them before their home: no tombstones, so no decay.
    for (let entry = (hole + 1) & mask; pairs[2 * entry + 1] !== 0; entry = (entry + 1) & mask) {
      const home = Math.imul(pairs[2 * entry], 0x9e37_79b1) >>> shift;
      if (((entry - home) & mask) < ((entry - hole) & mask)) continue;
      pairs[2 * hole] = pairs[2 * entry];
      pairs[2 * hole + 1] = pairs[2 * entry + 1];
      hole = entry;
    }
    pairs[2 * hole + 1] = 0;
    this.size -= 1;
    return slot;
  }

  private grow(): void {
    const before = this.pairs;
    this.pairs = new Int32Array(2 * before.length);
    this.mask = 2 * this.mask + 1;
    this.shift -= 1;
    this.size = 0;
    for (let i = 0; i < before.length; i += 2) if (before[i + 1] !== 0) this.add(before[i], before[i + 1]);
  }
}
