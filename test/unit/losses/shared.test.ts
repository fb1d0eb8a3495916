// Layers that pay deficits, each in a small venue: who pays how much, who hears of it, and what is on the books afterwards.

import { describe, expect, test } from 'vitest';
import { takeoverAtBankruptcy } from '../../../src/liquidation/takeover-at-bankruptcy.ts';
import { autoDeleveraging } from '../../../src/losses/auto-deleveraging.ts';
import { clawback } from '../../../src/losses/clawback.ts';
import { insuranceFund } from '../../../src/losses/insurance-fund.ts';
import type { LossLayer } from '../../../src/losses/layer.ts';
import { printedDebt } from '../../../src/losses/printed-debt.ts';
import { socialisedLoss } from '../../../src/losses/socialised-loss.ts';
import { withdrawalGate } from '../../../src/losses/withdrawal-gate.ts';
import { withdrawalHaircut } from '../../../src/losses/withdrawal-haircut.ts';
import { Reason } from '../../../src/messages.ts';
import { BUY, layer, LOSSES, SECOND, Venue } from '../../helpers/venue.ts';

const atMark = () => layer(autoDeleveraging, { price: 'mark', among: 'everybody', ranking: 'pro-rata' });

/**
 * Weak bought 30 at 1,000 with 3,000; alice and bob sold 20 and 10 of them, carol holds 8 against bob's. At 880 weak is
 * closed against the shorts at the mark, and owes 600.
 */
function broken(layers: readonly LossLayer[], fund = 0, at = SECOND): Venue {
  const venue = new Venue({ fund, rules: { policy: takeoverAtBankruptcy.create({}, LOSSES), layers: [atMark(), ...layers] } });
  venue.trader('weak', { cash: 3_000 });
  venue.trader('alice', { cash: 20_000 });
  venue.trader('bob', { cash: 30_000 });
  venue.trader('carol', { cash: 50_000 });
  venue.opened('weak', 'alice', 20, 1_000);
  venue.opened('weak', 'bob', 10, 1_000);
  venue.opened('carol', 'bob', 8, 1_000);
  venue.mark(880, { at });
  return venue;
}

const names = ['alice', 'bob', 'carol'] as const;
const cashes = (venue: Venue) => names.map((name) => venue.equity(name));

/** What everybody has when only the closure itself has happened: 20 and 18 sold at 1,000 gained 120 each, 8 lost 120 each. */
const BEFORE = [20_000 + 20 * 120, 30_000 + 18 * 120, 50_000 - 8 * 120];

function expectSettled(venue: Venue): void {
  venue.run(3 * SECOND);
  expect(venue.lots('weak')).toBe(0);
  expect(venue.cash('weak')).toBe(0);
  expect(venue.happened('LiquidationClosed').length).toBeGreaterThan(0);
  expect(venue.problems()).toEqual([]);
}

test('without any the deficit is bad debt', () => {
  const venue = broken([]);
  expectSettled(venue);
  expect(venue.market.ledger.badDebt).toBe(600);
  expect(cashes(venue)).toEqual(BEFORE);
});

describe('socialised-loss', () => {
  test('whoever still holds something pays by the lot, longs and shorts alike', () => {
    // Pro rata 30 lots of 20 + 18: alice gives 16 and bob 14, so that alice holds 4, bob 4 and carol 8 of 16.
    const venue = broken([layer(socialisedLoss)]);
    expectSettled(venue);
    expect(names.map((name) => venue.lots(name))).toEqual([-4, -4, 8]);
    expect(cashes(venue)).toEqual([BEFORE[0] - 150, BEFORE[1] - 150, BEFORE[2] - 300]);
    expect(venue.market.ledger.badDebt).toBe(0);
    expect(venue.heard('carol', 'LossShared')).toMatchObject([{ lots: 8, amount: 300, reason: Reason.socialised }]);
    expect(venue.heard('weak', 'DeficitCovered')).toMatchObject([{ amount: 600 }]);
    expect(venue.last('LossSocialised')).toMatchObject({ account: venue.account('weak'), amount: 600, instrument: 1 });
  });

  test('the fund is asked first when it is listed first', () => {
    const venue = broken([layer(insuranceFund), layer(socialisedLoss)], 200);
    expectSettled(venue);
    expect(venue.cash('fund')).toBe(0);
    expect(cashes(venue)).toEqual([BEFORE[0] - 100, BEFORE[1] - 100, BEFORE[2] - 200]);
  });

  test('what rounding takes too much is kept, not lost', () => {
    const venue = broken([layer(insuranceFund), layer(socialisedLoss)], 1);
    expectSettled(venue);
    // 599 over 16 lots: 37.4375 each, rounded up position by position.
    expect(cashes(venue)).toEqual([BEFORE[0] - 150, BEFORE[1] - 150, BEFORE[2] - 300]);
    expect(venue.market.ledger.rounding).toBe(1);
  });

  test('where nobody holds anything, nobody can pay: bad debt', () => {
    const venue = new Venue({ rules: { policy: takeoverAtBankruptcy.create({}, LOSSES), layers: [atMark(), layer(socialisedLoss)] } });
    venue.trader('weak', { cash: 3_000 });
    venue.trader('alice', { cash: 20_000 });
    venue.opened('weak', 'alice', 30, 1_000);
    venue.mark(880, { at: SECOND });
    expectSettled(venue);
    expect(venue.market.ledger.badDebt).toBe(600);
    expect(venue.happened('LossSocialised')).toEqual([]);
  });
});

describe('clawback', () => {
  test('winners pay in proportion to what they have made, losers nothing', () => {
    const venue = broken([layer(clawback)]);
    expectSettled(venue);
    // Alice made 2,400 and bob 2,160 of 4,560.
    const alice = Math.floor((600 * 2_400) / 4_560);
    expect(cashes(venue)).toEqual([BEFORE[0] - alice, BEFORE[1] - (600 - alice), BEFORE[2]]);
    expect(venue.heard('alice', 'LossShared')).toMatchObject([{ lots: 0, amount: alice, reason: Reason['clawed-back'] }]);
    expect(venue.heard('carol', 'LossShared')).toEqual([]);
  });

  test('no more than the share that may be taken; the rest is bad debt', () => {
    const venue = broken([layer(clawback, { most: 0.05 })]);
    expectSettled(venue);
    expect(venue.last('LossSocialised').amount).toBe(228);
    expect(venue.market.ledger.badDebt).toBe(600 - 228);
  });

  test('money that was brought in is no profit', () => {
    const venue = broken([layer(clawback)]);
    venue.topUp('carol', 100_000, 500_000);
    expectSettled(venue);
    expect(venue.heard('carol', 'LossShared')).toEqual([]);
  });
});

describe('printed-debt', () => {
  test('is bad debt, up to its bound', () => {
    const venue = broken([layer(printedDebt, { most: 250 }), layer(clawback)]);
    expectSettled(venue);
    expect(venue.market.ledger.badDebt).toBe(250);
    expect(venue.last('LossSocialised').amount).toBe(350);
  });
});

describe('withdrawal-haircut', () => {
  function withdraw(venue: Venue, name: string, amount: number, at: number): void {
    venue.command(name, 'Withdraw', at).amount = amount;
  }

  test('whoever leaves is cut by the share of all money that is owed, until it is paid back', () => {
    const venue = broken([layer(withdrawalHaircut)]);
    withdraw(venue, 'carol', 10_000, 4 * SECOND);
    withdraw(venue, 'alice', 10_000, 5 * SECOND);
    expectSettled(venue);
    expect(venue.market.ledger).toMatchObject({ badDebt: 600, outstanding: 600 });
    venue.run(6 * SECOND);
    const owed = 20_000 + 2_400 + 30_000 + 2_160 + 50_000 - 960;
    const first = Math.ceil((10_000 * 600) / owed);
    const second = Math.ceil((10_000 * (600 - first)) / (owed - 10_000));
    expect(venue.heard('carol', 'Withdrawn')).toMatchObject([{ amount: 10_000, flags: first }]);
    expect(venue.heard('alice', 'Withdrawn')).toMatchObject([{ amount: 10_000, flags: second }]);
    expect(venue.market.ledger.outstanding).toBe(600 - first - second);
    expect(venue.market.ledger.badDebt).toBe(600 - first - second);
    expect(venue.happened('DebtRepaid').map(({ amount }) => amount)).toEqual([first, second]);
    expect(venue.problems()).toEqual([]);
  });

  test('the fund pays back first what it has by then', () => {
    const venue = broken([layer(withdrawalHaircut)], 600);
    withdraw(venue, 'carol', 10_000, 4 * SECOND);
    venue.run(5 * SECOND);
    expect(venue.heard('carol', 'Withdrawn')).toMatchObject([{ amount: 10_000, flags: 0 }]);
    expect(venue.market.ledger).toMatchObject({ badDebt: 0, outstanding: 0 });
    expect(venue.cash('fund')).toBe(0);
    expect(venue.problems()).toEqual([]);
  });

  test('is refused by name: not available, not whole, not one’s own, or being closed', () => {
    const venue = broken([layer(withdrawalHaircut)]);
    withdraw(venue, 'carol', 60_000, 1);
    withdraw(venue, 'carol', 0, 2);
    withdraw(venue, 'carol', 0.5, 3);
    venue.command('alice', 'Withdraw', 4).account = venue.account('carol');
    venue.run(10);
    expect(venue.heard('carol', 'OrderRejected').map(({ reason }) => reason)).toEqual([
      Reason['insufficient-margin'],
      Reason['invalid-amount'],
      Reason['invalid-amount'],
    ]);
    expect(venue.heard('alice', 'OrderRejected')).toMatchObject([{ reason: Reason['not-the-owner'] }]);
    expect(venue.equity('carol')).toBe(50_000);
  });
});

describe('withdrawal-gate', () => {
  test('nobody leaves while accounts in liquidation lack more than the fund has, and some time longer', () => {
    // Nobody takes weak’s position: it stays open, and lacks 600.
    const venue = new Venue({
      fund: 100,
      rules: { policy: takeoverAtBankruptcy.create({}, LOSSES), layers: [layer(withdrawalGate, { hold: 3 * SECOND })] },
    });
    venue.trader('weak', { cash: 3_000 });
    venue.trader('alice', { cash: 20_000 });
    venue.opened('weak', 'alice', 30, 1_000);
    venue.mark(880, { at: SECOND });
    for (const second of [2, 7, 12]) venue.command('alice', 'Withdraw', second * SECOND + 1).amount = 100;
    venue.mark(897, { at: 6 * SECOND });
    venue.run(20 * SECOND);
    expect(venue.happened('GateWithdrawals').map(({ phase, at }) => [phase, Math.round(at / SECOND)])).toEqual([
      [1, 2],
      [0, 9],
    ]);
    expect(venue.heard('alice', 'OrderRejected')).toMatchObject([
      { at: 2 * SECOND + 1, reason: Reason['withdrawals-gated'] },
      { at: 7 * SECOND + 1, reason: Reason['withdrawals-gated'] },
    ]);
    expect(venue.heard('alice', 'Withdrawn')).toHaveLength(1);
    expect(venue.problems()).toEqual([]);
  });
});

describe('a fund that owes', () => {
  test('sells what nobody takes, and what it lacks then is asked of the others', () => {
    const venue = new Venue({
      fund: 100,
      rules: { policy: takeoverAtBankruptcy.create({}, LOSSES), layers: [layer(insuranceFund), layer(socialisedLoss)] },
    });
    venue.trader('weak', { cash: 3_000 });
    venue.trader('alice', { cash: 20_000 });
    venue.trader('carol', { cash: 50_000 });
    venue.opened('weak', 'alice', 30, 1_000);
    // Taken over at 900; at 890 the fund has lost 200 more than it had.
    venue.mark(901, { at: SECOND });
    venue.mark(890, { at: 2 * SECOND });
    for (let second = 3; second < 40; second++) venue.order('carol', { side: BUY, lots: 5, price: 889 }, second * SECOND);
    venue.run(60 * SECOND);
    expect(venue.lots('fund')).toBe(0);
    expect(venue.equity('fund')).toBe(0);
    // 30 × 11 lost, 100 had: 230 for alice and carol, who hold 30 each; 3.833334 a lot, rounded up position by position.
    expect(venue.happened('LossShared').map(({ account, amount }) => [account, amount])).toEqual([
      [venue.account('alice'), 116],
      [venue.account('carol'), 116],
    ]);
    expect(venue.market.ledger).toMatchObject({ badDebt: 0, rounding: 2 });
    expect(venue.problems()).toEqual([]);
  });
});
