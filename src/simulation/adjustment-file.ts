// What a scenario may say about rules that answer the market: circuit breakers, margin that moves, and what the liquidation
// engine takes the market for.

import { choice, duration, flag, fraction, money, number } from '../base/params.ts';
import { breakerKinds } from '../breakers/registry.ts';
import { controlKinds } from '../controls/registry.ts';
import { kindOf, list, object } from './shape.ts';

export const breakers = object(
  'Circuit breakers: what halts trading, and what goes on while it is halted',
  {
    rules: list(
      'Halting rules; whichever trips first halts',
      kindOf({
        doc: 'One halting rule',
        noun: 'breaker rule',
        shelf: breakerKinds,
        common: {},
        default: undefined,
        distributions: false,
      }),
      '[]',
    ),
    announced: flag(false, 'true: traders are told between which prices trading goes on; some hasten when the price comes near.', {
      quiet: true,
    }),
    auction: duration('30s', 'How long limit orders are gathered for one price before trading goes on; 0s: it goes on at once.', {
      min: 0,
    }),
    scope: choice(['instrument', 'venue'], 'instrument', 'instrument: only where a rule trips; venue: everywhere.'),
    mark: choice(['live', 'frozen'], 'live', 'live: marks follow the index while nothing trades; frozen: they stand still.'),
    funding: choice(['live', 'paused'], 'live', 'paused: no settlement falls into a halt.'),
    liquidations: choice(
      ['wait', 'paused'],
      'wait',
      'wait: breaches are found while nothing trades, and their orders wait for the book; paused: nobody is looked at.',
    ),
  },
  { quiet: true },
);

export const controls = object(
  'Margin that moves: what it follows, how fast, and for whom',
  {
    rules: list(
      'What margin follows; of several the one that asks for most counts',
      kindOf({
        doc: 'One margin control',
        noun: 'margin control',
        shelf: controlKinds,
        common: {},
        default: undefined,
        distributions: false,
      }),
      '[]',
    ),
    interval: duration('1m', 'How often it is looked at, at marks.', { min: 1_000 }),
    applies: choice(['both', 'initial'], 'both', 'both: maintenance moves with initial margin; initial: maintenance stays.'),
    grandfather: flag(
      false,
      'true: a position goes on paying the maintenance rates at which it was opened when they rise (and less when they fall below); only what is added to it pays the new ones.',
    ),
    notice: duration('0s', 'From the decision to when it is in force.', { min: 0 }),
    least: number('1', 'Margin is never less than this times the tiers.', { min: 0.01, max: 100 }),
    most: number('5', 'Nor more than this.', { min: 0.01, max: 100 }),
    threshold: fraction('5%', 'Smaller moves, as a share of what is charged, are not made.', { min: 0, max: 1 }),
    rise: fraction('0%', 'Greatest rise from one look to the next; 0%: any.', { min: 0, max: 100 }),
    fall: fraction('0%', 'Greatest fall from one look to the next; 0%: any.', { min: 0, max: 0.99 }),
    buffer: fraction('0%', 'Charged on top in calm, and used up before the charge rises (EMIR 28(1)(a): 25%).', { min: 0, max: 10 }),
    stressedWeight: fraction('0%', 'Weight of what stressed times would ask for (EMIR 28(1)(b): 25%).', { min: 0, max: 1 }),
    stressed: number('2', 'What stressed times would ask for, times the tiers.', { min: 0.01, max: 100 }),
    floor: duration('0s', 'Look-back whose own margin is the floor (EMIR 28(1)(c): ten years); 0s: none.', { min: 0 }),
    leverageCap: number('0', 'Greatest leverage of what is opened while margin is high; 0: no cap.', { min: 0, max: 1000 }),
    openInterestCap: money('0', 'Open interest that nothing may be added to while margin is high, at mark; 0: no cap.', { quiet: true }),
    liquidateAt: number(
      '1',
      'While margin is high the liquidation engine acts at this times the maintenance margin that is charged: 1.1 is earlier, 0.9 later.',
      { min: 0.1, max: 10, quiet: true },
    ),
    bandScale: number('1', 'While margin is high the bands of breaker rules are this times as wide.', { min: 0.01, max: 100, quiet: true }),
    haircut: fraction('0%', 'While margin is high no haircut of collateral is less than this; 0%: they stay as they are.', {
      min: 0,
      max: 1,
      quiet: true,
    }),
    announced: flag(false, 'true: whoever holds a position is told when a change is decided, and may act before it is in force.', {
      quiet: true,
    }),
    leverageCapFrom: number('1.5', 'What high means: this times the tiers, or more.', { min: 0.01, max: 100 }),
  },
  { quiet: true },
);

export const recalibration = {
  recalibrate: duration(
    '0s',
    'How often volatility, depth, resilience and impact are refitted, for policies that take them (targeted); 0s: never.',
    { min: 0, quiet: true },
  ),
  estimates: choice(
    ['rolling', 'stale', 'oracle'],
    'rolling',
    'rolling: refitted again and again; stale: once, at the first; oracle: what is true now, and the volatility that will be.',
    { quiet: true },
  ),
  estimatesWindow: duration('0s', 'How far back they look; 0s: as far as from one refit to the next.', { min: 0, quiet: true }),
  estimatesLag: duration('1s', 'What is more recent is not known yet.', { min: 0, quiet: true }),
};
