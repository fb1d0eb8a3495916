// What of an instrument's trading is on: open, halted, gathering for an auction, within limits. The gateway's hand for whoever
// decides that (the scenario's halts, the circuit breaker), and what goes on while nothing trades.

import type { ActorId, InstrumentId } from '../base/units.ts';
import type { ActorContext } from '../kernel/actor.ts';
import { Type, type Message } from '../messages.ts';
import type { Market } from '../market/market.ts';
import { BREAKER_ACTIONS, BREAKER_RELEASES } from './circuit-breaker.ts';
import type { OrderReports } from './order-reports.ts';
import { SESSION_PHASES, type Session, type SessionPhase } from './session.ts';

/** What goes on while an instrument is halted. */
export interface WhileHalted {
  /** `live`: marks follow the index, and accounts are valued by them. `frozen`: the mark stays. */
  readonly mark: 'live' | 'frozen';
  readonly funding: 'live' | 'paused';
  /** `wait`: breaches open cases, whose orders wait for the book. `paused`: nobody is looked at. */
  readonly liquidations: 'wait' | 'paused';
}

export interface TradingPhasesOptions {
  readonly context: ActorContext<Message>;
  readonly market: Market;
  readonly sessions: readonly Session[];
  readonly engine: ActorId;
  readonly reports: OrderReports;
  readonly whileHalted: WhileHalted;
}

export class TradingPhases {
  private readonly context: ActorContext<Message>;
  private readonly market: Market;
  private readonly sessions: readonly Session[];
  private readonly engine: ActorId;
  private readonly reports: OrderReports;
  private whileHalted: WhileHalted;

  constructor({ context, market, sessions, engine, reports, whileHalted }: TradingPhasesOptions) {
    this.context = context;
    this.market = market;
    this.sessions = sessions;
    this.engine = engine;
    this.reports = reports;
    this.whileHalted = whileHalted;
  }

  changeRules(whileHalted: WhileHalted): void {
    this.whileHalted = whileHalted;
  }

  /** Whether the mark stands still. */
  isMarkFrozen(instrument: InstrumentId): boolean {
    return this.whileHalted.mark === 'frozen' && !this.sessions[instrument].open;
  }

  isFundingPaused(instrument: InstrumentId): boolean {
    return this.whileHalted.funding === 'paused' && !this.sessions[instrument].open;
  }

  /** Whether the liquidation engine is not to look. */
  isUnwatched(instrument: InstrumentId): boolean {
    return this.whileHalted.liquidations === 'paused' && !this.sessions[instrument].open;
  }

  /** Whether anybody may be below maintenance without the liquidation engine's knowing. */
  get isAnyUnwatched(): boolean {
    return this.market.instruments.some(({ id }) => this.isUnwatched(id));
  }

  /** As the scenario's halts say. */
  change({ instrument, phase, reason }: Message): void {
    const wanted = SESSION_PHASES[phase];
    this.enter(instrument, wanted, reason);
  }

  tripped(message: Message): void {
    const { instrument, index, price } = message;
    switch (BREAKER_ACTIONS[message.phase]) {
      case 'limit':
        return this.market.setLimits(instrument, index, price);
      case 'halt':
        this.market.setLimits(instrument, 0, 0);
        return this.enter(instrument, 'halted', 0);
      case 'throttle':
        return this.tellEngine(Type.BreakerTripped, message);
      default:
    }
  }

  released(message: Message): void {
    const { instrument } = message;
    switch (BREAKER_RELEASES[message.phase]) {
      case 'unlimited':
        return this.market.setLimits(instrument, 0, 0);
      case 'auction':
        return this.enter(instrument, 'auction', 0);
      case 'resume':
        return this.enter(instrument, 'open', 0);
      default:
        return this.tellEngine(Type.BreakerReleased, message);
    }
  }

  private enter(instrument: InstrumentId, wanted: SessionPhase, reason: number): void {
    const session = this.sessions[instrument];
    const before = session.phase;
    const event =
      wanted === 'halted'
        ? 'halt'
        : wanted === 'closed'
          ? 'close'
          : wanted === 'auction'
            ? 'gather'
            : before === 'preOpen'
              ? 'open'
              : 'resume';
    if (!session.send(event)) return;
    const told = this.context.send(this.engine, Type.SessionChanged);
    told.instrument = instrument;
    told.phase = SESSION_PHASES.indexOf(session.phase);
    told.reason = reason;
    if (session.phase === 'auction') this.market.auction.begin(instrument);
    else if (before === 'auction' && session.open) this.uncross(instrument);
    else this.market.setOpen(instrument, session.open);
  }

  private uncross(instrument: InstrumentId): void {
    const clearing = this.market.auction.uncross(instrument);
    const { fills } = this.market;
    for (let row = 0; row < fills.count; row++) this.reports.fill(row);
    if (this.market.canceled.count > 0) this.reports.canceled();
    const told = this.context.send(this.engine, Type.AuctionCleared);
    told.instrument = instrument;
    told.lots = clearing?.lots ?? 0;
    told.price = clearing?.price ?? 0;
    const surplus: number = clearing?.surplus ?? 0;
    told.amount = surplus;
  }

  private tellEngine(type: number, { instrument, phase }: Message): void {
    const told = this.context.send(this.engine, type);
    told.instrument = instrument;
    told.phase = phase;
  }
}
