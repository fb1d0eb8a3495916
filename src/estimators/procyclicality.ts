// How a margin moves with the weather, and the three remedies European rules name for it (Regulation 153/2013, Article
// 28(1)). Series are margins in any unit, oldest first.

import { assert } from '../base/assert.ts';

/** Largest over least of the whole series (Murphy, Vasios & Vause 2014). */
export function peakToTrough(margins: ArrayLike<number>): number {
  let high = -Infinity;
  let low = Infinity;
  for (let i = 0; i < margins.length; i++) {
    if (margins[i] > high) high = margins[i];
    if (margins[i] < low) low = margins[i];
  }
  return high / low;
}

export interface Rise {
  /** In the unit of the series; 0 where it never rose. */
  readonly absolute: number;
  /** As a fraction of the margin before. */
  readonly relative: number;
  /** Position of the end of the largest absolute rise, −1 where there is none. */
  readonly at: number;
}

/** The largest rise from any margin to the one `steps` later; the largest relative one may be another. */
export function largestRise(margins: ArrayLike<number>, steps: number): Rise {
  assert(steps >= 1, `a rise over ${steps} steps`);
  let absolute = 0;
  let relative = 0;
  let at = -1;
  for (let i = steps; i < margins.length; i++) {
    const rise = margins[i] - margins[i - steps];
    if (rise > absolute) {
      absolute = rise;
      at = i;
    }
    relative = Math.max(relative, margins[i] / margins[i - steps] - 1);
  }
  return { absolute, relative, at };
}

/**
 * (a) A buffer of at least 25 %: 1 + `buffer` times the margin is charged in calm, and while the margin rises the charge
 * stays where it was until the margin itself, or the buffer on top of it, binds again.
 */
export function withBuffer(margins: readonly number[], buffer = 0.25): number[] {
  const charges: number[] = [];
  for (const margin of margins) {
    const full = (1 + buffer) * margin;
    const before = charges.at(-1);
    charges.push(before !== undefined && full > before ? Math.max(margin, Math.min(full, before)) : full);
  }
  return charges;
}

/** (b) At least 25 % of the weight on a margin from stressed times. */
export function withStressedWeight(margins: readonly number[], stressed: number, weight = 0.25): number[] {
  return margins.map((margin) => (1 - weight) * margin + weight * stressed);
}

/** (c) Never below what a long look-back (ten years) gives. */
export function withFloor(margins: readonly number[], floor: number): number[] {
  return margins.map((margin) => Math.max(margin, floor));
}
