// Was it needed? The untouched account decides.

import { expect, test } from 'vitest';
import { EarlyReductions } from '../../../src/simulation/early-reductions.ts';
import { Stream } from '../../helpers/stream.ts';

/** One position each, from a mark of 1,000; maintenance is 5 %. */
function started(accounts: readonly (readonly [account: number, lots: number, equity: number])[]): {
  stream: Stream;
  early: EarlyReductions;
} {
  const stream = new Stream();
  const { engine, probe } = stream.options;
  const early = stream.add(new EarlyReductions({ instruments: [1], engine, probe }));
  for (const [account, lots, equity] of accounts) {
    stream.market.positions.set(account, { lots, equity, maintenance: 0 });
    const ratio = Math.ceil((Math.abs(lots) * 1_000 * 50_000) / equity);
    stream.send('LiquidationOrdersCanceled', { account, amount: equity, ratio, case: account });
  }
  return { stream, early };
}

function mark(stream: Stream, price: number): void {
  stream.market.prices.mark = price;
  stream.send('MarkPublished', { instrument: 1, price, index: price });
}

test('a long that would have come to maintenance was reduced with reason, one that would not was not', () => {
  // 100 lots: equity 8,000 meets maintenance at 968.4, 9,000 at 957.9, 10,000 at 947.4.
  const { stream, early } = started([
    [11, 100, 8_000],
    [12, 100, 9_000],
    [13, 100, 10_000],
  ]);
  expect(early.result()).toEqual({ cases: 3, unnecessary: 3, rate: 1 });
  mark(stream, 969);
  expect(early.result().unnecessary).toBe(3);
  mark(stream, 957);
  mark(stream, 1_200);
  expect(early.result()).toEqual({ cases: 3, unnecessary: 1, rate: 0.3333 });
});

test('what becomes of the account itself does not matter, and a short is the other way round', () => {
  const { stream, early } = started([[11, -100, 8_000]]);
  stream.market.positions.delete(11);
  mark(stream, 900);
  expect(early.result().unnecessary).toBe(1);
  mark(stream, 1_029);
  expect(early.result().unnecessary).toBe(0);
});

test('a case that begins at or below maintenance is none', () => {
  const { early } = started([
    [11, 100, 5_000],
    [12, 100, 4_000],
  ]);
  expect(early.result()).toEqual({ cases: 0, unnecessary: 0, rate: null });
});
