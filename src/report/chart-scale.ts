// Where the marks of an axis stand and what they say: round numbers, and calendar times in UTC.

export interface AxisTick {
  readonly at: number;
  readonly label: string;
}

/** Round values (1, 2 or 5 times a power of ten) that cover `low` to `high` in about `count` steps. */
export function niceValues(low: number, high: number, count: number): number[] {
  const span = high > low ? high - low : Math.abs(high) || 1;
  const rough = span / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999) ?? 10);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(high / step - 1e-9));
  // Multiplied, not added up: 0.1 + 0.2 has no business on an axis.
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

const MINUTE = 60_000_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const EVEN_STEPS = [1, 2, 5, 10, 30, 60]
  .map((seconds) => seconds * 1_000_000)
  .concat([2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE))
  .concat([1, 2, 3, 6, 12].map((hours) => hours * HOUR))
  .concat([1, 2, 7].map((days) => days * DAY));
const MONTH_STEPS = [1, 2, 3, 6, 12, 24, 60, 120];

/** Calendar times from `low` to `high`, micros since 1970, at most `count` of them; labels as short as tells them apart. */
export function timeTicks(low: number, high: number, count: number): AxisTick[] {
  const rough = (high - low) / Math.max(1, count);
  const even = EVEN_STEPS.find((step) => step >= rough);
  const ticks: AxisTick[] = [];
  if (even !== undefined) {
    for (let at = Math.ceil(low / even) * even; at <= high; at += even) {
      const text = new Date(at / 1_000).toISOString();
      const label = even >= DAY ? text.slice(0, 10) : at % DAY === 0 ? text.slice(5, 10) : text.slice(11, even >= MINUTE ? 16 : 19);
      ticks.push({ at, label });
    }
    return ticks;
  }
  const months = MONTH_STEPS.find((step) => step * 30.4 * DAY >= rough) ?? 240;
  const date = new Date(low / 1_000);
  const start = date.getUTCFullYear() * 12 + date.getUTCMonth();
  for (let month = Math.ceil(start / months) * months; ; month += months) {
    const at = Date.UTC(Math.floor(month / 12), month % 12, 1) * 1_000;
    if (at > high) return ticks;
    const text = new Date(at / 1_000).toISOString();
    if (at >= low) ticks.push({ at, label: months >= 12 ? text.slice(0, 4) : text.slice(0, 7) });
  }
}
