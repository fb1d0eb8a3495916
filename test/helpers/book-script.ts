// Book scripts: tables about one order book that can be read aloud. Each line says who does what and all that comes of it:
//
//   who   | does                      | then
//   alice | sells 5 @ 101 #quote      | rests 5
//   bob   | buys 3 @ 102              | fills 3 @ 101 from alice
//   alice | amends #quote to 1 @ 101  | rests 1
//         | shows                     | bids none, asks 1 @ 101
//
// Every fill and every order taken off must be claimed, in order: `fills 3 @ 101 from alice`, `off alice 2 @ 101`. So must
// the reason when something was objected to (`would-cross`), and what rests of the order when anything does.

import type { AccountId, OrderId, Side } from '../../src/base/units.ts';
import {
  ORDER_FOK,
  ORDER_IOC,
  ORDER_MARKET,
  ORDER_POST_ONLY,
  ORDER_REDUCE_ONLY,
  REASONS,
  STP_CANCEL_BOTH,
  STP_CANCEL_OLDEST,
} from '../../src/market/order.ts';
import { OrderBook } from '../../src/market/order-book.ts';

const FLAGS: Readonly<Record<string, number>> = {
  market: ORDER_MARKET,
  ioc: ORDER_IOC,
  fok: ORDER_FOK,
  'post-only': ORDER_POST_ONLY,
  'reduce-only': ORDER_REDUCE_ONLY,
  'stp-oldest': STP_CANCEL_OLDEST,
  'stp-both': STP_CANCEL_BOTH,
};

export class BookScript {
  readonly book = new OrderBook({ reducible: (account, side) => this.#room.get(`${account} ${side}`) ?? 0 });
  readonly #accounts: string[] = [];
  readonly #labels = new Map<string, OrderId>();
  /** What an account may still reduce, by account and side. */
  readonly #room = new Map<string, number>();
  #lastOrder = 0;
  /** The order the running line is about, 0 for none. */
  #subject: OrderId = 0;
  /** How many rows of orders taken off were those of the line before. */
  #told = 0;

  play(table: string): void {
    const lines = table.split('\n').filter((line) => line.trim() !== '');
    for (const line of lines.slice(1)) {
      const cells = line.split('|').map((cell) => cell.trim());
      if (cells.length !== 3) throw new Error(`not three columns: "${line.trim()}"`);
      const [who, does, then] = cells;
      this.#subject = 0;
      this.#told = 0;
      this.#do(who, does.split(/\s+/));
      const came = this.#outcome(does, then);
      if (came !== then) throw new Error(`"${line.trim()}": what came of it is "${came}"`);
      const broken = this.book.check();
      if (broken !== null) throw new Error(`"${line.trim()}" broke the book: ${broken}`);
    }
  }

  #do(who: string, words: string[]): void {
    const { book } = this;
    const number = (at: number): number => {
      const value = Number(words[at]);
      if (!Number.isInteger(value)) throw new Error(`"${words[at]}" is not a whole number in "${words.join(' ')}"`);
      return value;
    };
    const account = who === '' ? 0 : this.#account(who);
    switch (words[0]) {
      case 'buys':
      case 'sells':
        this.#place(account, words[0] === 'buys' ? 1 : -1, words);
        return;
      case 'amends':
        this.#subject = this.#order(words[1]);
        book.amend(this.#subject, number(5), number(3), this.#reducible(account, book.orderSide(this.#subject) || 1));
        return;
      case 'cancels':
        if (words[1] === 'all') book.cancelAll(account);
        else book.cancel(this.#order(words[1]));
        return;
      case 'may':
        this.#room.set(`${account} ${words[1] === 'buy' ? 1 : -1}`, number(2));
        return;
      case 'trims': {
        const side = words[1] === 'buys' ? 1 : -1;
        // It adds to the rows of the command before, whose fills it follows.
        this.#told = book.canceled.count;
        book.trimReduceOnly(account, side, this.#reducible(account, side));
        return;
      }
      case 'shows':
        return;
      default:
        throw new Error(`nobody can "${words.join(' ')}"`);
    }
  }

  /** `buys 10 @ 100 post-only #label`, `sells 3 market`. */
  #place(account: AccountId, side: Side, words: string[]): void {
    let flags = 0;
    let price = 0;
    const order = ++this.#lastOrder;
    for (let at = 2; at < words.length; at++) {
      const word = words[at];
      if (word === '@') price = Number(words[++at]);
      else if (word.startsWith('#')) this.#labels.set(word, order);
      else if (FLAGS[word] !== undefined) flags |= FLAGS[word];
      else throw new Error(`unknown flag "${word}"`);
    }
    this.#subject = order;
    this.book.place(order, account, side, price, Number(words[1]), flags, 0, this.#reducible(account, side));
  }

  /** All that came of the line, in the words of the script. */
  #outcome(does: string, then: string): string {
    const { book } = this;
    const { executions, canceled } = book;
    if (does === 'shows') return then.includes('account') ? this.#showAccounts() : this.#show();
    if (does.startsWith('may ')) return '';
    const said: string[] = [];
    const trims = does.startsWith('trims ');
    for (let i = 0; i < executions.count && !trims; i++) {
      said.push(`fills ${executions.lots(i)} @ ${executions.price(i)} from ${this.#accounts[executions.makerAccount(i) - 1]}`);
    }
    for (let i = this.#told; i < canceled.count; i++) {
      said.push(`off ${this.#accounts[canceled.account(i) - 1]} ${canceled.lots(i)} @ ${canceled.price(i)}`);
    }
    const rests = book.orderLots(this.#subject);
    if (rests > 0 && !(does.startsWith('amends') && book.outcome !== 0)) said.push(`rests ${rests}`);
    if (book.outcome !== 0 && !trims) said.push(REASONS[book.outcome]);
    return said.join(', ');
  }

  /** Every resting order, as `lots @ price`, best first. */
  #show(): string {
    const side = (of: Side): string => {
      const orders: string[] = [];
      this.book.forEachOrder(of, (order) => orders.push(`${this.book.orderLots(order)} @ ${this.book.orderPrice(order)}`));
      return orders.length === 0 ? 'none' : orders.join(' + ');
    };
    return `bids ${side(1)}, asks ${side(-1)}`;
  }

  #showAccounts(): string {
    const side = (of: Side): string => {
      const owners: string[] = [];
      this.book.forEachOrder(of, (order) => owners.push(this.#accounts[this.book.orderAccount(order) - 1]));
      return owners.length === 0 ? 'none' : owners.join(' + ');
    };
    return `accounts bidding ${side(1)}, asking ${side(-1)}`;
  }

  #account(name: string): AccountId {
    if (!this.#accounts.includes(name)) this.#accounts.push(name);
    return this.#accounts.indexOf(name) + 1;
  }

  #order(label: string): OrderId {
    const order = this.#labels.get(label);
    if (order === undefined) throw new Error(`no order is called "${label}"`);
    return order;
  }

  #reducible(account: AccountId, side: Side): number {
    return this.#room.get(`${account} ${side}`) ?? 0;
  }
}

/** A fresh book, played through the table. */
export function play(table: string): BookScript {
  const script = new BookScript();
  script.play(table);
  return script;
}
