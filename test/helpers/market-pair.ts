// The market and its naive twin side by side: each command is done to both, and everything they say is compared.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Market } from '../../src/market/market.ts';
import {
  ORDER_FOK,
  ORDER_IOC,
  ORDER_MARKET,
  ORDER_POST_ONLY,
  ORDER_REDUCE_ONLY,
  STP_CANCEL_BOTH,
  STP_CANCEL_OLDEST,
} from '../../src/market/order.ts';
import type { InstrumentSpec } from '../../src/market/instrument.ts';
import { instrument } from './instruments.ts';
import { ReferenceMarket } from './reference-market.ts';

const SPECS = [
  instrument({
    symbol: 'A',
    maxPrice: 400,
    minLots: 2,
    maxLots: 60,
    maxPosition: 150,
    maxOpenInterest: 110,
    priceBandPpm: 200_000,
    multiplier: 3,
    tickValue: '3',
    tick: '3',
    makerFeePpm: -1_100,
    takerFeePpm: 2_300,
    liquidationFeePpm: 12_500,
    tiers: [
      { floor: 0, maintenance: 11_000, initial: 20_000 },
      { floor: 9_001, maintenance: 30_000, initial: 60_000 },
      { floor: 30_000, maintenance: 100_000, initial: 250_000 },
    ],
  }),
  instrument({
    symbol: 'B',
    maxPrice: 300,
    maxLots: 90,
    maxPosition: 150,
    maxOpenInterest: 90,
    priceBandPpm: 0,
    makerFeePpm: 170,
    takerFeePpm: 900,
    liquidationFeePpm: 7_000,
    deduction: false,
    tiers: [
      { floor: 0, maintenance: 20_000, initial: 40_000 },
      { floor: 4_000, maintenance: 50_000, initial: 100_000 },
    ],
  }),
];
/** Inverse contracts: a lot is worth 29,989 ÷ price, and 10,007 ÷ price. */
export const INVERSE_SPECS = [
  instrument({
    symbol: 'C',
    contract: 'inverse',
    lot: '29989',
    tickValue: '29989',
    multiplier: 29_989,
    minPrice: 15,
    maxPrice: 400,
    minLots: 2,
    maxLots: 60,
    maxPosition: 150,
    maxOpenInterest: 110,
    priceBandPpm: 200_000,
    makerFeePpm: -1_100,
    takerFeePpm: 2_300,
    liquidationFeePpm: 12_500,
    closingFeePpm: 2_300,
    tiers: [
      { floor: 0, maintenance: 11_000, initial: 20_000 },
      { floor: 9_001, maintenance: 30_000, initial: 60_000 },
      { floor: 30_000, maintenance: 100_000, initial: 250_000 },
    ],
  }),
  instrument({
    symbol: 'D',
    contract: 'inverse',
    lot: '10007',
    tickValue: '10007',
    multiplier: 10_007,
    maxPrice: 300,
    maxLots: 90,
    maxPosition: 150,
    maxOpenInterest: 90,
    makerFeePpm: 170,
    takerFeePpm: 900,
    liquidationFeePpm: 7_000,
    closingFeePpm: 900,
    deduction: false,
    tiers: [
      { floor: 0, maintenance: 20_000, initial: 40_000 },
      { floor: 4_000, maintenance: 50_000, initial: 100_000 },
    ],
  }),
];
/** The same, whose maintenance stays as at entry. */
export const INVERSE_ENTRY_SPECS = INVERSE_SPECS.map((spec) => ({ ...spec, maintenanceOn: 'entry' as const }));
/** Linear contracts whose maintenance stays as at entry, and with a fee of closing. */
export const RESERVED_SPECS = [
  { ...SPECS[0], maintenanceOn: 'entry' as const, closingFeePpm: 2_300 },
  { ...SPECS[1], closingFeePpm: 900 },
];
const LEVERAGES = [1_000_000, 3_000_000, 10_000_000, 50_000_000];
const KINDS = [0, 0, 0, 0, 0, 0, 0, 0, ORDER_IOC, ORDER_FOK, ORDER_POST_ONLY, ORDER_MARKET];
/** Levels at which accounts are watched: the margin call's, and maintenance itself. */
const WATCHED = [1_250_000, 1_000_000];
const PREVENTION = [0, STP_CANCEL_OLDEST, STP_CANCEL_BOTH];
/** Customers; they have the ids 2 … ACCOUNTS + 1, the fund is account 1. */
export const ACCOUNTS = 6;

const side = fc.constantFrom(1 as const, -1 as const);
const account = fc.integer({ min: 2, max: ACCOUNTS + 1 });
const which = fc.constantFrom(1, 2);
const offset = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -6, max: 6 }) },
  { weight: 1, arbitrary: fc.integer({ min: -40, max: 40 }) },
);

/** One thing to do to both. */
export const command = fc.oneof(
  {
    weight: 30,
    arbitrary: fc.record({
      do: fc.constant('submit' as const),
      account,
      which,
      side,
      lots: fc.oneof({ weight: 8, arbitrary: fc.integer({ min: 1, max: 40 }) }, { weight: 1, arbitrary: fc.integer({ min: 0, max: 95 }) }),
      offset,
      kind: fc.constantFrom(...KINDS),
      reduce: fc.constantFrom(0, 0, 0, ORDER_REDUCE_ONLY),
      prevention: fc.constantFrom(...PREVENTION),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('amend' as const), nth: fc.nat(50), which, lots: fc.integer({ min: 0, max: 70 }), offset }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cancel' as const), nth: fc.nat(50), which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancelAll' as const), account }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('mark' as const),
      which,
      move: fc.oneof(
        { weight: 4, arbitrary: fc.integer({ min: -3, max: 3 }) },
        { weight: 1, arbitrary: fc.integer({ min: -40, max: 40 }) },
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('liquidate' as const),
      account,
      which,
      lots: fc.integer({ min: 1, max: 120 }),
      offset,
      limited: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('transfer' as const),
      account,
      to: fc.integer({ min: 1, max: ACCOUNTS + 1 }),
      which,
      lots: fc.integer({ min: 1, max: 100 }),
      offset,
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('funding' as const), which, rate: fc.integer({ min: -9_000, max: 9_000 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('apply' as const), account }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('applyAll' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('session' as const), which, open: fc.constantFrom(true, true, true, true, true, false) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('freeze' as const), account, on: fc.constantFrom(false, false, false, false, false, true) }),
  },
);
export type Command = typeof command extends fc.Arbitrary<infer C> ? C : never;

export class MarketPair {
  readonly market: Market;
  readonly twin: ReferenceMarket;

  readonly specs: readonly InstrumentSpec[];

  constructor(cash: readonly number[], specs: readonly InstrumentSpec[] = SPECS) {
    this.specs = specs;
    this.market = new Market({
      settlement: { asset: 'USDT', unit: '1' },
      instruments: specs,
      fundCash: 5_000,
      accountsHint: 1,
      ordersHint: 4,
    });
    this.twin = new ReferenceMarket(specs, 5_000);
    cash.forEach((amount, n) => {
      const leverage = LEVERAGES[n % LEVERAGES.length];
      assert.equal(this.market.openAccount({ owner: n, cash: amount, leverage }), this.twin.openAccount(amount, leverage));
    });
    for (const which of [1, 2]) this.mark(which, 100);
    for (const account of this.customers()) this.market.riskIndex.watch(account, WATCHED[account % WATCHED.length]);
  }

  customers(): number[] {
    return Array.from({ length: ACCOUNTS }, (_, n) => n + 2);
  }

  mark(which: number, price: number): void {
    this.market.setMark(which, price);
    this.twin.marks[which - 1] = price;
  }

  least(which: number): number {
    return this.specs[which - 1].minPrice ?? 1;
  }

  order(which: number, nth: number): { account: number; order: number; price: number } | undefined {
    const book = this.twin.books[which - 1];
    const orders = [...book.orders(1), ...book.orders(-1)];
    return orders[nth % Math.max(1, orders.length)];
  }

  run(command: Command): void {
    const { market, twin } = this;
    const price = 'which' in command && 'offset' in command ? twin.marks[command.which - 1] + command.offset : 0;
    switch (command.do) {
      case 'submit': {
        const flags = command.kind | command.reduce | command.prevention;
        // A reduce-only order on the wrong side is refused at once; most should have something to reduce.
        const against = -Math.sign(twin.lots(command.account, command.which)) as 1 | -1 | 0;
        const side = command.reduce !== 0 && against !== 0 ? against : command.side;
        const expected = twin.submit(command.account, command.which, side, command.lots, price, flags);
        assert.equal(market.submit(command.account, command.which, side, command.lots, price, 0, flags, 7), expected.order);
        return this.compareResults();
      }
      case 'amend': {
        const found = this.order(command.which, command.nth);
        const owner = found?.account ?? 2;
        const order = found?.order ?? 1;
        const expected = twin.amend(owner, command.which, order, command.lots, price);
        assert.equal(market.amend(owner, command.which, order, command.lots, price), expected);
        return this.compareResults();
      }
      case 'cancel': {
        const found = this.order(command.which, command.nth);
        const owner = found?.account ?? 2;
        const order = found?.order ?? 1;
        const expected = twin.cancel(owner, command.which, order);
        assert.equal(market.cancel(owner, command.which, order), expected);
        return this.compareResults();
      }
      case 'cancelAll': {
        const expected = twin.cancelAll(command.account);
        assert.equal(market.cancelAll(command.account, 0), expected);
        return this.compareResults();
      }
      case 'mark':
        return this.mark(
          command.which,
          Math.min(
            this.specs[command.which - 1].maxPrice,
            Math.max(this.least(command.which), twin.marks[command.which - 1] + command.move),
          ),
        );
      case 'liquidate': {
        const held = twin.lots(command.account, command.which);
        const against = held > 0 ? -1 : 1;
        const limit = command.limited ? Math.max(1, price) : 0;
        const expected = twin.liquidate(command.account, command.which, against, command.lots, limit);
        assert.equal(market.liquidate(command.account, command.which, against, command.lots, limit), expected.order);
        assert.equal(BigInt(market.liquidationFee), expected.fee);
        return this.compareResults();
      }
      case 'transfer': {
        const held = twin.lots(command.account, command.which);
        if (held === 0 || command.account === command.to) return;
        const lots = Math.sign(held) * Math.min(Math.abs(held), command.lots);
        twin.transfer(command.account, command.to, command.which, lots, Math.max(0, price));
        market.transfer(command.account, command.to, command.which, lots, Math.max(0, price));
        return this.compareResults();
      }
      case 'funding':
        twin.settleFunding(command.which, command.rate);
        market.settleFunding(command.which, command.rate);
        return;
      case 'apply':
        twin.applyFunding(command.account);
        market.applyFunding(command.account);
        return;
      case 'applyAll':
        twin.applyAllFunding();
        market.applyAllFunding();
        assert.equal(market.ledger.funding, 0);
        return;
      case 'session':
        twin.open[command.which - 1] = command.open;
        market.setOpen(command.which, command.open);
        return;
      case 'freeze':
        twin.account(command.account).inLiquidation = command.on;
        market.setInLiquidation(command.account, command.on);
    }
  }

  compareResults(): void {
    const { market, twin } = this;
    const { fills, canceled } = market;
    const { result } = twin;
    assert.equal(market.reason, result.reason);
    assert.equal(market.filled, result.filled);
    assert.equal(market.resting, result.resting);
    assert.equal(market.unfilled, result.unfilled);
    assert.deepEqual(
      Array.from(
        { length: fills.count },
        (_, k) => `${fills.account(k)} ${fills.side(k)} ${fills.lots(k)} ${fills.price(k)} ${fills.fee(k)}`,
      ),
      result.fills,
    );
    assert.deepEqual(
      Array.from(
        { length: canceled.count },
        (_, k) => `${canceled.account(k)} ${canceled.order(k)} ${canceled.lots(k)} ${canceled.left(k)} ${canceled.reason(k)}`,
      ),
      result.canceled,
    );
  }

  compareState(): void {
    const { market, twin } = this;
    let rows = 0;
    for (let account = 1; account <= twin.accounts.length; account++) {
      assert.equal(BigInt(market.cash(account)), twin.account(account).cash);
      assert.equal(BigInt(market.equity(account)), twin.equity(account));
      assert.equal(BigInt(market.maintenance(account)), twin.maintenance(account));
      assert.equal(BigInt(market.initialMargin(account)), twin.initial(account));
      assert.equal(market.isLiquidatable(account), twin.isLiquidatable(account));
      for (const which of [1, 2]) {
        const position = twin.account(account).positions.get(which);
        if (position !== undefined || twin.books[which - 1].ordersOf(account).length > 0) rows++;
        assert.equal(market.positionLots(account, which), position?.lots ?? 0);
        assert.equal(BigInt(market.entryValue(account, which)), position?.entry ?? 0n);
        assert.equal(BigInt(market.fundingDue(account, which)), twin.due(account, which));
      }
    }
    assert.equal(market.state.positions.live(), rows);
    const { ledger } = market;
    assert.deepEqual([ledger.deposits, ledger.fees, ledger.funding, ledger.rounding].map(BigInt), [
      twin.deposits,
      twin.fees,
      twin.funding,
      twin.rounding,
    ]);
    for (const which of [1, 2]) {
      assert.equal(market.lastPrice(which), twin.last[which - 1]);
      assert.equal(market.openInterest(which), twin.openInterest(which));
      assert.ok(market.openInterest(which) <= this.specs[which - 1].maxOpenInterest);
      assert.equal(market.checkPositions(which), null);
      assert.equal(market.checkBook(which), null);
    }
    const below = this.customers().filter((account) => market.isBelow(account, WATCHED[account % WATCHED.length]));
    const found = market.riskIndex.collect();
    assert.deepEqual(Array.from(market.riskIndex.breached.subarray(0, found)), below);
    assert.equal(market.checkConservation(), null);
    assert.equal(market.checkOpenOrders(), null);
  }

  /** Prices in closed form against trying every price there is. */
  comparePrices(): void {
    const { market, twin } = this;
    for (let account = 2; account <= twin.accounts.length; account++) {
      for (const which of [1, 2]) {
        const lots = twin.lots(account, which);
        if (lots === 0) {
          assert.equal(market.bankruptcyPrice(account, which), 0);
          assert.equal(market.liquidationPrice(account, which), 0);
          continue;
        }
        assert.equal(market.bankruptcyPrice(account, which), twin.bankruptcyPriceByScan(account, which));
        const { maxPrice } = this.specs[which - 1];
        const minPrice = this.least(which);
        const mark = twin.marks[which - 1];
        const from = twin.isLiquidatable(account) ? (lots > 0 ? maxPrice : minPrice) : mark;
        let expected = 0;
        for (let price = from; price >= minPrice && price <= maxPrice; price -= Math.sign(lots)) {
          if (!twin.isLiquidatableAt(account, which, price)) continue;
          expected = price;
          break;
        }
        assert.equal(market.liquidationPrice(account, which), expected);
      }
    }
  }
}
