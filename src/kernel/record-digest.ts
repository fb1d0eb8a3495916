// The digest of what is delivered: each record becomes two 32-bit sums, which the chain (base/digest.ts) mixes and seals. A
// sum is Σ word × an odd number that belongs to the place of the word: any one word that differs makes another sum, and so
// do words that change places. (A product only carries differences upward, so one of the sums mixes each word first.) The
// products do not wait for each other, as they would if the words were mixed one after the other, which took a sixth of a
// run's time. What is summed are the values of the fields, whatever their place in memory; one that nobody wrote is 0.

import { AssertionFailure } from '../base/assert.ts';
import { DigestChain } from '../base/digest.ts';
import * as record from './record.ts';

// Named again here: V8 folds a module's own constants into the code, but reads an imported one from its module each time.
const { AT, CAUSE, FROM, TAG, TO, TYPE, WIDE_1, WIDE_2, WORD_0, WORD_1, WORD_2, WORD_3, WORD_4, WORD_5 } = record;

const HIGH = 2.3283064365386963e-10; // 2^-32

export class RecordDigest {
  readonly chain = new DigestChain();
  // The bits of a number that is no 32-bit integer.
  private readonly wide = new Float64Array(1);
  private readonly halves = new Int32Array(this.wide.buffer);

  /** A record, `whole` or its first half alone. */
  add(words: Int32Array, floats: Float64Array, base: number, whole: boolean): void {
    const half = base >> 1;
    const type = words[base + TYPE];
    const from = words[base + FROM];
    const to = words[base + TO];
    const at = floats[half + AT];
    const cause = floats[half + CAUSE];
    const tag = floats[half + TAG];
    const amount = floats[half + WIDE_1];
    // Time passes 32 bits within the hour, and money is often beyond; the others hardly ever are.
    const high = (at - (at | 0)) * HIGH;
    const wide = (amount - (amount | 0)) * HIGH;
    let a =
      Math.imul(type, 0x2a6d6a29) +
      Math.imul(from, 0x4a20f0c9) +
      Math.imul(to, 0x80bcb785) +
      Math.imul(at, 0xc0eef4b5) +
      Math.imul(high, 0x2f2d589f) +
      Math.imul(cause, 0xec7e587d) +
      Math.imul(tag, 0xc30fd13b) +
      Math.imul(amount, 0x5a6db6b9) +
      Math.imul(wide, 0xe57ac219);
    let b =
      Math.imul(mixed(type), 0x45403977) +
      Math.imul(mixed(from), 0x5595980d) +
      Math.imul(mixed(to), 0xfe98be83) +
      Math.imul(mixed(at), 0x7921297d) +
      Math.imul(mixed(high), 0xabcbc99f) +
      Math.imul(mixed(cause), 0x29f1876d) +
      Math.imul(mixed(tag), 0x4eed918d) +
      Math.imul(mixed(amount), 0xbb3ad2ed) +
      Math.imul(mixed(wide), 0xe20f0431);
    if ((cause | 0) !== cause || (tag | 0) !== tag || (wide | 0) !== wide) {
      for (const place of [CAUSE, TAG, WIDE_1]) {
        a = (a + this.rest(floats[half + place], 2 * place + 1)) | 0;
        b = (b + this.rest(floats[half + place], 2 * place + 65)) | 0;
      }
    }
    if (whole) {
      const w0 = words[base + WORD_0];
      const w1 = words[base + WORD_1];
      const w2 = words[base + WORD_2];
      const w3 = words[base + WORD_3];
      const w4 = words[base + WORD_4];
      const w5 = words[base + WORD_5];
      const last = floats[half + WIDE_2];
      a +=
        Math.imul(w0, 0x853d7d5b) +
        Math.imul(w1, 0x78501d3f) +
        Math.imul(w2, 0xd8154d0d) +
        Math.imul(w3, 0x57ff35df) +
        Math.imul(w4, 0x1ca3e1ad) +
        Math.imul(w5, 0x7903951f) +
        Math.imul(last, 0x3fd1e5cd);
      b +=
        Math.imul(mixed(w0), 0xafcc4c19) +
        Math.imul(mixed(w1), 0xab119a01) +
        Math.imul(mixed(w2), 0x3ca1652f) +
        Math.imul(mixed(w3), 0x60df2d89) +
        Math.imul(mixed(w4), 0x14891b99) +
        Math.imul(mixed(w5), 0xdecd5bed) +
        Math.imul(mixed(last), 0x2481f449);
      if ((last | 0) !== last) {
        a = (a + this.rest(last, 129)) | 0;
        b = (b + this.rest(last, 193)) | 0;
      }
    }
    this.chain.add(a | 0, b | 0);
  }

  /** What the products did not see of a number that is no 32-bit integer: `place`, which is odd, keeps its words apart. */
  private rest(value: number, place: number): number {
    if ((value | 0) === value) return 0;
    if (value !== value) throw new AssertionFailure('NaN must not enter a digest');
    this.wide[0] = value;
    const mixed = Math.imul(this.halves[0] ^ (this.halves[0] >>> 15), Math.imul(place, 0x2c1b3c6d));
    return Math.imul((mixed ^ (mixed >>> 13)) + this.halves[1], Math.imul(place, 0x297a2d39));
  }
}

/** Brings the high bits down, which a product alone only moves up and out. */
function mixed(word: number): number {
  return word ^ (word >>> 15);
}
