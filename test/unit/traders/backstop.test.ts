// In a venue: what volunteers are given, what they make of it, and what becomes of savers.

import { expect, test } from 'vitest';
import { readScenario } from '../../../src/simulation/scenario-reader.ts';
import { createSimulation } from '../../../src/simulation/simulation.ts';
import { Reason, type Envelope } from '../../../src/messages.ts';

const SCENARIO = `
name: backstopped
start: 2024-10-01T10:00:00Z
duration: 10m
seed: 5
settlement: USDT
instruments: { BTC-PERP: { tick: 0.1, lot: 0.001, maxPrice: 200000, maxOrder: 500, maxPosition: 2000, maxOpenInterest: 100000 } }
index: { kind: geometric-brownian, price: 60000, volatility: 20% }
shocks: [{ name: fall, at: 2m, size: -9%, over: 30s }]
traders:
  retail: { kind: crowd, members: 150, longShare: 90%, leverage: { uniform: [10, 40] }, size: 1 }
  arbitrageurs: { kind: arbitrageur, count: 2, capital: 30000000 }
  makers: { kind: market-maker, count: 2 }
  helpers: { kind: backstop, count: 3, discount: 30bp, capacity: 60 }
  savers: { kind: saver, count: 5, cash: 200000, interval: 2m, fear: 4% }
rules:
  liquidation: { policy: { kind: assignment, book: false } }
  losses: [withdrawal-haircut, withdrawal-gate]
  insuranceFund: { cash: 0 }
`;

test('positions are assigned to those who volunteer, they work them off, and savers leave', () => {
  const scenario = readScenario(SCENARIO, 'backstopped.yaml');
  const simulation = createSimulation(scenario);
  const seen: Envelope[] = [];
  simulation.envelopes$.subscribe((envelope) => seen.push(envelope));
  const { headline } = simulation.runToEnd();
  expect(simulation.invariants().broken).toEqual([]);
  const of = (type: string) => seen.filter(({ message }) => message.type === type);
  expect(headline.liquidations).toBeGreaterThan(20);
  const assigned = of('PositionAssigned').filter(({ message }) => message.lots !== 0);
  expect(assigned.length).toBeGreaterThan(20);
  const takers = new Set(assigned.map(({ message }) => message.counterparty));
  expect(takers.size).toBe(3);
  // They sell what they were given: reduce-only, so never more.
  const { market } = simulation;
  for (const taker of takers) {
    expect(seen.some(({ message }) => message.type === 'OrderFilled' && message.account === taker && message.side === -1)).toBe(true);
    expect(market.positionLots(taker!, 1)).toBeLessThanOrEqual(60_000);
    expect(market.available(taker!)).toBeGreaterThanOrEqual(0);
  }
  const withdrawn = of('Withdrawn');
  expect(withdrawn.length).toBeGreaterThan(0);
  // From the fall on somebody lacks more than the fund has, which is nothing: who wants to leave then is refused.
  const refused = of('OrderRejected').filter(({ message }) => message.reason === Reason['withdrawals-gated']);
  expect(refused.length).toBeGreaterThan(0);
  expect(Math.max(...withdrawn.map(({ at }) => at))).toBeLessThan(Math.min(...refused.map(({ at }) => at)));
  expect(withdrawn.every(({ message }) => message.amount! > 0 && message.flags! <= message.amount!)).toBe(true);
});
