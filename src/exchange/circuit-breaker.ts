// Stops trading when a rule says so, and says when it goes on: one chart an instrument, many rules. It sits beside the book
// and sees every trade, mark and forced closing as it happens; it sends nothing until a rule trips, so that a breaker whose
// rules never trip is the same run as one without rules.

import { createActor, setup } from 'xstate';
import { PPM, type InstrumentId, type Micros, type Ppm, type Quote, type Ticks } from '../base/units.ts';
import type { BreakerRule, Levels, MarkSample, Nearness, Trip } from '../breakers/breaker.ts';
import type { ActorContext } from '../kernel/actor.ts';
import { FILL_MAKER, Type, type Message } from '../messages.ts';
import type { Market } from '../market/market.ts';

export const BREAKER_ACTIONS = ['limit', 'clear', 'halt', 'throttle'] as const;
export const BREAKER_RELEASES = ['unlimited', 'resume', 'auction', 'unthrottled'] as const;

const breaker = setup({
  types: { events: {} as { type: 'limit' | 'clear' | 'halt' | 'gather' | 'resume' } },
}).createMachine({
  id: 'circuit-breaker',
  initial: 'watching',
  states: {
    watching: { on: { limit: 'limited', halt: 'halted' } },
    limited: { on: { clear: 'watching', halt: 'halted' } },
    halted: { on: { gather: 'gathering', resume: 'watching' } },
    gathering: { on: { resume: 'watching' } },
  },
});

class Phase {
  private readonly actor;

  constructor(id: string) {
    this.actor = createActor(breaker, { id });
    this.actor.start();
  }

  get value(): 'watching' | 'limited' | 'halted' | 'gathering' {
    return this.actor.getSnapshot().value;
  }

  /** Whether the phase changed. */
  send(type: 'limit' | 'clear' | 'halt' | 'gather' | 'resume'): boolean {
    const before = this.value;
    this.actor.send({ type });
    return this.value !== before;
  }
}

export interface BreakerRules {
  /** By instrument id, in the order of the scenario. */
  readonly rules: readonly (readonly BreakerRule[])[];
  /** How long orders are gathered before trading goes on; 0: it goes on at once. */
  readonly auction: Micros;
  /** Whether people are told where trading would halt. */
  readonly announced: boolean;
  /** One instrument's halt halts all. */
  readonly venueWide: boolean;
}

export interface BreakerOptions extends BreakerRules {
  readonly market: Market;
}

/** Purposes of its timers, told apart by the tag's remainder. */
const GRACE = 0;
const REOPEN = 1;
const UNCROSS = 2;
const UNTHROTTLE = 3;
const PURPOSES = 4;

const NOWHERE: Levels = { low: 0, high: 0 };

export class CircuitBreaker {
  readonly name = 'circuit-breaker';
  private context!: ActorContext<Message>;
  private gateway = 0;
  private readonly market: Market;
  private rules: readonly (readonly BreakerRule[])[];
  private auction: Micros;
  private isAnnounced: boolean;
  private venueWide: boolean;
  private readonly phases: Phase[] = [];
  /** When the present limit state began, and whose and how long the halt after it is. */
  private readonly limits: { since: number; rule: number; duration: Micros; reference: number }[] = [];
  private readonly haltedUntil: number[] = [];
  private readonly throttledUntil: number[] = [];
  /** How wide bands are, times what the rules say, in ppm. */
  private readonly widths: Ppm[] = [];

  constructor({ market, rules, auction, announced, venueWide }: BreakerOptions) {
    this.market = market;
    this.rules = rules;
    this.auction = auction;
    this.isAnnounced = announced;
    this.venueWide = venueWide;
    for (const { id, symbol } of market.instruments) {
      this.phases[id] = new Phase(`circuit-breaker/${symbol}`);
      this.limits[id] = { since: -1, rule: 0, duration: 0, reference: 0 };
      this.haltedUntil[id] = -1;
      this.throttledUntil[id] = -1;
      this.widths[id] = PPM;
    }
  }

  /** Its place among the actors: it is made before the gateway that it speaks to. */
  attach(context: ActorContext<Message>, gateway: number): void {
    this.context = context;
    this.gateway = gateway;
  }

  /** New rules hold from now on, and know nothing of what was before; a halt that is on ends when it was to end. */
  changeRules({ rules, auction, announced, venueWide }: BreakerRules): void {
    this.rules = rules;
    this.auction = auction;
    this.isAnnounced = announced;
    this.venueWide = venueWide;
    for (const { id } of this.market.instruments) this.widen(id, this.widths[id]);
  }

  /** Bands of `ppm` times the width that the rules say, from now on. */
  widen(instrument: InstrumentId, ppm: Ppm): void {
    this.widths[instrument] = ppm;
    for (const rule of this.rules[instrument]) rule.widen?.(ppm / PPM);
  }

  /** The levels that people know. */
  announced(instrument: InstrumentId): Levels {
    return this.isAnnounced ? this.levels(instrument) : NOWHERE;
  }

  /** Between which prices trading goes on, of all rules that have such: 0 for none, also while nothing trades. */
  private levels(instrument: InstrumentId): Levels {
    let low: Ticks = 0;
    let high: Ticks = 0;
    const { value } = this.phases[instrument];
    if (value === 'watching' || value === 'limited')
      for (const rule of this.rules[instrument]) {
        const one = rule.levels?.();
        if (one === undefined || one === null) continue;
        low = Math.max(low, one.low);
        if (one.high > 0) high = high === 0 ? one.high : Math.min(high, one.high);
      }
    return { low, high };
  }

  // ── What it sees

  /** After a command: the executions are the market's rows. */
  traded(instrument: InstrumentId): void {
    const rules = this.rules[instrument];
    if (rules.length === 0) return;
    const { fills } = this.market;
    for (let row = 0; row < fills.count; row++) {
      if ((fills.flags(row) & FILL_MAKER) !== 0) continue;
      const price = fills.price(row);
      rules.forEach((rule, number) => this.apply(instrument, number, rule.traded?.(price, this.context.now)));
    }
  }

  marked(instrument: InstrumentId, mark: Ticks, index: Ticks): void {
    const rules = this.rules[instrument];
    if (rules.length === 0) return;
    const sample = this.sample(instrument, mark, index);
    rules.forEach((rule, number) => this.apply(instrument, number, rule.marked?.(sample)));
  }

  liquidated(instrument: InstrumentId, notional: Quote): void {
    if (notional === 0) return;
    this.rules[instrument].forEach((rule, number) => this.apply(instrument, number, rule.liquidated?.(notional, this.context.now)));
  }

  /** How near each rule is to tripping, in the order of the scenario; asking changes nothing. */
  nearness(instrument: InstrumentId): (Nearness | null)[] {
    const sample = this.sample(instrument, this.market.markPrice(instrument), this.market.indexPrice(instrument));
    return this.rules[instrument].map((rule) => rule.nearness?.(sample) ?? null);
  }

  private sample(instrument: InstrumentId, mark: Ticks, index: Ticks): MarkSample {
    const { market } = this;
    return { mark, index, last: market.lastPrice(instrument), openInterest: market.openInterest(instrument), at: this.context.now };
  }

  // ── What it does

  private apply(instrument: InstrumentId, rule: number, trip: Trip | null | undefined): void {
    if (trip === null || trip === undefined) return;
    const { now } = this.context;
    switch (trip.action) {
      case 'throttle':
        return this.throttle(instrument, rule, trip);
      case 'limit': {
        if (!this.phases[instrument].send('limit')) return;
        this.limits[instrument] = { since: now, rule, duration: trip.duration, reference: trip.reference };
        this.tell(instrument, rule, trip, now + (trip.grace ?? 0));
        this.context.wake(now + (trip.grace ?? 0), instrument * PURPOSES + GRACE).amount = now as number;
        return;
      }
      case 'clear':
        if (this.phases[instrument].value === 'limited' && this.phases[instrument].send('clear')) this.release(instrument, 'unlimited');
        return;
      case 'halt':
        for (const { id } of this.venueWide ? this.market.instruments : [{ id: instrument }]) this.halt(id, rule, trip);
    }
  }

  private halt(instrument: InstrumentId, rule: number, trip: Trip): void {
    if (!this.phases[instrument].send('halt')) return;
    const until: number = trip.duration === 0 ? 0 : this.context.now + trip.duration;
    this.haltedUntil[instrument] = until;
    this.tell(instrument, rule, { ...trip, action: 'halt' }, until);
    if (until > 0) this.context.wake(until, instrument * PURPOSES + REOPEN).amount = until;
  }

  private throttle(instrument: InstrumentId, rule: number, trip: Trip): void {
    const until: number = this.context.now + trip.duration;
    if (until <= this.throttledUntil[instrument]) return;
    this.throttledUntil[instrument] = until;
    this.tell(instrument, rule, trip, until);
    this.context.wake(until, instrument * PURPOSES + UNTHROTTLE).amount = until;
  }

  private tell(instrument: InstrumentId, rule: number, { action, low, high, reference }: Trip, until: number): void {
    const draft = this.context.send(this.gateway, Type.BreakerTripped);
    draft.instrument = instrument;
    draft.phase = BREAKER_ACTIONS.indexOf(action);
    draft.index = low ?? 0;
    draft.price = high ?? 0;
    draft.amount = until;
    draft.rate = reference;
    draft.tag = rule;
  }

  private release(instrument: InstrumentId, how: (typeof BREAKER_RELEASES)[number]): void {
    const draft = this.context.send(this.gateway, Type.BreakerReleased);
    draft.instrument = instrument;
    draft.phase = BREAKER_RELEASES.indexOf(how);
  }

  handle(message: Message): void {
    if (message.type !== Type.Wake || message.from !== this.context.id) return;
    const purpose = message.tag % PURPOSES;
    const instrument = (message.tag - purpose) / PURPOSES;
    const phase = this.phases[instrument];
    switch (purpose) {
      case GRACE: {
        const limit = this.limits[instrument];
        if (phase.value !== 'limited' || limit.since !== message.amount) return;
        const trip: Trip = { action: 'halt', duration: limit.duration, reference: limit.reference };
        return this.apply(instrument, limit.rule, trip);
      }
      case REOPEN:
        if (phase.value !== 'halted' || this.haltedUntil[instrument] !== message.amount) return;
        if (this.auction === 0) return this.resume(instrument);
        phase.send('gather');
        this.release(instrument, 'auction');
        this.context.wake(this.context.now + this.auction, instrument * PURPOSES + UNCROSS);
        return;
      case UNCROSS:
        if (phase.value === 'gathering') this.resume(instrument);
        return;
      default:
        if (this.throttledUntil[instrument] === message.amount) this.release(instrument, 'unthrottled');
    }
  }

  private resume(instrument: InstrumentId): void {
    this.phases[instrument].send('resume');
    for (const rule of this.rules[instrument]) rule.reopened?.(this.context.now);
    this.release(instrument, 'resume');
  }
}
