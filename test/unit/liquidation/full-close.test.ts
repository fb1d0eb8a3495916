// Everything at once, position by position, and what then is left to the loss layers.

import { expect, test } from 'vitest';
import { createRng } from '../../../src/base/random.ts';
import { fullClose } from '../../../src/liquidation/full-close.ts';
import type { CaseView, Decision } from '../../../src/liquidation/policy.ts';
import { Market } from '../../../src/market/market.ts';
import { PPM } from '../../../src/base/units.ts';
import { instrument } from '../../helpers/instruments.ts';

/** Alice has 3,000 and holds `lots` of each instrument, bought at 1,000. */
function market(...lots: readonly number[]): { readonly market: Market; readonly alice: number } {
  const made = new Market({
    settlement: { asset: 'USDT', unit: '1' },
    instruments: lots.map((_, i) => instrument({ symbol: `I${i}` })),
    fundCash: 0,
  });
  const alice = made.openAccount({ owner: 1, cash: 3_000, leverage: 10 * PPM });
  const other = made.openAccount({ owner: 2, cash: 1_000_000, leverage: 10 * PPM });
  lots.forEach((held, i) => {
    made.setMark(i + 1, 1_000);
    if (held > 0) made.openingTrade(alice, other, i + 1, held, 1_000);
    if (held < 0) made.openingTrade(other, alice, i + 1, -held, 1_000);
  });
  return { market: made, alice };
}

function decide(view: Market, alice: number, limit: 'bankruptcy' | 'none' = 'bankruptcy', lastInstrument = 0): Decision {
  const decision: Decision = { action: 'wait', instrument: 0, side: 1, lots: 0, limit: 0, until: 0 };
  const liquidation: CaseView = { case: 1, account: alice, startedAt: 0, now: 0, rounds: 0, lastInstrument };
  fullClose.create({ limit }, { rng: createRng }).decide(liquidation, view, decision);
  return decision;
}

test('a long is sold, all of it, not below bankruptcy', () => {
  const { market: view, alice } = market(10);
  expect(decide(view, alice)).toMatchObject({ action: 'order', instrument: 1, side: -1, lots: 10, limit: 700 });
});

test('a short is bought back, all of it, not above bankruptcy', () => {
  const { market: view, alice } = market(-10);
  expect(decide(view, alice)).toMatchObject({ action: 'order', instrument: 1, side: 1, lots: 10, limit: 1_300 });
});

test('at any price, if the venue says so', () => {
  const { market: view, alice } = market(-10);
  expect(decide(view, alice, 'none')).toMatchObject({ action: 'order', lots: 10, limit: 0 });
});

test('position by position in the order of the instruments, then the loss layers', () => {
  const { market: view, alice } = market(5, 0, -3);
  // The bankruptcy price of each counts its share of equity, by maintenance.
  expect(decide(view, alice)).toMatchObject({ action: 'order', instrument: 1, side: -1, lots: 5, limit: 625 });
  expect(decide(view, alice, 'bankruptcy', 1)).toMatchObject({ action: 'order', instrument: 3, side: 1, lots: 3, limit: 1_375 });
  expect(decide(view, alice, 'bankruptcy', 3)).toMatchObject({ action: 'hand-over' });
});

test('without positions there is nothing to order', () => {
  const { market: view, alice } = market(0);
  expect(decide(view, alice)).toMatchObject({ action: 'hand-over' });
});
