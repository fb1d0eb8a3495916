// A Dutch auction (Derive): the account is offered at its value less a discount that grows with time, to volunteers and to
// the book, no more of it than restores a buffer above maintenance. A discount d on the account's value is, for a position,
// the price d of the way from bankruptcy to the mark. What is worth nothing any more is offered beyond bankruptcy, on a
// ramp up to its maintenance margin; the deficit that makes is the loss layers' (there, a security module and new money).

import { choice, duration, fraction } from '../base/params.ts';
import type { CaseId, Micros, Ticks } from '../base/units.ts';
import type { MarketView } from '../market/market-view.ts';
import { discountAt, insolventPayout, mostOf } from './auction.ts';
import { assign, fillableOf, handOver, holdingsOf, order, waitUntil, type Holding } from './orders.ts';
import { policyKind } from './policy.ts';

/** When an auction began: of a solvent account, and of one that is worth nothing (NEVER: not yet). */
interface Auction {
  solvent: Micros;
  insolvent: Micros;
}

const NEVER = -1;

export const dutchAuction = policyKind({
  kind: 'dutch-auction',
  doc: 'Offers the account at a discount that grows with time, as much as restores a buffer above maintenance, to volunteers and to the book.',
  params: {
    start: fraction('98%', 'Share of the account’s value that is asked at first.', { min: 0, max: 1 }),
    cutoff: fraction('80%', 'Share at the end of the fast part.', { min: 0, max: 1 }),
    fast: duration('100s', 'How long the fast part takes.', { min: 1 }),
    slow: duration('4h', 'How long it takes from there to nothing.', { min: 1 }),
    buffer: fraction('20%', 'The auction ends this far above maintenance, as a share of it.', { min: 0 }),
    limit: choice(
      ['ramp', 'bankruptcy'],
      'ramp',
      'Of an account that is worth nothing. ramp: offered beyond bankruptcy, up to its maintenance margin. bankruptcy: handed over.',
    ),
    insolvent: duration('600s', 'How long the ramp takes; afterwards the account is handed over.', { min: 1 }),
    step: duration('1s', 'How often the price is called.', { min: 1 }),
  },
  create: ({ start, cutoff, fast, slow, buffer, limit, insolvent, step }) => {
    const auctions = new Map<CaseId, Auction>();
    return {
      memory: { auctions },
      decide({ case: liquidation, account, now, lastInstrument }, market, decision) {
        let auction = auctions.get(liquidation);
        if (auction === undefined) auctions.set(liquidation, (auction = { solvent: now, insolvent: NEVER }));
        // One bid a step: what was sold changes what the rest is worth.
        if (lastInstrument !== 0) return waitUntil(decision, now + step);
        const equity = market.equity(account);
        if (equity <= 0) {
          if (auction.insolvent === NEVER) auction.insolvent = now;
          if (limit === 'bankruptcy' || now - auction.insolvent > insolvent) return handOver(decision);
        } else auction.insolvent = NEVER;
        const discount = discountAt({ start, cutoff, fast, slow }, now - auction.solvent);
        if (equity > 0 && discount === 0) return handOver(decision);
        const maintenance = market.maintenance(account);
        const share = equity <= 0 ? 1 : mostOf({ value: equity, margin: equity - maintenance, reserved: 0 }, buffer, discount);
        for (const holding of holdingsOf(market, account)) {
          const held = Math.abs(holding.lots);
          const lots = Math.min(held, Math.max(1, Math.ceil(share * held)));
          const price =
            equity > 0
              ? discounted(market, account, holding, discount)
              : ramped(market, holding, insolventPayout(0, 1, now - auction.insolvent, insolvent, 1));
          if (market.volunteers.takers(holding.instrument, Math.sign(holding.lots) * lots, price, account).length > 0)
            return assign(decision, holding, lots, price);
          if (fillableOf(market, holding, 1, price) > 0) return order(decision, holding, lots, price);
        }
        waitUntil(decision, now + step);
      },
      isRestored: ({ account }, market) => market.equity(account) >= Math.ceil((1 + buffer) * market.maintenance(account)),
    };
  },
});

/** The price at which a buyer of the account pays `share` of its value, rounded in the account's favour. */
function discounted(market: MarketView, account: number, { instrument, side }: Holding, share: number): Ticks {
  const mark = market.markPrice(instrument);
  const bankruptcy = market.bankruptcyPrice(account, instrument);
  const price = bankruptcy + (mark - bankruptcy) * share;
  const rounded = side > 0 ? Math.floor(price) : Math.ceil(price);
  return inRange(market, instrument, rounded);
}

/** Beyond the mark by `share` of the position's maintenance margin. */
function ramped(market: MarketView, { instrument, side, notional }: Holding, share: number): Ticks {
  const mark = market.markPrice(instrument);
  const { tiers } = market.instrument(instrument);
  const away = notional === 0 ? 0 : (mark * share * tiers.maintenance(notional)) / notional;
  return inRange(market, instrument, side > 0 ? Math.floor(mark + away) : Math.ceil(mark - away));
}

function inRange(market: MarketView, instrument: number, price: Ticks): Ticks {
  const { minPrice, maxPrice } = market.instrument(instrument);
  return Math.max(minPrice, Math.min(maxPrice, price));
}
