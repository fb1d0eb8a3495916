// What a scenario file may say about collateral in other assets than the settlement asset.

import { choice, coins, duration, fraction, money, number, text } from '../base/params.ts';
import { pathKinds } from '../paths/registry.ts';
import { kindOf, list, map, object } from './shape.ts';

const asset = { pattern: /^[A-Za-z0-9][A-Za-z0-9_-]*$/, expected: 'a symbol such as USDE' };

/** What every named move of a price has. */
export const shockTimes = {
  name: text('shock', 'What to call it.'),
  at: duration(undefined, 'When it begins, from the start.', { min: 0 }),
  over: duration('0s', 'How long it takes to get there; 0s is a jump.', { min: 0 }),
  recovery: duration('0s', 'Half-life of the way back; 0s means that it stays.', { min: 0 }),
} as const;

const shock = object('A named move of the price at a time', {
  name: shockTimes.name,
  at: shockTimes.at,
  size: fraction(undefined, 'How far the price moves: -35% is a fall.', { min: -0.99, max: 10 }),
  over: shockTimes.over,
  recovery: shockTimes.recovery,
  where: choice(
    ['here', 'everywhere'],
    'here',
    "here: on this venue's own book alone, as USDe on 10 October 2025; everywhere: the asset itself falls, and a clamped oracle follows.",
  ),
});

const feed = kindOf({
  doc: 'The price of one coin in the settlement asset; with `of`, as a multiple of an index',
  noun: 'path',
  shelf: pathKinds,
  common: {
    interval: duration('1s', 'How often the price is published; margin is looked at whenever it has changed.', { min: 1_000 }),
    of: text('', "An instrument: the price is the path times that instrument's index (1 for the coin itself, 1.08 for a staked one)."),
  },
  default: undefined,
  distributions: true,
});

const oracle = object('Which price counts', {
  source: choice(
    ['own', 'lagged', 'averaged', 'clamped'],
    'own',
    "own: that of the venue's own book, with what is sold there; lagged: as it was `lag` ago; averaged: its average over `lag`; clamped: its own, within `band` of the price elsewhere.",
  ),
  lag: duration('5m', 'How late the lagged price is, and what the averaged one averages over.', { min: 1_000 }),
  band: fraction('2%', 'How far the clamped price may be from the one elsewhere.', { min: 0, max: 1 }),
});

export const collateralAsset = object('One asset that counts as margin', {
  unit: number('0.00001', 'Least amount, in coins.', { min: 0 }),
  tick: number('0.0001', 'Price step.', { min: 0 }),
  haircut: fraction('0%', 'Share of its value that does not count.', { min: 0, max: 1 }),
  tiers: list(
    'Higher haircuts for what one account holds above an amount, the lowest first',
    object('One tier', {
      from: coins(undefined, 'Coins of one account above which it applies.', { min: 0 }),
      haircut: fraction(undefined, 'Share of the value of what is above that does not count; no less than `haircut`.', { min: 0, max: 1 }),
    }),
    '[]',
  ),
  cap: coins('0', 'Coins of one account beyond which nothing counts; 0: all counts.', { min: 0 }),
  discount: fraction('1%', 'Share of the price that a forced sale gives away.', { min: 0, max: 0.99 }),
  feed,
  oracle,
  depth: money('0', 'Net sales here that move its price by 1%; 0: sales do not move it.'),
  recovery: duration('5m', 'Half-life of the way back from such a move; 0s: it stays.', { min: 0 }),
  fee: fraction('10bp', 'Paid by whoever trades the asset here of his own will.', { min: 0, max: 0.1 }),
  shocks: list('Moves of the price on top of its path: a depeg', shock, '[]'),
});

export const collateral = map(
  'Assets that count as margin beside the settlement asset, by symbol; forced sales go through them in this order',
  asset,
  collateralAsset,
  0,
  { quiet: true },
);

export const collateralShares = map(
  'What share of their margin its accounts bring in which collateral, haircut included; the rest is in the settlement asset',
  asset,
  fraction(undefined, 'Share of the margin that the account needs, in this asset.', { min: 0, max: 1 }),
  0,
  { quiet: true },
);

/** What of an asset may change during a run. */
export const COLLATERAL_TERMS: readonly string[] = ['haircut', 'tiers', 'cap', 'discount'];
