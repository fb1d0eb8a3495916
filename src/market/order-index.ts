// Order id → row. Ids only ever grow, so a plain array would grow with every order ever placed; this grows with the
// most orders that were alive at once. Rows are positive, 0 means absent; ids are whole numbers below 2 ** 32.

import { assert } from '../base/assert.ts';
import type { OrderId } from '../base/units.ts';
import type { Arena } from './arena.ts';

/** The first of the arena's own words: how many orders there are. */
const SIZE = 0;
/** Places in the ring for each live order, at least. */
const SPACE_BITS = 2;
const SPACE = 1 << SPACE_BITS;
const FIRST_BITS = 7;

/**
 * A ring in which each id has one place, its low bits: ids that follow each other never meet, and an id finds its place
 * taken only by an order so old that the ring has gone round since. The old one then moves to a hash table. Most orders
 * die young, so most questions are answered by one look; the table alone takes three to four times as long.
 */
export class OrderIndex {
  private ring: Int32Array;
  private mask: number;
  private readonly old = new HashedRows();
  private readonly arena: Arena;
  /** Which word of a row is its id. */
  private readonly idWord: number;

  constructor(arena: Arena, idWord: number, orders = 0) {
    this.arena = arena;
    this.idWord = idWord;
    const bits = Math.max(FIRST_BITS, 32 - Math.clz32(SPACE * orders));
    this.ring = new Int32Array(1 << bits);
    this.mask = (1 << bits) - 1;
  }

  get size(): number {
    return this.arena.words[SIZE];
  }

  get(order: OrderId): number {
    const row = this.ring[order & this.mask];
    if (row !== 0 && this.arena.words[row + this.idWord] >>> 0 === order) return row;
    return this.old.size === 0 || order >>> 0 !== order ? 0 : this.old.get(order | 0);
  }

  /** The id must be new, and be written in the row. */
  add(order: OrderId, row: number): void {
    if (this.size > this.mask >> SPACE_BITS) this.grow();
    const place = order & this.mask;
    const occupant = this.ring[place];
    if (occupant !== 0) this.old.add(this.arena.words[occupant + this.idWord], occupant);
    this.ring[place] = row;
    this.arena.words[SIZE] += 1;
  }

  /** Forgets the order; returns its row, 0 if it was not there. */
  delete(order: OrderId): number {
    const { ring } = this;
    const place = order & this.mask;
    let row = ring[place];
    if (row !== 0 && this.arena.words[row + this.idWord] >>> 0 === order) ring[place] = 0;
    else row = this.old.size === 0 || order >>> 0 !== order ? 0 : this.old.delete(order | 0);
    if (row !== 0) this.arena.words[SIZE] -= 1;
    return row;
  }

  /** Forgets an order that is there, in this row. */
  remove(order: OrderId, row: number): void {
    const place = order & this.mask;
    if (this.ring[place] === row) this.ring[place] = 0;
    else this.old.delete(order | 0);
    this.arena.words[SIZE] -= 1;
  }

  private grow(): void {
    const { words } = this.arena;
    const before = this.ring;
    this.mask = 2 * this.mask + 1;
    this.ring = new Int32Array(2 * before.length);
    for (const row of before) if (row !== 0) this.ring[words[row + this.idWord] & this.mask] = row;
  }
}

/** Open addressing with a multiplicative hash; at least half of the entries stay empty. */
class HashedRows {
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

  add(key: number, row: number): void {
    if (2 * this.size >= this.mask) this.grow();
    const { pairs, mask } = this;
    let entry = Math.imul(key, 0x9e37_79b1) >>> this.shift;
    while (pairs[2 * entry + 1] !== 0) {
      assert(pairs[2 * entry] !== key, 'an order id is used twice');
      entry = (entry + 1) & mask;
    }
    pairs[2 * entry] = key;
    pairs[2 * entry + 1] = row;
    this.size += 1;
  }

  delete(key: number): number {
    const { pairs, mask, shift } = this;
    let hole = Math.imul(key, 0x9e37_79b1) >>> shift;
    while (pairs[2 * hole + 1] !== 0 && pairs[2 * hole] !== key) hole = (hole + 1) & mask;
    const row = pairs[2 * hole + 1];
    if (row === 0) return 0;
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
    return row;
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
