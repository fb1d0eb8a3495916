// From what a file says of breakers and controls to what those who act on it are given.

import { PPM } from '../base/units.ts';
import type { ShelfKind, KindReading, Leaf, Reading } from './shape.ts';
import type { Place } from './config-error.ts';
import type { VolatilityPoint } from '../controls/control.ts';
import type { breakers, controls } from './adjustment-file.ts';
import type { BreakersScenario, Chosen, ControlsScenario } from './scenario.ts';

type AnyLeaf = Leaf<unknown>;

/** How the values of a file are read: in the units of the scenario that they stand in. */
export interface Tools {
  /** As people wrote it, durations in micros, fractions as 0.05; NaN where it was broken. */
  readonly number: (leaf: AnyLeaf) => number;
  /** In quote units. */
  readonly money: (leaf: AnyLeaf) => number;
  readonly chosen: <K extends ShelfKind>(reading: Pick<KindReading<K, never>, 'kind' | 'params'>) => Chosen<K>;
  readonly volatilities: (leaf: AnyLeaf | undefined) => readonly VolatilityPoint[];
  readonly report: (place: Place, message: string) => void;
}

export function breakersScenario(written: Reading<typeof breakers>, { number, chosen }: Tools): BreakersScenario {
  return {
    rules: written.rules.map((rule) => chosen(rule)),
    announced: written.announced.value === true,
    auction: number(written.auction),
    scope: written.scope.value as 'instrument' | 'venue',
    mark: written.mark.value as 'live' | 'frozen',
    funding: written.funding.value as 'live' | 'paused',
    liquidations: written.liquidations.value as 'wait' | 'paused',
  };
}

export function controlsScenario(
  written: Reading<typeof controls>,
  { number, money, chosen, volatilities, report }: Tools,
): ControlsScenario {
  const interval = number(written.interval);
  const [least, most, leverage] = [written.least, written.most, written.leverageCap].map(number);
  if (least > most) report(written.least.place, 'must not be above most');
  if (leverage > 0 && leverage < 1) report(written.leverageCap.place, 'must be 0 or at least 1');
  return {
    rules: written.rules.map((rule) => ({ chosen: chosen(rule), impliedVolatility: volatilities(rule.params.file) })),
    interval,
    applies: written.applies.value === 'initial' ? 'initial' : 'both',
    grandfather: written.grandfather.value === true,
    notice: number(written.notice),
    announced: written.announced.value === true,
    charge: {
      buffer: number(written.buffer),
      stressedWeight: number(written.stressedWeight),
      stressed: number(written.stressed),
      floorSamples: Math.ceil(number(written.floor) / interval),
      least,
      most,
      rise: number(written.rise),
      fall: number(written.fall),
      threshold: number(written.threshold),
    },
    whenHigh: {
      from: number(written.leverageCapFrom),
      leverage,
      openInterest: money(written.openInterestCap),
      liquidateAt: number(written.liquidateAt),
      bandScale: number(written.bandScale),
      haircut: Math.round(number(written.haircut) * PPM),
    },
  };
}
