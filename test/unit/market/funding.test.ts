import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRng } from '../../../src/base/random.ts';
import { Accounts } from '../../../src/market/accounts.ts';
import { Funding } from '../../../src/market/funding.ts';
import { createInstrument } from '../../../src/market/instrument.ts';
import { Ledger } from '../../../src/market/ledger.ts';
import { Positions } from '../../../src/market/positions.ts';
import { instrument } from '../../helpers/instruments.ts';

function funding(lots: readonly number[]): { funding: Funding; accounts: Accounts; ledger: Ledger; positions: Positions; rows: number[] } {
  const accounts = new Accounts();
  const positions = new Positions(accounts);
  const ledger = new Ledger();
  const made = new Funding(
    [createInstrument(instrument({ tick: '3', tickValue: '3', multiplier: 3 }), 1, '1')],
    accounts,
    positions,
    ledger,
  );
  const rows = lots.map((held) => {
    const row = positions.ensure(accounts.open(1, 1_000_000, 0, 0), 1);
    positions.lots[row] = held;
    return row;
  });
  return { funding: made, accounts, ledger, positions, rows };
}

test('longs pay shorts the rate of their notional at mark', () => {
  const { funding: index, rows, ledger, accounts } = funding([40, -40]);
  index.settle(1, 1_000, 100);
  expect(rows.map((row) => index.due(row))).toEqual([12, -12]);
  expect(rows.map((row) => index.apply(row))).toEqual([12, -12]);
  expect([accounts.cash(1), accounts.cash(2), ledger.funding]).toEqual([-12, 12, 0]);
  expect(rows.map((row) => index.apply(row))).toEqual([0, 0]);
});

test('several settlements are paid at once, and a negative rate the other way', () => {
  const { funding: index, rows } = funding([40, -40]);
  expect(index.settle(1, 1_000, 100)).toBe(300_000);
  index.settle(1, -2_500, 200);
  expect(rows.map((row) => index.apply(row))).toEqual([12 - 60, 60 - 12]);
});

test('a position opened after a settlement does not pay it', () => {
  const { funding: index, positions, accounts } = funding([]);
  index.settle(1, 1_000, 100);
  const row = positions.ensure(accounts.open(1, 1_000_000, 0, 0), 1);
  positions.lots[row] = 10;
  expect(index.due(row)).toBe(0);
});

test('what is taken covers what is given, and exceeds it by less than one unit a position', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -5_000_000, max: 5_000_000 }), { minLength: 1, maxLength: 12 }),
      fc.array(fc.tuple(fc.integer({ min: -7_500, max: 7_500 }), fc.integer({ min: 1, max: 1_000_000 })), { minLength: 1, maxLength: 20 }),
      (held, settlements) => {
        const lots = [...held, -held.reduce((sum, n) => sum + n, 0)];
        const { funding: index, rows, ledger } = funding(lots);
        let exact = 0n;
        for (const [rate, mark] of settlements) {
          index.settle(1, rate, mark);
          exact += BigInt(rate) * BigInt(mark) * 3n;
        }
        rows.forEach((row, n) => {
          const due = BigInt(index.apply(row)) * 1_000_000n - BigInt(lots[n]) * exact;
          expect(due >= 0n && due < 1_000_000n).toBe(true);
        });
        expect(ledger.funding).toBeGreaterThanOrEqual(0);
        expect(ledger.funding).toBeLessThan(lots.length);
      },
    ),
  );
});

test.each([[0.5], [1_000_000], [-1_000_000]])('a rate of %s ppm is our mistake', (rate) => {
  expect(() => funding([]).funding.settle(1, rate, 100)).toThrow('funding rate');
});

test('an index that would no longer be exact ends the run', () => {
  const { funding: index } = funding([]);
  expect(() => {
    for (let n = 0; n < 10_000; n++) index.settle(1, 999_999, 1_000_000);
  }).toThrow('range of exact integers');
});

test('thousands of settlements are told apart by whoever waits for them, and forgotten when nobody does', () => {
  const { funding: index, positions, accounts, rows } = funding(Array.from({ length: 300 }, (_, i) => i - 149));
  const rng = createRng('funding/settlements');
  const paid = new Map(rows.map((row) => [row, 0]));
  for (let n = 0; n < 5_000; n++) {
    index.settle(1, rng.int(2_001) - 1_000, 1 + rng.int(1_000));
    // At first most wait, so that what is remembered must grow; later they keep up.
    for (let i = rng.int(n < 400 ? 2 : 40); i > 0; i--) {
      const row = rows[rng.int(rows.length)];
      const lots = positions.lots[row];
      expect(index.indexOf(row)).toBe(paid.get(row));
      expect(index.apply(row)).toBe(Math.ceil((lots * (index.index[1] - paid.get(row)!)) / 1_000_000) + 0);
      paid.set(row, index.index[1]);
    }
    if (n % 50 === 0) {
      const gone = rows.splice(rng.int(rows.length), 1)[0];
      positions.lots[gone] = 0;
      positions.releaseIfEmpty(gone);
      paid.delete(gone);
      const made = positions.ensure(accounts.open(1, 1_000_000, 0, 0), 1);
      positions.lots[made] = n;
      paid.set(made, index.index[1]);
      rows.push(made);
    }
  }
  for (const row of rows) expect(index.indexOf(row)).toBe(paid.get(row));
  expect(positions.settlementsOf(1)).toBeLessThan(2_000);
});
