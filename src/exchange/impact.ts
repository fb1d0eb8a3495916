// What moved the mid away from the index: how much of that was liquidation flow, and whose. A mark has many causes, so
// instead of one cause it carries this decomposition, and a liquidation counts as endogenous only if the account would be
// safe without the liquidation flow's part.
//
// The rule: an order of a liquidation case that moves the mid by d adds d to that case's contribution. What the market
// takes back is gone: the liquidation flow's part of the basis (mid − index) can never exceed the basis itself, nor have
// the other sign; whatever exceeds it is scaled away, all cases alike. Contributions below a tenth of a tick are dropped;
// a mark that averages over a window, or an index moved by hedges, still owes something to them: then the largest of them
// stays responsible until there are new ones.

import type { CaseId, Ticks } from '../base/units.ts';

const NEGLIGIBLE = 0.1;

/** Contributions in one direction: `sum` and each case's share, stored unscaled so that decay is one multiplication. */
class Contributions {
  sum = 0;
  /** The largest contributor when the last of it was taken back. */
  private before: CaseId = 0;
  private scale = 1;
  private cases: CaseId[] = [];
  private amounts: number[] = [];
  // Kept up with every contribution, because a mark that brings down thousands asks as often who it was.
  /** Of each case, all its amounts in the order they came; and what that was before the last amount of all. */
  private readonly totals = new Map<CaseId, number>();
  private earlier = 0;
  private leader: CaseId = 0;
  private most = 0;

  add(liquidation: CaseId, amount: number): void {
    this.sum += amount;
    const last = this.cases.length - 1;
    if (last >= 0 && this.cases[last] === liquidation) {
      this.amounts[last] += amount / this.scale;
      this.count(liquidation, this.earlier + this.amounts[last]);
    } else {
      this.cases.push(liquidation);
      this.amounts.push(amount / this.scale);
      this.earlier = this.totals.get(liquidation) ?? 0;
      this.count(liquidation, this.earlier + amount / this.scale);
    }
  }

  limitTo(limit: number): void {
    if (this.sum <= limit) return;
    if (limit < NEGLIGIBLE) {
      this.before = this.largest();
      this.sum = 0;
      this.scale = 1;
      this.cases.length = 0;
      this.amounts.length = 0;
      this.recount();
      return;
    }
    this.scale *= limit / this.sum;
    this.sum = limit;
    if (this.scale < 1e-9) this.rescale();
  }

  private rescale(): void {
    let kept = 0;
    for (let i = 0; i < this.cases.length; i++) {
      const amount = this.amounts[i] * this.scale;
      if (amount < NEGLIGIBLE / 100) continue;
      this.cases[kept] = this.cases[i];
      this.amounts[kept++] = amount;
    }
    this.cases.length = kept;
    this.amounts.length = kept;
    this.scale = 1;
    this.recount();
  }

  private recount(): void {
    this.totals.clear();
    this.leader = 0;
    this.most = 0;
    for (let i = 0; i < this.cases.length; i++) {
      this.earlier = this.totals.get(this.cases[i]) ?? 0;
      this.count(this.cases[i], this.earlier + this.amounts[i]);
    }
  }

  private count(liquidation: CaseId, total: number): void {
    this.totals.set(liquidation, total);
    if (total <= this.most) return;
    this.most = total;
    this.leader = liquidation;
  }

  /** The case with the largest contribution (the earliest among equals); where nothing is left, who had it last; 0 for nobody. */
  largest(): CaseId {
    return this.most > 0 ? this.leader : this.before;
  }
}

export class Impact {
  private readonly down = new Contributions();
  private readonly up = new Contributions();

  /** A liquidation order moved the mid by `move` ticks. */
  record(liquidation: CaseId, move: number): void {
    if (move < 0) this.down.add(liquidation, -move);
    else if (move > 0) this.up.add(liquidation, move);
  }

  /** Applies the rule for the basis as it is now and returns the liquidation flow's part of it, in ticks. */
  settle(mid: Ticks, index: Ticks): number {
    const basis = mid - index;
    const part = this.up.sum - this.down.sum;
    if (part < 0 && part < Math.min(basis, 0)) this.down.limitTo(this.up.sum - Math.min(basis, 0));
    else if (part > 0 && part > Math.max(basis, 0)) this.up.limitTo(this.down.sum + Math.max(basis, 0));
    return this.up.sum - this.down.sum;
  }

  /** The case that pushed most in the direction that hurts: down for longs (`side` +1), up for shorts. */
  largestAgainst(side: number): CaseId {
    return side > 0 ? this.down.largest() : this.up.largest();
  }
}
