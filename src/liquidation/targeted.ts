// Ours: as little as restores margin, where it costs least, at a price no worse than holding is expected to come to, as fast
// as the risk of waiting asks for. Quantity and positions from the actual book with fees and own impact on the mark
// (release.ts), what the price does next (outlook.ts), pace from schedules of Almgren and Chriss (pace.ts), depth shared
// with other cases by urgency (shared-depth.ts).

import { choice, count, duration, fraction, money, number } from '../base/params.ts';
import {
  PPM,
  type AccountId,
  type CaseId,
  type InstrumentId,
  type Lots,
  type Micros,
  type Quote,
  type Side,
  type Ticks,
} from '../base/units.ts';
import { notional, tickValue, unitValue } from '../market/instrument.ts';
import type { MarketView } from '../market/market-view.ts';
import { ladderFor } from './assumptions.ts';
import type { Alternative } from './decision-record.ts';
import { leastAtOnePrice } from './minimal-quantity.ts';
import { bestOffer, cheaperOnBook, type Offer } from './offers.ts';
import { assign, fillableOf, handOver, order, priceWithin, waitUntil, type Holding } from './orders.ts';
import { Outlook } from './outlook.ts';
import { fastestOf, unitLoss, weighPaces, type Pace } from './pace.ts';
import { policyKind, type CaseView } from './policy.ts';
import { Refitted } from './refitted.ts';
import { impactOf, planRelease, type Leg, type Release } from './release.ts';
import { keptAfter } from './schedules.ts';
import { SharedDepth } from './shared-depth.ts';
import { strictest, worstPrice } from './worst-price.ts';

const YEAR_SECONDS = 31_557_600;
const SECOND = 1_000_000;
/** After so many seconds any trend is over. */
const LONG = 86_400;
/** Nobody is more urgent than who is a hundredth of a second's deviation from bankruptcy. */
const NEAREST = 0.01;

/** So many schedules are remembered before those that have ended are forgotten. */
const MOST_SCHEDULES = 10_000;

/** What a case comes to: what would be closed in all, and at which paces. */
interface Plan {
  readonly leg: Leg;
  readonly lots: Lots;
  readonly paces: readonly Pace[];
  /** The first slice of the best pace, as far as depth and other cases allow. */
  readonly slice: Lots;
  readonly reached: boolean;
  /** Closing a part releases less than it costs. */
  readonly isFutile: boolean;
  /** Selling lowers the mark by more than it releases. */
  readonly isWorse: boolean;
  /** What it had measured: volatility a year, the trend's move within the horizon (for it negative), and its share of the depth. */
  readonly seen: Readonly<Record<'volatility' | 'trend' | 'share' | 'roundsLeft', number>>;
  /** Where that costs less: so much to the book, the rest to volunteers. */
  readonly offered: (Offer & { readonly onBook: Lots; readonly cost: Quote }) | undefined;
}

export const targeted = policyKind({
  kind: 'targeted',
  doc: 'Closes the least that restores margin, where the book makes it cheapest, at a pace that weighs impact against the risk of a deficit.',
  params: {
    target: number(1.1, 'Equity aimed at, as a multiple of maintenance margin.', { min: 1, max: 10 }),
    deviations: number(2, 'Standard deviations of the price within the horizon that the restored account must bear.', { min: 0 }),
    horizon: duration('60s', 'The time for which it must bear them.', { min: 1 }),
    volatility: fraction('60%', 'Yearly volatility that is assumed at least, and before enough marks were seen.', { min: 0 }),
    halfLife: duration('60s', 'How fast the measured volatility forgets.', { min: 1_000_000 }),
    trend: duration(
      '5s',
      'Half-life of the trend that it looks for, and expects to go on as long: falling fast is no time to wait; 0: it looks for none.',
    ),
    persistence: duration('60s', 'After which time a trend is expected to have died away by half.', { min: 1 }),
    reference: choice(
      ['index', 'mark'],
      'index',
      'What the price comes back to, and whose trend is looked for: the index, which forced orders do not move, or the mark itself.',
    ),
    concession: fraction('10bp', 'What it gives away at least against what the price comes back to: an ordinary book asks as much.', {
      min: 0,
      max: 0.5,
    }),
    reversion: duration('2m', 'Half-life of what is taken for the usual distance of the mark from its index, which does not come back.', {
      min: 1,
    }),
    reserve: number(
      1,
      'It holds out for what the price comes back to, but for so many times what waiting is expected to cost and risks; 0: it does not.',
      { min: 0 },
    ),
    markShare: fraction(
      '50%',
      'How much of its own way through the book the mark is taken to go along. Uncertain: depends on the mark’s formula.',
      { min: 0, max: 1 },
    ),
    band: fraction('5%', 'How far from the mark an order may trade.', { min: 0, max: 0.5 }),
    interval: duration('1s', 'Between two rounds, in which the book can refill.', { min: 1 }),
    refill: duration('10s', 'In which time the book makes good half of what an order took; 0: all of it between two rounds.'),
    participation: fraction('100%', 'Share of the depth within the band that one round takes at most.', { min: 0, max: 1 }),
    maxRounds: count(32, 'The slowest schedule considered, in rounds.', { min: 1 }),
    schedule: choice(
      ['kept', 'anew'],
      'kept',
      'Whether a case keeps to the end of the schedule it began with, or chooses its horizon anew every round.',
    ),
    deficitPrice: number(2, 'What an expected unit of deficit weighs against a unit of cost.', { min: 0 }),
    patience: duration('5m', 'How long it holds out for a better book than there is, unless bankrupt.', { min: 0 }),
    volunteers: fraction(
      '1%',
      'The greatest discount to the mark at which it asks volunteers to take over what the book takes only for more; 0: it asks nobody.',
      {
        min: 0,
        max: 0.5,
      },
    ),
    whenWorse: choice(
      ['hand-over', 'close'],
      'close',
      'What to do where selling lowers the mark by more than it releases: hand over to the loss layers, or close what the book takes for no less than it holds out for.',
    ),
    quantity: choice(
      ['least', 'no-impact', 'all'],
      'least',
      'How much: the least that restores, what would restore if the best price were paid for all of it, or everything.',
    ),
    pace: choice(
      ['almgren-chriss', 'obizhaeva-wang', 'equal', 'at-once'],
      'almgren-chriss',
      'The schedules from which the horizon is chosen: in the shape that risk aversion asks for, in that for a book that refills, in equal slices, or none.',
    ),
    price: choice(
      ['solvent', 'bankruptcy', 'band'],
      'bankruptcy',
      'The worst price whatever is held out for: what leaves nothing after fees, the bankruptcy price, or the band alone.',
    ),
    impactScale: number(1, 'Its estimate of impact is wrong by this factor.', { min: 0.01, max: 100 }),
    assumeSize: money('0', 'Blind to size: it decides as if accounts held so much; 0: as they do.'),
    assumeLeverage: number(0, 'Blind to leverage: it decides as if this were notional over equity; 0: as it is.', { min: 0 }),
    assumeVolatility: fraction('0%', 'Blind to volatility: this a year, whatever the marks do; 0: as measured.', { min: 0 }),
    assumeDepth: money('0', 'Blind to depth: it decides as if so much rested within 1 % of the best price; 0: as the book is.'),
    assumeVolume: money(
      '0',
      'Blind to the book: impact by the square-root law from this daily volume and the volatility; 0: as the book is.',
    ),
  },
  create: (params) => {
    const { target, deviations, horizon, volatility, markShare, band, interval, participation, maxRounds, patience } = params;
    const { whenWorse, quantity, assumeLeverage, assumeVolatility } = params;
    const outlooks = new Map<InstrumentId, Outlook>();
    const ends = new Map<CaseId, { decided: Micros; at: Micros }>();
    const shared = new SharedDepth(interval);
    const assumed = volatility / Math.sqrt(YEAR_SECONDS);
    const refitted = new Refitted();

    /** Of the price, over the square root of a second, when this was measured. */
    function sigmaOf(instrument: InstrumentId, measured: number | undefined): number {
      if (assumeVolatility > 0) return assumeVolatility / Math.sqrt(YEAR_SECONDS);
      return refitted.sigma(instrument) ?? Math.max(assumed, measured ?? 0);
    }
    function sigma(instrument: InstrumentId): number {
      return sigmaOf(instrument, outlooks.get(instrument)?.sigma);
    }
    /** By how much of the price it is expected to move against who closes on this side; negative: in favour. */
    function adverse(instrument: InstrumentId, side: Side, seconds: number): number {
      return side * (outlooks.get(instrument)?.expected(seconds, params.persistence / SECOND) ?? 0);
    }
    function cushion(instrument: InstrumentId, side: Side): number {
      return deviations * sigma(instrument) * Math.sqrt(horizon / SECOND) + Math.max(0, adverse(instrument, side, horizon / SECOND));
    }
    /** Standard deviation of the account's equity over the square root of a second; positions move together at worst. */
    function risk(market: MarketView, account: AccountId): number {
      let sum = 0;
      market.forEachPosition(account, (instrument, lots) => {
        sum += notional(market.instrument(instrument), lots, market.markPrice(instrument)) * sigma(instrument);
      });
      return sum;
    }
    function equityOf(market: MarketView, account: AccountId): Quote {
      return assumeLeverage > 0 ? market.notional(account) / assumeLeverage : market.equity(account);
    }

    /**
     * The worst price of an order. While it can be waited that is no worse than what holding is expected to come to: what the
     * price comes back to, less what the trend takes until it has died away, and less what waiting for the book risks.
     */
    function limitOf(market: MarketView, { account, startedAt, now }: CaseView, holding: Holding, deviation: number): Ticks {
      const bound = worstPrice(market, account, holding, band, params.price);
      const { instrument, side } = holding;
      const outlook = outlooks.get(instrument);
      if (params.reserve === 0 || outlook === undefined || now - startedAt >= patience) return bound;
      const ahead = Math.max(0, adverse(instrument, side, LONG));
      const given = params.concession + params.reserve * (ahead + deviation * sigmaOf(instrument, outlook.fairSigma));
      return strictest(bound, priceWithin(Math.round(outlook.fair), Math.min(given, 1), side), side);
    }

    /** Equity when prices have come back to what they come back to. */
    function equityAtFair(market: MarketView, account: AccountId): Quote {
      let equity = equityOf(market, account);
      market.forEachPosition(account, (instrument, lots) => {
        const outlook = outlooks.get(instrument);
        if (outlook === undefined) return;
        const mark = market.markPrice(instrument);
        equity += lots * (outlook.fair - mark) * tickValue(market.instrument(instrument), mark);
      });
      return equity;
    }

    /** Undefined where the book takes nothing. Remembers nothing. */
    function planFor(view: CaseView, market: MarketView): Plan | undefined {
      const { account, now } = view;
      const equity = equityOf(market, account);
      const perSecond = risk(market, account);
      const slack = slackOf(equity, perSecond);
      const total = market.notional(account);
      const release = planRelease(market, account, {
        ratio: target,
        cushion,
        limit: (holding) => limitOf(market, view, holding, slack),
        markShare: refitted.markShareOf(market, account, markShare),
        ladder: (holding, limit) => {
          const { instrument, side } = holding;
          return ladderFor(params, { market, holding, limit, total, sigma: sigma(instrument), depth: refitted.depth(instrument, side) });
        },
        equity,
      });
      const { legs, reached, before, after } = release;
      const offers = new Map<Leg, Offer>();
      for (const leg of params.volunteers === 0 ? [] : legs) {
        const offer = bestOffer(market, account, leg, params.volunteers);
        if (offer !== undefined) offers.set(leg, offer);
      }
      const open = legs.filter((leg) => offers.has(leg) || fillableOf(market, leg, 1, leg.limit) > 0);
      if (open.length === 0) return undefined;
      // Closing everything is what is left where closing a part of it releases less than its fee.
      // So it is where equity does not even pay the fee of closing all: each slice then takes from what bears the next.
      const isLost = !reached && equity < legs.reduce((sum, { notional: value, feePpm }) => sum + (value * feePpm) / PPM, 0);
      const isFutile = isLost || (!reached && after <= before);
      const leg = isFutile || quantity !== 'least' ? open[0] : largestRelease(open);
      const offer = offers.get(leg);
      const unit = unitValue(leg.contract, leg.mark);
      const lots = lotsFor(leg, release, offer, isFutile, equity);
      const lotRisk = unit * sigma(leg.instrument);
      const along = refitted.markShare(leg.instrument, leg.side, markShare);
      const paces = weighPaces({
        leg,
        lots,
        equity,
        lotRisk,
        otherRisk: Math.max(0, perSecond - lotRisk * leg.held),
        adverse: (seconds) => adverse(leg.instrument, leg.side, seconds) * unit,
        interval: interval / SECOND,
        maxRounds: Math.min(maxRounds, roundsLeft(view.case, now)),
        markShare: along,
        kept: keptAfter(interval, refitted.halfLife(leg.instrument, leg.side, params.refill)),
        deficitPrice: params.deficitPrice,
        family: isLost ? 'at-once' : params.pace,
      });
      const { lots: first, rounds, cost } = fastestOf(paces);
      const share = isLost ? 1 : shared.shareOf(leg.instrument, leg.side, view.case, urgencyOf(equity, perSecond), now);
      // Of all that rests there, whatever this account holds.
      const depth = fillableOf(market, leg, Number.MAX_SAFE_INTEGER, leg.limit) * share;
      const slice = Math.min(first, Math.max(1, Math.floor(rounds === 1 ? depth : depth * participation)));
      const isWorse = selfDefeating(market, account, leg, target, along);
      const seen = {
        volatility: sigma(leg.instrument) * Math.sqrt(YEAR_SECONDS),
        trend: -adverse(leg.instrument, leg.side, horizon / SECOND),
        share,
        roundsLeft: roundsLeft(view.case, now),
      };
      return {
        leg,
        lots,
        paces,
        slice,
        reached,
        isFutile,
        isWorse,
        seen,
        offered: offer && offeredOf(leg, lots, offer, isWorse ? Infinity : cost),
      };
    }

    /** What waiting for the book to refill risks, in standard deviations of a second: noise, and what it leaves to be lost. */
    function slackOf(equity: Quote, perSecond: number): number {
      const root = Math.sqrt(Math.max(interval, params.refill) / Math.LN2 / SECOND);
      const deficit = perSecond === 0 ? 0 : params.deficitPrice * unitLoss(equity / (perSecond * root));
      return root * (deviations + deficit);
    }

    /** How much goes in all: what is needed; more where holding costs more than closing. */
    function lotsFor(leg: Leg, { legs, reached }: Release, offer: Offer | undefined, isFutile: boolean, equity: Quote): Lots {
      const aim = { equity, target };
      if (quantity === 'no-impact' && !isFutile) {
        return Math.max(1, atOnePrice(leg, legs, aim, leg.side * (leg.best - leg.mark) * leg.multiplier, leg.feePpm / PPM));
      }
      if (quantity === 'all' || isFutile) return leg.held;
      const ahead = adverse(leg.instrument, leg.side, LONG);
      if (offer !== undefined && offer.given < ahead * unitValue(leg.contract, leg.mark)) return leg.held;
      const missing = offer === undefined || reached ? 0 : atOnePrice(leg, legs, aim, offer.given, 0);
      // Where it is blind it may hold for restored what is not: then a lot a round.
      return Math.max(1, leg.closed, missing, dearerToHold(leg, ahead));
    }

    function roundsLeft(liquidation: CaseId, now: Micros): number {
      const end = ends.get(liquidation);
      if (end === undefined || end.decided === now || params.schedule === 'anew') return maxRounds;
      return Math.max(1, 1 + Math.ceil((end.at - now) / interval));
    }

    return {
      memory: { outlooks, ends, shared, refitted },

      recalibrated: (estimate) => refitted.take(estimate),
      estimateOf: (instrument, side) => refitted.of(instrument, side),

      observe(instrument, mark, at, index) {
        const own = outlooks.get(instrument);
        if (own === undefined) outlooks.set(instrument, new Outlook(params, mark, index, at));
        else own.observe(mark, index, at);
      },

      isRestored: ({ account }, market) => {
        let needed = market.maintenance(account);
        market.forEachPosition(account, (instrument, lots) => {
          needed += notional(market.instrument(instrument), lots, market.markPrice(instrument)) * cushion(instrument, lots > 0 ? -1 : 1);
        });
        return market.equity(account) >= needed;
      },

      explain(liquidation, market) {
        const plan = planFor(liquidation, market);
        if (plan === undefined) return { alternatives: [], reason: 'the book takes nothing within the worst acceptable price' };
        const { leg, lots: all, paces, reached, isFutile, isWorse, offered, seen } = plan;
        const aim = quantity === 'all' || isFutile ? 'all of it' : 'what restores the target';
        const alternatives = paces.map(({ rounds, lots, cost }): Alternative => {
          const what = `close ${aim} in ${rounds} ${rounds === 1 ? 'round' : 'rounds'}`;
          return { action: 'order', what, instrument: leg.instrument, lots, score: cost };
        });
        if (offered !== undefined) {
          const what = `close what the book takes for less (${offered.onBook} lots), the rest to volunteers`;
          alternatives.push({ action: 'assign', what, instrument: leg.instrument, lots: all, score: offered.cost });
          return { alternatives, reason: 'volunteers take it for less than the book', seen };
        }
        const reason = isWorse
          ? 'selling lowers the mark by more than it releases'
          : isFutile
            ? 'closing a part releases less than its fee: all of it goes'
            : quantity === 'least' && all > leg.closed && seen.trend < 0
              ? 'the price moves against it: more than restores the target costs less to close than to hold'
              : reached
                ? 'the least that restores the target, at the pace that costs least'
                : 'the book does not hold what would restore the target: as much as helps';
        return { alternatives, reason, seen };
      },

      decide(liquidation, market, decision) {
        const { account, now, startedAt, lastInstrument } = liquidation;
        const plan = planFor(liquidation, market);
        const equity = equityOf(market, account);
        const perSecond = risk(market, account);
        if (plan === undefined) {
          const isHealthy = !market.isLiquidatable(account);
          return isHealthy || (now - startedAt < patience && equityAtFair(market, account) > 0)
            ? waitUntil(decision, now + interval)
            : handOver(decision);
        }
        const { leg, lots, paces, slice, isWorse, offered } = plan;
        if (offered !== undefined) {
          if (offered.onBook > 0 && lastInstrument !== leg.instrument) return order(decision, leg, offered.onBook, offered.price);
          return assign(decision, leg, Math.min(lots, offered.room), offered.price);
        }
        if (isWorse && whenWorse === 'hand-over' && market.isLiquidatable(account)) return handOver(decision);
        if (lastInstrument === leg.instrument) return waitUntil(decision, now + interval);
        if (!ends.has(liquidation.case)) {
          // Most cases that were begun long ago are over.
          if (ends.size >= MOST_SCHEDULES) for (const [id, { at }] of ends) if (at < now) ends.delete(id);
          ends.set(liquidation.case, { decided: now, at: now + (fastestOf(paces).rounds - 1) * interval });
        }
        shared.claim(leg.instrument, leg.side, liquidation.case, urgencyOf(equity, perSecond), now);
        order(decision, leg, slice, leg.limit);
      },
    };
  },
});

/** The nearer bankruptcy is, in what the market moves in a second, the more urgent. */
function urgencyOf(equity: Quote, perSecond: number): number {
  return perSecond === 0 ? 1 : 1 / Math.max(NEAREST, equity / perSecond);
}

/** The one that releases most, in value. */
function largestRelease(legs: readonly Leg[]): Leg {
  let largest = legs[0];
  for (const leg of legs) if (leg.closed * leg.mark * leg.multiplier > largest.closed * largest.mark * largest.multiplier) largest = leg;
  return largest;
}

/** What would do if each lot were closed for `given` against the mark, and `fee` of its value: no impact. No more than is held. */
function atOnePrice(
  leg: Leg,
  legs: readonly Leg[],
  { equity, target }: { equity: Quote; target: number },
  given: Quote,
  fee: number,
): Lots {
  const required = ({ tiers, notional: value, cushion }: Leg) => {
    const maintenance = tiers.maintenance(value);
    return Math.max(target * maintenance, maintenance + cushion * value);
  };
  let left = equity;
  for (const other of legs) if (other !== leg) left -= required(other);
  const least = leastAtOnePrice({
    equity: left,
    size: leg.held,
    mark: leg.notional / leg.held,
    slippage: given,
    margin: required(leg) / leg.notional,
    fee,
  });
  return Math.min(leg.held, Math.ceil(least));
}

/** The book as far as it is cheaper, volunteers for the rest; undefined where `cost` on the book alone is less. */
function offeredOf(leg: Leg, lots: Lots, offer: Offer, cost: Quote): Plan['offered'] {
  const onBook = cheaperOnBook(leg, lots, offer);
  const rest = lots - onBook.lots;
  if (rest === 0 || offer.given * rest >= cost - onBook.cost) return undefined;
  return { ...offer, onBook: onBook.lots, cost: onBook.cost + offer.given * rest };
}

/** How many lots cost less to close now than the price is expected to take from each of them. A fee is the platform's: no loss. */
function dearerToHold({ ladder, side, best, mark, held }: Leg, ahead: number): Lots {
  const bound = ahead * mark - side * (best - mark);
  if (ahead <= 0 || bound <= 0) return 0;
  let lots = 0;
  for (let i = 0, end = ladder.end(0); end !== 0 && lots < held && ladder.away(end) <= bound; end = ladder.end(++i)) lots = end;
  return Math.min(held, lots);
}

/** k·q ÷ P ≥ (M − f) ÷ (1 − M): closing lowers what the rest is worth by more than it releases. False where fees alone do. */
function selfDefeating(market: MarketView, account: AccountId, leg: Leg, target: number, markShare: number): boolean {
  const required = (target * market.maintenance(account)) / market.notional(account);
  const fee = leg.feePpm / PPM;
  if (required <= fee) return false;
  return (markShare * impactOf(leg) * leg.held) / leg.mark >= (required - fee) / (1 - required);
}
