// On every engine: a digest of what each function behind `base/math.ts` gives at thousands of arguments, and
// of the streams of chance. Golden seeds go through some of these at some arguments; this goes through all of them.

import { sha256Hex } from '../dist/base/digest.js';
import * as math from '../dist/base/math.js';
import { createRng } from '../dist/base/random.js';

const COUNT = 20_000;
const SCALES = [1e-12, 1e-6, 1e-3, 0.1, 1, 1, 1, 10, 100, 700, 1e6];

/** Of the numbers' bytes; the standard leaves open which bytes NaN has, so another number stands for it. */
function digest(draw) {
  const values = Float64Array.from({ length: COUNT }, draw).map((value) => (Number.isNaN(value) ? Number.MAX_VALUE : value));
  return sha256Hex(new Uint8Array(values.buffer));
}

/** By name of the function or the stream. */
export function digests() {
  const found = {};
  for (const [name, compute] of Object.entries(math)) {
    const rng = createRng(`arithmetic/${name}`);
    const argument = () => (rng.chance(0.25) ? -1 : 1) * rng.double() * SCALES[rng.int(SCALES.length)];
    found[`math.${name}`] = digest(() => compute(...Array.from({ length: compute.length }, argument)));
  }
  for (const name of ['next', 'double', 'normal', 'exponential']) {
    const rng = createRng(`arithmetic/${name}`);
    found[`random.${name}`] = digest(() => rng[name]());
  }
  return found;
}
