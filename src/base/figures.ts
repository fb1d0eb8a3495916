// Numbers as people read them: grouped, rounded, with their unit. What must be exact is in `--json`.

import { formatInstant } from './calendar.ts';

/** `-1234567.5` as `-1,234,567.5`. */
export function grouped(value: number | string): string {
  const [whole, decimals] = String(value).split('.');
  const groups = whole.replaceAll(/\B(?=(\d{3})+(?!\d))/g, ',');
  return decimals === undefined ? groups : `${groups}.${decimals}`;
}

/** `1.23 bn`, `45.6 M`, `789 k`, `12.3`. */
export function brief(value: number | string): string {
  const number = Number(value);
  const size = Math.abs(number);
  // What would be rounded up to a thousand of one unit is one of the next.
  if (size >= 999.5e6) return `${grouped(threeDigits(number / 1e9))} bn`;
  if (size >= 999.5e3) return `${threeDigits(number / 1e6)} M`;
  if (size >= 1e4) return `${threeDigits(number / 1e3)} k`;
  return grouped(threeDigits(number));
}

function threeDigits(value: number): string {
  const size = Math.abs(value);
  return unsignedZero(value.toFixed(size >= 99.95 || value === 0 ? 0 : size >= 9.995 ? 1 : 2));
}

/** What is too small to be seen is nothing, and nothing has no sign. */
function unsignedZero(written: string): string {
  return Number(written) === 0 ? written.replace('-', '') : written;
}

/** 0.1234 as `12.3 %`; `signed` shows a plus too. */
export function percent(fraction: number, signed = false): string {
  const value = fraction * 100;
  const text = unsignedZero(Math.abs(value) >= 9.995 ? value.toFixed(1) : value.toFixed(2));
  return `${signed && Number(text) > 0 ? '+' : ''}${text} %`;
}

/** `21:15` or, with seconds, `21:15:03`; UTC. */
export function clock(micros: number, seconds = false): string {
  return formatInstant(micros).slice(11, seconds ? 19 : 16);
}

/** `2025-10-10 21:15`. */
export function day(micros: number): string {
  return formatInstant(micros).slice(0, 16).replace('T', ' ');
}

/** The end of what began at `start`: as `clock` if on the same day, else as `day`; with seconds where it began in the same minute. */
export function ending(start: number, micros: number): string {
  return day(start).slice(0, 10) === day(micros).slice(0, 10) ? clock(micros, withinMinute(start, micros)) : day(micros);
}

/** Whether two times are the same to the minute, so that only seconds tell them apart. */
export function withinMinute(start: number, micros: number): boolean {
  return day(start) === day(micros);
}

/** `1 liquidation`, `2 liquidations`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

/** A count that may be large: to the last one below ten thousand, then as `brief`. */
export function tally(count: number): string {
  return count < 1e4 ? grouped(count) : brief(count);
}

/** `250 ms`, `3.2 s`, `4 min 10 s`, `2 h 5 min`. */
export function lasting(milliseconds: number): string {
  if (milliseconds < 999.5) return `${threeDigits(milliseconds)} ms`;
  if (milliseconds < 59_950) return `${threeDigits(milliseconds / 1_000)} s`;
  const seconds = Math.round(milliseconds / 1_000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
