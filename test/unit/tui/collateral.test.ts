// What the story says of collateral: that its price was shocked, and that less of it counts.

import { expect, test } from 'vitest';
import { choicesFor } from '../../../src/tui/choices.ts';
import { ALWAYS, viewOf, watched } from '../../helpers/watched.ts';

test('a depeg and a haircut that changes are told once, by name', () => {
  const { playback } = watched([
    'duration=10s',
    'shocks=[]',
    'collateral={ USDE: { feed: { kind: constant, price: 1 }, shocks: [{ name: depeg, at: 2s, size: -35% }] } }',
    'interventions=[{ at: 5s, set: { collateral.USDE.haircut: 12.5% } }]',
  ]);
  playback.playTo(9e6, ALWAYS);
  const lines = viewOf(playback).lines.map(({ at, text }) => `${at / 1e6}: ${text}`);
  expect(lines.filter((line) => line.includes('USDE'))).toEqual([
    '2: Shock "depeg": USDE moves by -35.0 %.',
    expect.stringContaining('5: '),
    '5: 12.5 % of USDE does not count as margin any more.',
  ]);
});

test('another haircut is among what may be tried, where there is collateral', () => {
  const names = (set: readonly string[]) => choicesFor(watched(['duration=10s', 'shocks=[]', ...set]).playback.simulation);
  expect(names([]).some(({ name }) => name.startsWith('haircut'))).toBe(false);
  const choices = names(['collateral={ USDE: { haircut: 10%, feed: { kind: constant, price: 1 } } }']);
  expect(choices.map(({ name }) => name).filter((name) => name.startsWith('haircut'))).toEqual([
    'haircut: USDE 0 %',
    'haircut: USDE 25 %',
    'haircut: USDE 50 %',
  ]);
  const { simulation } = watched([
    'duration=10s',
    'shocks=[]',
    'collateral={ USDE: { haircut: 10%, feed: { kind: constant, price: 1 } } }',
  ]).playback;
  choices.find(({ name }) => name === 'haircut: USDE 25 %')!.apply(simulation);
  simulation.runUntil(1e6);
  expect(simulation.market.collateral.held.terms(1).haircut).toBe(250_000);
});
