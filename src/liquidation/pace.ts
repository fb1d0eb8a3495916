// How fast: of schedules of several horizons the one whose expected cost, and what it leaves to be lost if the price runs
// away before it is done, are least together.

import { exp } from '../base/math.ts';
import { PPM, type Lots, type Quote } from '../base/units.ts';
import { unitValue } from '../market/instrument.ts';
import type { Leg } from './release.ts';
import { almgrenChriss, obizhaevaWang, type Schedule } from './schedules.ts';

export interface PaceProblem {
  readonly leg: Leg;
  /** To be closed. */
  readonly lots: Lots;
  readonly equity: Quote;
  /** Standard deviation over the square root of a second: of a lot, and of all else that the account holds. */
  readonly lotRisk: number;
  readonly otherRisk: number;
  /** What a lot is expected to lose within so many seconds because the price goes on as it does; negative: gain. */
  adverse(seconds: number): Quote;
  /** Seconds between two rounds. */
  readonly interval: number;
  readonly maxRounds: number;
  /** Share of a round's way through the book that is for good, and that is left of the rest by the next round. */
  readonly markShare: number;
  readonly kept: number;
  /** What an expected unit of deficit weighs against a unit of cost. */
  readonly deficitPrice: number;
  readonly family: 'almgren-chriss' | 'obizhaeva-wang' | 'equal' | 'at-once';
}

export interface Pace {
  readonly rounds: number;
  /** The first slice. */
  readonly lots: Lots;
  /** Expected cost, and expected deficit as it is weighed. */
  readonly cost: Quote;
}

/** Times the risk aversion at which a little less variance is worth what it saves of the expected deficit. */
const AVERSIONS = [1, 4];

/**
 * One schedule for each horizon: 1, 2, 3, 4, 6, 8, 12, … rounds. Within the family of Almgren and Chriss risk aversion has
 * a meaning for who liquidates: λ is what the expected deficit grows by with the variance, ∂(D·s·L(e/s)) ÷ ∂(s²) =
 * D·φ(e/s) ÷ 2s, where s is the deviation and e the equity.
 */
export function weighPaces(problem: PaceProblem): Pace[] {
  const { lots, maxRounds, family } = problem;
  const slope = slopeOf(problem);
  const longest = family === 'at-once' ? 1 : Math.min(maxRounds, lots);
  const paces: Pace[] = [];
  let least = Infinity;
  let dearer = 0;
  // Longer ones cost more when two in a row have.
  for (let rounds = 1; rounds <= longest && dearer < 2; rounds = nextHorizon(rounds)) {
    const isShaped = family === 'almgren-chriss' && rounds > 1;
    const pace = isShaped ? bestOf(problem, slope, rounds) : paceOf(problem, slope, plainSchedule(problem, rounds));
    paces.push(pace);
    dearer = pace.cost < least ? 0 : dearer + 1;
    least = Math.min(least, pace.cost);
  }
  return paces;
}

function nextHorizon(rounds: number): number {
  if (rounds === 1) return 2;
  return (rounds & (rounds - 1)) === 0 ? (3 * rounds) / 2 : (4 * rounds) / 3;
}

/** The cheapest; of equals the fastest. */
export function fastestOf(paces: readonly Pace[]): Pace {
  return paces.reduce((best, pace) => (pace.cost < best.cost ? pace : best));
}

function plainSchedule({ lots, family, kept }: PaceProblem, rounds: number): Schedule {
  if (family === 'obizhaeva-wang') return obizhaevaWang(lots, rounds, kept);
  return almgrenChriss({ size: lots, slices: rounds, duration: rounds, sigma: 0, epsilon: 0, gamma: 0, eta: 1, lambda: 0 });
}

function bestOf(problem: PaceProblem, slope: number, rounds: number): Pace {
  const { lots, interval, lotRisk, markShare, equity, deficitPrice, leg } = problem;
  const equal = plainSchedule(problem, rounds);
  const impact = slope * leg.multiplier;
  const deviation = deviationOf(problem, equal);
  const d = deviation === 0 ? Infinity : equity / deviation;
  const lambda = d === Infinity ? 0 : (deficitPrice * density(d)) / (2 * deviation);
  let best = paceOf(problem, slope, equal);
  if (lambda === 0) return best;
  for (const times of AVERSIONS) {
    const schedule = almgrenChriss({
      size: lots,
      slices: rounds,
      duration: rounds * interval,
      sigma: lotRisk,
      epsilon: 0,
      gamma: markShare * impact,
      eta: (impact * interval) / 2,
      lambda: times * lambda,
    });
    const pace = paceOf(problem, slope, schedule);
    if (pace.cost < best.cost) best = pace;
  }
  return best;
}

function paceOf(problem: PaceProblem, slope: number, schedule: Schedule): Pace {
  const { leg, lots, equity, markShare, kept, deficitPrice, interval } = problem;
  let cost = 0;
  let forGood = 0;
  // How far the best price is from the mark already is what others have taken: it comes back as what this takes does.
  let passing = leg.side * (leg.best - leg.mark);
  for (const trade of schedule.trades) {
    if (trade > 0) cost += (leg.ladder.loss(trade) + trade * (forGood + passing)) * leg.multiplier;
    forGood += markShare * slope * trade;
    passing = (passing + (1 - markShare) * slope * trade) * kept;
  }
  const waited = schedule.trades.map((_, j) => problem.adverse(j * interval));
  for (let j = 1; j < waited.length; j++) cost += schedule.left[j] * (waited[j] - waited[j - 1]);
  const deviation = deviationOf(problem, schedule);
  // The fee takes at most what is left: it is no reason for a deficit, and the same at every pace.
  const deficit = deviation === 0 ? Math.max(0, cost - equity) : deviation * unitLoss((equity - cost) / deviation);
  const first = Math.min(lots, Math.max(1, Math.ceil(schedule.trades[0] - 1e-9)));
  const fee = (lots * unitValue(leg.contract, leg.mark) * leg.feePpm) / PPM;
  return { rounds: schedule.trades.length, lots: first, cost: cost + fee + deficitPrice * deficit };
}

/** Of equity over the longest horizon, whatever this schedule's own: all positions move together at worst. */
function deviationOf({ leg, lots, lotRisk, otherRisk, interval, maxRounds }: PaceProblem, { left, trades }: Schedule): number {
  const stays = otherRisk + lotRisk * (leg.held - lots);
  let squares = 0;
  for (let j = 1; j < trades.length; j++) {
    const open = stays + lotRisk * left[j];
    squares += open * open;
  }
  squares += Math.max(0, maxRounds - trades.length + 1) * stays * stays;
  return Math.sqrt(interval * squares);
}

/** Ticks a lot, of the straight book on which `lots` would cost what they cost on this one. */
function slopeOf({ leg, lots }: PaceProblem): number {
  return (2 * leg.ladder.loss(lots)) / (lots * lots);
}

function density(d: number): number {
  return 0.3989422804014327 * exp(-0.5 * d * d);
}

/** E[(Z − d)⁺] of a standard normal Z: φ(d) − d·(1 − Φ(d)), with the tail of Abramowitz and Stegun 26.2.17 (7.5e-8). */
export function unitLoss(d: number): number {
  if (d === Infinity) return 0;
  if (d < 0) return unitLoss(-d) - d;
  const phi = density(d);
  const t = 1 / (1 + 0.2316419 * d);
  const tail = phi * t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return Math.max(0, phi - d * tail);
}
