// What can be wrong with bars, found all at once: each kind of fault with how often it occurs, the first line where it
// does, and the repair that would take it. Only what was asked for is repaired; the rest is a problem.

import { formatInstant } from '../base/calendar.ts';
import { ln } from '../base/math.ts';
import type { Problem } from '../simulation/config-error.ts';

export const REPAIRS = [
  { name: 'sort', doc: 'put rows in the order of time' },
  {
    name: 'drop',
    doc: 'leave out rows that cannot be read, prices not above 0, bars that contradict themselves, and all but the first of a time',
  },
  { name: 'fill', doc: 'put flat bars at the close before where bars are missing' },
  { name: 'bridge', doc: 'leave gaps: one return spans each' },
  { name: 'widen', doc: 'let high and low bound open and close' },
  { name: 'rescale', doc: 'read every time in its own unit, and divide prices that jump by a power of ten from 100 on' },
  { name: 'jumps', doc: 'believe a price that is twenty times the one before, or a twentieth' },
] as const;

export type Repair = (typeof REPAIRS)[number]['name'];

export interface Repaired {
  readonly repair: Repair;
  readonly what: string;
  readonly rows: number;
}

export interface RawBar {
  readonly line: number;
  readonly source: string;
  /** Micros since 1970. */
  readonly at: number;
  /** What the time was written in. */
  readonly unit: string;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly trades: number;
}

const PRICES = ['open', 'high', 'low', 'close'] as const;

/** What is wrong, and what each repair does to it, as people read it. */
const FAULTS = {
  unreadable: { repairs: ['drop'], one: 'row cannot be read', many: 'rows cannot be read' },
  'not-positive': { repairs: ['drop'], one: 'row has a price that is not above 0', many: 'rows have a price that is not above 0' },
  inverted: { repairs: ['drop'], one: 'bar has its high below its low', many: 'bars have their high below their low' },
  unbounded: {
    repairs: ['widen', 'drop'],
    one: 'bar has an open or close outside its high and low',
    many: 'bars have an open or close outside their high and low',
  },
  'time-unit': {
    repairs: ['rescale'],
    one: 'time is in another unit than the first',
    many: 'times are in another unit than the first',
  },
  'price-unit': {
    repairs: ['rescale'],
    one: 'row has prices that seem to be in another unit',
    many: 'rows have prices that seem to be in another unit',
  },
  jump: {
    repairs: ['jumps'],
    one: 'price is twenty times the one before, or a twentieth',
    many: 'prices are twenty times the one before, or a twentieth',
  },
  unsorted: { repairs: ['sort'], one: 'row is earlier than the one before it', many: 'rows are earlier than the one before them' },
  duplicate: { repairs: ['drop'], one: 'time is there again', many: 'times are there again' },
  gap: { repairs: ['fill', 'bridge'], one: 'bar is missing', many: 'bars are missing' },
  uneven: {
    repairs: ['bridge'],
    one: 'bar comes sooner after the one before than the others do',
    many: 'bars come sooner after the one before than the others do',
  },
} as const satisfies Readonly<Record<string, { readonly repairs: readonly Repair[]; readonly one: string; readonly many: string }>>;

type Fault = keyof typeof FAULTS;

interface Found {
  count: number;
  readonly line: number;
  readonly source: string;
  readonly detail: string;
}

export class BarFaults {
  readonly #file: string;
  readonly #repairs: ReadonlySet<Repair>;
  readonly #found = new Map<Fault, Found>();
  /** Times of rows that are there, but cannot be used. */
  readonly unused = new Set<number>();

  constructor(file: string, repairs: ReadonlySet<Repair>) {
    this.#file = file;
    this.#repairs = repairs;
  }

  /** Notes a fault; whether a repair that was asked for takes it. */
  add(fault: Fault, { line, source }: Pick<RawBar, 'line' | 'source'>, detail = '', count = 1): boolean {
    const found = this.#found.get(fault);
    if (found === undefined) this.#found.set(fault, { count, line, source, detail });
    else found.count += count;
    return FAULTS[fault].repairs.some((repair) => this.#repairs.has(repair));
  }

  asked(repair: Repair): boolean {
    return this.#repairs.has(repair);
  }

  /** Whether a row can be used further: its time and prices are numbers above 0. */
  readable(bar: RawBar, written: string): boolean {
    if (Number.isNaN(bar.at)) {
      this.add('unreadable', bar, `"${written}" is no time`);
      return false;
    }
    const unread = PRICES.find((key) => Number.isNaN(bar[key]));
    if (unread !== undefined) {
      this.unused.add(bar.at);
      this.add('unreadable', bar, `${unread} is no number`);
      return false;
    }
    const wrong = PRICES.find((key) => !(bar[key] > 0 && bar[key] < Infinity));
    if (wrong !== undefined) {
      this.unused.add(bar.at);
      this.add('not-positive', bar, `${wrong} is ${bar[wrong]}`);
      return false;
    }
    return true;
  }

  problems(): Problem[] {
    const problems: Problem[] = [];
    for (const [fault, { count, line, source, detail }] of this.#found) {
      const { repairs, one, many } = FAULTS[fault];
      if (repairs.some((repair) => this.#repairs.has(repair))) continue;
      const words = count === 1 ? `1 ${one}` : `${count} ${many}`;
      problems.push({
        place: { file: this.#file, line, column: 1, width: 1, source, path: '' },
        message: `${words}${count === 1 ? '' : ', the first here'}${detail === '' ? '' : `: ${detail}`}`,
        hint: repairs.map((repair) => `--repair ${repair} to ${REPAIRS.find(({ name }) => name === repair)?.doc}`).join('; '),
      });
    }
    return problems;
  }

  repaired(): Repaired[] {
    return [...this.#found].flatMap(([fault, { count }]) => {
      const repair = FAULTS[fault].repairs.find((one) => this.#repairs.has(one));
      return repair === undefined ? [] : [{ repair, what: count === 1 ? FAULTS[fault].one : FAULTS[fault].many, rows: count }];
    });
  }
}

/**
 * Faults between rows, found and put right in the order in which one hides the other: units, bounds, order, duplicates,
 * gaps. Where a repair was not asked for the rest goes on as if it had been, so that all problems are found at once.
 */
export function putRight(raw: readonly RawBar[], faults: BarFaults): { readonly bars: readonly RawBar[]; readonly interval: number } {
  for (const bar of raw) if (bar.unit !== raw[0].unit) faults.add('time-unit', bar, `${bar.unit}, not ${raw[0].unit}`);
  const bounded = inOneUnit(raw, faults).flatMap((bar) => withBounds(bar, faults));
  for (let i = 1; i < bounded.length; i++)
    if (bounded[i].at < bounded[i - 1].at) faults.add('unsorted', bounded[i], formatInstant(bounded[i].at));
  const single = bounded
    .map((bar, i) => [bar, i] as const)
    .toSorted(([a, i], [b, j]) => a.at - b.at || i - j)
    .map(([bar]) => bar)
    .filter((bar, i, sorted) => {
      if (i === 0 || bar.at !== sorted[i - 1].at) return true;
      faults.add('duplicate', bar, formatInstant(bar.at));
      return false;
    });
  // Rows that are left out still say how far apart the rows were meant to be.
  const interval = commonDistance([...new Set([...single.map(({ at }) => at), ...faults.unused])].toSorted((a, b) => a - b));
  return { bars: withoutGaps(single, interval, faults), interval };
}

/** Far beyond what a market does in one bar, unless it dies. */
const LEAP = ln(20);
const LN_10 = Math.LN10;

/** The power of ten that a price seems to be off by, 0 for none, NaN for a leap that is no power of ten. */
function powerOff(price: number, level: number): number {
  const leap = ln(price / level);
  if (Math.abs(leap) < LEAP) return 0;
  const power = Math.round(leap / LN_10);
  return Math.abs(power) >= 2 && Math.abs(leap / LN_10 - power) < 0.15 ? power : NaN;
}

const tenTo = (power: number): number => Number(`1e${power}`);

/** Prices in the unit of the first row's open. */
function inOneUnit(raw: readonly RawBar[], faults: BarFaults): RawBar[] {
  if (raw.length === 0) return [];
  let level = raw[0].open;
  return raw.map((bar) => {
    const powers = PRICES.map((key) => powerOff(bar[key], level));
    if (powers.some(Number.isNaN)) {
      const key = PRICES[powers.findIndex(Number.isNaN)];
      if (faults.add('jump', bar, `${key} ${bar[key]} after ${level}`)) level = bar.close;
      return bar;
    }
    if (powers.every((power) => power === 0)) {
      level = bar.close;
      return bar;
    }
    const key = PRICES[powers.findIndex((power) => power !== 0)];
    faults.add('price-unit', bar, `${key} ${bar[key]} beside ${level}`);
    const [open, high, low, close] = PRICES.map((name, i) => bar[name] / tenTo(powers[i]));
    level = close;
    return { ...bar, open, high, low, close };
  });
}

function withBounds(bar: RawBar, faults: BarFaults): RawBar[] {
  const { open, high, low, close } = bar;
  if (high < low) {
    if (!faults.add('inverted', bar, `high ${high}, low ${low}`)) return [bar];
    faults.unused.add(bar.at);
    return [];
  }
  if (high >= Math.max(open, close) && low <= Math.min(open, close)) return [bar];
  const taken = faults.add('unbounded', bar, `open ${open}, high ${high}, low ${low}, close ${close}`);
  if (taken && !faults.asked('widen')) {
    faults.unused.add(bar.at);
    return [];
  }
  return [{ ...bar, high: Math.max(open, high, close), low: Math.min(open, low, close) }];
}

/** The distance that most bars have from the one before; the least of those that are as common. */
function commonDistance(times: readonly number[]): number {
  const counts = new Map<number, number>();
  let best = 0;
  for (let i = 1; i < times.length; i++) {
    const distance = times[i] - times[i - 1];
    const count = (counts.get(distance) ?? 0) + 1;
    counts.set(distance, count);
    const most = counts.get(best) ?? 0;
    if (count > most || (count === most && distance < best)) best = distance;
  }
  return best;
}

const DAY = 86_400_000_000;

/** 1970-01-01 was a Thursday. */
function isWeekend(at: number): boolean {
  const day = (Math.floor(at / DAY) + 4) % 7;
  return day === 0 || day === 6;
}

function withoutGaps(bars: readonly RawBar[], interval: number, faults: BarFaults): RawBar[] {
  if (interval === 0) return [...bars];
  // A market of weekdays: no bar at a weekend at all.
  const weekdays = interval === DAY && !bars.some(({ at }) => isWeekend(at));
  const filled: RawBar[] = [];
  for (const [i, bar] of bars.entries()) {
    const before = bars[i - 1];
    const distance = i === 0 ? interval : bar.at - before.at;
    if (distance < 0.75 * interval) faults.add('uneven', bar, formatInstant(bar.at));
    const missing: number[] = [];
    if (distance > 1.5 * interval)
      for (let k = 1; k < Math.round(distance / interval); k++) {
        const at = before.at + k * interval;
        // A row that is not left out on purpose is no gap: one fault, not two.
        const known = faults.unused.has(at) && !faults.asked('drop');
        if (!(weekdays && isWeekend(at)) && !known) missing.push(at);
      }
    if (missing.length > 0) {
      faults.add('gap', bar, `${formatInstant(before.at)} is followed by ${formatInstant(bar.at)}`, missing.length);
      if (faults.asked('fill'))
        for (const at of missing) {
          const flat = before.close;
          filled.push({ ...before, at, open: flat, high: flat, low: flat, close: flat, volume: 0, trades: 0 });
        }
    }
    filled.push(bar);
  }
  return filled;
}
