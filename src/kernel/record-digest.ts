// The digest of what is delivered: each record becomes one 32-bit sum, which the chain (base/digest.ts) mixes and seals. The
// sum is Σ mixed(word) × an odd number that belongs to the place of the word: any one word that differs makes another sum,
// and so do words that change places. The products do not wait for each other, as they would if the words were mixed one
// after the other; and a word is read as the 32 bits it is, because to ask a float for its value costs more than to multiply.

import { AssertionFailure } from '../base/assert.ts';
import { DigestChain } from '../base/digest.ts';
import * as record from './record.ts';

// Named again here: V8 folds a module's own constants into the code, but reads an imported one from its module each time.
const { FROM, TO, TYPE, WORD_0, WORD_1, WORD_2, WORD_3, WORD_4, WORD_5 } = record;
// Floats as two words each, the low one first: typed arrays are little-endian wherever JavaScript runs today.
const AT = 2 * record.AT;
const CAUSE = 2 * record.CAUSE;
const TAG = 2 * record.TAG;
const WIDE_1 = 2 * record.WIDE_1;
const WIDE_2 = 2 * record.WIDE_2;

/** In a float's high word: infinities, and what is not a number; above it, as an integer without sign, is what is negative. */
const NOT_FINITE = 0x7ff0_0000;

export class RecordDigest {
  readonly chain = new DigestChain();

  /** A record, `whole` or its first half alone. Its −0 becomes 0. */
  add(words: Int32Array, floats: Float64Array, base: number, whole: boolean): void {
    if (mayBeOdd(words[base + TAG + 1] | words[base + WIDE_1 + 1])) {
      tidy(floats, (base + TAG) >> 1);
      tidy(floats, (base + WIDE_1) >> 1);
    }
    let sum =
      Math.imul(words[base + TYPE], 0x2a6d6a29) +
      Math.imul(mixed(words[base + FROM]), 0x4a20f0c9) +
      Math.imul(mixed(words[base + TO]), 0x80bcb785) +
      Math.imul(mixed(words[base + AT]), 0xc0eef4b5) +
      Math.imul(mixed(words[base + AT + 1]), 0x2f2d589f) +
      Math.imul(mixed(words[base + CAUSE]), 0xec7e587d) +
      Math.imul(mixed(words[base + CAUSE + 1]), 0x45403977) +
      Math.imul(mixed(words[base + TAG]), 0xc30fd13b) +
      Math.imul(mixed(words[base + TAG + 1]), 0x5595980d) +
      Math.imul(mixed(words[base + WIDE_1]), 0x5a6db6b9) +
      Math.imul(mixed(words[base + WIDE_1 + 1]), 0xe57ac219);
    if (whole) {
      if (mayBeOdd(words[base + WIDE_2 + 1])) tidy(floats, (base + WIDE_2) >> 1);
      sum +=
        Math.imul(mixed(words[base + WORD_0]), 0x853d7d5b) +
        Math.imul(mixed(words[base + WORD_1]), 0x78501d3f) +
        Math.imul(mixed(words[base + WORD_2]), 0xd8154d0d) +
        Math.imul(mixed(words[base + WORD_3]), 0x57ff35df) +
        Math.imul(mixed(words[base + WORD_4]), 0x1ca3e1ad) +
        Math.imul(mixed(words[base + WORD_5]), 0x7903951f) +
        Math.imul(mixed(words[base + WIDE_2]), 0x3fd1e5cd) +
        Math.imul(mixed(words[base + WIDE_2 + 1]), 0xfe98be83);
    }
    this.chain.add(sum | 0);
  }
}

/** Brings the high bits down, which a product alone only moves up and out. (A type has none.) */
function mixed(word: number): number {
  return word ^ (word >>> 15);
}

/** Of a float's high word, or of several together: only if this is so can it be one of −0, or of what is not finite. */
function mayBeOdd(high: number): boolean {
  return high >>> 0 >= NOT_FINITE;
}

function tidy(floats: Float64Array, place: number): void {
  const value = floats[place];
  if (value !== value) throw new AssertionFailure('NaN must not enter a digest');
  floats[place] = value + 0;
}
