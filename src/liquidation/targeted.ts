// Ours: as little as restores margin, where it costs least, at a price that leaves no debt, as fast as the risk of waiting
// asks for. Today: quantity from the actual book with fees and own impact on the mark; positions by cost per margin
// released; pace from a few equal-slice schedules; cases do not yet share an instrument's depth among themselves.

import { choice, count, duration, fraction, number } from '../base/params.ts';
import { exp } from '../base/math.ts';
import { mulDivCeil, mulDivFloor } from '../base/rounding.ts';
import { PPM, type AccountId, type InstrumentId, type Lots, type Micros, type Ticks } from '../base/units.ts';
import { decayOf, EwmaVolatility } from '../estimators/ewma-volatility.ts';
import { notional } from '../market/instrument.ts';
import type { MarketView } from '../market/market-view.ts';
import { fillableOf, handOver, order, priceWithin, waitUntil, withinBankruptcy, type Holding } from './orders.ts';
import type { Alternative } from './decision-record.ts';
import { policyKind } from './policy.ts';
import { costOf, impactOf, planRelease, type Leg, type Release, type ReleaseTarget } from './release.ts';

const YEAR_SECONDS = 31_557_600;
const SECOND = 1_000_000;

export const targeted = policyKind({
  kind: 'targeted',
  doc: 'Closes the least that restores margin, where the book makes it cheapest, at a pace that weighs impact against the risk of a deficit.',
  params: {
    target: number(1.1, 'Equity aimed at, as a multiple of maintenance margin.', { min: 1, max: 10 }),
    deviations: number(2, 'Standard deviations of the price within the horizon that the restored account must bear.', { min: 0 }),
    horizon: duration('60s', 'The time for which it must bear them.', { min: 1 }),
    volatility: fraction('60%', 'Yearly volatility that is assumed at least, and before enough marks were seen.', { min: 0 }),
    halfLife: duration('60s', 'How fast the measured volatility forgets.', { min: 1_000_000 }),
    markShare: fraction(
      '50%',
      'How much of its own way through the book the mark is taken to go along. Uncertain: depends on the mark’s formula.',
      { min: 0, max: 1 },
    ),
    band: fraction('5%', 'How far from the mark an order may trade.', { min: 0, max: 0.5 }),
    interval: duration('1s', 'Between two rounds, in which the book can refill.', { min: 1 }),
    participation: fraction('50%', 'Share of the depth within the band that one round takes at most.', { min: 0, max: 1 }),
    maxRounds: count(32, 'The slowest schedule considered, in rounds.', { min: 1 }),
    deficitPrice: number(2, 'What an expected unit of deficit weighs against a unit of cost.', { min: 0 }),
    patience: duration('10s', 'How long an empty book is waited for while bankruptcy is far.', { min: 0 }),
    whenWorse: choice(
      ['hand-over', 'close'],
      'hand-over',
      'What to do where selling lowers the mark by more than it releases: hand over to the loss layers, or close on the book all the same.',
    ),
  },
  create: ({
    target,
    deviations,
    horizon,
    volatility,
    halfLife,
    markShare,
    band,
    interval,
    participation,
    maxRounds,
    deficitPrice,
    patience,
    whenWorse,
  }) => {
    const measured = new Map<InstrumentId, { estimate: EwmaVolatility; mark: Ticks; at: Micros }>();
    const assumed = volatility / Math.sqrt(YEAR_SECONDS);
    /** Of the price, over the square root of a second. */
    function sigma(instrument: InstrumentId): number {
      const own = measured.get(instrument);
      return own === undefined || own.estimate.count < 10 ? assumed : Math.max(assumed, own.estimate.volatility);
    }
    function cushion(instrument: InstrumentId): number {
      return deviations * sigma(instrument) * Math.sqrt(horizon / SECOND);
    }
    /** Standard deviation of the account's equity over the square root of a second; positions move together at worst. */
    function risk(market: MarketView, account: AccountId): number {
      let sum = 0;
      market.forEachPosition(account, (instrument, lots) => {
        sum += notional(market.instrument(instrument), lots, market.markPrice(instrument)) * sigma(instrument);
      });
      return sum;
    }
    function planFor(market: MarketView, account: AccountId): Release {
      const aim: ReleaseTarget = { ratio: target, cushion, limit: (holding) => worstPrice(market, account, holding, band), markShare };
      return planRelease(market, account, aim);
    }

    return {
      memory: { measured },

      observe(instrument, mark, at) {
        const own = measured.get(instrument);
        if (own === undefined) {
          const estimate = new EwmaVolatility({ decay: decayOf(halfLife, SECOND), seedCount: 30 });
          measured.set(instrument, { estimate, mark, at });
        } else if (at > own.at) {
          own.estimate.push((mark / own.mark - 1) / Math.sqrt((at - own.at) / SECOND));
          own.mark = mark;
          own.at = at;
        }
      },

      isRestored: ({ account }, market) => {
        let needed = market.maintenance(account);
        market.forEachPosition(account, (instrument, lots) => {
          needed += notional(market.instrument(instrument), lots, market.markPrice(instrument)) * cushion(instrument);
        });
        return market.equity(account) >= needed;
      },

      explain({ account }, market) {
        const equity = market.equity(account);
        const perSecond = risk(market, account);
        const { legs, reached, before, after } = planFor(market, account);
        const open = legs.filter((leg) => fillableOf(market, leg, 1, leg.limit) > 0);
        if (open.length === 0) return { alternatives: [], reason: 'the book takes nothing within the worst acceptable price' };
        const isFutile = !reached && after <= before;
        const leg = isFutile ? open[0] : largestRelease(open);
        const lots = isFutile ? leg.held : leg.closed;
        const alternatives: Alternative[] = [];
        for (let rounds = 1; rounds <= maxRounds && rounds <= lots; rounds *= 2) {
          const what = `close ${isFutile ? 'all of it' : 'what restores the target'} in ${rounds} ${rounds === 1 ? 'round' : 'rounds'}`;
          const score = costOfRounds(leg, lots, rounds, equity, perSecond);
          alternatives.push({ action: 'order', what, instrument: leg.instrument, lots: Math.ceil(lots / rounds), score });
        }
        const reason = selfDefeating(market, account, leg, target, markShare)
          ? 'selling lowers the mark by more than it releases'
          : isFutile
            ? 'closing a part releases less than its fee: all of it goes'
            : reached
              ? 'the least that restores the target, at the pace that costs least'
              : 'the book does not hold what would restore the target: as much as helps';
        return { alternatives, reason };
      },

      decide({ account, now, startedAt, lastInstrument }, market, decision) {
        const equity = market.equity(account);
        const perSecond = risk(market, account);
        const { legs, reached, before, after } = planFor(market, account);
        const open = legs.filter((leg) => fillableOf(market, leg, 1, leg.limit) > 0);
        if (open.length === 0) {
          const isFar = equity > 4 * perSecond * Math.sqrt(interval / SECOND);
          const isHealthy = !market.isLiquidatable(account);
          return isHealthy || (isFar && now - startedAt < patience) ? waitUntil(decision, now + interval) : handOver(decision);
        }
        // Closing everything is what is left where closing a part of it releases less than its fee.
        const isFutile = !reached && after <= before;
        const leg = isFutile ? open[0] : largestRelease(open);
        const isWorse = selfDefeating(market, account, leg, target, markShare);
        if (isWorse && whenWorse === 'hand-over' && market.isLiquidatable(account)) return handOver(decision);
        if (lastInstrument === leg.instrument) return waitUntil(decision, now + interval);

        const lots = isFutile ? leg.held : leg.closed;
        const depth = fillableOf(market, leg, leg.held, leg.limit);
        const rounds = roundsFor(leg, lots, equity, perSecond);
        const slice = Math.min(Math.ceil(lots / rounds), Math.max(1, rounds === 1 ? depth : Math.floor(depth * participation)));
        order(decision, leg, slice, leg.limit);
      },
    };

    /**
     * Of the equal-slice schedules of 1, 2, 4, … rounds the one with the least cost: what its slices cost on the book as
     * it is, refilled between rounds, and the expected deficit of an account whose position shrinks linearly meanwhile
     * (its variance is a third of the whole, as in Almgren and Chriss).
     */
    function roundsFor(leg: Leg, lots: Lots, equity: number, perSecond: number): number {
      let best = 1;
      let least = Infinity;
      for (let rounds = 1; rounds <= maxRounds && rounds <= lots; rounds *= 2) {
        const cost = costOfRounds(leg, lots, rounds, equity, perSecond);
        if (cost < least) {
          least = cost;
          best = rounds;
        }
      }
      return best;
    }

    function costOfRounds(leg: Leg, lots: Lots, rounds: number, equity: number, perSecond: number): number {
      const deviation = perSecond * Math.sqrt((rounds * interval) / SECOND / 3);
      return (
        rounds * costOf(leg, Math.ceil(lots / rounds)) +
        deficitPrice * deviation * unitLoss(deviation === 0 ? Infinity : equity / deviation)
      );
    }
  },
});

/** The one that releases most, in value. */
function largestRelease(legs: readonly Leg[]): Leg {
  let largest = legs[0];
  for (const leg of legs) if (leg.closed * leg.mark * leg.multiplier > largest.closed * largest.mark * largest.multiplier) largest = leg;
  return largest;
}

/** Within the band, and no worse than what leaves nothing once the fee is paid. */
function worstPrice(market: MarketView, account: AccountId, holding: Holding, band: number): Ticks {
  const { instrument, side } = holding;
  const { liquidationFeePpm, maxPrice } = market.instrument(instrument);
  const bankruptcy = withinBankruptcy(market, account, holding);
  const mark = market.markPrice(instrument);
  // Where the fee alone would be more than there is, it is capped by what is left: bankruptcy itself is the bound.
  const afterFee =
    side > 0
      ? mulDivFloor(bankruptcy, PPM, PPM + liquidationFeePpm)
      : Math.min(maxPrice, mulDivCeil(bankruptcy, PPM, PPM - liquidationFeePpm));
  const isWithinMark = side > 0 ? afterFee > mark : afterFee < mark;
  return withinBankruptcy(
    market,
    account,
    holding,
    isWithinMark ? strictest(afterFee, priceWithin(mark, band, side), side) : priceWithin(mark, band, side),
  );
}

function strictest(a: Ticks, b: Ticks, side: number): Ticks {
  return side > 0 ? Math.min(a, b) : Math.max(a, b);
}

/** k·q ÷ P ≥ (M − f) ÷ (1 − M): closing lowers what the rest is worth by more than it releases. False where fees alone do. */
function selfDefeating(market: MarketView, account: AccountId, leg: Leg, target: number, markShare: number): boolean {
  const required = (target * market.maintenance(account)) / market.notional(account);
  const fee = leg.feePpm / PPM;
  if (required <= fee) return false;
  return (markShare * impactOf(leg) * leg.held) / leg.mark >= (required - fee) / (1 - required);
}

/** E[(Z − d)⁺] of a standard normal Z: φ(d) − d·(1 − Φ(d)), with the tail of Abramowitz and Stegun 26.2.17 (7.5e-8). */
export function unitLoss(d: number): number {
  if (d === Infinity) return 0;
  if (d < 0) return unitLoss(-d) - d;
  const density = 0.3989422804014327 * exp(-0.5 * d * d);
  const t = 1 / (1 + 0.2316419 * d);
  const tail = density * t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return Math.max(0, density - d * tail);
}
