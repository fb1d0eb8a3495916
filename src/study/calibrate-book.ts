// A snapshot of an order book from a file: every level with its side, price and size.

import { readFileSync } from 'node:fs';
import type { BookSide } from '../estimators/book-depth.ts';
import { ConfigError, type Problem } from '../simulation/config-error.ts';
import { isNumeric, readCsv } from './price-columns.ts';

export interface BookSnapshot {
  readonly file: string;
  /** Best first. */
  readonly bids: BookSide;
  readonly asks: BookSide;
  readonly mid: number;
}

const SIDES: Readonly<Record<string, 'bids' | 'asks'>> = {
  bid: 'bids',
  bids: 'bids',
  buy: 'bids',
  b: 'bids',
  ask: 'asks',
  asks: 'asks',
  sell: 'asks',
  offer: 'asks',
  a: 'asks',
  s: 'asks',
};
/** Fewer levels say nothing about a shape. */
const FEWEST = 10;

/** CSV with the columns side, price, size (or amount, quantity, qty), in any order of rows. Throws a ConfigError. */
export function readBook(file: string): BookSnapshot {
  const problems: Problem[] = [];
  const wrong = (line: number, source: string, message: string, hint?: string): void => {
    problems.push({ place: { file, line, column: 1, width: Math.max(1, source.length), source, path: '' }, message, hint });
  };
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    wrong(1, '', `cannot be read: ${(error as Error).message}`);
    throw new ConfigError(problems);
  }
  const { names, rows } = readCsv(text);
  const plain = names.map((name) => name.toLowerCase());
  const [side, price, size] = [['side', 'type'], ['price'], ['size', 'amount', 'quantity', 'qty', 'volume']].map((known) =>
    plain.findIndex((name) => known.includes(name)),
  );
  if (side < 0 || price < 0 || size < 0) {
    wrong(1, '', 'a book needs the columns side, price and size', names.length === 0 ? 'it is empty' : `it has ${names.join(', ')}`);
    throw new ConfigError(problems);
  }
  const levels: Record<'bids' | 'asks', { price: number; size: number; line: number; source: string }[]> = { bids: [], asks: [] };
  let bad = 0;
  let first = -1;
  rows.forEach(({ cells, line, source }, i) => {
    const which = SIDES[(cells[side] ?? '').toLowerCase()];
    const [at, lots] = [cells[price] ?? '', cells[size] ?? ''];
    if (which !== undefined && isNumeric(at) && isNumeric(lots) && Number(at) > 0 && Number(lots) > 0)
      levels[which].push({ price: Number(at), size: Number(lots), line, source });
    else if (bad++ === 0) first = i;
  });
  if (bad > 0)
    wrong(
      rows[first].line,
      rows[first].source,
      `${bad} ${bad === 1 ? 'level is' : 'levels are'} not a side, a price above 0 and a size above 0${bad === 1 ? '' : ', the first here'}`,
    );
  levels.bids.sort((a, b) => b.price - a.price);
  levels.asks.sort((a, b) => a.price - b.price);
  for (const [name, found] of Object.entries(levels))
    if (found.length < FEWEST) wrong(1, '', `${found.length} ${name}: at least ${FEWEST} levels a side are needed`);
  const [bid, ask] = [levels.bids[0], levels.asks[0]];
  if (problems.length === 0 && bid.price >= ask.price)
    wrong(bid.line, bid.source, `the book is crossed: bid ${bid.price}, ask ${ask.price}`);
  if (problems.length > 0) throw new ConfigError(problems);
  const of = (found: readonly { readonly price: number; readonly size: number }[]): BookSide => ({
    prices: Float64Array.from(found, (level) => level.price),
    sizes: Float64Array.from(found, (level) => level.size),
  });
  return { file, bids: of(levels.bids), asks: of(levels.asks), mid: (bid.price + ask.price) / 2 };
}
