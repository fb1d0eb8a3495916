// The digest of what is delivered: the words of each record are folded into the two lanes of a chain (base/digest.ts) in turns, so
// that neither lane waits for the other. A word is read as the 32 bits it is, because to ask a float for its value costs more than
// to multiply.

import { AssertionFailure } from '../base/assert.ts';
import { DigestChain } from '../base/digest.ts';
import * as record from './record.ts';

// Named again here: V8 folds a module's own constants into the code, but reads an imported one from its module each time.
const { BASES, FROM, TO, TYPE, WORD_0, WORD_1, WORD_2, WORD_3, WORD_4, WORD_5 } = record;
// Floats as two words each, the low one first: typed arrays are little-endian wherever JavaScript runs today.
const AT = 2 * record.AT;
const CAUSE = 2 * record.CAUSE;
const TAG = 2 * record.TAG;
const WIDE_1 = 2 * record.WIDE_1;
const WIDE_2 = 2 * record.WIDE_2;

/** Of a float's high word: all of it is set in infinities and in what is not a number. */
const EXPONENT = 0x7ff0_0000;

// As in base/digest.ts; constants, because V8 asks at each call whether a function that is declared is still the same.
const mixA = (lane: number, word: number): number => Math.imul(((lane << 5) | (lane >>> 27)) ^ word, 0x9e3779b1);
const mixB = (lane: number, word: number): number => Math.imul(((lane << 13) | (lane >>> 19)) ^ word, 0x85ebca77);

export class RecordDigest {
  readonly chain = new DigestChain();

  /** A record, `whole` or its first half alone, as its type has it. Throws if a float in it is not finite. */
  add(words: Int32Array, record: number, whole: boolean): void {
    const { chain } = this;
    const base = record & BASES;
    const tag = words[base + TAG + 1];
    const wide = words[base + WIDE_1 + 1];
    if ((tag & EXPONENT) === EXPONENT || (wide & EXPONENT) === EXPONENT) refuse();
    let a = mixA(chain.a, words[base + TYPE]);
    let b = mixB(chain.b, words[base + AT]);
    a = mixA(a, words[base + FROM]);
    b = mixB(b, words[base + AT + 1]);
    a = mixA(a, words[base + TO]);
    b = mixB(b, words[base + CAUSE]);
    a = mixA(a, words[base + TAG]);
    b = mixB(b, words[base + CAUSE + 1]);
    a = mixA(a, tag);
    b = mixB(b, words[base + WIDE_1]);
    b = mixB(b, wide);
    if (whole) {
      const wider = words[base + WIDE_2 + 1];
      if ((wider & EXPONENT) === EXPONENT) refuse();
      a = mixA(a, words[base + WORD_0]);
      b = mixB(b, words[base + WORD_1]);
      a = mixA(a, words[base + WORD_2]);
      b = mixB(b, words[base + WORD_3]);
      a = mixA(a, words[base + WORD_4]);
      b = mixB(b, words[base + WORD_5]);
      a = mixA(a, words[base + WIDE_2]);
      a = mixA(a, wider);
    }
    chain.add(a, b);
  }
}

function refuse(): never {
  throw new AssertionFailure('only finite numbers may enter a digest: a message holds NaN or Infinity');
}
