// A time as people write it: of the calendar, of the day (the first such within the run), or since its start.

import { formatInstant, parseInstant } from '../base/calendar.ts';
import { isFault, parseQuantity } from '../base/quantity.ts';
import type { Micros } from '../base/units.ts';
import type { Scenario } from '../simulation/scenario.ts';

const DAY: Micros = 86_400_000_000;
const CLOCK = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/;

/** Simulated time within the run, or what is wrong with the text. */
export function momentOf(written: string, { start, duration }: Pick<Scenario, 'start' | 'duration'>): Micros | string {
  const text = written.trim();
  const at = sinceStart(text, start, duration);
  if (at === undefined) return 'expected a time such as 21:17, 21:17:30, 32m, 3m30s or 90s';
  return at >= 0 && at <= duration ? at : 'that is not within the run';
}

/** The same without bounds: before the start it is negative, unless a time of day comes again within `duration`. Undefined when it is no time. */
export function sinceStart(text: string, start: number, duration: Micros): Micros | undefined {
  const clock = CLOCK.exec(text);
  if (clock !== null) {
    const [, hours, minutes, seconds = '00'] = clock;
    const instant = parseInstant(`${formatInstant(start).slice(0, 11)}${hours.padStart(2, '0')}:${minutes}:${seconds}Z`);
    if (instant === undefined) return undefined;
    const at = instant - start;
    return at < 0 && at + DAY <= duration ? at + DAY : at;
  }
  const instant = parseInstant(text);
  if (instant !== undefined) return instant - start;
  const quantity = parseQuantity('duration', text);
  return isFault(quantity) ? undefined : quantity.toNumber();
}
