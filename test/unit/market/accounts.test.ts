import { expect, test } from 'vitest';
import { ACCOUNT_EXEMPT, ACCOUNT_IN_LIQUIDATION, Accounts } from '../../../src/market/accounts.ts';
import { Positions } from '../../../src/market/positions.ts';

test('ids run from 1 and rows outlive growth', () => {
  const accounts = new Accounts(1);
  for (let n = 1; n <= 100; n++) expect(accounts.open(1_000 + n, 2_000_000 + n, n - 1, n % 2 === 0 ? ACCOUNT_EXEMPT : 0)).toBe(n);
  expect([accounts.owner(77), accounts.leverage(77), accounts.parent(77), accounts.has(77, ACCOUNT_EXEMPT)]).toEqual([
    1_077,
    2_000_077,
    76,
    false,
  ]);
  expect([
    accounts.exists(0),
    accounts.exists(1),
    accounts.exists(100),
    accounts.exists(101),
    accounts.exists(1.5),
    accounts.exists(Number.NaN),
  ]).toEqual([false, true, true, false, false, false]);
});

test.each([
  [1_000_000, 1_000_000],
  [10_000_000, 100_000],
  [3_000_000, 333_334],
  [125_000_000, 8_000],
  [2_000_000_000, 500],
])('leverage of %s ppm asks for a rate of %s ppm, rounded up', (leverage, rate) => {
  const accounts = new Accounts();
  expect(accounts.leverageRate(accounts.open(1, leverage, 0, 0))).toBe(rate);
});

test.each([0, 999_999, 2_000_000_001, 10.5, Number.NaN])('leverage of %s ppm is our mistake', (leverage) => {
  expect(() => new Accounts().open(1, leverage, 0, 0)).toThrow('out of range');
});

test('cash stays within exact integers', () => {
  const accounts = new Accounts();
  const account = accounts.open(1, 1_000_000, 0, 0);
  accounts.add(account, Number.MAX_SAFE_INTEGER);
  expect(() => accounts.add(account, 1)).toThrow('range of exact integers');
  accounts.add(account, -Number.MAX_SAFE_INTEGER);
  accounts.add(account, -Number.MAX_SAFE_INTEGER);
  expect(() => accounts.add(account, -1)).toThrow('range of exact integers');
});

test('flags are set one by one', () => {
  const accounts = new Accounts();
  const account = accounts.open(1, 1_000_000, 0, ACCOUNT_EXEMPT);
  accounts.set(account, ACCOUNT_IN_LIQUIDATION, true);
  accounts.set(account, ACCOUNT_EXEMPT, false);
  expect([
    accounts.has(account, ACCOUNT_EXEMPT),
    accounts.has(account, ACCOUNT_IN_LIQUIDATION),
    accounts.has(account, ACCOUNT_EXEMPT | ACCOUNT_IN_LIQUIDATION),
  ]).toEqual([false, true, true]);
});

test('an account takes 32 bytes, and each of its positions 24', () => {
  const many = 10_000;
  const accounts = new Accounts(many);
  const positions = new Positions(accounts, 5 * many);
  for (let n = 1; n <= many; n++) {
    const account = accounts.open(n, 1_000_000, 0, 0);
    for (let i = 1; i <= 5; i++) positions.lots[positions.ensure(account, i)] = 1;
  }
  // Columns are views of the same rows.
  const bytes = (table: object): number =>
    [...new Set(Object.values(table).map((column: unknown) => (ArrayBuffer.isView(column) ? column.buffer : undefined)))].reduce(
      (sum, buffer) => sum + (buffer?.byteLength ?? 0),
      0,
    );
  const account = bytes(accounts) / many;
  const position = bytes(positions) / (5 * many);
  expect(account + position).toBeLessThan(60);
  expect(account + 5 * position).toBeLessThan(155);
});
