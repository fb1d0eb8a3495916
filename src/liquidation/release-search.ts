// In whole lots: what to close of each position so that margin is restored at the least cost. The scalar of
// cheapest-release.ts gives a plan that is a part of a step away from the best there can be, and a bound on how far; where
// lots are coarse and that is too far, the plan is improved by trying.

import type { Lots, Quote } from '../base/units.ts';
import { cheapestRelease, type Course } from './cheapest-release.ts';

/** A position with some of it closed: what that has cost, and what is still required for the rest. */
export interface State {
  cost: Quote;
  maintenance: Quote;
  cushion: Quote;
}

export interface Option {
  /** Where its course bends, ascending, the first 0; nothing beyond the last is worth closing. */
  readonly points: readonly Lots[];
  /** At each point. */
  readonly costs: readonly number[];
  readonly maintenances: readonly number[];
  readonly cushions: readonly number[];
  /** At any quantity up to the last point, exactly. */
  stateAt(lots: Lots, out: State): void;
}

export interface Found {
  readonly lots: Lots[];
  readonly reached: boolean;
  /** Equity less what is required: before, and as planned. */
  readonly before: Quote;
  readonly after: Quote;
}

/** How much of its cost a plan may be above the bound before it is worth trying others. */
const GAP = 0.009;
/** So many plans are tried where these are all there are; else only some, around the one that is known. */
const ALL = 2_000;
const SOME = 400;
/** From so many lots on, a lot more or less changes too little. */
const FINE = 1_000;
const NEIGHBOURS = 6;

/** Equity must come to `ratio` times maintenance, and to maintenance and cushions. */
export function searchRelease(options: readonly Option[], equity: Quote, ratio: number): Found {
  return new Search(options, equity, ratio).find();
}

class Search {
  private readonly options: readonly Option[];
  private readonly equity: Quote;
  private readonly ratio: number;
  private readonly state: State = { cost: 0, maintenance: 0, cushion: 0 };
  private readonly sums: State = { cost: 0, maintenance: 0, cushion: 0 };
  private best: Lots[] | undefined;
  private bestCost = Infinity;

  constructor(options: readonly Option[], equity: Quote, ratio: number) {
    this.options = options;
    this.equity = equity;
    this.ratio = ratio;
  }

  find(): Found {
    const { options } = this;
    const nothing = options.map(() => 0);
    const before = this.surplusOf(nothing);
    if (before >= 0) return { lots: nothing, reached: true, before, after: before };
    const bound = options.length === 1 ? this.alone() : this.together();
    if (this.best !== undefined && options.length > 1 && this.bestCost - bound > GAP * Math.abs(this.bestCost)) this.improve();
    const lots = this.best ?? this.greatest();
    return { lots, reached: this.best !== undefined, before, after: this.surplusOf(lots) };
  }

  private alone(): number {
    this.sumBut([0], 0);
    const least = this.leastOf(0);
    if (least >= 0) this.best = [least];
    return 0;
  }

  /** By the scalar, for the stricter of the two things that equity must come to, as a rule. Returns what any plan must cost. */
  private together(): number {
    const { options } = this;
    const nothing = options.map(() => 0);
    const isByRatio = this.surplusOf(nothing, 1) <= this.surplusOf(nothing, 0);
    let bound = -Infinity;
    for (const mix of isByRatio ? [1, 0, 0.5] : [0, 1, 0.5]) {
      const courses = options.map((option) => this.courseOf(option, mix));
      const { whole, lots, cost, reached } = cheapestRelease(courses, -this.surplusOf(nothing, mix));
      // Then no plan can.
      if (!reached) return bound;
      bound = Math.max(bound, cost);
      const partly = whole.findIndex((size, i) => size !== lots[i]);
      this.trim(whole, Math.max(0, partly));
      // The other requirement is met too: more does not bind.
      if (this.best !== undefined) return bound;
    }
    if (this.best === undefined) this.trim(this.greatest(), 0);
    return bound;
  }

  /** Takes back what is not needed, first of position `first`. */
  private trim(plan: Lots[], first: number): void {
    if (this.surplusOf(plan) < 0) return;
    for (let n = 0; n < plan.length; n++) {
      const i = n === 0 ? first : n <= first ? n - 1 : n;
      this.sumBut(plan, i);
      const least = this.leastOf(i);
      if (least >= 0) plan[i] = Math.min(plan[i], least);
    }
    this.keep(plan);
  }

  private keep(plan: readonly Lots[]): void {
    const cost = this.costOf(plan);
    if (cost >= this.bestCost) return;
    this.best = [...plan];
    this.bestCost = cost;
  }

  private improve(): void {
    const sizes = this.options.map(({ points }) => points[points.length - 1]);
    const last = sizes.indexOf(Math.max(...sizes));
    const plans = sizes.reduce((product, size, i) => (i === last ? product : product * (size + 1)), 1);
    if (plans <= ALL) this.tryAll(sizes, last);
    else if (this.best!.reduce((sum, lots) => sum + lots, 0) < FINE) this.tryNeighbours(sizes);
  }

  /** Every quantity of all but the `last`, of which the least that does. */
  private tryAll(sizes: readonly Lots[], last: number): void {
    const plan = sizes.map(() => 0);
    for (let more = true; more;) {
      this.finish(plan, last);
      more = false;
      for (let i = 0; i < plan.length && !more; i++) {
        if (i === last) continue;
        if (plan[i] < sizes[i]) {
          plan[i]++;
          more = true;
        } else plan[i] = 0;
      }
    }
  }

  /** A little more or less of one, made good by another, as long as that helps. */
  private tryNeighbours(sizes: readonly Lots[]): void {
    for (let tries = 0, before = Infinity; this.bestCost < before && tries < SOME;) {
      before = this.bestCost;
      for (let i = 0; i < sizes.length; i++) {
        for (let j = 0; j < sizes.length; j++) {
          if (i === j) continue;
          const base = [...this.best!];
          for (const size of neighbours(this.options[i].points, base[i], sizes[i])) {
            const plan = [...base];
            plan[i] = size;
            this.finish(plan, j);
            tries++;
          }
        }
      }
    }
  }

  /** With the least of position `i` that restores. */
  private finish(plan: Lots[], i: number): void {
    this.sumBut(plan, i);
    if (this.sums.cost + this.options[i].costs[0] >= this.bestCost) return;
    const least = this.leastOf(i);
    if (least < 0) return;
    const was = plan[i];
    plan[i] = least;
    this.keep(plan);
    plan[i] = was;
  }

  /** Of position `i`, when the sums hold all others: −1 where nothing does. */
  private leastOf(i: number): Lots {
    const { points, costs, maintenances, cushions } = this.options[i];
    const { sums } = this;
    let k = 0;
    while (k < points.length && this.surplus(sums.cost + costs[k], sums.maintenance + maintenances[k], sums.cushion + cushions[k]) < 0) k++;
    if (k === points.length) return -1;
    if (k === 0) return 0;
    // Between two points the surplus is straight or arched, so that it crosses zero once.
    let short = points[k - 1];
    let enough = points[k];
    while (enough - short > 1) {
      const middle = Math.floor((short + enough) / 2);
      this.options[i].stateAt(middle, this.state);
      const { cost, maintenance, cushion } = this.state;
      if (this.surplus(sums.cost + cost, sums.maintenance + maintenance, sums.cushion + cushion) >= 0) enough = middle;
      else short = middle;
    }
    return enough;
  }

  /** Where no plan restores: the one that comes nearest. */
  private greatest(): Lots[] {
    let nearest = this.options.map(() => 0);
    let most = this.surplusOf(nearest);
    for (const mix of [1, 0]) {
      const plan = this.options.map((option) => {
        const { release, lots } = this.courseOf(option, mix);
        return lots[release.indexOf(release.reduce((a, b) => Math.max(a, b)))];
      });
      const surplus = this.surplusOf(plan);
      if (surplus > most) {
        most = surplus;
        nearest = plan;
      }
    }
    return nearest;
  }

  /** Counted by a mix of the two requirements: 1 is the ratio alone, 0 the cushion. */
  private courseOf({ points, costs, maintenances, cushions }: Option, mix: number): Course {
    const byRatio = mix * this.ratio + (1 - mix);
    const byCushion = 1 - mix;
    const release: number[] = [];
    for (let k = 0; k < points.length; k++)
      release.push(costs[0] - costs[k] + byRatio * (maintenances[0] - maintenances[k]) + byCushion * (cushions[0] - cushions[k]));
    return { lots: points, cost: costs, release };
  }

  private sumBut(plan: readonly Lots[], but: number): void {
    const { sums, state } = this;
    sums.cost = sums.maintenance = sums.cushion = 0;
    for (let i = 0; i < plan.length; i++) {
      if (i === but) continue;
      this.options[i].stateAt(plan[i], state);
      sums.cost += state.cost;
      sums.maintenance += state.maintenance;
      sums.cushion += state.cushion;
    }
  }

  private costOf(plan: readonly Lots[]): Quote {
    this.sumBut(plan, -1);
    return this.sums.cost;
  }

  private surplusOf(plan: readonly Lots[], mix?: number): Quote {
    this.sumBut(plan, -1);
    const { cost, maintenance, cushion } = this.sums;
    if (mix === undefined) return this.surplus(cost, maintenance, cushion);
    return this.equity - cost - (mix * this.ratio * maintenance + (1 - mix) * (maintenance + cushion));
  }

  private surplus(cost: Quote, maintenance: Quote, cushion: Quote): Quote {
    return this.equity - cost - Math.max(this.ratio * maintenance, maintenance + cushion);
  }
}

/** Quantities around `size`, and the points next to it. */
function neighbours(points: readonly Lots[], size: Lots, most: Lots): Lots[] {
  const found: Lots[] = [0];
  for (let away = 1; away <= NEIGHBOURS; away++) found.push(size - away, size + away);
  const above = points.findIndex((point) => point > size);
  if (above > 0) found.push(points[above], points[above - 1]);
  return found.filter((lots) => lots >= 0 && lots <= most && lots !== size);
}
