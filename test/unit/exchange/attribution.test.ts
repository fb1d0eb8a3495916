import { expect, test } from 'vitest';
import { Attribution } from '../../../src/exchange/attribution.ts';
import type { Impact } from '../../../src/exchange/impact.ts';
import { Market } from '../../../src/market/market.ts';
import { instrument } from '../../helpers/instruments.ts';

const PUSHER = 7;
/** A book in which one case has pushed everything. */
const pushed = { largestAgainst: () => PUSHER } as unknown as Impact;

function breached(change = {}) {
  const market = new Market({ settlement: { asset: 'USDT', unit: '1' }, instruments: [instrument(change)], fundCash: 0 });
  market.setMark(1, 100);
  const long = market.openAccount({ owner: 1, cash: 1_000, leverage: 10_000_000 });
  const short = market.openAccount({ owner: 2, cash: 100_000, leverage: 1_000_000 });
  market.openingTrade(long, short, 1, 100, 100);
  return { market, long, attribution: new Attribution(market, [pushed, pushed]) };
}

test.each([
  ['at mark', {}, 94],
  ['at entry', { maintenanceOn: 'entry' as const }, 95],
  ['at entry, with a fee of closing', { maintenanceOn: 'entry' as const, closingFeePpm: 10_000 }, 95],
  ['at mark, with a fee of closing', { closingFeePpm: 10_000 }, 95],
])('maintained %s: a breach without liquidation flow has no parent, one by it has', (_, change, mark) => {
  const { market, long, attribution } = breached(change);
  attribution.marked(1, 0);
  market.setMark(1, mark);
  expect(market.isLiquidatable(long)).toBe(true);
  attribution.marked(1, 0);
  expect(attribution.parent(long, 1)).toBe(0);
  // Five ticks of the fall were owed to liquidations.
  attribution.marked(1, -5);
  expect(attribution.parent(long, 1)).toBe(PUSHER);
});

test.each([
  ['by the index: a root', 0, 0],
  ['by liquidations: their child', -4, PUSHER],
  ['by liquidations in small part: a root', -1, 0],
])('margin that was raised because the price was moved %s', (_, part, parent) => {
  const { market, long, attribution } = breached();
  attribution.marked(1, 0);
  // A fall to 96 leaves equity of 600, and maintenance is 480: raised to twice that for the fall, it brings the account down.
  market.setMark(1, 96);
  market.changeRules(1, { marginScale: { initial: 2_000_000, maintenance: 2_000_000, leastInitial: 0, grandfathered: false } });
  expect(market.isLiquidatable(long)).toBe(true);
  attribution.marked(1, part);
  // The move itself was not what did it: it is looked at as if it were over.
  attribution.marked(1, part);
  expect(attribution.parent(long, 1)).toBe(0);
  const again = breached();
  again.attribution.marked(1, 0);
  again.market.setMark(1, 96);
  again.market.changeRules(1, { marginScale: { initial: 2_000_000, maintenance: 2_000_000, leastInitial: 0, grandfathered: false } });
  again.attribution.marked(1, part);
  expect(again.attribution.parent(again.long, 1)).toBe(parent);
});
