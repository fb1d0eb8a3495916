// What the story says of collateral: that its price was shocked, and that less of it counts.

import { expect, test } from 'vitest';
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
