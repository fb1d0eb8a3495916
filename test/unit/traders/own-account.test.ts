import { beforeEach, describe, expect, test } from 'vitest';
import { Message, Reason, Type, type Field, type MessageName } from '../../../src/messages.ts';
import { TYPE } from '../../../src/kernel/record.ts';
import { OwnAccount } from '../../../src/traders/own-account.ts';
import { TraderHarness } from '../../helpers/trader-harness.ts';

let account: OwnAccount;

beforeEach(() => {
  account = new OwnAccount(new TraderHarness().context, 1_000_000, 10);
});

function hear(type: MessageName, fields: Partial<Record<Field, number>>): void {
  const message = new Message();
  message.words[TYPE] = Type[type];
  Object.assign(message, { account: 1, ...fields });
  account.heard(message);
}

describe('OwnAccount', () => {
  test('fills move position and cash, fees only cash, so that equity is what the market would say', () => {
    hear('OrderFilled', { side: 1, lots: 10, price: 1_000, amount: 7 });
    expect([account.lots, account.equity(1_000)]).toEqual([10, 999_993]);
    expect(account.equity(1_100)).toBe(1_000_993);
    hear('OrderFilled', { side: -1, lots: 10, price: 1_100, amount: -3 });
    expect([account.lots, account.equity(5)]).toEqual([0, 1_000_996]);
  });

  test('funding is paid, top-ups are received', () => {
    hear('FundingPaid', { lots: 1, amount: 40, rate: 100 });
    hear('ToppedUp', { amount: 500 });
    expect(account.cash).toBe(1_000_460);
  });

  test('what is said about orders moves nothing', () => {
    for (const type of ['OrderAccepted', 'OrderRejected', 'OrderAmended', 'OrderCanceled'] as const)
      hear(type, { lots: 5, price: 9, side: 1, order: 3 });
    expect([account.lots, account.cash]).toEqual([0, 1_000_000]);
  });

  test.each([1, -1])('a liquidation on the book brings the position (side %i) to zero at what it traded for, less its fee', (side) => {
    account.open(side * 10, 1_000);
    hear('LiquidationStarted', { lots: 0 });
    expect(account.inLiquidation).toBe(true);
    hear('LiquidationFilled', { side: -side, lots: 4, price: 990, amount: 4 * 990, flags: 5 });
    expect([account.lots, account.equity(990)]).toEqual([side * 6, 1_000_000 - side * 100 - 5]);
  });

  test('restored it goes on with what it has; closed otherwise it has nothing', () => {
    account.open(10, 1_000);
    hear('LiquidationStarted', {});
    hear('LiquidationClosed', { reason: Reason.restored });
    expect([account.inLiquidation, account.liquidated, account.lots]).toEqual([false, false, 10]);
    hear('LiquidationStarted', {});
    hear('PositionTakenOver', { lots: 10, price: 900, amount: 999_000 });
    expect([account.lots, account.cash]).toEqual([0, 0]);
    hear('LiquidationClosed', { reason: Reason['taken-over'] });
    expect([account.inLiquidation, account.liquidated]).toEqual([false, true]);
  });

  test.each([
    [-8, 5, -3],
    [-8, -5, -3],
    [8, 5, 3],
    [-3, 5, 0],
  ])('deleveraging of %i by %i lots leaves %i, whichever sign it is told with', (held, lots, left) => {
    account.open(held, 1_000);
    hear('Deleveraged', { account: 99, counterparty: 1, lots, price: 900 });
    expect(account.lots).toBe(left);
    expect(account.equity(900)).toBe(1_000_000 - held * 100);
  });

  test('deleveraging closes the liquidated account too, and nobody who is neither side of it', () => {
    account.open(8, 1_000);
    hear('Deleveraged', { account: 99, counterparty: 98, lots: 5, price: 900 });
    expect(account.lots).toBe(8);
    hear('Deleveraged', { account: 1, counterparty: 98, lots: 5, price: 900 });
    expect([account.lots, account.equity(900)]).toEqual([3, 1_000_000 - 800]);
  });

  test('who closed beyond bankruptcy owes, until fund and bad debt make up for it', () => {
    account.open(10, 1_000);
    hear('OrderFilled', { side: -1, lots: 10, price: 1_000 - 100_100, amount: 0 });
    expect(account.cash).toBe(-1_000);
    hear('BadDebtBooked', { account: 1, amount: 600 });
    hear('DeficitCovered', { account: 1, amount: 400 });
    expect([account.lots, account.cash]).toEqual([0, 0]);
  });

  test('where leverage is switched off it is given what leverage would have allowed', () => {
    const harness = new TraderHarness({ leverageEnabled: false });
    expect(new OwnAccount(harness.context, 1_000, 10).cash).toBe(10_000);
  });
});
