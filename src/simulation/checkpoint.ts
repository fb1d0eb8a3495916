// A run's whole state as plain data: to be kept in memory as a keyframe, sent to a worker, or written to a file. It goes on
// only from the same scenario, seed and code, and says so; and where a run cannot be copied, it says how to get there again.

import { sha256Hex } from '../base/digest.ts';
import { Rng } from '../base/random.ts';
import type { Micros } from '../base/units.ts';
import { EwmaVolatility } from '../estimators/ewma-volatility.ts';
import { Trend } from '../estimators/trend.ts';
import { Outlook } from '../liquidation/outlook.ts';
import { ActorClock } from '../kernel/clock.ts';
import { Inbox } from '../kernel/inbox.ts';
import { Kernel } from '../kernel/kernel.ts';
import { LatencyLines } from '../kernel/latency.ts';
import { InspectedParticipant, Participant } from '../kernel/participant.ts';
import { TriggerHeap } from '../market/stops.ts';
import { CODE_DIGEST } from './code-digest.ts';
import { canonicalJson, priceDigests } from './manifest.ts';
import type { Config, Scenario } from './scenario.ts';
import { NotCopyable, type SavedState, type StateRules } from './state.ts';
import { readState } from './state-reader.ts';
import { writeState } from './state-writer.ts';

/** A rule changed by hand, while the run was running. */
export interface RuleChange {
  /** When, in simulated time, and after how many messages. */
  readonly at: Micros;
  readonly after: number;
  /** As an intervention of a scenario writes it. */
  readonly path: string;
  readonly value: Config;
}

/** Plain data; numbers, strings and typed arrays, so that structuredClone and postMessage take it. */
export interface Checkpoint {
  readonly format: 1;
  /** What it belongs to: the digest of the code, of the scenario with its prices, and the seed. */
  readonly code: string;
  readonly scenario: string;
  readonly seed: string;
  /** Where it is: simulated time, messages handled, and their digest. */
  readonly at: Micros;
  readonly envelopes: number;
  readonly digest: string;
  readonly ended: 'running' | 'duration';
  /** Rules changed by hand so far, in order; and the tags of all changes that took effect, the scenario's too. */
  readonly changes: readonly RuleChange[];
  readonly applied: readonly number[];
  /** Null where something cannot be copied, which `reason` names: then the run is run again up to here. */
  readonly state: SavedState | null;
  readonly reason: string | null;
}

/** A checkpoint that is not of this scenario, seed or code. */
export class CheckpointMismatch extends Error {
  override readonly name = 'CheckpointMismatch';
}

/** What there is to be remembered, by name. Everything else hangs on these. */
export interface RunState {
  readonly kernel: Kernel<never, never>;
  readonly [part: string]: object;
}

/** Who watches a run is no part of it; nor is what never changes. */
const KEPT: StateRules['kept'] = new Map<unknown, ReadonlySet<string>>([
  [Kernel, new Set(['options', 'taps', 'scheduler', 'envelopes', 'envelopes$', 'names'])],
  [Inbox, new Set(['initialTeardown', 'closed', '_parentage', '_finalizers', 'isStopped', 'destination'])],
  [ActorClock, new Set(['port'])],
  [LatencyLines, new Set(['ways', 'wayOf', 'constants', 'models'])],
  [Participant, new Set(['logic'])],
  [InspectedParticipant, new Set(['failure', 'actor'])],
]);

/** Of these, objects come to life during a run. */
const CLASSES = [Rng, EwmaVolatility, Trend, Outlook, TriggerHeap];

/** `given` is what both runs have from elsewhere: their scenario, and what their readers ask the market. */
const rulesOf = (given: readonly object[]): StateRules => ({ kept: KEPT, classes: CLASSES, given });

/** The state as it is now, or why it cannot be copied. */
export function copyOf(run: RunState, given: readonly object[]): Pick<Checkpoint, 'state' | 'reason'> {
  const { uncopyable } = run.kernel;
  if (uncopyable !== null) return { state: null, reason: uncopyable };
  try {
    return { state: writeState(run, rulesOf(given)), reason: null };
  } catch (error) {
    if (error instanceof NotCopyable) return { state: null, reason: error.message };
    throw error;
  }
}

/** Gives a run that was just wired the state of another. Throws NotCopyable, and then the run is spoiled. */
export function giveState(run: RunState, given: readonly object[], state: SavedState): void {
  readState(run, state, rulesOf(given));
}

/** Of everything a run reads: what was written, and the price tables. */
export function scenarioDigest(scenario: Scenario): string {
  return sha256Hex(canonicalJson({ config: scenario.config, prices: priceDigests(scenario) }));
}

/** Throws a CheckpointMismatch that says what differs. */
export function refuseOthers(checkpoint: Checkpoint, scenario: Scenario): void {
  const { format, code, scenario: digest } = checkpoint as { format: unknown; code: string; scenario: string };
  if (format !== 1) throw new CheckpointMismatch(`a checkpoint of form ${String(format)}, and this code reads form 1`);
  if (code !== CODE_DIGEST)
    throw new CheckpointMismatch(`the checkpoint was made by other code: ${short(code)}, and this is ${short(CODE_DIGEST)}`);
  const own = scenarioDigest(scenario);
  if (digest !== own)
    throw new CheckpointMismatch(
      `the checkpoint is of another scenario or other prices: ${short(digest)}, and "${scenario.name}" is ${short(own)}`,
    );
}

const short = (digest: string): string => digest.slice(0, 12);

/** How much memory a checkpoint takes, without its lists of names. */
export function bytesOf({ state }: Checkpoint): number {
  if (state === null) return 0;
  const { nodes, values, numbers, sizes, memory } = state;
  return [nodes, values, numbers, sizes, ...memory].reduce((sum, { byteLength }) => sum + byteLength, 0);
}
