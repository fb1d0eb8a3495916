// Each invariant is broken once on purpose: a checker that cannot fail checks nothing.

import { describe, expect, test } from 'vitest';
import { INVARIANTS, Invariants, type Invariant, type InvariantProbe } from '../../../src/simulation/invariants.ts';
import { FUND, Stream } from '../../helpers/stream.ts';

type Probe = { -readonly [Name in keyof InvariantProbe]: InvariantProbe[Name] };

function start(): { stream: Stream; probe: Probe; invariants: Invariants } {
  const stream = new Stream();
  const probe: Probe = {
    fundAccount: FUND,
    accounts: () => 50,
    bid: () => stream.market.best.bid,
    ask: () => stream.market.best.ask,
    fundPayable: () => 1_000,
    money: () => null,
    netLots: () => 0,
    openOrders: () => null,
    uncovered: () => 0,
  };
  return { stream, probe, invariants: stream.add(new Invariants({ ...stream.options, probe })) };
}

/** A run in which everything that is checked happens, and all is well. */
function wellBehaved(stream: Stream): void {
  stream.send('SessionChanged', { phase: 1 });
  stream.at(10).send('OrderAccepted', { account: 7 }).send('OrderFilled', { account: 7, lots: 1 });
  stream.at(20).send('MarginCalled', { account: 7, case: 1 }).send('LiquidationStarted', { account: 7, case: 1 });
  stream.send('LiquidateOnBook', { account: 7, case: 1 }).send('LiquidationFilled', { account: 7, case: 1, lots: 1 });
  stream.send('CoverDeficit', { account: 7, case: 1, amount: 2_000 }).send('DeficitCovered', { account: 7, case: 1, amount: 1_000 });
  stream.send('LiquidationClosed', { account: 7, case: 1 });
  stream.at(30).send('SessionChanged', { phase: 2 }).at(40).send('SessionChanged', { phase: 1 });
}

test('a run in order breaks nothing, and every invariant was checked', () => {
  const { stream, invariants } = start();
  wellBehaved(stream);
  invariants.finish();
  const { checked, broken } = invariants.result();
  expect(broken).toEqual([]);
  expect(Object.keys(checked)).toEqual([...INVARIANTS]);
  for (const invariant of INVARIANTS) expect({ invariant, checked: checked[invariant] > 0 }).toEqual({ invariant, checked: true });
});

const breaks: Record<Invariant, (stream: Stream, probe: Probe) => void> = {
  'time-never-goes-back': (stream) => stream.at(20).send('Wake').at(19).send('Wake'),
  'cause-precedes-effect': (stream) => stream.at(50).send('Wake', {}, { seq: 40, cause: 40 }),
  'book-never-crossed': (stream) => {
    stream.market.best = { bid: 1_001, ask: 1_001 };
    stream.at(50).send('OrderAccepted', { account: 7 });
  },
  'no-fill-while-halted': (stream) => {
    stream.at(50).send('SessionChanged', { phase: 2 }).send('SubmitOrder', { account: 7 });
    stream.send('OrderFilled', { account: 7 }, { cause: stream.seq });
  },
  'accounts-exist': (stream) => stream.at(50).send('OrderAccepted', { account: 51 }),
  'called-before-liquidated': (stream) =>
    stream.at(50).send('LiquidationStarted', { account: 7, case: 2 }).send('MarginCalled', { account: 7, case: 2 }),
  'closed-cases-are-silent': (stream) => stream.at(50).send('LiquidateOnBook', { account: 7, case: 1 }),
  'fund-pays-what-it-has': (stream) =>
    stream.at(50).send('CoverDeficit', { account: 7, case: 2 }).send('DeficitCovered', { account: 7, case: 2, amount: 1_001 }),
  'money-conserved': (_stream, probe) => (probe.money = () => 'a unit too many'),
  'longs-equal-shorts': (_stream, probe) => (probe.netLots = () => -1),
  'open-orders-match-book': (_stream, probe) => (probe.openOrders = () => 'account 7 counts 2 of 1'),
  'nobody-below-maintenance-uncovered': (_stream, probe) => (probe.uncovered = () => 7),
};

describe('broken on purpose', () => {
  test.each(Object.entries(breaks))('%s', (invariant, breakIt) => {
    const { stream, probe, invariants } = start();
    wellBehaved(stream);
    breakIt(stream, probe);
    invariants.finish();
    const names = new Set(invariants.result().broken.map((broken) => broken.invariant));
    expect([...names]).toEqual([invariant]);
  });
});

test('a call that was sent just before the end may not have arrived; one that nobody ever sent is missed', () => {
  const told = (later: number) => {
    const { stream, invariants } = start();
    wellBehaved(stream);
    stream.at(50).send('Deleverage', { account: 7, case: 2, lots: 1 });
    stream.at(50 + later).send('Wake');
    invariants.finish();
    return invariants.result().broken.map(({ invariant }) => invariant);
  };
  expect(told(10_000)).toEqual([]);
  expect(told(61_000_000)).toEqual(['called-before-liquidated']);
});

describe('time and seq', () => {
  test('in one instant the seq must rise', () => {
    const { stream, invariants } = start();
    stream.at(20).send('Wake', {}, { seq: 8, cause: 1 }).send('Wake', {}, { seq: 8, cause: 1 }).send('Wake', {}, { seq: 9, cause: 1 });
    expect(invariants.result().broken).toEqual([
      { invariant: 'time-never-goes-back', seq: 8, detail: 'seq 8 after 8 in the same instant' },
    ]);
  });

  test('an effect is not received before it was sent', () => {
    const { stream, invariants } = start();
    stream.at(20).send('Wake', {}, { sentAt: 21 });
    expect(invariants.result().broken).toMatchObject([{ invariant: 'cause-precedes-effect' }]);
  });
});

describe('a report of a fill may come late', () => {
  test('from before a halt, heard in it: fine; from in it, heard after: not', () => {
    const { stream, invariants } = start();
    stream.at(10).send('SessionChanged', { phase: 2 }, { seq: 11, cause: 10 });
    stream.at(12).send('OrderFilled', { account: 7 }, { seq: 12, cause: 9, sentAt: 10 });
    stream.at(20).send('SessionChanged', { phase: 1 }, { seq: 21, cause: 20 });
    stream.at(22).send('OrderFilled', { account: 7 }, { seq: 22, cause: 21, sentAt: 20 });
    expect(invariants.result().broken).toEqual([]);
    stream.at(23).send('OrderFilled', { account: 7 }, { seq: 23, cause: 15, sentAt: 15 });
    stream.at(23).send('LiquidationFilled', { account: 7, lots: 1, case: 1 }, { seq: 24, cause: 11, sentAt: 10 });
    expect(invariants.result().broken.map(({ invariant, seq }) => [invariant, seq])).toEqual([
      ['no-fill-while-halted', 23],
      ['no-fill-while-halted', 24],
    ]);
  });
});

test('an order that was sent before its case was closed is fine, also when it is heard of later', () => {
  const { stream, invariants } = start();
  stream.at(10).send('LiquidationClosed', { account: 7, case: 1 }, { seq: 10, cause: 1 });
  stream.at(20).send('LiquidateOnBook', { account: 7, case: 1 }, { seq: 9, cause: 1, sentAt: 10 });
  stream.at(25).send('LiquidateOnBook', { account: FUND, case: 1 }, { seq: 25, cause: 1 });
  expect(invariants.result().broken).toEqual([]);
  stream.at(30).send('LiquidateOnBook', { account: 7, case: 2 }, { seq: 31, cause: 1 });
  stream.at(40).send('LiquidationClosed', { account: 7, case: 2 }, { seq: 30, cause: 1, sentAt: 30 });
  expect(invariants.result().broken).toMatchObject([{ invariant: 'closed-cases-are-silent', seq: 31 }]);
});

test('walks come between instants, after a mark, and no more often than accounts are many', () => {
  const { stream, probe, invariants } = start();
  let walks = 0;
  probe.uncovered = () => (walks++, 0);
  probe.accounts = () => 10_000;
  for (let i = 0; i < 30_000; i++) {
    if (i % 2 === 0) stream.at(i);
    stream.send(i % 100 === 0 ? 'MarkPublished' : 'Wake');
  }
  expect(walks).toBe(2);
  invariants.finish();
  expect(walks).toBe(3);
});

test('a market that is broken for good fills no memory', () => {
  const { stream, invariants } = start();
  stream.market.best = { bid: 2, ask: 1 };
  for (let i = 0; i < 1_000; i++) stream.at(i).send('OrderAccepted', { account: 7 });
  expect(invariants.result().broken).toHaveLength(10);
  expect(invariants.result().checked['book-never-crossed']).toBe(1_000);
});
