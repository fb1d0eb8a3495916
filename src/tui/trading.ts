// What of each instrument's trading is on, until when, and by whose will: what the circuit breaker and the scenario's halts
// tell the gateway, as a state to show and sentences to tell.

import { clock } from '../base/figures.ts';
import type { InstrumentId, Micros, Ticks } from '../base/units.ts';
import { BREAKER_ACTIONS, BREAKER_RELEASES } from '../exchange/circuit-breaker.ts';
import { SESSION_PHASES } from '../exchange/session.ts';
import { Type, type Message } from '../messages.ts';
import type { Scenario } from '../simulation/scenario.ts';
import { priceText } from './teller.ts';

export interface Trading {
  readonly phase: 'open' | 'halted' | 'limited' | 'auction';
  /** When the next thing is to happen; 0: not before the end of the run. */
  readonly until: Micros;
  /** The kind of the rule that asked for it; '' when it is the scenario's own halt. */
  readonly rule: string;
  /** Between which prices is traded while it is limited. */
  readonly low: Ticks;
  readonly high: Ticks;
}

/** Plain data: a keyframe copies it. */
export interface TradingMemory {
  /** Of instruments that do not trade as usual. */
  readonly states: Map<InstrumentId, Trading>;
  /** Until when liquidation orders are held back, and by which rule. */
  readonly throttled: Map<InstrumentId, { readonly until: Micros; readonly rule: string }>;
  /** When trading was limited last: since when, and until when so far. */
  readonly limited: Map<InstrumentId, { readonly since: Micros; readonly seen: Micros }>;
}

/** A price at the edge of its band leaves it and comes back many times a second: within this, that is told once. */
const EPISODE: Micros = 10_000_000;

export const OPEN: Trading = { phase: 'open', until: 0, rule: '', low: 0, high: 0 };

export function freshTrading(): TradingMemory {
  return { states: new Map(), throttled: new Map(), limited: new Map() };
}

/** What a message made of it. */
export interface Turn {
  readonly text: string;
  /** A breaker or the scenario stepped in; a halt began; trading is as usual again. */
  readonly trips: boolean;
  readonly halts: boolean;
  readonly opens: boolean;
}

const turn = (text: string, what: Partial<Turn> = {}): Turn => ({ text, trips: false, halts: false, opens: false, ...what });

/** Of a message to the gateway: what it changes, or nothing. `rules` are those in force. */
export function readTrading({ states, throttled, limited }: TradingMemory, message: Message, rules: Scenario): Turn | undefined {
  const { at, instrument, type } = message;
  const { symbol } = rules.instruments[instrument - 1];
  const now = states.get(instrument)?.phase ?? 'open';
  if (type === Type.BreakerTripped) {
    const rule = rules.breakers.rules[message.tag]?.kind.kind ?? 'breaker';
    const until: number = message.amount;
    const [low, high] = [message.index, message.price];
    const told = until === 0 ? '' : ` until ${clock(rules.start + until, true)}`;
    switch (BREAKER_ACTIONS[message.phase]) {
      case 'throttle':
        throttled.set(instrument, { until, rule });
        return turn(`The breaker "${rule}" holds liquidation orders in ${symbol} back${told}.`, { trips: true });
      case 'halt':
        if (now === 'halted') return undefined;
        states.set(instrument, { phase: 'halted', until, rule, low: 0, high: 0 });
        return turn(`The breaker "${rule}" halts trading in ${symbol}${told}.`, { trips: true, halts: true });
      case 'limit': {
        states.set(instrument, { phase: 'limited', until, rule, low, high });
        const before = limited.get(instrument);
        const again = before !== undefined && at < before.seen + EPISODE;
        limited.set(instrument, { since: again ? before.since : at, seen: at });
        if (again) return undefined;
        const [from, to] = [low, high].map((ticks) => priceText(rules, instrument, ticks));
        return turn(`The breaker "${rule}" lets ${symbol} trade between ${from} and ${to} only, while the price is at an edge.`, {
          trips: true,
        });
      }
      default:
        return undefined;
    }
  }
  const next = type === Type.BreakerReleased ? BREAKER_RELEASES[message.phase] : SESSION_PHASES[message.phase];
  switch (next) {
    case 'halted':
      if (now === 'halted') return undefined;
      states.set(instrument, { phase: 'halted', until: endOfHalt(rules, at), rule: '', low: 0, high: 0 });
      return turn(`Trading in ${symbol} is halted.`, { trips: true, halts: true });
    case 'auction':
      states.set(instrument, { ...OPEN, phase: 'auction', until: at + rules.breakers.auction, rule: states.get(instrument)?.rule ?? '' });
      return turn(`Orders in ${symbol} are gathered for one price.`);
    case 'unlimited':
      states.delete(instrument);
      limited.set(instrument, { since: limited.get(instrument)?.since ?? at, seen: at });
      return undefined;
    case 'open':
    case 'resume':
      if (!states.delete(instrument)) return undefined;
      return turn(`Trading in ${symbol} resumes.`, { opens: true });
    case 'unthrottled':
      throttled.delete(instrument);
      return turn(`Liquidation orders in ${symbol} are let through again.`);
    default:
      return undefined;
  }
}

/** Of the scenario's own halt that is on at this time; those that touch are one. */
function endOfHalt({ session }: Scenario, from: Micros): Micros {
  let end = from;
  for (const { at, duration } of session.halts.toSorted((a, b) => a.at - b.at)) {
    if (at <= end && at + duration > end) end = at + duration;
  }
  return end === from ? 0 : end;
}
