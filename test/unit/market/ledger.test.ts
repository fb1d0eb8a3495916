import { expect, test } from 'vitest';
import { Ledger } from '../../../src/market/ledger.ts';

test('balances when accounts and ledger hold what was deposited', () => {
  const ledger = new Ledger();
  ledger.deposits = 1_000;
  ledger.fees = 7;
  ledger.funding = -3;
  ledger.rounding = 1;
  ledger.badDebt = 20;
  expect(ledger.unbalanced(1_015n)).toBeNull();
});

test('says by how much it does not', () => {
  const ledger = new Ledger();
  ledger.deposits = 1_000;
  expect(ledger.unbalanced(999n)).toBe('accounts and ledger hold 999 of 1000 deposited, a difference of -1');
});

test('sees one unit where floats would not', () => {
  const ledger = new Ledger();
  ledger.deposits = Number.MAX_SAFE_INTEGER;
  ledger.fees = Number.MAX_SAFE_INTEGER;
  expect(ledger.unbalanced(0n)).toBeNull();
  expect(ledger.unbalanced(1n)).toContain('a difference of 1');
});
