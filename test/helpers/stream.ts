// A hand-made stream of messages for tests of what reads it: numbered, timed, and with a market beside it whose state
// the test sets between messages.

import { Message, MESSAGES, Type, type Field, type MessageName } from '../../src/messages.ts';
import { AT, CAUSE, FROM, SENT_AT, SEQ, TO, TYPE } from '../../src/kernel/record.ts';
import type { Probe, ReaderOptions } from '../../src/simulation/cases.ts';

type Header = { at?: number; sentAt?: number; seq?: number; cause?: number; from?: number; to?: number };
type Fields<Name extends MessageName> = Partial<Record<(typeof MESSAGES)[Name][number], number>>;

export interface Reader {
  read(message: Message): void;
}

const ENGINE = 2;
export const OWNER = 9;
export const FUND = 1;

/** A market that says what it was told to say. */
class FakeMarket implements Probe {
  readonly fundAccount = FUND;
  isPool = (_account: number) => false;
  poolEquity = (): number | undefined => undefined;
  best = { bid: 999, ask: 1_001 };
  prices = { mark: 1_000, index: 1_000 };
  interest = 50;
  depthNow = 100;
  fund = { cash: 10_000, inventory: 0 };
  readonly positions = new Map<number, { lots: number; equity: number; maintenance: number }>();

  bid = () => this.best.bid;
  ask = () => this.best.ask;
  mark = () => this.prices.mark;
  index = () => this.prices.index;
  openInterestLots = () => this.interest;
  depthLots = () => this.depthNow;
  fundCash = () => this.fund.cash;
  fundInventoryMarked = () => this.fund.inventory;
  positionLots = (account: number) => this.positions.get(account)?.lots ?? 0;
  equity = (account: number) => this.positions.get(account)?.equity ?? 0;
  maintenance = (account: number) => this.positions.get(account)?.maintenance ?? 0;
  positionValue = (_instrument: number, lots: number, price: number) => lots * price;
  maintenanceOf = (_instrument: number, lots: number, price: number) => Math.ceil((Math.abs(lots) * price) / 20);
}

export class Stream {
  readonly market = new FakeMarket();
  /** Instrument 1; one unit is 0.1 USDT (tick 0.1, lot 1), the fee of liquidations 0.5 %. */
  readonly options: ReaderOptions = {
    instruments: [{ id: 1, symbol: 'BTC-PERP', tick: '0.1', multiplier: 1, inverse: false, liquidationFeePpm: 5_000 }],
    settlement: { asset: 'USDT', unit: '0.1' },
    engine: ENGINE,
    probe: this.market,
  };
  now = 0;
  seq = 0;
  readonly #readers: Reader[] = [];
  readonly #message = new Message();

  add<R extends Reader>(reader: R): R {
    this.#readers.push(reader);
    return reader;
  }

  /** One message at `now`, sent at `now`, to the liquidation engine, unless `header` says otherwise. */
  send<Name extends MessageName>(name: Name, fields: Fields<Name> = {}, header: Header = {}): this {
    const message = this.#message;
    const { words, floats } = message;
    words.fill(0);
    words[TYPE] = Type[name];
    floats[AT] = header.at ?? this.now;
    floats[SENT_AT] = header.sentAt ?? floats[AT];
    floats[SEQ] = header.seq ?? ++this.seq;
    floats[CAUSE] = header.cause ?? floats[SEQ] - 1;
    words[FROM] = header.from ?? 3;
    words[TO] = header.to ?? ENGINE;
    if ((MESSAGES[name] as readonly Field[]).includes('instrument')) message.instrument = 1;
    for (const [field, value] of Object.entries(fields) as [Field, number][]) (message as unknown as Record<Field, number>)[field] = value;
    for (const reader of this.#readers) reader.read(message);
    return this;
  }

  at(now: number): this {
    this.now = now;
    return this;
  }
}
