// Is it the same run? Compares a run that was recorded with one made again, and names the first place where they part.

import { closeSync, openSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import type { Message } from '../messages.ts';
import type { Manifest } from './manifest.ts';
import { eventLine } from './recorder.ts';

/** Envelopes are counted from 1; `expected` is what was recorded. */
export type Divergence =
  /** Somewhere in these envelopes; all before them are the same. */
  | { readonly kind: 'envelopes'; readonly from: number; readonly to: number; readonly expected: string; readonly found: string }
  /** All that both have is the same, and one has more. */
  | { readonly kind: 'count'; readonly expected: number; readonly found: number }
  /** The same envelopes, but what the manifest makes of them differs: its headline, its invariants, how it ended. */
  | { readonly kind: 'told'; readonly changes: readonly Change[] };

export interface Change {
  /** Such as `headline.fund.low`. */
  readonly path: string;
  readonly expected: unknown;
  readonly found: unknown;
}

/** Compares as far as a run has come: for stopping as soon as it is another one. */
export function divergedSoFar({ checkpoints }: Pick<Manifest, 'checkpoints'>, found: readonly string[]): Divergence | null {
  const { every, digests } = checkpoints;
  const shared = Math.min(digests.length, found.length);
  for (let i = 0; i < shared; i++) {
    if (digests[i] !== found[i])
      return { kind: 'envelopes', from: i * every + 1, to: (i + 1) * every, expected: digests[i], found: found[i] };
  }
  return null;
}

type Compared = Pick<Manifest, 'checkpoints' | 'envelopes' | 'digest' | 'simulated' | 'ended' | 'headline' | 'invariants'>;

/** Compares two finished runs. Null: bit for bit the same. */
export function firstDivergence(expected: Compared, found: Compared): Divergence | null {
  const early = divergedSoFar(expected, found.checkpoints.digests);
  if (early !== null) return early;
  if (expected.envelopes !== found.envelopes) return { kind: 'count', expected: expected.envelopes, found: found.envelopes };
  if (expected.digest !== found.digest) {
    const { every, digests } = expected.checkpoints;
    return { kind: 'envelopes', from: digests.length * every + 1, to: expected.envelopes, expected: expected.digest, found: found.digest };
  }
  const changes = changesBetween(told(expected), told(found));
  return changes.length === 0 ? null : { kind: 'told', changes };
}

/** All else of a manifest that is a function of the run. */
function told({ simulated, ended, checkpoints, headline, invariants }: Compared): object {
  return { simulated, ended, checkpoints, headline, invariants };
}

/** Every leaf in which two JSON values differ, in the order of the first, then what only the second has. */
export function changesBetween(expected: unknown, found: unknown, path = ''): Change[] {
  if (!isBranch(expected) || !isBranch(found)) return Object.is(expected, found) ? [] : [{ path, expected, found }];
  const keys = new Set([...Object.keys(expected), ...Object.keys(found)]);
  return [...keys].flatMap((key) => changesBetween(expected[key], found[key], path === '' ? key : `${path}.${key}`));
}

function isBranch(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

export interface EnvelopeDifference {
  /** Position in the stream, from 1. */
  readonly number: number;
  readonly expected: string | null;
  readonly found: string | null;
}

/** Reads a run made again against the log of the recorded one, and remembers the first line that differs. */
export class LogComparison {
  difference: EnvelopeDifference | null = null;
  readonly #lines: Iterator<string>;
  #number = 0;

  constructor(lines: Iterable<string>) {
    this.#lines = lines[Symbol.iterator]();
  }

  read(message: Message): void {
    if (this.difference !== null) return;
    this.#number++;
    const { value, done } = this.#lines.next();
    const expected = done === true ? null : value;
    const found = eventLine(message);
    if (expected !== found) this.difference = { number: this.#number, expected, found };
  }

  /** After the run's last message: the log may go on where the run has ended. */
  finish(): void {
    if (this.difference !== null) return;
    const { value, done } = this.#lines.next();
    if (done !== true) this.difference = { number: this.#number + 1, expected: value, found: null };
  }
}

/** The lines of a file, which need not fit into memory. */
export function* linesOf(path: string): Generator<string, undefined> {
  const file = openSync(path, 'r');
  try {
    const block = Buffer.alloc(1 << 16);
    const decoder = new StringDecoder('utf8');
    let rest = '';
    for (;;) {
      const length = readSync(file, block);
      if (length === 0) break;
      const lines = (rest + decoder.write(block.subarray(0, length))).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
    if (rest !== '') yield rest;
    return undefined;
  } finally {
    closeSync(file);
  }
}
