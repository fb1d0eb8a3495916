// Generators of the literature, bit by bit as published: for whoever wants to see whether a result hangs on ours (alea, see
// random.ts), or to draw what another program drew. Not used in a run: they count in 64 bits, which is slow here.

const MASK = (1n << 64n) - 1n;

/** Successive 64-bit words. */
export type Words = () => bigint;

/** Steele, Lea & Flood 2014. */
export function splitMix64(seed: bigint): Words {
  let state = seed & MASK;
  return () => {
    state = (state + 0x9e3779b97f4a7c15n) & MASK;
    let z = state;
    z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK;
    z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & MASK;
    return z ^ (z >> 31n);
  };
}

/** xoshiro256** (Blackman & Vigna 2018), its state filled by SplitMix64. */
export function xoshiro256(seed: bigint): Words {
  const fill = splitMix64(seed);
  const s = [fill(), fill(), fill(), fill()];
  const turned = (x: bigint, by: bigint): bigint => ((x << by) | (x >> (64n - by))) & MASK;
  return () => {
    const word = (turned((s[1] * 5n) & MASK, 7n) * 9n) & MASK;
    const shifted = (s[1] << 17n) & MASK;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = turned(s[3], 45n);
    return word;
  };
}

/** PCG32, XSH RR (O'Neill 2014): words of 32 bits. */
export function pcg32(seed: bigint, stream: bigint): () => number {
  const step = ((stream << 1n) | 1n) & MASK;
  let state = 0n;
  const next = (): number => {
    const before = state;
    state = (before * 6364136223846793005n + step) & MASK;
    const folded = Number((((before >> 18n) ^ before) >> 27n) & 0xffffffffn);
    const by = Number(before >> 59n);
    return ((folded >>> by) | (folded << (-by & 31))) >>> 0;
  };
  next();
  state = (state + seed) & MASK;
  next();
  return next;
}

/** The double in [0, 1) that the upper 53 bits of a word make. */
export function doubleOf(word: bigint): number {
  return Number(word >> 11n) / 9007199254740992;
}
