// What must hold of a ledger after every event, each line of the collection by a check of its own, on a crash that empties
// the fund; and a halt by velocity on the very path of the collection.

import { expect, test } from 'vitest';
import { velocity } from '../../src/breakers/velocity.ts';
import { valueOf } from '../../src/market/instrument.ts';
import { Type } from '../../src/messages.ts';
import { createSimulation } from '../../src/simulation/simulation.ts';
import { smallScenario } from '../helpers/small-scenario.ts';
import { target } from '../helpers/targets.ts';

test('VER-INV-01: nothing of it is broken after any event', ({ skip }) => {
  const { setup, expected } = target('VER-INV-01', skip);
  const simulation = createSimulation(smallScenario({ set: ['insuranceFund.cash=300', 'shocks[0].size=-6%', 'fees.liquidation=0%'] }));
  const { market } = simulation;
  const seen: Record<string, number> = {};
  const broken: string[] = [];
  const check = (what: string, holds: boolean): void => {
    seen[what] = (seen[what] ?? 0) + 1;
    if (!holds) broken.push(what);
  };
  const limits = new Map<string, number>();
  simulation.kernel.tap((message) => {
    const { type, instrument, order, side, price, lots } = message;
    if (type === Type.OrderAccepted || type === Type.OrderAmended) limits.set(`${instrument}/${order}`, price);
    if (type === Type.OrderFilled) {
      const limit = limits.get(`${instrument}/${order}`);
      if (limit !== undefined && limit !== 0) check('limit', side > 0 ? price <= limit : price >= limit);
    }
    if (type === Type.LiquidationStarted) check('maintenance', message.ratio >= 1_000_000 || message.amount <= 0);
    if (type === Type.Deleverage) {
      // What taking one lot more at this price would cost the fund, at mark, it did not have.
      const contract = market.instrument(instrument);
      const one = Math.sign(lots);
      const loss = valueOf(contract, one, price) - valueOf(contract, one, market.markPrice(instrument));
      check('adl', market.fund.equity < Math.max(1, loss));
    }
  });
  let steps = 0;
  while (simulation.step()) {
    check('fund', market.fund.cash >= 0 || market.fund.inventory !== 0);
    const book = market.book(1);
    if (market.isOpen(1)) check('crossed', book.bestBid === 0 || book.bestAsk === 0 || book.bestBid < book.bestAsk);
    if (steps++ % 16 > 0) continue;
    let net = 0;
    let gross = 0;
    for (let one = 1; one <= market.accountCount; one++) {
      net += market.positionLots(one, 1);
      gross += Math.abs(market.positionLots(one, 1));
    }
    check('net', net === 0);
    check('interest', market.openInterest(1) * 2 === gross);
    check('money', market.checkConservation() === null);
  }
  expect(setup.invariants).toHaveLength(8);
  expect(Object.keys(seen).toSorted()).toEqual(['adl', 'crossed', 'fund', 'interest', 'limit', 'maintenance', 'money', 'net']);
  expect(broken).toHaveLength(expected.violations);
});

test('CB-VEL-01: halts where the path has moved by the threshold within the look-back', ({ skip }) => {
  const { setup, expected } = target('CB-VEL-01', skip);
  const ticks = 1_000;
  const path = setup.path as [number, number][];
  // The threshold is of the price: one point of that a look-back before the move.
  const before = path.find(([at]) => expected.trigger_time - at <= setup.lookback_s)![1];
  const rule = velocity.create(
    { lookback: setup.lookback_s * 1e6, threshold: setup.threshold / before, halt: 5_000_000 },
    { reference: 0 },
  );
  const halts = path.filter(([at, price]) => rule.traded?.(Math.round(price * ticks), Math.round(at * 1e6))?.action === 'halt');
  expect(halts.map(([at]) => at)).toEqual([expected.trigger_time]);
});
