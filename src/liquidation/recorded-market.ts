// The market as a record of a decision has it: enough to make the decision again, and nothing else. Whoever asks for more
// is told that it is not recorded.

import type { AccountId, InstrumentId, Lots, Side, Ticks } from '../base/units.ts';
import type { Depth, Sweep } from '../market/depth.ts';
import { notional, tiersKept, type Instrument } from '../market/instrument.ts';
import type { BookView, MarketView } from '../market/market-view.ts';
import type { DecisionInputs, PositionInput } from './decision-record.ts';

/** A decision asks for what its record lacks. */
export class NotRecorded extends Error {
  override readonly name = 'NotRecorded';
}

export interface RecordedRules {
  /** Under the rules of then, in the order of their ids. */
  readonly instruments: readonly Instrument[];
  /** Whether equity at maintenance is liquidatable. */
  readonly inclusive: boolean;
}

export function recordedMarket(account: AccountId, inputs: DecisionInputs, { instruments, inclusive }: RecordedRules): MarketView {
  const positions = new Map(inputs.positions.map((position) => [position.instrument, position]));
  const inOrder = [...positions.values()].toSorted((a, b) => a.instrument - b.instrument);
  const books = new Map<InstrumentId, BookView>();
  const lacking = (what: string) => new NotRecorded(`${what} is not recorded`);
  const only = (asked: AccountId) => {
    if (asked !== account) throw lacking(`account ${asked}`);
  };
  const at = (instrument: InstrumentId): PositionInput => {
    const position = positions.get(instrument);
    if (position === undefined) throw lacking(`instrument ${instrument}`);
    return position;
  };
  const own =
    <T>(read: () => T) =>
    (asked: AccountId) => {
      only(asked);
      return read();
    };
  const held =
    <T>(read: (position: PositionInput) => T) =>
    (asked: AccountId, instrument: InstrumentId) => {
      only(asked);
      return read(at(instrument));
    };
  const market: Partial<MarketView> = {
    instruments,
    instrument: (instrument) => instruments[instrument - 1],
    book(instrument) {
      let book = books.get(instrument);
      if (book === undefined) books.set(instrument, (book = new RecordedBook(at(instrument))));
      return book;
    },
    indexPrice: (instrument) => at(instrument).index,
    markPrice: (instrument) => at(instrument).mark,
    leverage: own(() => inputs.leverage),
    wallet: own(() => inputs.wallet),
    equity: own(() => inputs.equity),
    maintenance: own(() => inputs.maintenance),
    notional: own(() => inOrder.reduce((sum, { instrument, lots, mark }) => sum + notional(instruments[instrument - 1], lots, mark), 0)),
    isLiquidatable: own(
      () => inputs.maintenance > 0 && (inclusive ? inputs.equity <= inputs.maintenance : inputs.equity < inputs.maintenance),
    ),
    tiersOf: held(({ instrument, kept }) => {
      const contract = instruments[instrument - 1];
      return kept === undefined ? contract.tiers : tiersKept(contract, kept);
    }),
    bankruptcyPrice: held(({ bankruptcyPrice }) => bankruptcyPrice),
    liquidationPrice: held(({ liquidationPrice }) => liquidationPrice),
    unrealised: held(({ unrealised }) => unrealised),
    positionCount: own(() => positions.size),
    positionLots: (asked, instrument) => {
      only(asked);
      return positions.get(instrument)?.lots ?? 0;
    },
    forEachPosition(asked, visit) {
      only(asked);
      for (const { instrument, lots } of inOrder) visit(instrument, lots);
    },
    volunteers: {
      takers: (instrument, lots, price) =>
        inputs.volunteers
          ?.find((asked) => asked.instrument === instrument && asked.lots === lots && asked.price === price)
          ?.takers.slice() ?? [],
    },
  };
  return onlyThese(market, lacking);
}

/** What is not among them is asked for in vain. */
function onlyThese(market: Partial<MarketView>, lacking: (what: string) => NotRecorded): MarketView {
  return new Proxy(market, {
    get(target, name) {
      if (!(name in target)) throw lacking(String(name));
      return Reflect.get(target, name) as unknown;
    },
  }) as MarketView;
}

/** The side that closing the position meets; of the other, and of single orders, nothing is known. */
class RecordedBook implements BookView {
  /** That of the orders that rest here. */
  private readonly side: Side;
  private readonly resting: readonly (readonly [price: Ticks, lots: Lots])[];

  constructor({ lots, book }: PositionInput) {
    this.side = lots > 0 ? 1 : -1;
    this.resting = book;
  }

  get bestBid(): Ticks {
    return this.best(1);
  }

  get bestAsk(): Ticks {
    return this.best(-1);
  }

  best(side: Side): Ticks {
    this.only(side);
    return this.resting[0]?.[0] ?? 0;
  }

  worse(side: Side, price: Ticks): Ticks {
    this.only(side);
    return this.resting.find(([level]) => (side > 0 ? level < price : level > price))?.[0] ?? 0;
  }

  lotsAt(side: Side, price: Ticks): Lots {
    this.only(side);
    return this.resting.find(([level]) => level === price)?.[1] ?? 0;
  }

  levels(side: Side, from: Ticks, count: number, out: Depth): number {
    this.only(side);
    const there = this.resting.filter(([price]) => from === 0 || (side > 0 ? price <= from : price >= from)).slice(0, count);
    there.forEach(([price, lots], i) => {
      out.price[i] = price;
      out.lots[i] = lots;
    });
    return there.length;
  }

  sweep(side: Side, lots: Lots, limit: Ticks, out?: Sweep): Lots {
    this.only(side > 0 ? -1 : 1);
    const met = { lots: 0, notional: 0, worst: 0 };
    for (const [price, there] of this.resting) {
      if (met.lots >= lots || (limit !== 0 && (side > 0 ? price > limit : price < limit))) break;
      const taken = Math.min(there, lots - met.lots);
      met.lots += taken;
      met.notional += taken * price;
      met.worst = price;
    }
    if (out !== undefined) Object.assign(out, met);
    return met.lots;
  }

  fillable(side: Side, lots: Lots, limit: Ticks): Lots {
    return this.sweep(side, lots, limit);
  }

  get size(): number {
    return this.lacking();
  }

  forEachOrderOf(): void {
    this.lacking();
  }

  has(): boolean {
    return this.lacking();
  }

  orderAccount(): AccountId {
    return this.lacking();
  }

  orderSide(): Side | 0 {
    return this.lacking();
  }

  orderPrice(): Ticks {
    return this.lacking();
  }

  orderLots(): Lots {
    return this.lacking();
  }

  orderFlags(): number {
    return this.lacking();
  }

  private only(side: Side): void {
    if (side !== this.side) throw new NotRecorded('the other side of the book is not recorded');
  }

  private lacking(): never {
    throw new NotRecorded('single orders of the book are not recorded');
  }
}
