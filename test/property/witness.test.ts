// What a witness saw of a book answers every question that was asked of the book, and the answers are the book's.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Lots, Side, Ticks } from '../../src/base/units.ts';
import { recordedMarket } from '../../src/liquidation/recorded-market.ts';
import { Witness } from '../../src/liquidation/witness.ts';
import type { BookView, MarketView } from '../../src/market/market-view.ts';
import { OrderBook } from '../../src/market/order-book.ts';

type Question = (book: BookView, side: Side) => unknown;

const other = (side: Side): Side => (side > 0 ? -1 : 1);
const best = (book: BookView, side: Side) => (side > 0 ? book.bestAsk : book.bestBid);
const swept = (book: BookView, side: Side, lots: Lots, limit: Ticks) => {
  const out = { lots: 0, notional: 0, worst: 0 };
  return [book.sweep(side, lots, limit, out), out];
};
/** As ladders read it: so many levels, the price of the next one included. */
const walked = (book: BookView, side: Side, count: number) => {
  const found: [Ticks, Lots][] = [];
  let price = best(book, side);
  for (; price !== 0 && found.length < count; price = book.worse(other(side), price)) found.push([price, book.lotsAt(other(side), price)]);
  return [found, price];
};

const question = fc.oneof(
  fc.tuple(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 0, max: 140 })).map(
    ([lots, limit]): Question =>
      (book, side) =>
        swept(book, side, lots, limit),
  ),
  fc.tuple(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 0, max: 140 })).map(
    ([lots, limit]): Question =>
      (book, side) =>
        book.fillable(side, lots, limit),
  ),
  fc.integer({ min: 0, max: 12 }).map(
    (count): Question =>
      (book, side) =>
        walked(book, side, count),
  ),
  fc.constant<Question>(best),
  fc.constant<Question>((book, side) => book.fillable(side, Number.MAX_SAFE_INTEGER, 0)),
);
const levels = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 1, max: 60 })), {
  selector: ([at]) => at,
  maxLength: 12,
});

test('a recorded book answers as the book did', () => {
  fc.assert(
    fc.property(
      levels,
      fc.constantFrom<Side>(1, -1),
      fc.integer({ min: 1, max: 200 }),
      fc.array(question, { maxLength: 6 }),
      (resting, side, held, questions) => {
        const book = new OrderBook({});
        resting.forEach(([away, lots], i) => book.place(i + 1, 1, other(side), 70 + side * away, lots, 0, 0));
        const market = { book: () => book } as unknown as MarketView;
        const witness = new Witness(market);
        const answers = questions.map((ask) => ask(witness.market.book(1), side));
        const position = { instrument: 1, lots: -side * held, book: witness.levels(market, 1, side, held, 4) };
        const again = recordedMarket(1, { positions: [position] } as never, { instruments: [], inclusive: true });
        expect(questions.map((ask) => ask(again.book(1), side))).toEqual(answers);
      },
    ),
  );
});
