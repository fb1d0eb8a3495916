import { expect, test } from 'vitest';
import { Accounts } from '../../../src/market/accounts.ts';
import { POSITION_ROW, Positions } from '../../../src/market/positions.ts';

function tables(): { accounts: Accounts; positions: Positions } {
  const accounts = new Accounts();
  for (let n = 0; n < 20; n++) accounts.open(1, 1_000_000, 0, 0);
  return { accounts, positions: new Positions(accounts, 2) };
}

function instrumentsOf({ accounts, positions }: ReturnType<typeof tables>, account: number): number[] {
  const found: number[] = [];
  for (let row = accounts.head(account); row > 0; row = positions.next[row]) found.push(positions.instrumentOf(row));
  return found;
}

test('rows of an account are in instrument order, however they came', () => {
  const made = tables();
  for (const instrument of [5, 1, 9, 3, 5, 1]) made.positions.ensure(4, instrument);
  made.positions.ensure(7, 2);
  expect(instrumentsOf(made, 4)).toEqual([1, 3, 5, 9]);
  expect(made.positions.accountOf(made.positions.find(4, 5))).toBe(4);
  expect([made.positions.find(4, 2), made.positions.find(4, 10), made.positions.find(3, 1)]).toEqual([0, 0, 0]);
});

test('a row is freed when nothing is held and nothing open, and used again', () => {
  const made = tables();
  const { positions } = made;
  const rows = [1, 2, 3].map((instrument) => positions.ensure(1, instrument));
  positions.lots[rows[0]] = -3;
  positions.addOrders(rows[2], 1, 5, 500);
  for (const row of rows) positions.releaseIfEmpty(row);
  positions.releaseIfEmpty(rows[1]);
  expect(instrumentsOf(made, 1)).toEqual([1, 3]);
  expect(positions.live()).toBe(2);
  positions.setSettlements(8, 11);
  const again = positions.ensure(2, 8);
  expect(again).toBe(rows[1]);
  expect([positions.lots[again], positions.entry[again >> 1], positions.settlementOf(again), positions.orders[again]]).toEqual([
    0, 0, 11, 0,
  ]);
});

test('open orders add up per side, and their row is given back when none is left', () => {
  const { positions } = tables();
  const row = positions.ensure(1, 1);
  positions.addOrders(row, 1, 5, 500);
  positions.addOrders(row, 1, 2, 180);
  positions.addOrders(row, -1, 4, 440);
  const orders = positions.orders[row];
  expect([
    positions.buyLots[orders],
    positions.buyValue[orders >> 1],
    positions.sellLots[orders],
    positions.sellValue[orders >> 1],
  ]).toEqual([7, 680, 4, 440]);
  positions.addOrders(row, 1, -7, -680);
  expect(positions.orders[row]).toBe(orders);
  positions.addOrders(row, -1, -4, -440);
  expect(positions.orders[row]).toBe(0);
  const other = positions.ensure(2, 1);
  positions.addOrders(other, -1, 1, 100);
  expect(positions.orders[other]).toBe(orders);
  expect([positions.buyLots[orders], positions.sellLots[orders]]).toEqual([0, 1]);
});

test('lots that leave without their value are our mistake', () => {
  const { positions } = tables();
  const row = positions.ensure(1, 1);
  positions.addOrders(row, 1, 5, 500);
  expect(() => positions.addOrders(row, 1, -5, -499)).toThrow('open orders of no lots have a value');
});

test('reading a row that is none gives nothing held and nothing open', () => {
  const { positions } = tables();
  const none = positions.find(9, 9);
  expect([positions.lots[none], positions.entry[none >> 1], positions.orders[none], positions.buyLots[positions.orders[none]]]).toEqual([
    0, 0, 0, 0,
  ]);
});

test('memory follows what is alive: ten thousand positions one after the other take the room of one', () => {
  const { positions } = tables();
  for (let n = 0; n < 10_000; n++) {
    const row = positions.ensure(1 + (n % 20), 1 + (n % 50));
    positions.addOrders(row, 1, 1, 1);
    positions.addOrders(row, 1, -1, -1);
    positions.releaseIfEmpty(row);
  }
  expect([positions.lastRow, positions.lastOrders]).toEqual([POSITION_ROW, 6]);
});

test('every row of an account leads to it, whichever is the last, through growth and release', () => {
  const made = tables();
  const { positions } = made;
  const check = () => {
    for (let account = 1; account <= 20; account++) {
      for (const instrument of instrumentsOf(made, account)) expect(positions.accountOf(positions.find(account, instrument))).toBe(account);
    }
  };
  for (let n = 0; n < 200; n++) positions.ensure(1 + (n % 20), 1 + ((Math.floor(n / 20) * 3) % 10));
  check();
  for (let account = 1; account <= 20; account++) {
    for (const instrument of instrumentsOf(made, account).filter((id) => (id + account) % 3 !== 0)) {
      positions.releaseIfEmpty(positions.find(account, instrument));
      check();
    }
  }
  expect(instrumentsOf(made, 4)).toEqual([2, 5, 8]);
  for (const instrument of instrumentsOf(made, 4)) positions.releaseIfEmpty(positions.find(4, instrument));
  expect([made.accounts.head(4), instrumentsOf(made, 4)]).toEqual([0, []]);
});

test('the factor that a position keeps costs nothing until one is kept, and outlives growth', () => {
  const { positions } = tables();
  const rows = [1, 2, 1].map((instrument, i) => positions.ensure(i + 1, instrument));
  expect(rows.map((row) => positions.capOf(row))).toEqual([0, 0, 0]);
  positions.keep(1, 900_000);
  positions.setCap(rows[1], 5);
  for (let n = 0; n < 100; n++) positions.ensure(4, 3 + n);
  expect(rows.map((row) => positions.capOf(row))).toEqual([900_000, 5, 900_000]);
  expect(positions.capOf(positions.find(4, 60))).toBe(0);
});

test('instruments and settlements share a word, however many there are of either', () => {
  const accounts = new Accounts();
  const account = accounts.open(1, 1_000_000, 0, 0);
  for (const instruments of [1, 5, 255, 65_535]) {
    const positions = new Positions(accounts, 2, instruments);
    const most = positions.mostSettlements - 1;
    positions.setSettlements(instruments, most);
    const row = positions.ensure(account, instruments);
    expect([positions.instrumentOf(row), positions.settlementOf(row)]).toEqual([instruments, most]);
    positions.setSettlement(row, most - 1);
    expect([positions.instrumentOf(row), positions.settlementOf(row)]).toEqual([instruments, most - 1]);
    accounts.setHead(account, 0);
  }
});
