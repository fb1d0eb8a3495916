// Is the venue trading? A chart with few phases and few events, so it runs as a plain XState actor.

import { createActor, setup } from 'xstate';
import type { ActorId, InstrumentId, Micros } from '../base/units.ts';
import type { ActorContext } from '../kernel/actor.ts';
import { Type, type Message } from '../messages.ts';

export const SESSION_PHASES = ['preOpen', 'open', 'halted', 'closed', 'auction'] as const;
export type SessionPhase = (typeof SESSION_PHASES)[number];

const tradingSession = setup({
  types: { events: {} as { type: 'open' | 'halt' | 'gather' | 'resume' | 'close' } },
}).createMachine({
  id: 'trading-session',
  initial: 'preOpen',
  states: {
    preOpen: { on: { open: 'open', close: 'closed' } },
    open: { on: { halt: 'halted', close: 'closed' } },
    halted: { on: { gather: 'auction', resume: 'open', close: 'closed' } },
    auction: { on: { halt: 'halted', resume: 'open', close: 'closed' } },
    closed: { type: 'final' },
  },
});

/** One instrument's session. `send` returns whether the phase changed. */
export class Session {
  private readonly actor;

  constructor(id: string) {
    this.actor = createActor(tradingSession, { id });
    this.actor.start();
  }

  get phase(): SessionPhase {
    return this.actor.getSnapshot().value as SessionPhase;
  }

  get open(): boolean {
    return this.phase === 'open';
  }

  send(type: 'open' | 'halt' | 'gather' | 'resume' | 'close'): boolean {
    const before = this.phase;
    // XState complains of events after the end; there, nothing is the answer.
    if (before === 'closed') return false;
    this.actor.send({ type });
    return this.phase !== before;
  }
}

export interface Halt {
  readonly at: Micros;
  readonly duration: Micros;
}

/** The same times without trading, in order, those that overlap or touch as one: trading resumes when the last of them ends. */
export function mergedHalts(halts: readonly Halt[]): Halt[] {
  const merged: { at: Micros; duration: Micros }[] = [];
  for (const { at, duration } of halts.toSorted((a, b) => a.at - b.at)) {
    const last = merged.at(-1);
    if (last !== undefined && at <= last.at + last.duration) last.duration = Math.max(last.duration, at + duration - last.at);
    else merged.push({ at, duration });
  }
  return merged;
}

/** When the gateway is told that the session's phase changes: by the scenario's halts. */
export function sendSession(
  context: ActorContext<Message>,
  gateway: ActorId,
  instrument: InstrumentId,
  phase: SessionPhase,
  delay: Micros,
): void {
  const draft = context.send(gateway, Type.SessionChanged, delay);
  draft.instrument = instrument;
  draft.phase = SESSION_PHASES.indexOf(phase);
}
