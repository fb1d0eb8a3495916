// Liquidations linked by cause form a forest: a case's parent is the case whose orders moved the mark most, or none when
// the account would have been liquidated without any of them. Read from the cases when asked, at any time of a run.

import { assert } from '../base/assert.ts';
import { NEVER, type Cases } from './cases.ts';
import type { CaseId, Micros, Quote } from '../base/units.ts';

/** One tree of the forest: a liquidation that nobody caused and all that followed from it. */
export interface Cascade {
  readonly root: CaseId;
  /** Liquidations in it, the root included. */
  readonly size: number;
  /** Generations: 1 when nothing followed. */
  readonly depth: number;
  readonly startedAt: Micros;
  /** From the first start to the last closing (or last start, while a case is open). */
  readonly duration: Micros;
  /** What was closed by force, quote units. */
  readonly notional: Quote;
}

export interface CascadeSummary {
  /** Liquidations, and those without a parent. */
  readonly liquidations: number;
  readonly roots: number;
  /** Trees of two liquidations or more. */
  readonly count: number;
  /** Liquidations of the largest tree; 0 without liquidations. */
  readonly largest: number;
  /** Generations of the deepest tree. */
  readonly deepest: number;
  /** Share of liquidations with a parent; 0 without liquidations. */
  readonly branchingRatio: number;
  readonly standardError: number;
  /** Wilson's 95 % interval of the branching ratio. */
  readonly interval: readonly [low: number, high: number];
  /** Longest tree of two or more. */
  readonly longest: Micros;
  readonly largestNotional: Quote;
}

/** The trees by size, largest first (the earlier root among equals). Cost: one pass over the cases. */
export function cascadesOf(cases: Cases): Cascade[] {
  const rows = cases.last + 1;
  const root = new Float64Array(rows);
  const size = new Float64Array(rows);
  const depth = new Float64Array(rows);
  const end = new Float64Array(rows);
  const begin = new Float64Array(rows);
  const notional = new Float64Array(rows);
  const trail: CaseId[] = [];
  for (let id = 1; id < rows; id++) {
    if (cases.startedAt[id] === NEVER) continue;
    // A parent may have a greater id than its child: follow the links and remember where they lead.
    let at = id;
    while (root[at] === 0) {
      trail.push(at);
      assert(trail.length < rows, () => `liquidation case ${at} is its own ancestor`);
      const parent = cases.parent[at];
      // A parent whose start has not been heard of yet (its message is on the way) is not in the forest yet.
      if (parent === 0 || parent >= rows || cases.startedAt[parent] === NEVER) root[at] = at;
      else at = parent;
    }
    for (const step of trail) root[step] = root[at];
    trail.length = 0;
    const tree = root[id];
    size[tree]++;
    depth[tree] = Math.max(depth[tree], cases.depth[id]);
    begin[tree] = size[tree] === 1 ? cases.startedAt[id] : Math.min(begin[tree], cases.startedAt[id]);
    end[tree] = Math.max(end[tree], cases.startedAt[id], cases.closedAt[id]);
    notional[tree] += cases.notional[id];
  }
  const cascades: Cascade[] = [];
  for (let id = 1; id < rows; id++) {
    if (size[id] === 0) continue;
    cascades.push({
      root: id,
      size: size[id],
      depth: depth[id],
      startedAt: begin[id],
      duration: end[id] - begin[id],
      notional: notional[id],
    });
  }
  return cascades.sort((a, b) => b.size - a.size || a.startedAt - b.startedAt || a.root - b.root);
}

export function summarise(cascades: readonly Cascade[]): CascadeSummary {
  let liquidations = 0;
  let count = 0;
  let deepest = 0;
  let longest = 0;
  let largestNotional = 0;
  for (const { size, depth, duration, notional } of cascades) {
    liquidations += size;
    deepest = Math.max(deepest, depth);
    largestNotional = Math.max(largestNotional, notional);
    if (size < 2) continue;
    count++;
    longest = Math.max(longest, duration);
  }
  const roots = cascades.length;
  const endogenous = liquidations - roots;
  const branchingRatio = liquidations === 0 ? 0 : endogenous / liquidations;
  return {
    liquidations,
    roots,
    count,
    largest: cascades.length === 0 ? 0 : cascades[0].size,
    deepest,
    branchingRatio,
    standardError: liquidations === 0 ? 0 : Math.sqrt((branchingRatio * (1 - branchingRatio)) / liquidations),
    interval: wilson(endogenous, liquidations),
    longest,
    largestNotional,
  };
}

const Z = 1.959963984540054;

/** Wilson's 95 % interval of a share; [0, 1] when nothing was counted. */
export function wilson(hits: number, trials: number): readonly [low: number, high: number] {
  if (trials === 0) return [0, 1];
  const share = hits / trials;
  const spread = (Z * Z) / trials;
  const middle = (share + spread / 2) / (1 + spread);
  const half = (Math.sqrt((share * (1 - share)) / trials + spread / (4 * trials)) * Z) / (1 + spread);
  // At the ends the bound is exact, and rounding must not push it outside.
  return [hits === 0 ? 0 : middle - half, hits === trials ? 1 : middle + half];
}
