// So much a block and no more (dYdX v4): each block one order a position, capped by position and by account, positions in
// a random order, at the venue's fillable price, which gets worse the deeper an account is under.

import { choice, count, duration, fraction, money, number } from '../base/params.ts';
import type { AccountId, InstrumentId, Ticks } from '../base/units.ts';
import { tickValue } from '../market/instrument.ts';
import type { MarketView } from '../market/market-view.ts';
import { fillableOf, handOver, holdingsOf, order, waitUntil, withinBankruptcy, type Holding } from './orders.ts';
import { policyKind } from './policy.ts';

export const blockLimited = policyKind({
  kind: 'block-limited',
  doc: 'Closes a capped share of one randomly chosen position after another, once a block each, at a price that worsens with the shortfall.',
  params: {
    block: duration('1s', 'How long a block takes. Uncertain.', { min: 1 }),
    portion: fraction('10%', 'Share of a position that may be closed in a block.', { min: 0, max: 1 }),
    minNotional: money('1000', 'Notional of a position that may be closed in any case.'),
    accountNotional: money('100000', 'Notional that may be closed of one account in a block.'),
    attempts: count(50, 'Orders in a block, over all accounts.', { min: 1 }),
    adjustment: number(1, 'Bankruptcy adjustment: how fast the price worsens with the shortfall.', { min: 1 }),
    spread: fraction('150%', 'The fillable price is at most this share of maintenance margin away from the mark, where equity is 0.', {
      min: 0,
    }),
    limit: choice(
      ['fillable', 'bankruptcy'],
      'fillable',
      'fillable: may cross the bankruptcy price, as on the venue. bankruptcy: the better of the two for the account.',
    ),
  },
  create: ({ block, portion, minNotional, accountNotional, attempts, adjustment, spread, limit }, { rng }) => {
    const choose = rng('position');
    const used = new Map<AccountId, { block: number; notional: number; readonly done: Set<InstrumentId> }>();
    const round = { current: -1, sent: 0 };
    return {
      memory: { choose, used, round },
      decide({ account, now }, market, decision) {
        const height = Math.floor(now / block);
        if (height !== round.current) {
          round.current = height;
          round.sent = 0;
        }
        let mine = used.get(account);
        if (mine === undefined) used.set(account, (mine = { block: height, notional: 0, done: new Set() }));
        if (mine.block !== height) {
          mine.block = height;
          mine.notional = 0;
          mine.done.clear();
        }
        const next = () => waitUntil(decision, (height + 1) * block);
        if (round.sent >= attempts) return next();

        const open = holdingsOf(market, account).filter(({ instrument }) => !mine.done.has(instrument));
        while (open.length > 0) {
          const [holding] = open.splice(choose.int(open.length), 1);
          let worst = fillablePrice(market, account, holding, adjustment, spread);
          if (limit === 'bankruptcy') worst = withinBankruptcy(market, account, holding, worst);
          const held = Math.abs(holding.lots);
          const unit = holding.notional / held;
          const cap = Math.min(Math.max(minNotional, portion * holding.notional), accountNotional - mine.notional);
          const lots = holding.notional <= cap ? held : Math.min(held, Math.max(1, Math.floor(cap / unit)));
          if (cap <= 0 || fillableOf(market, holding, 1, worst) === 0) continue;
          mine.done.add(holding.instrument);
          mine.notional += lots * unit;
          round.sent++;
          return order(decision, holding, lots, worst);
        }
        // Only who has less than nothing is deleveraged; anybody else waits for the next block.
        if (mine.done.size === 0 && mine.notional === 0 && market.equity(account) < 0) handOver(decision);
        else next();
      },
    };
  },
});

/** (position value − ABR × spread × its maintenance) ÷ size, with ABR = clamp(adjustment × (1 − equity ÷ maintenance), 0, 1). */
function fillablePrice(
  market: MarketView,
  account: AccountId,
  { instrument, lots, side, notional }: Holding,
  adjustment: number,
  spread: number,
): Ticks {
  const contract = market.instrument(instrument);
  const { tiers, maxPrice } = contract;
  const shortfall = Math.min(1, Math.max(0, adjustment * (1 - market.equity(account) / market.maintenance(account))));
  const mark = market.markPrice(instrument);
  const away = (shortfall * spread * tiers.maintenance(notional)) / (Math.abs(lots) * tickValue(contract, mark));
  return side > 0 ? Math.min(maxPrice, Math.floor(mark + away)) : Math.max(1, Math.ceil(mark - away));
}
