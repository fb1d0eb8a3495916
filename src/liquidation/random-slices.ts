// Random slices out of a common budget (FTX): in some seconds, at random, so much may be liquidated of an instrument in
// all, and accounts take their slices of random size from it in random order. Half-way to nothing the loss layers take over.

import { duration, fraction, money, number, ratio } from '../base/params.ts';
import type { CaseId, InstrumentId, Micros } from '../base/units.ts';
import type { MarketView } from '../market/market-view.ts';
import { fillableOf, handOver, holdingsOf, order, priceWithin, waitUntil, withinBankruptcy } from './orders.ts';
import { policyKind } from './policy.ts';

export const randomSlices = policyKind({
  kind: 'random-slices',
  doc: 'Closes random slices in random order out of a budget for the whole market, and hands over when half the margin is gone.',
  params: {
    interval: duration('1s', 'How often there may be a budget.', { min: 1 }),
    chance: ratio('1/6', 'Probability that an instrument has a budget in an interval.'),
    dailyVolume: money('5000000000', 'Average volume a day, of which the budget is a share. Depends on the market.'),
    budget: fraction('1bp', 'Share of the average daily volume that may be liquidated in such an interval.', { min: 0 }),
    portion: fraction('10%', 'Share of a position in a slice, on average.', { min: 0, max: 1 }),
    minNotional: money('1000', 'Least notional of a slice before it is made random, if the position has it.'),
    spread: number(1, 'Width of the uniform factor of a slice around 1: with 1 it lies between ½ and 1½.', { min: 0, max: 2 }),
    nearest: fraction('1bp', 'Least distance through the best price of the book, drawn uniformly.', { min: 0 }),
    farthest: fraction('5bp', 'Greatest such distance.', { min: 0 }),
    autoClose: ratio(
      '1/2',
      'Handed over below this share of the maintenance margin fraction, or below that of autoCloseGap if it is higher.',
    ),
    autoCloseGap: fraction('6%', 'Handed over below the maintenance margin fraction less this.', { min: 0 }),
  },
  create: (
    { interval, chance, dailyVolume, budget, portion, minNotional, spread, nearest, farthest, autoClose, autoCloseGap },
    { rng },
  ) => {
    const [lottery, turn, size, through] = [rng('budget'), rng('turn'), rng('slice'), rng('price')];
    const budgets = new Map<InstrumentId, { second: number; left: number }>();
    const turns = new Map<CaseId, Micros>();

    function budgetOf(instrument: InstrumentId, second: number) {
      let own = budgets.get(instrument);
      if (own === undefined) budgets.set(instrument, (own = { second: -1, left: 0 }));
      if (own.second !== second) {
        own.second = second;
        own.left = lottery.chance(chance) ? dailyVolume * budget : 0;
      }
      return own;
    }

    function isBeyond(market: MarketView, account: number): boolean {
      const notional = market.notional(account);
      const maintenance = market.maintenance(account);
      return market.equity(account) < Math.max(maintenance * autoClose, maintenance - autoCloseGap * notional);
    }

    return {
      memory: { lottery, turn, size, through, budgets, turns },
      decide({ case: liquidation, account, now }, market, decision) {
        if (isBeyond(market, account)) return handOver(decision);
        const second = Math.floor(now / interval);
        const mine = turns.get(liquidation);
        // A random moment of each interval: the accounts' moments put them into a random order.
        const sitOut = () => {
          const next = (second + 1) * interval + turn.int(interval);
          turns.set(liquidation, next);
          waitUntil(decision, next);
        };
        if (mine === undefined || now < mine) return sitOut();
        for (const holding of holdingsOf(market, account)) {
          const { instrument, side, notional } = holding;
          const own = budgetOf(instrument, second);
          const book = market.book(instrument);
          const best = side > 0 ? book.bestAsk : book.bestBid;
          const unit = notional / Math.abs(holding.lots);
          const slice = Math.max(portion * notional, Math.min(minNotional, notional)) * (1 + spread * (size.next() - 0.5));
          const limit =
            best === 0 ? 0 : withinBankruptcy(market, account, holding, priceWithin(best, through.between(nearest, farthest), side));
          if (own.left < unit || best === 0) continue;
          const lots = fillableOf(
            market,
            holding,
            Math.min(Math.abs(holding.lots), Math.max(1, Math.floor(Math.min(slice, own.left) / unit))),
            limit,
          );
          if (lots === 0) continue;
          own.left -= lots * unit;
          // One slice an interval.
          turns.set(liquidation, Infinity);
          return order(decision, holding, lots, limit);
        }
        sitOut();
      },
    };
  },
});
