// When something is told: `first margin call`, `liquidations >= 100`, `price <= -5%`, `at 21:17`, `30s later`, `end`.
// Each is read from what the run has come to, so that the same lesson fits any seed.

import { isFault, parseQuantity } from '../../base/quantity.ts';
import type { Micros } from '../../base/units.ts';
import type { Playback } from '../playback.ts';
import { momentOf } from '../moment.ts';

/** What a run has come to, as far as conditions ask. */
export interface Facts {
  readonly now: Micros;
  readonly ended: boolean;
  readonly calls: number;
  readonly liquidations: number;
  /** Liquidations that others caused, and the deepest generation. */
  readonly caused: number;
  readonly generations: number;
  readonly takeOvers: number;
  readonly winners: number;
  readonly badDebt: number;
  readonly halts: number;
  readonly trips: number;
  /** Of the mark, as a share of where it began; 0 before there is one. */
  readonly change: number;
  /** The fund's equity as a share of what it began with; 1 for one that began with nothing. */
  readonly fund: number;
}

export function factsOf({ simulation, chronicle, fundStart, ended }: Playback): Facts {
  const { market, now } = simulation;
  const { totals, winners } = chronicle;
  const begin = chronicle.histories[1].stretch(0, chronicle.histories[1].width).mark;
  const mark = market.markPrice(1);
  return {
    now,
    ended,
    calls: totals.calls,
    liquidations: totals.liquidations,
    caused: totals.caused,
    generations: totals.generations,
    takeOvers: totals.takeOvers,
    winners,
    badDebt: totals.badDebt,
    halts: totals.halts,
    trips: totals.trips,
    change: begin === 0 || mark === 0 ? 0 : mark / begin - 1,
    fund: fundStart === 0 ? 1 : market.fund.equity / fundStart,
  };
}

/** Whether it holds; `since` is when the telling before was. */
export type Condition = (facts: Facts, since: Micros) => boolean;

type Count = Exclude<keyof Facts, 'ended'>;

const FIRSTS: Readonly<Record<string, Count>> = {
  'first margin call': 'calls',
  'first liquidation': 'liquidations',
  'first caused liquidation': 'caused',
  'first take-over': 'takeOvers',
  'first deleveraging': 'winners',
  'first bad debt': 'badDebt',
  'first halt': 'halts',
  'first trip': 'trips',
};

const QUANTITIES: Readonly<Record<string, { readonly fact: Count; readonly percent: boolean }>> = {
  'margin calls': { fact: 'calls', percent: false },
  liquidations: { fact: 'liquidations', percent: false },
  'caused liquidations': { fact: 'caused', percent: false },
  generations: { fact: 'generations', percent: false },
  winners: { fact: 'winners', percent: false },
  halts: { fact: 'halts', percent: false },
  price: { fact: 'change', percent: true },
  fund: { fact: 'fund', percent: true },
};

const COMPARISON = /^([a-z ]+?)\s*(>=|<=|>|<)\s*(-?\d+(?:\.\d+)?)\s*(%?)$/;

/** What may be written, for who is told that something else may not. */
export const CONDITION_HINT = `such as start, end, ${Object.keys(FIRSTS).slice(0, 2).join(', ')}, liquidations >= 100, price <= -5%, fund < 50%, at 21:17, 30s later`;

/** Undefined for what is no condition. */
export function conditionOf(text: string, run: { readonly start: number; readonly duration: Micros }): Condition | undefined {
  const written = text.trim();
  if (written === 'start') return () => true;
  if (written === 'end') return ({ ended }) => ended;
  const first = FIRSTS[written];
  if (first !== undefined) return (facts) => facts[first] > 0;
  if (written.startsWith('at ')) {
    const at = momentOf(written.slice(3), run);
    return typeof at === 'string' ? undefined : ({ now }) => now >= at;
  }
  if (written.endsWith(' later')) {
    const quantity = parseQuantity('duration', written.slice(0, -' later'.length));
    if (isFault(quantity)) return undefined;
    const wait = quantity.toNumber();
    return ({ now }, since) => now >= since + wait;
  }
  return comparisonOf(written);
}

function comparisonOf(text: string): Condition | undefined {
  const match = COMPARISON.exec(text);
  if (match === null) return undefined;
  const [, name, sign, number, percent] = match;
  const quantity = QUANTITIES[name];
  if (quantity === undefined || (percent === '%') !== quantity.percent) return undefined;
  const bound = Number(number) / (quantity.percent ? 100 : 1);
  const { fact } = quantity;
  switch (sign) {
    case '>=':
      return (facts) => facts[fact] >= bound;
    case '<=':
      return (facts) => facts[fact] <= bound;
    case '>':
      return (facts) => facts[fact] > bound;
    default:
      return (facts) => facts[fact] < bound;
  }
}
