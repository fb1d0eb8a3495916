// The headline: what a run comes to, counted from the stream in constant memory. Sums are exact; averages over time are
// weighted by how long a state lasted, the state being what the market looks like when the next instant begins.

import { Decimal, fromUnits, plain } from '../base/decimal.ts';
import {
  MICROS_PER_MILLI,
  MICROS_PER_MINUTE,
  MICROS_PER_SECOND,
  type ActorId,
  type InstrumentId,
  type Lots,
  type Micros,
  type Quote,
} from '../base/units.ts';
import { notional } from '../market/instrument.ts';
import { FILL_MAKER, Reason, Type, type Message } from '../messages.ts';
import { cascadesOf, summarise } from './cascades.ts';
import { byId, forcedNotional, isVenues, NEVER, type Cases, type Probe, type Listing, type ReaderOptions } from './cases.ts';
import type { CollateralFigure } from './collateral-figures.ts';
import { EarlyReductions, type EarlyResult } from './early-reductions.ts';
import { Total } from './total.ts';

/** Money and prices are plain decimal strings in the settlement asset; prices are those of the first instrument. */
export interface Headline {
  /** Executions on the book, and their notional. */
  readonly trades: number;
  readonly volume: string;
  /** Cases that reached liquidation. */
  readonly liquidations: number;
  /** What left liquidated accounts by force: on the book, taken over, deleveraged. */
  readonly liquidatedNotional: string;
  /** The same, and what was closed a second time: the fund's inventory sold on the book or deleveraged. */
  readonly forcedNotional: string;
  readonly marginCalls: number;
  /** Of the liquidations: called at a strictly earlier instant, in the same instant, never. */
  readonly called: { readonly before: number; readonly sameInstant: number; readonly never: number };
  /** Accounts whose equity at the mark was negative while they were closed, or that ended owing. */
  readonly bankruptAccounts: number;
  readonly badDebt: string;
  /** Of the insurance fund: equity, which at the end is cash and what its inventory gains or loses at mark. */
  readonly fund: { readonly [Figure in 'start' | 'low' | 'end' | 'cash' | 'inventory']: string };
  /** Equity of the venue's other accounts together, a liquidity vault's say; absent where it has none. */
  readonly vault?: { readonly start: string; readonly end: string };
  /** Counterparties closed against their will, and the notional of it. */
  readonly adl: { readonly accounts: number; readonly notional: string };
  /** What other accounts than the fund paid for deficits: through the funding index, out of profits, by cut withdrawals. */
  readonly socialisedLoss: string;
  /** What each population won, or lost (negative); the insurance fund is not among them. */
  readonly profit: Readonly<Record<string, string>>;
  /** Of each collateral asset; absent where there is none. */
  readonly collateral?: Readonly<Record<string, CollateralFigure>>;
  readonly cascades: {
    /** Trees of at least two liquidations. */
    readonly count: number;
    readonly roots: number;
    readonly largest: number;
    readonly deepest: number;
    /** Share of liquidations with a parent, its standard error and Wilson's 95 % interval. */
    readonly branchingRatio: number;
    readonly standardError: number;
    readonly interval: readonly [low: number, high: number];
  };
  /** Of the mid, sampled at every mark but in halts; `maxDrawdown` is a positive fraction. Null when the book never had two sides. */
  readonly price: {
    readonly start: string | null;
    readonly low: string | null;
    readonly high: string | null;
    readonly end: string | null;
    readonly maxDrawdown: number;
  };
  /** All instruments, valued at mark. */
  readonly openInterest: { readonly start: string; readonly end: string };
  /** How often trading in an instrument was halted. */
  readonly halts: number;
  /** Median over cases: from the mark that breached to the first liquidation order at the gateway. Null without any. */
  readonly breachToFirstOrderMs: number | null;
  /** The most that liquidation flow had moved the mark away from the index, in basis points. */
  readonly priceImpact: number;
  /**
   * Executed ÷ minimal − 1 over all liquidations, minimal being what would just have restored maintenance at the first
   * step without impact (see `Cases`). Null without liquidations that had to close something.
   */
  readonly excessRatio: number | null;
  readonly earlyReductions: EarlyResult;
  readonly orderliness: {
    /** How long the first instrument's book lacked a side. */
    readonly oneSidedMs: number;
    /** Mean over the time with two sides. Null without such a time. */
    readonly spreadBp: number | null;
    /** Mean of |mark ÷ index − 1|. */
    readonly markIndexGapBp: number | null;
    /**
     * From the thinnest book (within 1 % of the mid, after the first minute) until half of what was missing from the
     * first minute's mean is back. Null when it was not back at the end of the run.
     */
    readonly depthHalfLifeMs: number | null;
  };
}

export interface MetricsOptions extends ReaderOptions {
  readonly cases: Cases;
}

const { MarkPublished, OrderFilled, SessionChanged, LiquidationFilled, PositionTakenOver, Deleveraged, BadDebtBooked } = Type;
const { MarginCalled, LiquidationClosed, AssignPosition, PositionAssigned, LossSocialised, DebtRepaid } = Type;

/** SessionChanged.phase: the place in the session's list of phases. */
const HALTED = 2;
/** Depth is a walk over the book: once in a while is enough. */
const DEPTH_INTERVAL = MICROS_PER_SECOND;
const DEPTH_BP = 100;
const BP = 10_000;

export class Metrics {
  private readonly instruments: readonly Listing[];
  private readonly unit: string;
  private readonly listings: readonly Listing[];
  /** The instrument whose price and book the headline speaks of. */
  private readonly first: InstrumentId;
  private readonly engine: ActorId;
  private readonly probe: Probe;
  private readonly cases: Cases;
  private readonly early: EarlyReductions;

  /** NEVER before the first message. */
  private at: Micros = NEVER;
  private trades = 0;
  private readonly volume = new Total();
  private readonly liquidated = new Total();
  private readonly forced = new Total();
  private readonly badDebt = new Total();
  private readonly socialised = new Total();
  private readonly deleveraged = new Total();
  private readonly deleveragedAccounts = new Set<number>();
  private readonly halted = new Set<InstrumentId>();
  private halts = 0;
  private fundStart = 0;
  /** Undefined while the venue has no account but the fund. */
  private poolStart: Quote | undefined = undefined;
  private fundLow = 0;
  /** In half ticks, so that a mid is whole; 0 is none. */
  private midStart = 0;
  private midLow = 0;
  private midHigh = 0;
  private midEnd = 0;
  private drawdown = 0;
  private interestStart: Quote = 0;
  private interestKnown = false;
  private worstImpact = 0;

  private oneSided: Micros = 0;
  private twoSided: Micros = 0;
  private spread = 0;
  private priced: Micros = 0;
  private gap = 0;

  private depthAt: Micros = NEVER;
  private baselineSum = 0;
  private baselineCount = 0;
  private thinnest = Infinity;
  private thinnestAt: Micros = NEVER;
  private recoveredAt: Micros = NEVER;

  constructor({ instruments, settlement, engine, probe, cases }: MetricsOptions) {
    this.instruments = instruments;
    this.unit = settlement.unit;
    this.listings = byId(instruments);
    this.first = instruments[0].id;
    this.engine = engine;
    this.probe = probe;
    this.cases = cases;
    this.early = new EarlyReductions({ instruments: instruments.map(({ id }) => id), engine, probe });
  }

  /**
   * To be called with every message that is not read. The market as it is now has been so since the last message of the instant
   * before. A field, so that V8 compiles it for this run (docs/performance.md, "Compiled for one").
   */
  readonly pass = (at: Micros): void => {
    if (at <= this.at) return;
    if (this.at < 0) return this.begin(at);
    const lasted = at - this.at;
    this.at = at;
    const { probe, first } = this;
    const bid = probe.bid(first);
    const ask = probe.ask(first);
    if (bid > 0 && ask > 0) {
      this.twoSided += lasted;
      this.spread += spreadOf(bid, ask) * lasted;
    } else {
      this.oneSided += lasted;
    }
    const mark = probe.mark(first);
    const index = probe.index(first);
    if (mark > 0 && index > 0) {
      this.priced += lasted;
      this.gap += gapOf(mark, index) * lasted;
    }
  };

  /** To be called with every message that is, after `cases.read`. */
  read(message: Message): void {
    this.pass(message.at);
    const type = message.type;
    if ((type >= MarginCalled && type <= LiquidationClosed) || type >= AssignPosition) this.watchFund();
    else if (type !== OrderFilled && type !== MarkPublished && type !== SessionChanged) return;
    this.early.read(message);
    switch (type) {
      case OrderFilled:
        if ((message.flags & FILL_MAKER) === 0) return;
        this.trades++;
        this.volume.add(notional(this.listings[message.instrument], message.lots, message.price));
        return;
      case MarkPublished:
        // The copy that tells the engine to look: by then the mark is set.
        if (message.to === this.engine) this.sample(message);
        return;
      case LiquidationFilled:
      case PositionTakenOver:
      case PositionAssigned:
      case Deleveraged: {
        // An answer may be that nothing could be done any more.
        if (message.to !== this.engine || message.lots === 0) return;
        const closed = forcedNotional(message, this.listings);
        this.forced.add(closed);
        if (!isVenues(this.probe, message.account)) this.liquidated.add(closed);
        if (type !== Deleveraged) return;
        this.deleveraged.add(closed);
        this.deleveragedAccounts.add(message.counterparty);
        return;
      }
      case BadDebtBooked:
        if (message.to === this.engine) this.badDebt.add(message.amount);
        return;
      case LossSocialised:
        this.socialised.add(message.amount);
        return;
      case DebtRepaid:
        // Booked as bad debt when nobody paid; now somebody has.
        this.badDebt.add(-message.amount);
        if (message.reason === Reason['withdrawal-haircut']) this.socialised.add(message.amount);
        return;
      case SessionChanged: {
        if (message.phase !== HALTED) this.halted.delete(message.instrument);
        else if (!this.halted.has(message.instrument)) {
          this.halted.add(message.instrument);
          this.halts++;
        }
        return;
      }
    }
  }

  /** At any time, also in mid-run; `now` is how far simulated time has come. */
  headline(now: Micros): Omit<Headline, 'profit'> {
    const unit = this.unit;
    const cases = this.cases;
    const { count, roots, largest, deepest, branchingRatio, standardError, interval } = summarise(cascadesOf(cases));
    let before = 0;
    let sameInstant = 0;
    let executed = 0;
    let minimal = 0;
    const bankrupt = new Set<number>();
    const waits: number[] = [];
    for (let id = 1; id <= cases.last; id++) {
      // Also who was never liquidated: its own orders closed it, and it owed.
      if (cases.bankrupt[id] === 1) bankrupt.add(cases.account[id]);
      const startedAt = cases.startedAt[id];
      if (startedAt === NEVER) continue;
      const calledAt = cases.calledAt[id];
      if (calledAt !== NEVER && calledAt < startedAt) before++;
      else if (calledAt === startedAt) sameInstant++;
      if (cases.firstOrderAt[id] !== NEVER) waits.push(cases.firstOrderAt[id] - startedAt);
      executed += cases.executed[id];
      minimal += cases.minimal[id];
    }
    const fund = this.fund();
    const begun = this.at !== NEVER;
    const rest = begun ? Math.max(0, now - this.at) : now;
    const bid = this.probe.bid(this.first);
    const ask = this.probe.ask(this.first);
    const mark = this.probe.mark(this.first);
    const index = this.probe.index(this.first);
    const twoSided = bid > 0 && ask > 0;
    const priced = mark > 0 && index > 0;
    const spreadTime = this.twoSided + (twoSided ? rest : 0);
    const gapTime = this.priced + (priced ? rest : 0);
    return {
      trades: this.trades,
      volume: this.volume.decimal(unit),
      liquidations: cases.started,
      liquidatedNotional: this.liquidated.decimal(unit),
      forcedNotional: this.forced.decimal(unit),
      marginCalls: cases.called,
      called: { before, sameInstant, never: cases.started - before - sameInstant },
      bankruptAccounts: bankrupt.size,
      badDebt: this.badDebt.decimal(unit),
      fund: {
        start: fromUnits(begun ? this.fundStart : fund, unit),
        low: fromUnits(begun ? Math.min(this.fundLow, fund) : fund, unit),
        end: fromUnits(fund, unit),
        cash: fromUnits(this.probe.fundCash(), unit),
        inventory: fromUnits(this.probe.fundInventoryMarked(), unit),
      },
      ...(this.poolStart !== undefined && {
        vault: { start: fromUnits(this.poolStart, unit), end: fromUnits(this.probe.poolEquity?.() ?? 0, unit) },
      }),
      adl: { accounts: this.deleveragedAccounts.size, notional: this.deleveraged.decimal(unit) },
      socialisedLoss: this.socialised.decimal(unit),
      cascades: {
        count,
        roots,
        largest,
        deepest,
        branchingRatio: rounded(branchingRatio, 1e6),
        standardError: rounded(standardError, 1e6),
        interval: [rounded(interval[0], 1e6), rounded(interval[1], 1e6)],
      },
      price: {
        start: this.price(this.midStart),
        low: this.price(this.midLow),
        high: this.price(this.midHigh),
        end: this.price(this.midEnd),
        maxDrawdown: rounded(this.drawdown, 1e6),
      },
      openInterest: {
        start: fromUnits(this.interestKnown ? this.interestStart : this.interest(), unit),
        end: fromUnits(this.interest(), unit),
      },
      halts: this.halts,
      breachToFirstOrderMs: median(waits, MICROS_PER_MILLI),
      priceImpact: rounded(this.worstImpact * BP, 1e2),
      earlyReductions: this.early.result(),
      excessRatio: minimal === 0 ? null : rounded(executed / minimal - 1, 1e4),
      orderliness: {
        oneSidedMs: (this.oneSided + (twoSided ? 0 : rest)) / MICROS_PER_MILLI,
        spreadBp: spreadTime === 0 ? null : rounded(((this.spread + (twoSided ? spreadOf(bid, ask) * rest : 0)) / spreadTime) * BP, 1e4),
        markIndexGapBp: gapTime === 0 ? null : rounded(((this.gap + (priced ? gapOf(mark, index) * rest : 0)) / gapTime) * BP, 1e4),
        depthHalfLifeMs: this.recoveredAt === NEVER ? null : (this.recoveredAt - this.thinnestAt) / MICROS_PER_MILLI,
      },
    };
  }

  private begin(at: Micros): void {
    this.at = at;
    this.fundStart = this.fund();
    this.poolStart = this.probe.poolEquity?.();
    this.fundLow = this.fundStart;
  }

  private sample(message: Message): void {
    this.watchFund();
    if (!this.interestKnown) {
      const probe = this.probe;
      if (this.instruments.every(({ id }) => probe.mark(id) > 0)) {
        this.interestKnown = true;
        this.interestStart = this.interest();
      }
    }
    const free = message.price - message.liquidationPart;
    if (free > 0) this.worstImpact = Math.max(this.worstImpact, Math.abs(message.liquidationPart) / free);
    if (message.instrument !== this.first) return;
    const bid = this.probe.bid(this.first);
    const ask = this.probe.ask(this.first);
    // While nothing can trade, what is left of the book says nothing of a price.
    if (bid > 0 && ask > 0 && !this.halted.has(this.first)) this.mid(bid + ask);
    if (this.depthAt === NEVER || message.at - this.depthAt >= DEPTH_INTERVAL) this.depth(message.at);
  }

  private mid(mid: number): void {
    if (this.midStart === 0) {
      this.midStart = mid;
      this.midLow = mid;
      this.midHigh = mid;
    }
    if (mid < this.midLow) this.midLow = mid;
    if (mid > this.midHigh) this.midHigh = mid;
    this.midEnd = mid;
    // The high so far is the peak that a drawdown counts from.
    this.drawdown = Math.max(this.drawdown, (this.midHigh - mid) / this.midHigh);
  }

  private depth(at: Micros): void {
    this.depthAt = at;
    const depth: Lots = this.probe.depthLots(this.first, DEPTH_BP);
    if (at < MICROS_PER_MINUTE) {
      // Before the makers' first quotes there is no book to speak of.
      if (depth > 0) {
        this.baselineSum += depth;
        this.baselineCount++;
      }
      return;
    }
    if (depth < this.thinnest) {
      this.thinnest = depth;
      this.thinnestAt = at;
      this.recoveredAt = NEVER;
    } else if (this.recoveredAt === NEVER && this.baselineCount > 0) {
      const baseline = this.baselineSum / this.baselineCount;
      if (this.thinnest < baseline && depth >= (this.thinnest + baseline) / 2) this.recoveredAt = at;
    }
  }

  private watchFund(): void {
    this.fundLow = Math.min(this.fundLow, this.fund());
  }

  private fund(): Quote {
    return this.probe.fundCash() + this.probe.fundInventoryMarked();
  }

  private interest(): Quote {
    const probe = this.probe;
    return this.instruments.reduce(
      (sum, listing) => sum + notional(listing, probe.openInterestLots(listing.id), probe.mark(listing.id)),
      0,
    );
  }

  /** `mid` in half ticks. */
  private price(mid: number): string | null {
    return mid === 0 ? null : plain(new Decimal(mid).mul(this.instruments[0].tick).div(2));
  }
}

function spreadOf(bid: number, ask: number): number {
  return ((ask - bid) / (ask + bid)) * 2;
}

function gapOf(mark: number, index: number): number {
  return Math.abs(mark - index) / index;
}

/** To 1 ÷ `per`: headlines are read by people and compared by tests. */
function rounded(value: number, per: number): number {
  return Math.round(value * per) / per + 0;
}

/** Of whole numbers, in units of `unit`; null of none. Sorts `values`. */
function median(values: number[], unit: number): number | null {
  if (values.length === 0) return null;
  values.sort((a, b) => a - b);
  const middle = values.length >> 1;
  return (values.length % 2 === 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2) / unit;
}
