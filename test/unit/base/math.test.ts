import { expect, test } from 'vitest';
import { exp, expm1, ln, log1p, normalQuantile, pow } from '../../../src/base/math.ts';
import { sha256Hex } from '../../../src/base/digest.ts';
import { createRng } from '../../../src/base/random.ts';

test('agrees with mathematics', () => {
  expect(exp(1)).toBeCloseTo(Math.E, 14);
  expect(ln(Math.E)).toBe(1);
  expect(expm1(1e-12)).toBeCloseTo(1e-12, 22);
  expect(log1p(1e-12)).toBeCloseTo(1e-12, 22);
  expect(pow(2, 0.5)).toBeCloseTo(Math.SQRT2, 15);
  expect(pow(10, -3)).toBe(0.001);
  expect(ln(-1)).toBeNaN();
  expect(normalQuantile(0.5)).toBe(0);
  expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 12);
  expect(normalQuantile(0)).toBe(-Infinity);
  expect(normalQuantile(1)).toBe(Infinity);
});

// These bits are what every run stands on. If one changes, an engine or a library computes differently, and every golden
// seed with it.
test('the bits are the known ones', () => {
  const rng = createRng('math');
  const out = new Float64Array(6 * 2000);
  for (let i = 0; i < 2000; i++) {
    const x = rng.between(-20, 20);
    out.set([exp(x), expm1(x), ln(x * x), log1p(x * x), pow(x * x, x / 7), normalQuantile(rng.next())], 6 * i);
  }
  expect(sha256Hex(new Uint8Array(out.buffer))).toBe('e1488679ccd753cfb21b1fd00b8b91d5c1852363f86949e6b092be94fccf74e0');
});

test('and so are those of the draws', () => {
  const rng = createRng('draws');
  const out = new Float64Array(4 * 20_000);
  for (let i = 0; i < 20_000; i++) out.set([rng.next(), rng.double(), rng.normal(), rng.exponential()], 4 * i);
  expect(sha256Hex(new Uint8Array(out.buffer))).toBe('b8e8274a50a68fe972cee02a5606fca62341c4ae45d8c64b78828274c607fb81');
});
