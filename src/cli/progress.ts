// Runs a simulation a stretch at a time, so that a person sees how far it has come and can interrupt it. How long the
// stretches are has no influence on the run.

import { formatInstant } from '../base/calendar.ts';
import type { Micros } from '../base/units.ts';
import type { Simulation } from '../simulation/simulation.ts';
import { brief } from '../base/figures.ts';
import type { Terminal } from './terminal.ts';

export interface Timing {
  readonly wallMs: number;
  readonly messagesPerSecond: number;
  readonly peakRssBytes: number;
}

/** Starts now; the function returned says what it took. */
export function stopwatch(): (messages: number) => Timing {
  const began = performance.now();
  return (messages) => {
    const wallMs = Math.round(performance.now() - began);
    // maxRSS is in kibibytes.
    return {
      wallMs,
      messagesPerSecond: wallMs === 0 ? 0 : Math.round((messages * 1_000) / wallMs),
      peakRssBytes: process.resourceUsage().maxRSS * 1024,
    };
  };
}

/** A stretch should take about this long. */
const STRETCH_MS = 100;
/** Progress is shown when it takes longer than this. */
const PATIENCE_MS = 1_000;

/**
 * Does `work`, which has something to tidy up in a `finally`: who wants the process to end is heard from before the work
 * begins, and the work ends wherever it calls `breathe`, which then throws Interrupted.
 */
export async function interruptible<T>(work: (breathe: () => Promise<void>) => Promise<T>): Promise<T> {
  let interrupted: NodeJS.Signals | undefined;
  const interrupt = (signal: NodeJS.Signals) => {
    interrupted = signal;
  };
  for (const signal of SIGNALS) process.on(signal, interrupt);
  try {
    return await work(async () => {
      // Signals are heard between turns of the event loop only.
      await new Promise<void>((resolve) => {
        setImmediate(resolve);
      });
      if (interrupted !== undefined) throw new Interrupted(interrupted);
    });
  } finally {
    for (const signal of SIGNALS) process.off(signal, interrupt);
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Advance {
  /** Called before and after every stretch; may throw. */
  readonly breathe: () => Promise<void>;
  /** Asked after every stretch. */
  readonly stop?: () => boolean;
}

export async function advance(simulation: Simulation, until: Micros, terminal: Terminal, { breathe, stop }: Advance): Promise<void> {
  const began = performance.now();
  let shown = false;
  try {
    let stretch = Math.max(1, Math.ceil(until / 1_000));
    await breathe();
    do {
      const before = performance.now();
      simulation.runUntil(Math.min(until, simulation.now + stretch));
      const took = performance.now() - before;
      if (took < STRETCH_MS / 2) stretch *= 2;
      else if (took > STRETCH_MS * 2) stretch = Math.max(1, Math.floor(stretch / 2));
      if (terminal.progress && performance.now() - began > PATIENCE_MS) {
        shown = true;
        terminal.err(`\r\u001b[K${progressLine(simulation, until)}`);
      }
      await breathe();
    } while (simulation.now < until && stop?.() !== true);
  } finally {
    if (shown) terminal.err('\r\u001b[K');
  }
}

/** A person or the system wants the process to end; `main` ends it as if nobody had listened. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  readonly signal: NodeJS.Signals;

  constructor(signal: NodeJS.Signals) {
    super(signal);
    this.signal = signal;
  }
}

function progressLine({ scenario, now, kernel, cases }: Simulation, until: Micros): string {
  const share = Math.floor((now / Math.max(1, until)) * 100);
  return `${formatInstant(scenario.start + now).slice(11, 19)}  ${String(share).padStart(3)} %  ${brief(kernel.delivered)} messages, ${cases.started} liquidations`;
}
