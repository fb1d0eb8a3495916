// The cascade forest as blocks: the largest trees side by side, a block for each liquidation, as wide as what it led to, and
// below it those that it caused. Branches too thin to be seen are joined and counted.

import { clock, counted } from '../base/figures.ts';
import type { CaseId, Micros } from '../base/units.ts';
import { cascadesOf, summarise, type CascadeSummary } from '../simulation/cascades.ts';
import { NEVER, type Cases } from '../simulation/cases.ts';
import type { Block } from './figure.ts';
import { formatted } from './medium.ts';

export interface ForestBlocks {
  readonly blocks: readonly Block[];
  readonly width: number;
  readonly rows: number;
  readonly summary: CascadeSummary;
  /** The trees that are drawn, largest first. */
  readonly trees: readonly {
    readonly account: number;
    readonly size: number;
    readonly depth: number;
    readonly startedAt: Micros;
    readonly duration: Micros;
    readonly notional: number;
  }[];
}

export interface ForestOptions {
  readonly start: Micros;
  readonly unit: number;
  readonly asset: string;
}

const MOST_TREES = 12;
/** Of all that is drawn, the least that has a block of its own. */
const THINNEST = 1 / 1_600;

export function forestBlocks(cases: Cases, { start, unit, asset }: ForestOptions): ForestBlocks {
  const cascades = cascadesOf(cases);
  const largest = cascades.filter(({ size }) => size > 1).slice(0, MOST_TREES);
  const children = childrenOf(cases);
  const sizes = new Map<CaseId, number>();
  const sizeOf = (id: CaseId): number => {
    // Children before parents, without recursion: a chain may be long.
    const order = [id];
    for (let i = 0; i < order.length; i++) order.push(...(children.get(order[i]) ?? []));
    for (const one of order.reverse())
      sizes.set(
        one,
        (children.get(one) ?? []).reduce((sum, child) => sum + (sizes.get(child) ?? 0), 1),
      );
    return sizes.get(id) ?? 1;
  };
  const total = largest.reduce((sum, { size }) => sum + size, 0);
  const gap = Math.max(0.5, total * 0.012);
  const least = total * THINNEST;
  const blocks: Block[] = [];
  let left = 0;
  let rows = 0;
  for (const { root } of largest) {
    const wide = sizeOf(root);
    const waiting: { readonly id: CaseId; readonly x: number; readonly row: number }[] = [{ id: root, x: left, row: 0 }];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { id, x, row } = next;
      const width = sizes.get(id) ?? 1;
      rows = Math.max(rows, row + 1);
      const side = cases.side[id];
      blocks.push({
        x,
        width,
        row,
        ink: side > 0 ? 'long' : side < 0 ? 'short' : 'dim',
        says: `account ${cases.account[id]}, ${side > 0 ? 'long' : side < 0 ? 'short' : 'nothing to close'}, ${formatted(cases.notional[id] * unit, 'money')} ${asset} closed, ${clock(start + cases.startedAt[id], true)}${width > 1 ? `, led to ${counted(width - 1, 'more liquidation')}` : ''}`,
      });
      const below = (children.get(id) ?? []).toSorted((a, b) => (sizes.get(b) ?? 0) - (sizes.get(a) ?? 0) || a - b);
      let at = x;
      let rest = 0;
      for (const child of below) {
        const size = sizes.get(child) ?? 1;
        if (size < least) {
          rest += size;
          continue;
        }
        waiting.push({ id: child, x: at, row: row + 1 });
        at += size;
      }
      if (rest === 0) continue;
      rows = Math.max(rows, row + 2);
      blocks.push({
        x: at,
        width: rest,
        row: row + 1,
        ink: 'index',
        says: `${counted(rest, 'more liquidation')}, each too small to be seen here`,
      });
    }
    left += wide + gap;
  }
  return {
    blocks,
    width: Math.max(1, left - gap),
    rows,
    summary: summarise(cascades),
    trees: largest.map(({ root, size, depth, startedAt, duration, notional }) => ({
      account: cases.account[root],
      size,
      depth,
      startedAt: start + startedAt,
      duration,
      notional: notional * unit,
    })),
  };
}

function childrenOf(cases: Cases): Map<CaseId, CaseId[]> {
  const children = new Map<CaseId, CaseId[]>();
  for (let id = 1; id <= cases.last; id++) {
    const parent = cases.parent[id];
    // As in `cascadesOf`: a parent that was never heard to start is none.
    if (cases.startedAt[id] === NEVER || parent === 0 || parent > cases.last || cases.startedAt[parent] === NEVER) continue;
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [id]);
    else siblings.push(id);
  }
  return children;
}
