// A reader of the simulation's stream that remembers what panels show and the simulation itself does not keep: prices by
// the quarter second, who paid, what state a case is in, and the story in plain sentences. It only reads: watching
// changes nothing. After a rewind it is cut to the moment from which the run is played again.

import type { AccountId, ActorId, CaseId, InstrumentId, Micros, Quote, Ticks } from '../base/units.ts';
import { brief } from '../base/figures.ts';
import { FILL_MAKER, REASONS, Type, type Message } from '../messages.ts';
import { notional, valueOf } from '../market/instrument.ts';
import type { MarketView } from '../market/market-view.ts';
import { NEVER } from '../simulation/cases.ts';
import type { Scenario } from '../simulation/scenario.ts';
import type { Simulation } from '../simulation/simulation.ts';
import { History } from './history.ts';
import { noTotals, type Totals } from './totals.ts';
import { freshTrading, OPEN, readTrading, type Trading, type TradingMemory } from './trading.ts';
import { freshSecond, priceText, tellSecond, type Line, type Second, type Told } from './teller.ts';

/** What an account's case is doing, in a word. */
export type CaseWord = 'called' | 'canceling' | 'closing' | 'waiting' | 'handed over' | 'taken over' | 'deleveraging';

/** A step of somebody's case, for who follows an account. */
export interface Step {
  readonly at: Micros;
  readonly type: number;
  readonly account: AccountId;
  readonly counterparty: AccountId;
  readonly case: CaseId;
  readonly instrument: InstrumentId;
  readonly lots: number;
  readonly price: Ticks;
  readonly amount: Quote;
  readonly reason: number;
}

/** All that changes and is small: copied whole for a keyframe. */
interface Memory {
  totals: Totals;
  second: Second;
  told: Told;
  /** By account, while a case is open. */
  words: Map<AccountId, CaseWord>;
  /** Equity at the breach, by open case. */
  breached: Map<CaseId, Quote>;
  winners: Set<AccountId>;
  trading: TradingMemory;
  lines: number;
  steps: number;
}

export interface Mark {
  readonly at: Micros;
  readonly memory: Memory;
}

const MOST_LINES = 20_000;
const MOST_STEPS = 40_000;
/** More than that is found in turn. */
const MOST_TOUCHED = 10_000;
const SECOND: Micros = 1_000_000;
const { OrderFilled, MarkPublished, SessionChanged, Shock, Intervention, MarginCalled, MarginCallLifted, LiquidationStarted } = Type;
const { CollateralShock, HaircutChanged } = Type;
const { LiquidationOrdersCanceled, PositionAssigned, LossSocialised, BreakerTripped, BreakerReleased, AuctionCleared } = Type;
const { LiquidationSized, LiquidationFilled, PositionTakenOver, Deleveraged, DeficitCovered, BadDebtBooked, LiquidationClosed } = Type;

export class Chronicle {
  /** By instrument id. */
  readonly histories: History[] = [];
  lines: Line[] = [];
  steps: Step[] = [];
  readonly #scenario: Scenario;
  readonly #engine: ActorId;
  readonly #gateway: ActorId;
  #simulation: Simulation;
  #memory: Memory;
  #touched = new Set<AccountId>();
  /** Lines and steps that were let go because there were too many. */
  #linesGone = 0;
  #stepsGone = 0;

  /** Begins to read; of a simulation that has run before, only what comes. */
  constructor(simulation: Simulation) {
    this.#scenario = simulation.scenario;
    this.#simulation = simulation;
    this.#engine = simulation.kernel.idOf('exchange/liquidation-engine');
    this.#gateway = simulation.kernel.idOf('exchange/gateway');
    for (const { id } of simulation.market.instruments) this.histories[id] = new History();
    this.#memory = freshMemory(simulation);
    simulation.kernel.tap((message) => this.#read(message));
  }

  get #market(): MarketView {
    return this.#simulation.market;
  }

  get totals(): Readonly<Totals> {
    return this.#memory.totals;
  }

  /** Accounts closed against their will because they were winning. */
  get winners(): number {
    return this.#memory.winners.size;
  }

  /** What may be traded. */
  tradingOf(instrument: InstrumentId): Trading {
    return this.#memory.trading.states.get(instrument) ?? OPEN;
  }

  /** Until when liquidation orders are held back, if they are. */
  throttled(instrument: InstrumentId): { readonly until: Micros; readonly rule: string } | undefined {
    return this.#memory.trading.throttled.get(instrument);
  }

  wordOf(account: AccountId): CaseWord | undefined {
    return this.#memory.words.get(account);
  }

  /** Accounts with an open case. */
  get open(): ReadonlyMap<AccountId, CaseWord> {
    return this.#memory.words;
  }

  /** What a chronicle begins with. */
  static start(simulation: Simulation): Mark {
    return { at: -1, memory: freshMemory(simulation) };
  }

  /** To come back to with `cut`; to be taken when everything up to `at` has been handled, and a history's row begins. */
  mark(at: Micros): Mark {
    this.#turn(at);
    const { lines, steps } = this;
    return {
      at,
      memory: { ...structuredClone(this.#memory), lines: this.#linesGone + lines.length, steps: this.#stepsGone + steps.length },
    };
  }

  /** Forgets all that was read after the mark, and goes on reading another simulation, which stands there. */
  cut({ at, memory }: Mark, simulation: Simulation): void {
    for (const { id } of simulation.market.instruments) this.histories[id].cut(at);
    this.lines.length = Math.max(0, Math.min(this.lines.length, memory.lines - this.#linesGone));
    this.steps.length = Math.max(0, Math.min(this.steps.length, memory.steps - this.#stepsGone));
    this.#memory = structuredClone(memory);
    this.#simulation = simulation;
    simulation.kernel.tap((message) => this.#read(message));
  }

  /** The same past, reading another simulation, which stands at the same moment. */
  branch(simulation: Simulation): Chronicle {
    const copy = new Chronicle(simulation);
    for (const { id } of simulation.market.instruments) copy.histories[id] = this.histories[id].clone();
    copy.lines = this.lines.slice();
    copy.steps = this.steps.slice();
    copy.#linesGone = this.#linesGone;
    copy.#stepsGone = this.#stepsGone;
    copy.#memory = structuredClone(this.#memory);
    return copy;
  }

  /** Accounts that something was done with since this was asked last. */
  takeTouched(): ReadonlySet<AccountId> {
    const touched = this.#touched;
    this.#touched = new Set();
    return touched;
  }

  /** A line of the watcher's own, such as what was changed. */
  say(line: Line): void {
    this.lines.push(line);
  }

  #read(message: Message): void {
    const { type } = message;
    const { at } = message;
    if (at >= this.#memory.second.from + SECOND) this.#turn(at);
    if (type >= MarginCalled && type <= LiquidationClosed) return this.#readCase(message);
    if (type === OrderFilled) {
      if ((message.flags & FILL_MAKER) !== 0) this.histories[message.instrument].trade(at, message.price);
    } else if (type === MarkPublished) {
      if (message.to !== this.#engine) return;
      this.histories[message.instrument].prices(at, message.price, message.index);
      this.#memory.second.fund = Math.min(this.#memory.second.fund, this.#market.fund.equity);
    } else if (type === PositionAssigned || type === LossSocialised) {
      if (message.to === this.#engine && message.amount + Math.abs(message.lots) !== 0) this.#shared(message);
    } else if (type === SessionChanged || type === BreakerTripped || type === BreakerReleased) {
      if (message.to === this.#gateway) this.#session(message);
    } else if (type === AuctionCleared) {
      this.#auctioned(message);
    } else if (type === Shock) {
      const shock = this.#scenario.shocks[message.tag];
      this.say({ at, ink: 'strong', sign: '•', text: `Shock "${shock.name}": the index moves by ${(shock.size * 100).toFixed(1)} %.` });
    } else if (type === CollateralShock) {
      const { symbol, shocks } = this.#scenario.collateral[message.asset - 1];
      const { name, size } = shocks[message.tag];
      this.say({ at, ink: 'strong', sign: '•', text: `Shock "${name}": ${symbol} moves by ${(size * 100).toFixed(1)} %.` });
    } else if (type === HaircutChanged) {
      if (message.to !== this.#engine) return;
      const { symbol } = this.#scenario.collateral[message.asset - 1];
      this.say({
        at,
        ink: 'strong',
        sign: '•',
        text: `${(message.amount / 10_000).toFixed(1)} % of ${symbol} does not count as margin any more.`,
      });
    } else if (type === Intervention) {
      // A rule changed by hand is told by who changed it.
      if (message.tag >= this.#scenario.interventions.length) return;
      const { set } = this.#scenario.interventions[message.tag];
      const changes = Object.entries(set).map(([path, value]) => `${path} = ${JSON.stringify(value)}`);
      this.say({ at, ink: 'strong', sign: '•', text: `The rules change: ${changes.join(', ')}.` });
    }
  }

  /** A phase of the session or a circuit breaker: what may be traded from now on. */
  #session(message: Message): void {
    const { at, instrument } = message;
    const { trading, totals } = this.#memory;
    const turn = readTrading(trading, message, this.#simulation.inForce);
    if (turn === undefined) return;
    if (turn.trips) totals.trips++;
    if (turn.halts) totals.halts++;
    if (turn.halts || turn.opens) this.histories[instrument].session(at, turn.opens);
    this.say({ at, ink: 'strong', sign: '‖', text: turn.text });
  }

  #auctioned({ at, to, instrument, price, lots }: Message): void {
    if (to !== this.#engine) return;
    const { lot } = this.#scenario.instruments[instrument - 1];
    const coins = `${brief(lots * Number(lot))} coins`;
    const text =
      lots === 0 ? 'The auction finds no price.' : `The auction trades ${coins} at ${priceText(this.#scenario, instrument, price)}.`;
    this.say({ at, ink: 'strong', sign: '‖', text });
  }

  #readCase(message: Message): void {
    const { type, account, at } = message;
    const { totals, second, words, breached } = this.#memory;
    const copy = message.to === this.#engine;
    const fund = account === this.#market.fundAccount;
    switch (type) {
      case MarginCalled:
        totals.calls++;
        totals.lastCalled = account;
        second.calls++;
        second.called = account;
        // Owners hear late: by then the case may be further, or over.
        if (!breached.has(message.case) && this.#simulation.cases.closedAt[message.case] === NEVER) words.set(account, 'called');
        break;
      case MarginCallLifted:
        second.lifted++;
        if (words.get(account) === 'called') words.delete(account);
        break;
      case LiquidationStarted: {
        totals.liquidations++;
        totals.lastLiquidated = account;
        if (message.parent !== 0) totals.caused++;
        totals.generations = Math.max(totals.generations, message.depth);
        // By the position closed first: when its owner hears of it, it may be gone.
        const side = this.#simulation.cases.side[message.case] || this.#market.positionLots(account, message.instrument);
        if (side > 0) second.longs++;
        else second.shorts++;
        if (message.parent !== 0) second.followed++;
        if (message.depth > second.depth) second.depth = message.depth;
        second.started = account;
        second.startedAt = message.price;
        second.startedIn = message.instrument;
        break;
      }
      case LiquidationOrdersCanceled:
        breached.set(message.case, message.amount);
        words.set(account, 'canceling');
        break;
      case LiquidationSized:
        words.set(account, message.lots > 0 ? 'closing' : REASONS[message.reason] === 'unfilled-remainder' ? 'handed over' : 'waiting');
        break;
      case LiquidationFilled:
        if (!copy || message.lots === 0) return;
        this.#filled(message, fund);
        break;
      case PositionTakenOver:
        if (!copy || message.lots === 0) return;
        this.#takenOver(message);
        break;
      case Deleveraged:
        if (!copy || message.lots === 0) return;
        this.#deleveraged(message);
        break;
      case DeficitCovered:
        if (!copy || message.amount === 0) return;
        totals.covered += message.amount;
        totals.paidAt.fund = at;
        second.covered += message.amount;
        break;
      case BadDebtBooked:
        if (!copy) return;
        totals.badDebt += message.amount;
        totals.paidAt.lost = at;
        second.badDebt += message.amount;
        break;
      case LiquidationClosed:
        if (message.to !== this.#gateway) return;
        this.#closed(message);
        break;
      default:
        return;
    }
    if (this.#touched.size < MOST_TOUCHED) this.#touched.add(account);
    this.steps.push(stepOf(message));
    if (this.steps.length > MOST_STEPS) {
      this.#stepsGone += MOST_STEPS / 4;
      this.steps = this.steps.slice(MOST_STEPS / 4);
    }
  }

  #filled(message: Message, fund: boolean): void {
    const { totals, second } = this.#memory;
    this.histories[message.instrument].forced(message.at, -message.side, message.amount);
    if (fund) {
      second.fundSold += message.amount;
      return;
    }
    totals.onBook += message.amount;
    totals.fees += message.flags;
    second.filled += message.amount;
    second.worst = message.price;
    second.filledIn = message.instrument;
  }

  #takenOver(message: Message): void {
    const { totals, second, words } = this.#memory;
    const notional = this.#worth(message);
    totals.takenOver += notional;
    totals.takeOvers++;
    totals.paidAt.fund = message.at;
    second.takenOver += notional;
    second.takeOvers++;
    words.set(message.account, 'taken over');
    this.histories[message.instrument].forced(message.at, Math.sign(message.lots), notional);
  }

  #deleveraged(message: Message): void {
    const { totals, second, words, winners } = this.#memory;
    const notional = this.#worth(message);
    totals.deleveraged += notional;
    totals.deleverages++;
    // Against a long that is closed, the winner is short: it buys back at more than the mark.
    const contract = this.#market.instruments[message.instrument - 1];
    const givenUp =
      valueOf(contract, message.lots, message.price) - valueOf(contract, message.lots, this.#market.markPrice(message.instrument));
    totals.givenUp += givenUp;
    totals.paidAt.deleveraged = message.at;
    second.deleveraged += notional;
    second.givenUp += givenUp;
    second.winners++;
    winners.add(message.counterparty);
    if (message.account !== this.#market.fundAccount) words.set(message.account, 'deleveraging');
    this.histories[message.instrument].forced(message.at, Math.sign(message.lots), notional);
  }

  /** Borne by others than owner, fund and the deleveraged. */
  #shared(message: Message): void {
    const { totals, second } = this.#memory;
    if (message.type === LossSocialised) {
      if (REASONS[message.reason] === 'clawed-back') totals.clawedBack += message.amount;
      else totals.socialised += message.amount;
      totals.paidAt.shared = message.at;
      second.shared += message.amount;
    } else {
      const notional = this.#worth(message);
      const pooled = this.#market.pools.has(message.counterparty);
      totals[pooled ? 'pooled' : 'assigned'] += notional;
      totals.paidAt[pooled ? 'vault' : 'assigned'] = message.at;
      second[pooled ? 'pooled' : 'assigned'] += notional;
      this.#memory.words.set(message.account, 'taken over');
      this.histories[message.instrument].forced(message.at, Math.sign(message.lots), notional);
    }
    this.#touched.add(message.account);
    this.steps.push(stepOf(message));
  }

  /** At the price paid. */
  #worth({ instrument, lots, price }: Message): Quote {
    return notional(this.#market.instruments[instrument - 1], lots, price);
  }

  #closed(message: Message): void {
    const { totals, second, words, breached } = this.#memory;
    words.delete(message.account);
    const before = breached.get(message.case);
    if (before === undefined) return;
    breached.delete(message.case);
    const spent = Math.max(0, Math.max(0, before) - Math.max(0, message.amount));
    totals.margin += spent;
    if (spent > 0) totals.paidAt.margin = message.at;
    second.closed++;
    if (this.#simulation.cases.bankrupt[message.case] === 1) totals.bankrupt++;
    if (REASONS[message.reason] === 'restored') second.restored++;
  }

  /** The second in progress is over: what it came to is told. */
  #turn(at: Micros): void {
    const memory = this.#memory;
    if (at < memory.second.from + SECOND) return;
    memory.second.fund = Math.min(memory.second.fund, this.#market.fund.equity);
    const { market, cases } = this.#simulation;
    const scenario = this.#scenario;
    for (const line of tellSecond(memory.second, memory.told, { scenario, market, cases, winners: memory.winners.size }))
      this.lines.push(line);
    memory.second = freshSecond(Math.floor(at / SECOND) * SECOND, market.fund.equity);
    if (this.lines.length <= MOST_LINES) return;
    this.#linesGone += MOST_LINES / 4;
    this.lines = this.lines.slice(MOST_LINES / 4);
  }
}

function freshMemory({ market, now }: Simulation): Memory {
  return {
    totals: noTotals(),
    second: freshSecond(Math.floor(now / SECOND) * SECOND, market.fund.equity),
    told: { fundStart: market.fund.equity, markStart: 0, fallTold: 0, deepest: 0, once: [] },
    words: new Map(),
    breached: new Map(),
    winners: new Set(),
    trading: freshTrading(),
    lines: 0,
    steps: 0,
  };
}

function stepOf(message: Message): Step {
  const { at, type, account, counterparty, instrument, lots, price, amount, reason } = message;
  return { at, type, account, counterparty, case: message.case, instrument, lots, price, amount, reason };
}
