// So much a block and no more (dYdX v4): each block one order a position, capped by position and by account, positions in
// a random order, at the venue's fillable price, which gets worse the deeper an account is under.

import { choice, count, duration, fraction as share, money, number } from '../base/params.ts';
import { mulDivCeil } from '../base/rounding.ts';
import { PPM, type AccountId, type InstrumentId, type Ppm, type Ticks } from '../base/units.ts';
import { fraction } from '../base/wide.ts';
import { valueOf } from '../market/instrument.ts';
import type { MarketView } from '../market/market-view.ts';
import { blockAllowance, blockLots } from './block-size.ts';
import { fillableValue, onGrid } from './fillable-price.ts';
import { fillableOf, handOver, holdingsOf, order, waitUntil, withinBankruptcy, type Holding } from './orders.ts';
import { policyKind } from './policy.ts';
import { byPriority, type Prioritised } from './priority.ts';

/** As many as an account's number can have, so that names sort as numbers do. */
const ACCOUNT_DIGITS = 10;

export const blockLimited = policyKind({
  kind: 'block-limited',
  doc: 'Closes a capped share of one randomly chosen position after another, once a block each, at a price that worsens with the shortfall.',
  params: {
    block: duration('1s', 'How long a block takes. Uncertain.', { min: 1 }),
    portion: share('10%', 'Share of a position that may be closed in a block.', { min: 0, max: 1 }),
    minNotional: money('1000', 'Notional of a position that may be closed in any case.'),
    accountNotional: money('100000', 'Notional that may be closed of one account in a block.'),
    attempts: count(50, 'Orders in a block, over all accounts.', { min: 1 }),
    adjustment: number(1, 'Bankruptcy adjustment: how fast the price worsens with the shortfall.', { min: 1 }),
    spread: share('150%', 'The fillable price is at most this share of maintenance margin away from the mark, where equity is 0.', {
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
      arrange(accounts, count, market) {
        const [adjusting, spreading] = [Math.round(adjustment * PPM), Math.round(spread * PPM)];
        const order = Array.from(accounts.subarray(0, count), (account) => {
          const name = String(account).padStart(ACCOUNT_DIGITS, '0');
          const orders = holdingsOf(market, account).map((holding): Prioritised => {
            const price = fillableTicks(market, account, holding, adjusting, spreading);
            return { name, price, oracle: market.markPrice(holding.instrument), notional: holding.notional };
          });
          return { account, first: orders.toSorted(byPriority)[0] ?? { name, price: 1, oracle: 1, notional: 0 } };
        });
        order.sort((one, other) => byPriority(one.first, other.first));
        order.forEach(({ account }, i) => (accounts[i] = account));
      },
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
          let worst = fillableTicks(market, account, holding, Math.round(adjustment * PPM), Math.round(spread * PPM));
          if (limit === 'bankruptcy') worst = withinBankruptcy(market, account, holding, worst);
          const held = Math.abs(holding.lots);
          const left = blockAllowance(accountNotional, mine.notional);
          if (left <= 0 || fillableOf(market, holding, 1, worst) === 0) continue;
          const lots = blockLots(held, holding.notional, { portion: Math.round(portion * PPM), minNotional }, left);
          mine.done.add(holding.instrument);
          mine.notional += mulDivCeil(holding.notional, lots, held);
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

/** The whole position's fillable price on the grid of ticks: see `fillableValue`. */
function fillableTicks(market: MarketView, account: AccountId, holding: Holding, adjustment: Ppm, spread: Ppm): Ticks {
  const { instrument, lots, notional } = holding;
  const contract = market.instrument(instrument);
  const { numerator, denominator } = fillableValue({
    value: BigInt(valueOf(contract, lots, market.markPrice(instrument))),
    maintenance: BigInt(market.tiersOf(account, instrument).maintenance(notional)),
    equity: BigInt(market.equity(account)),
    totalMaintenance: BigInt(market.maintenance(account)),
    adjustment,
    spread,
  });
  const size = BigInt(lots * contract.multiplier);
  const most = BigInt(contract.maxPrice);
  if (!contract.inverse) return Number(onGrid(fraction(numerator, denominator * size), lots > 0, 1n, most));
  // A short of an inverse contract that would have to pay with less than nothing has no dearest price.
  if (lots < 0 && numerator <= 0n) return contract.maxPrice;
  return Number(onGrid(fraction(-size * denominator, numerator), lots > 0, 1n, most));
}
