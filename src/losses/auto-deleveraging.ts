// The last before nobody is left to pay: accounts on the other side are closed against the position that must go, at a
// stated price and in a stated order or share. A transfer, never a trade. Most venues list it behind the fund, so that it
// begins when the fund is empty; listed before it, it begins by a trigger of its own.

import { choice, duration, fraction, money } from '../base/params.ts';
import type { Lots, Micros, Side, Ticks } from '../base/units.ts';
import { AdlQueue, type Opponent } from '../market/auto-deleveraging.ts';
import { valueOf } from '../market/instrument.ts';
import type { MarketView } from '../market/market-view.ts';
import { ADL_PRICES, adlTerms } from './adl-price.ts';
import { priceByLeverage, profitByLeverage, profitByMarginRatio, ranked } from './adl-ranking.ts';
import { poolRecovering, poolTrigger, RollingPeak } from './adl-trigger.ts';
import { cappedShares, inOrder, waterFill, wholeLots } from './allocation.ts';
import { layerKind, type Remainder } from './layer.ts';

const RANKINGS = [
  'profit-leverage',
  'profit-margin-ratio',
  'price-leverage',
  'pseudo-random',
  'pro-rata',
  'leverage-weighted',
  'water-filling',
] as const;
type Ranking = (typeof RANKINGS)[number];

export const autoDeleveraging = layerKind({
  kind: 'auto-deleveraging',
  doc: 'Closes accounts of the other side against the position, by default its winners ranked by profit × effective leverage, at its bankruptcy price.',
  params: {
    ranking: choice(
      RANKINGS,
      'profit-leverage',
      'Who gives: in the order of profit × effective leverage (BitMEX, OKX, Bybit), profit × margin ratio (Binance), mark ÷ entry × leverage (Hyperliquid), from a random place (dYdX v4); or all at once, by size (FTX, Kraken), by leverage × size up to a cap, or levelling the greatest leverages.',
      { quiet: true },
    ),
    among: choice(['winners', 'everybody'], 'winners', 'Whether only those in profit at mark give.', { quiet: true }),
    price: choice(
      ADL_PRICES,
      'bankruptcy',
      'At what price: of bankruptcy, the mark, the mark before it (Hyperliquid), the index, or ⅔ zero price and ⅓ mark, the difference for the fund (FTX).',
      { quiet: true },
    ),
    markBeyond: fraction('0%', 'At the mark when the bankruptcy price is further from it than this (Bybit: 5%); 0 means never.', {
      min: 0,
      quiet: true,
    }),
    accept: choice(
      ['solvent', 'no-worse'],
      'solvent',
      'Who is passed over: who could not pay for it; or also who would come nearer to bankruptcy by it (dYdX v4).',
      { quiet: true },
    ),
    trigger: choice(
      ['remainder', 'drawdown', 'negative-equity'],
      'remainder',
      'When: whatever the layers before left; while the fund has fallen too far from its peak; or only accounts that are worth less than nothing (dYdX v4, Hyperliquid).',
      { quiet: true },
    ),
    drawdown: fraction('30%', 'Of the drawdown trigger: from the peak of the fund, as a share of it.', { min: 0, max: 1, quiet: true }),
    recovery: fraction('25%', 'Of the drawdown trigger: it ends above this drawdown.', { min: 0, max: 1, quiet: true }),
    peakWindow: duration('8h', 'Of the drawdown trigger: how long a peak counts.', { min: 1, quiet: true }),
    least: money('10000', 'Of the drawdown trigger: a smaller fund triggers nothing by it.', { quiet: true }),
  },
  create: ({ ranking, among, price, markBeyond, accept, trigger, drawdown, recovery, peakWindow, least }, { rng }) => {
    const queue = new AdlQueue();
    const pool = new PoolWatch(peakWindow, drawdown, recovery, least);
    /** By instrument: the present mark and the one before. */
    const marks: { last: Ticks; previous: Ticks }[] = [];
    const rounds = rng('adl');
    const plain =
      ranking === 'profit-leverage' && among === 'winners' && price === 'bankruptcy' && markBeyond === 0 && accept === 'solvent';

    const terms = (remainder: Remainder, market: MarketView) => {
      const { instrument, lots, bankruptcy } = remainder;
      const mark = market.markPrice(instrument);
      const previousMark = marks[instrument]?.previous ?? mark;
      const side: Side = lots > 0 ? 1 : -1;
      return adlTerms(price, { side, bankruptcy, mark, previousMark, index: market.indexPrice(instrument) }, markBeyond);
    };

    return {
      memory: { pool, marks, rounds },
      observe(instrument, mark, now, market) {
        marks[instrument] = { last: mark, previous: marks[instrument]?.last ?? mark };
        if (trigger === 'drawdown') pool.observe(market.fund.equity, now);
      },
      relieves: () => trigger === 'drawdown' && pool.triggered,
      absorb(remainder, market, act) {
        const { account, instrument, lots } = remainder;
        if (trigger === 'negative-equity' && market.equity(account) >= 0) return 0;
        if (trigger === 'drawdown' && !pool.triggered) return 0;
        const side = lots > 0 ? -1 : 1;
        const sign = lots > 0 ? 1 : -1;
        const need = Math.abs(lots);
        const { price: at, retained } = terms(remainder, market);
        let left = need;
        const give = (counterparty: number, size: Lots) => {
          if (size === 0) return;
          act.deleverage(counterparty, sign * size, at);
          left -= size;
        };
        if (plain) {
          const candidates = market.adlQueue(instrument, side, queue);
          for (let rank = 0; rank < candidates && left > 0; rank++) {
            const counterparty = queue.account[rank];
            const held = Math.abs(market.positionLots(counterparty, instrument));
            give(counterparty, market.canReceive(counterparty, instrument, Math.min(held, left), at));
          }
        } else {
          const opponents = market.opponents(instrument, side, account).filter(({ profit }) => among === 'everybody' || profit > 0);
          // Whose bankruptcy price does not overlap has no capacity, and is skipped.
          const capacities = opponents.map((one) => {
            const size = Math.abs(one.lots);
            const isLeft = accept === 'no-worse' && !market.isNoWorse(one.account, instrument, Math.min(size, need), at);
            return isLeft ? 0 : market.canReceive(one.account, instrument, size, at);
          });
          const first = opponents.length > 0 && ranking === 'pseudo-random' ? rounds.int(opponents.length) : 0;
          for (const [i, size] of shares(ranking, opponents, capacities, need, first)) give(opponents[i].account, size);
        }
        const taken = need - left;
        const contract = market.instrument(instrument);
        const kept = retained === 0 ? 0 : valueOf(contract, sign * taken, at) - valueOf(contract, sign * taken, remainder.bankruptcy);
        if (kept > 0) act.retain(kept);
        return sign * taken;
      },
    };
  },
});

/** Who gives how many lots, in the order in which they are asked; `first` is where a pseudo-random round begins. */
function shares(
  ranking: Ranking,
  opponents: readonly Opponent[],
  capacities: readonly Lots[],
  need: Lots,
  first: number,
): (readonly [opponent: number, lots: Lots])[] {
  const queued = (order: readonly number[]) => {
    const given = inOrder(capacities, order, need);
    return order.map((i) => [i, given[i]] as const);
  };
  const by = (score: (one: Opponent) => number) => queued(ranked(opponents.map(score)));
  const together = (given: readonly number[]) => wholeLots(given, capacities).map((lots, i) => [i, lots] as const);
  switch (ranking) {
    case 'profit-leverage':
      return by(profitByLeverage);
    case 'profit-margin-ratio':
      return by(profitByMarginRatio);
    case 'price-leverage':
      return by(priceByLeverage);
    case 'pseudo-random':
      return queued(opponents.map((_, i) => (first + i) % opponents.length));
    case 'pro-rata': {
      const sizes = opponents.map(({ lots }) => Math.abs(lots));
      return together(cappedShares(capacities, sizes, need));
    }
    case 'leverage-weighted': {
      const weights = opponents.map(({ lots, accountNotional, equity }) => (Math.abs(lots) * accountNotional) / equity);
      return together(cappedShares(capacities, weights, need));
    }
    case 'water-filling': {
      // In lots of this instrument, whatever else the accounts hold: one lot here is worth the same to all of them.
      const unit = opponents.map(({ notional, lots }) => notional / Math.abs(lots));
      const notionals = opponents.map(({ accountNotional }, i) => accountNotional / unit[i]);
      const equities = opponents.map(({ equity }, i) => equity / unit[i]);
      return together(waterFill(notionals, equities, need, capacities).given);
    }
  }
}

/** The fund's equity against its rolling peak: triggered at a drawdown, until it has recovered. */
class PoolWatch {
  triggered = false;
  private readonly peak: RollingPeak;
  private readonly drawdown: number;
  private readonly recovery: number;
  private readonly least: number;

  constructor(window: Micros, drawdown: number, recovery: number, least: number) {
    this.peak = new RollingPeak(window);
    this.drawdown = drawdown;
    this.recovery = recovery;
    this.least = least;
  }

  observe(equity: number, now: Micros): void {
    const highest = this.peak.add(equity, now);
    const pool = { maxBalance: highest, balance: equity, pnl: equity, maxPnl: highest };
    this.triggered = this.triggered
      ? poolRecovering(pool, { stop: -this.recovery })
      : poolTrigger(pool, { least: this.least, start: -this.drawdown }) !== 'none';
  }
}
