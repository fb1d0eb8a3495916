// Market scripts: tables that can be read aloud. Each line says who does what and what is then true:
//
//   who   | does            | then
//   alice | opens 1000 10x  | available 1000
//         | mark 100        |
//   alice | buys 10 @ 100   | rests 10, initial 100
//   bob   | sells 4 market  | fills 4, lots -4, alice.lots 4
//
// What is true is about the one who acts, or about `name.field`. Money is in quote units, prices in ticks.

import assert from 'node:assert/strict';
import type { AccountId, OrderId, Side } from '../../src/base/units.ts';
import type { InstrumentSpec } from '../../src/market/instrument.ts';
import type { CollateralSpec } from '../../src/market/collateral.ts';
import { Market } from '../../src/market/market.ts';
import {
  ORDER_FOK,
  ORDER_IOC,
  ORDER_MARKET,
  ORDER_POST_ONLY,
  ORDER_REDUCE_ONLY,
  ORDER_STOP,
  ORDER_TAKE_PROFIT,
  REASONS,
  STP_CANCEL_BOTH,
  STP_CANCEL_OLDEST,
} from '../../src/market/order.ts';

const FLAGS: Readonly<Record<string, number>> = {
  market: ORDER_MARKET,
  ioc: ORDER_IOC,
  fok: ORDER_FOK,
  'post-only': ORDER_POST_ONLY,
  'reduce-only': ORDER_REDUCE_ONLY,
  'stp-oldest': STP_CANCEL_OLDEST,
  'stp-both': STP_CANCEL_BOTH,
};

const TRIGGERS: Readonly<Record<string, number>> = { stop: ORDER_STOP, 'take-profit': ORDER_TAKE_PROFIT };

export class MarketScript {
  readonly market: Market;
  readonly accounts = new Map<string, AccountId>();
  /** The last order of each. */
  readonly #orders = new Map<string, OrderId>();
  #instrument = 1;
  /** What the line's move of margin was answered, if it is one: no command to the book. */
  #assigned: number | undefined;

  constructor(instruments: readonly InstrumentSpec[], fundCash = 0, collateral: readonly CollateralSpec[] = []) {
    this.market = new Market({ settlement: { asset: 'USDT', unit: instruments[0].tickValue }, instruments, fundCash, collateral });
    this.accounts.set('fund', this.market.fundAccount);
  }

  /** The account called `name`. */
  account(name: string): AccountId {
    const account = this.accounts.get(name);
    if (account === undefined) throw new Error(`nobody is called "${name}"`);
    return account;
  }

  play(table: string): void {
    const lines = table.split('\n').filter((line) => line.trim() !== '' && !/^[\s|-]+$/.test(line));
    for (const line of lines.slice(1)) {
      const [who = '', does = '', then = ''] = line.split('|').map((cell) => cell.trim());
      try {
        this.#do(who, does.split(/\s+/));
        for (const claim of then
          .split(',')
          .map((part) => part.trim())
          .filter(Boolean))
          this.#check(who, claim);
      } catch (error) {
        throw new Error(`in the line "${line.trim()}": ${error instanceof Error ? error.message : String(error)}`, { cause: error });
      }
      for (const broken of [
        this.market.checkConservation(),
        this.market.checkOpenOrders(),
        ...this.market.instruments.flatMap(({ id }) => [this.market.checkPositions(id), this.market.checkBook(id)]),
      ]) {
        assert.equal(broken, null, `after the line "${line.trim()}": ${broken}`);
      }
    }
  }

  #do(who: string, words: readonly string[]): void {
    const { market } = this;
    this.#assigned = undefined;
    const i = this.#instrument;
    const number = (n: number): number => {
      const value = Number(words[n]);
      if (!Number.isFinite(value)) throw new Error(`"${words[n]}" is no number`);
      return value;
    };
    switch (words[0]) {
      case 'mark':
        return market.setMark(i, number(1));
      case 'instrument':
        this.#instrument = number(1);
        return;
      case 'closes':
        return market.setOpen(i, false);
      case 'reopens':
        return market.setOpen(i, true);
      case 'funding':
        market.settleFunding(i, number(1));
        return;
      case 'applies':
        market.applyFunding(this.account(who));
        return;
      case 'settles':
        return market.applyAllFunding();
      case 'opens':
        this.accounts.set(who, market.openAccount({ owner: 1, cash: number(1), leverage: parseFloat(words[2]) * 1_000_000 }));
        return;
      case 'isolates':
        this.accounts.set(words[1], market.openIsolated(this.account(who), parseFloat(words[2]) * 1_000_000));
        return;
      case 'assigns':
        this.#assigned = market.assignMargin(this.account(who), this.account(words[3]), number(1));
        return;
      case 'deposits':
        return market.deposit(this.account(who), number(1));
      case 'pays':
        return market.move(this.account(who), this.account(words[3]), number(1));
      case 'defaults':
        return market.bookBadDebt(this.account(who), number(1));
      case 'freezes':
        return market.setInLiquidation(this.account(who), true);
      case 'thaws':
        return market.setInLiquidation(this.account(who), false);
      case 'buys':
      case 'sells':
        this.#orders.set(who, this.#submit(this.account(who), words[0] === 'buys' ? 1 : -1, words));
        return;
      case 'amends':
        market.amend(this.account(who), i, this.#order(who), number(1), number(3));
        return;
      case 'cancels':
        if (words[1] === 'all') market.cancelAll(this.account(who), 0);
        else market.cancel(this.account(who), i, this.#order(who));
        return;
      case 'gives':
        return market.transfer(this.account(who), this.account(words[5]), i, number(1), number(3));
      case 'liquidated': {
        const held = market.positionLots(this.account(who), i);
        market.liquidate(this.account(who), i, held > 0 ? -1 : 1, number(1), words[2] === '@' ? number(3) : 0);
        return;
      }
      case 'pledges':
        return market.collateral.deposit(this.account(who), this.#asset(words[2]), number(1));
      case 'prices':
        return market.collateral.setPrice(this.#asset(words[1]), number(2));
      case 'haircut':
        return market.collateral.setHaircut(this.#asset(words[1]), number(2));
      case 'converts':
        market.collateral.sellFor(this.account(who));
        return;
      case 'is':
        return;
      default:
        throw new Error(`nobody can "${words.join(' ')}"`);
    }
  }

  #asset(symbol: string): number {
    const asset = this.market.collateral.held.assets.findIndex((spec) => spec.symbol === symbol) + 1;
    if (asset === 0) throw new Error(`nothing is called "${symbol}"`);
    return asset;
  }

  /** `buys 10 @ 100 post-only`, `sells 3 market reduce-only`, `sells 3 @ 95 stop 96`. */
  #submit(account: AccountId, side: Side, words: readonly string[]): OrderId {
    let price = 0;
    let trigger = 0;
    let flags = 0;
    for (let n = 2; n < words.length; n++) {
      const word = words[n];
      if (word === '@') price = Number(words[++n]);
      else if (TRIGGERS[word] !== undefined) {
        flags |= TRIGGERS[word];
        trigger = Number(words[++n]);
      } else if (FLAGS[word] === undefined) throw new Error(`unknown flag "${word}"`);
      else flags |= FLAGS[word];
    }
    return this.market.submit(account, this.#instrument, side, Number(words[1]), price, trigger, flags, 0);
  }

  #order(who: string): OrderId {
    return this.#orders.get(who) ?? 0;
  }

  #check(who: string, claim: string): void {
    const { market } = this;
    const [field, ...rest] = claim.split(/\s+/);
    const [name, key] = field.includes('.') ? field.split('.') : [who, field];
    const expected = Number(rest[0]);
    const i = this.#instrument;
    const { ledger } = market;
    const facts: Readonly<Record<string, () => number>> = {
      fills: () => market.filled,
      rests: () => market.resting,
      drops: () => market.unfilled,
      fee: () => market.liquidationFee,
      cash: () => market.cash(this.account(name)),
      wallet: () => market.wallet(this.account(name)),
      equity: () => market.equity(this.account(name)),
      maintenance: () => market.maintenance(this.account(name)),
      initial: () => market.initialMargin(this.account(name)),
      available: () => market.available(this.account(name)),
      ratio: () => market.marginRatioPpm(this.account(name)),
      lots: () => market.positionLots(this.account(name), i),
      entry: () => market.entryPrice(this.account(name), i),
      profit: () => market.unrealised(this.account(name), i),
      bids: () => market.openLots(this.account(name), i, 1),
      asks: () => market.openLots(this.account(name), i, -1),
      due: () => market.fundingDue(this.account(name), i),
      'liquidation-price': () => market.liquidationPrice(this.account(name), i),
      'bankruptcy-price': () => market.bankruptcyPrice(this.account(name), i),
      bid: () => market.book(i).bestBid,
      ask: () => market.book(i).bestAsk,
      last: () => market.lastPrice(i),
      interest: () => market.openInterest(i),
      fees: () => ledger.fees,
      'funding-ledger': () => ledger.funding,
      rounding: () => ledger.rounding,
      'bad-debt': () => ledger.badDebt,
      canceled: () => market.canceled.count,
      counts: () => market.collateral.held.valueOf(this.account(name)),
      withdrawable: () => market.collateral.withdrawable(this.account(name)),
      ...Object.fromEntries(
        market.collateral.held.assets.map(({ symbol }, n) => [symbol, () => market.collateral.held.balance(n + 1, this.account(name))]),
      ),
    };
    if (key === 'refused') {
      same(REASONS[this.#assigned ?? market.reason], rest[0], claim);
      if (this.#assigned === undefined) same(market.filled + market.resting, 0, `${claim} without a fill or a rest`);
    } else if (key === 'because') same(REASONS[market.reason], rest[0], claim);
    else if (key === 'liquidatable' || key === 'safe') same(market.isLiquidatable(this.account(name)), key === 'liquidatable', claim);
    else if (facts[key] === undefined) throw new Error(`unknown field "${key}"`);
    else same(facts[key](), expected, claim);
  }
}

function same(actual: unknown, expected: unknown, claim: string): void {
  assert.equal(actual, expected, `claimed ${claim}, but it is ${String(actual)}`);
}
