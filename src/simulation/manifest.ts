// What a run was and what came of it: enough to run it again and to prove that it is the same run. Nothing in it depends
// on the wall clock; what does (how long it took) is kept apart by who writes it down.

import { createRequire } from 'node:module';
import { formatInstant } from '../base/calendar.ts';
import { DigestChain, sha256Hex } from '../base/digest.ts';
import type { Micros } from '../base/units.ts';
import type { Bar } from '../paths/path.ts';
import { CODE_DIGEST } from './code-digest.ts';
import type { InvariantResult } from './invariants.ts';
import type { Headline } from './metrics.ts';
import type { Config, Scenario } from './scenario.ts';

/** Why a run is where it is: it reached the scenario's end, it was asked to go no further, or it has not been ended. */
type Ended = 'duration' | 'until' | 'running';

export interface Manifest {
  /** The form of this file. */
  readonly format: 1;
  /** The version of the package that made the run. */
  readonly code: string;
  /** SHA-256 over the files of the code that made it: tells builds of one version apart. */
  readonly build: string;
  /** The engine it ran on: the same run comes out of every one. */
  readonly engine: string;
  readonly scenario: {
    readonly name: string;
    /** As it was named; files that the scenario names are relative to it. */
    readonly file: string;
    /** What was set over the file's values, as it was written, left to right; absent where nothing was. */
    readonly set?: readonly string[];
    /** SHA-256 of `config` in canonical JSON. */
    readonly digest: string;
    /** Every default filled in, overrides applied. */
    readonly config: Config;
    /** SHA-256 of the price bars that it reads from files, by instrument. */
    readonly prices: Readonly<Record<string, string>>;
  };
  readonly seed: string;
  /** Calendar time; `micros` is simulated time since the start. */
  readonly simulated: { readonly from: string; readonly to: string; readonly micros: Micros };
  readonly ended: Ended;
  /** Messages handled. */
  readonly envelopes: number;
  /** Over all of them, 64 hex digits; and as it stood after every `every` of them. */
  readonly digest: string;
  readonly checkpoints: { readonly every: number; readonly digests: readonly string[] };
  readonly headline: Headline;
  readonly invariants: InvariantResult;
}

export interface ManifestOptions {
  readonly scenario: Pick<Scenario, 'name' | 'file' | 'set' | 'start' | 'config'> & Priced;
  readonly seed: string;
  readonly kernel: { readonly now: Micros; readonly delivered: number; digest(): string; readonly checkpoints: readonly string[] };
  readonly ended: Ended;
  readonly headline: Headline;
  readonly invariants: InvariantResult;
}

export function createManifest({ scenario, seed, kernel, ended, headline, invariants }: ManifestOptions): Manifest {
  const { name, file, set, start, config } = scenario;
  return {
    format: 1,
    code: codeVersion(),
    build: CODE_DIGEST,
    engine: engineName(),
    scenario: {
      name,
      file,
      ...(set === undefined ? {} : { set }),
      digest: sha256Hex(canonicalJson(config)),
      config,
      prices: priceDigests(scenario),
    },
    seed,
    simulated: { from: formatInstant(start), to: formatInstant(start + kernel.now), micros: kernel.now },
    ended,
    envelopes: kernel.delivered,
    digest: kernel.digest(),
    checkpoints: { every: DigestChain.INTERVAL, digests: [...kernel.checkpoints] },
    headline,
    invariants,
  };
}

interface Priced {
  readonly instruments: readonly { readonly symbol: string; readonly index: { readonly bars: readonly Bar[] | undefined } }[];
}

/** The tables are read again for a replay: this tells whether they still say the same. */
export function priceDigests({ instruments }: Priced): Record<string, string> {
  const read = instruments.flatMap(({ symbol, index: { bars } }) => (bars === undefined ? [] : [[symbol, bars] as const]));
  return Object.fromEntries(
    read.map(([symbol, bars]) => [
      symbol,
      sha256Hex(bars.map(({ at, open, high, low, close }) => `${at},${open},${high},${low},${close}\n`).join('')),
    ]),
  );
}

/** The version in the package's own description, which lies at the same depth above the sources and the built files. */
export function codeVersion(): string {
  const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };
  return version;
}

function engineName(): string {
  const { versions } = process;
  // Bun states a V8 for those who ask, but is built on another engine.
  if (versions.bun !== undefined) return `bun ${versions.bun}, webkit ${versions.webkit}`;
  const host = versions.deno === undefined ? `node ${versions.node}` : `deno ${versions.deno}`;
  return `${host}, v8 ${versions.v8}`;
}

/** JSON with the keys of every map in code point order and no spaces: equal values, equal text. */
export function canonicalJson(value: Config): string {
  if (Array.isArray(value)) return `[${(value as readonly Config[]).map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonicalJson(inner)}`).join(',')}}`;
}

/** What is wrong with a text that should be a manifest, or the manifest. */
export function parseManifest(text: string): Manifest | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return `is not JSON: ${(error as Error).message}`;
  }
  const manifest = value as Partial<Manifest> | null;
  if (typeof manifest !== 'object' || manifest === null || Array.isArray(manifest)) return 'is not a manifest: expected a map';
  if (manifest.format !== 1) return `is not a manifest of a form known here: "format" is ${JSON.stringify(manifest.format)}, expected 1`;
  const missing = (
    ['code', 'scenario', 'seed', 'simulated', 'ended', 'envelopes', 'digest', 'checkpoints', 'headline', 'invariants'] as const
  ).filter((key) => manifest[key] === undefined);
  if (missing.length > 0) return `is not a whole manifest: ${missing.join(', ')} missing`;
  const { scenario } = manifest as Manifest;
  if (typeof scenario.config !== 'object' || scenario.config === null) return 'is not a whole manifest: scenario.config missing';
  if (sha256Hex(canonicalJson(scenario.config)) !== scenario.digest)
    return 'was changed by hand: its scenario does not have the digest that it states';
  return manifest as Manifest;
}
