// The market against its naive twin: thousands of random commands on two instruments with tiers, fees, rebates, funding
// and a price band. Same answers, same fills, same money, and every invariant after every command.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Reason } from '../../src/market/order.ts';
import { ACCOUNTS, command, INVERSE_ENTRY_SPECS, INVERSE_SPECS, MarketPair, RESERVED_SPECS } from '../helpers/market-pair.ts';

const cash = fc.array(fc.oneof(fc.integer({ min: 300, max: 3_000 }), fc.integer({ min: 3_000, max: 30_000 })), {
  minLength: ACCOUNTS,
  maxLength: ACCOUNTS,
});

test('gives the same answers and the same money as the naive twin', () => {
  fc.assert(
    fc.property(cash, fc.noBias(fc.array(command, { minLength: 40, maxLength: 150 })), (balances, commands) => {
      const pair = new MarketPair(balances);
      for (const next of commands) {
        pair.run(next);
        pair.compareState();
      }
      pair.comparePrices();
    }),
    { numRuns: 400 },
  );
});

test.each([
  ['inverse contracts', INVERSE_SPECS],
  ['inverse contracts maintained at entry', INVERSE_ENTRY_SPECS],
  ['contracts maintained at entry, or with a fee of closing', RESERVED_SPECS],
])('of %s too', (_, specs) => {
  fc.assert(
    fc.property(cash, fc.noBias(fc.array(command, { minLength: 40, maxLength: 150 })), (balances, commands) => {
      const pair = new MarketPair(balances, specs);
      for (const next of commands) {
        pair.run(next);
        pair.compareState();
      }
      pair.comparePrices();
    }),
    { numRuns: 200 },
  );
});

test('reaches the states that matter', () => {
  const seen = {
    fills: 0,
    refusals: new Set<number>(),
    liquidatable: 0,
    underwater: 0,
    reversed: 0,
    trimmed: 0,
    prevented: 0,
    uncovered: 0,
  };
  fc.assert(
    fc.property(cash, fc.noBias(fc.array(command, { minLength: 150, maxLength: 150 })), (balances, commands) => {
      const pair = new MarketPair(balances);
      commands.forEach((next, n) => {
        const before = pair.twin.accounts.map((_, account) => pair.twin.lots(account + 1, 1));
        pair.run(next);
        const { result } = pair.twin;
        seen.fills += result.fills.length / 2;
        if (result.order === 0) seen.refusals.add(result.reason);
        seen.trimmed += result.canceled.filter((row) => row.endsWith(` ${Reason['would-increase']}`)).length;
        seen.uncovered += result.canceled.filter((row) => row.endsWith(` ${Reason['insufficient-margin']}`)).length;
        seen.prevented += result.canceled.filter((row) => row.endsWith(` ${Reason['would-self-trade']}`)).length;
        for (let account = 2; account <= ACCOUNTS + 1; account++) {
          if (pair.twin.isLiquidatable(account)) seen.liquidatable++;
          if (pair.twin.equity(account) < 0n) seen.underwater++;
          if (before[account - 1] * pair.twin.lots(account, 1) < 0) seen.reversed++;
        }
        if (n % 10 === 0) pair.comparePrices();
      });
    }),
    { numRuns: 40 },
  );
  expect(seen.fills).toBeGreaterThan(300);
  expect(seen.refusals.size).toBeGreaterThan(8);
  for (const count of [seen.liquidatable, seen.underwater, seen.reversed, seen.trimmed, seen.prevented, seen.uncovered])
    expect(count).toBeGreaterThan(5);
});
