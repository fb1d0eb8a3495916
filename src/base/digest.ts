// Digests: SHA-256 for what is kept, and for what passes by the million a fold of two 32-bit lanes that SHA-256 seals
// at intervals. The fold works on the value of a number, not on its bytes: −0 is 0, and NaN is refused.

import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { AssertionFailure } from './assert.ts';

const HEX_DIGITS = utf8ToBytes('0123456789abcdef');

/** Made at once: a string that has grown by pieces is kept in pieces, nine times its size, and a long run keeps thousands. */
function bytesToHex(bytes: Uint8Array): string {
  const digits: number[] = [];
  for (const byte of bytes) digits.push(HEX_DIGITS[byte >> 4], HEX_DIGITS[byte & 15]);
  return String.fromCharCode(...digits);
}

/** 64 hex digits; a string is taken as UTF-8. */
export function sha256Hex(data: Uint8Array | string): string {
  return bytesToHex(sha256(typeof data === 'string' ? utf8ToBytes(data) : data));
}

// Where the lanes begin.
const LANE_A = 0x243f6a88 | 0;
const LANE_B = 0x85a308d3 | 0;

/** An order-dependent checksum of numbers: not against forgery, but any changed, missing or swapped number shows. */
export class Fold {
  private a = LANE_A;
  private b = LANE_B;
  private readonly wide = new Float64Array(1);
  private readonly halves = new Int32Array(this.wide.buffer);

  /** The two lanes as signed 32-bit integers. */
  get lanes(): [number, number] {
    return [this.a, this.b];
  }

  set lanes([a, b]: [number, number]) {
    this.a = a | 0;
    this.b = b | 0;
  }

  /** One 32-bit word into each lane. */
  mix(a: number, b: number): void {
    this.a = mixA(this.a, a);
    this.b = mixB(this.b, b);
  }

  fold(value: number): void {
    let word = value | 0;
    if (word !== value) {
      // No 32-bit integer: two words, marked by the complement so that they cannot pass for two numbers.
      if (value !== value) throw new AssertionFailure('NaN must not enter a digest');
      const { wide, halves } = this;
      wide[0] = value;
      word = halves[0];
      this.a = mixA(~this.a, word);
      this.b = mixB(~this.b, word);
      word = halves[1];
    }
    this.mix(word, word);
  }
}

// Rotate, add the word, multiply by an odd constant: each word reaches every later bit of its lane.
function mixA(lane: number, word: number): number {
  return Math.imul(((lane << 5) | (lane >>> 27)) ^ word, 0x9e3779b1);
}

function mixB(lane: number, word: number): number {
  return Math.imul(((lane << 13) | (lane >>> 19)) ^ word, 0x85ebca77);
}

/** A power of two. */
const INTERVAL = 4096;

/** Folds an endless stream of records and seals it with SHA-256 every `INTERVAL` records. */
export class DigestChain {
  static readonly INTERVAL = INTERVAL;
  count = 0;
  /** The two lanes, as signed 32-bit integers: whoever adds a record takes them from here. */
  a = LANE_A;
  b = LANE_B;
  private chain: Uint8Array = new Uint8Array(32);
  private readonly seals: string[] = [];

  /** One record: what its words made of the lanes. After so many as there is `room` for `seal` is called. */
  add(a: number, b: number): void {
    this.a = a;
    this.b = b;
    this.count++;
  }

  /** How many records may be added before the next seal. */
  get room(): number {
    return INTERVAL - (this.count & (INTERVAL - 1));
  }

  /** At the end of an interval; does nothing within one. Not a part of `add`, because V8 would put all of SHA-256 wherever a record is added. */
  seal(): void {
    const { count, seals } = this;
    const due = INTERVAL * (seals.length + 1);
    if (count < due) return;
    if (count > due) throw new AssertionFailure('a seal was left out');
    this.chain = this.sealed();
    seals.push(bytesToHex(this.chain));
  }

  /** The chain's value after each full interval, 64 hex digits each. */
  get checkpoints(): readonly string[] {
    this.seal();
    return this.seals;
  }

  /** 64 hex digits over everything added so far. */
  digest(): string {
    this.seal();
    return bytesToHex(this.sealed());
  }

  private sealed(): Uint8Array {
    const bytes = new Uint8Array(48);
    const view = new DataView(bytes.buffer);
    bytes.set(this.chain);
    view.setInt32(32, this.a);
    view.setInt32(36, this.b);
    view.setFloat64(40, this.count);
    return sha256(bytes);
  }
}
