// dYdX v4's deleveraging: one account closed against another, off the book, at its bankruptcy price or, in final settlement,
// at the oracle's.

import { isValidTransition } from '../../market/account-transition.ts';
import { matchOffBook } from '../../market/loss-sharing.ts';
import { absolute } from '../../base/wide.ts';
import { DydxMarket, checkedPosition, exact, type DydxAccount } from './dydx-account.ts';
import { parseUnits } from './dydx-units.ts';
import { Refused, Unread, big, form, isRecord, list, number, optional, record, text, type Form, type Reader } from './family.ts';
import { scaled, unscaled } from './scale.ts';

interface Side {
  readonly quoteUsdc: number;
  readonly perpetual: string;
  readonly base: bigint;
}

/** `{ quoteUsdc, btcBaseQuantums }`: one position, its perpetual in the key. */
const side: Reader<Side> = (value, path) => {
  if (!isRecord(value)) throw new Unread(`"${path}" must be a map`);
  const { quoteUsdc, ...others } = value;
  const [key, ...more] = Object.keys(others);
  const perpetual = key === undefined ? undefined : /^([a-z]\w*?)BaseQuantums$/.exec(key)?.[1];
  if (perpetual === undefined || more.length > 0) throw new Unread(`"${path}" must hold quoteUsdc and one …BaseQuantums`);
  return {
    quoteUsdc: number(quoteUsdc, `${path}.quoteUsdc`),
    perpetual: perpetual.toUpperCase(),
    base: big(others[key], `${path}.${key}`),
  };
};

const accountOf = ({ quoteUsdc, perpetual, base }: Side): DydxAccount => ({
  quote: scaled(quoteUsdc),
  positions: new Map([[perpetual, base]]),
});

/** `oracle`, `oracle 50000`, `bankruptcy`: which price, and at the oracle which. */
const PRICE = /^(oracle|bankruptcy)(?: price)?(?: (\d[\d,_]*(?:\.\d+)?))?$/;

const match = form(
  { units: optional(text), liquidated: side, offsetting: side, deltaBaseQuantums: big, price: optional(text) },
  ({ units, liquidated, offsetting, deltaBaseQuantums, price = 'bankruptcy' }) => {
    const [, rule, stated] = PRICE.exec(price) ?? [];
    if (rule === undefined) throw new Unread(`"price" must be "oracle …" or "bankruptcy", not "${price}"`);
    const { perpetual } = liquidated;
    const atOracle = stated === undefined ? units : `${units ?? ''}; ${perpetual} oracle ${stated}`;
    const market = new DydxMarket(parseUnits(atOracle));
    const account = accountOf(liquidated);
    const other = accountOf(offsetting);
    const held = checkedPosition(account, perpetual, deltaBaseQuantums);
    checkedPosition(other, perpetual, -deltaBaseQuantums);
    const quote =
      rule === 'oracle'
        ? market.value(perpetual, held) - market.value(perpetual, held + deltaBaseQuantums)
        : market.bankruptcyQuote(account, perpetual, deltaBaseQuantums);
    const matched = matchOffBook(
      { quote: account.quote, base: exact(liquidated.base) },
      { quote: other.quote, base: exact(offsetting.base) },
      exact(deltaBaseQuantums),
      quote,
      (base) => market.value(perpetual, BigInt(base)),
    );
    if (matched === 'wrong-size') throw new Refused('ErrInvalidPerpetualPositionSizeDelta');
    const isValid = (before: DydxAccount, after: { readonly quote: number; readonly base: number }) =>
      isValidTransition(market.risk(before), market.risk({ quote: after.quote, positions: new Map([[perpetual, BigInt(after.base)]]) }));
    if (matched === 'not-overlapping' || !isValid(account, matched.account) || !isValid(other, matched.counterparty))
      throw new Refused('ErrFailedToUpdateSubaccounts');
    return {
      liquidatedQuote: matched.account.quote,
      liquidatedBase: matched.account.base,
      offsettingQuote: matched.counterparty.quote,
      offsettingBase: matched.counterparty.base,
    };
  },
);

const DEFAULT_PERPETUAL = 'BTC';

/** Several fills one after another, each at the bankruptcy price of what is then left; signed as they change the position. */
const fills = form({ units: text, fills: list(big) }, ({ units, fills: deltas }) => {
  const parsed = parseUnits(units);
  const market = new DydxMarket(parsed);
  let base = -deltas.reduce((sum, delta) => sum + delta, 0n);
  let quote = scaled(parsed.equity ?? 0) - market.value(DEFAULT_PERPETUAL, base);
  const received = deltas.map((delta) => {
    const change = market.bankruptcyQuote({ quote, positions: new Map([[DEFAULT_PERPETUAL, base]]) }, DEFAULT_PERPETUAL, delta);
    quote += change;
    base += delta;
    return Math.abs(change);
  });
  return { each: received.every((one) => one === received[0]) ? received[0] : received, fills: received };
});

/** One position of several closed whole: the first unless another is named. */
const whole = form(
  {
    units: optional(text),
    quoteUsdc: number,
    positionsBaseQuantums: record(big),
    closePerp: optional(text),
    deltaBaseQuantums: optional(big),
  },
  ({ units, quoteUsdc, positionsBaseQuantums: positions, closePerp, deltaBaseQuantums }) => {
    const market = new DydxMarket(parseUnits(units));
    const account = { quote: scaled(quoteUsdc), positions };
    const perpetual = closePerp ?? [...positions.keys()][0] ?? DEFAULT_PERPETUAL;
    const held = positions.get(perpetual) ?? 0n;
    const delta = deltaBaseQuantums ?? -held;
    const quote = market.bankruptcyQuote(account, perpetual, delta);
    const { equity, maintenance } = market.risk(account);
    return {
      tncUsdc: unscaled(equity),
      mmrUsdc: unscaled(maintenance),
      bankruptcyQuoteQuantums: quote,
      bankruptcyPrice: unscaled(Math.abs(quote)) / unscaled(absolute(delta), -market.units.perpetual(perpetual).resolution),
      quoteAfterUsdc: unscaled(account.quote + quote),
    };
  },
);

export const dydxDeleveraging: readonly Form[] = [match, fills, whole];
