// How a kind declares its parameters: one spec each, with unit, default and documentation. `sandpile list`, the JSON
// Schema, `check` and the reader all work from these. People write human units; what a kind receives is in ours.

import type { Rng } from './random.ts';

/** What is needed to turn coins, prices and money into integers; all decimal strings. `scale` is the scenario's. */
export interface Scales {
  readonly tick: string;
  readonly lot: string;
  /** Settlement-asset value of one tick × one lot. */
  readonly tickValue: string;
  /** Settlement-asset value of one quote unit: the finest `tickValue` among the asset's instruments. */
  readonly quoteUnit: string;
  /** Multiplies every parameter of size (coins, money) that is not `unscaled`. */
  readonly scale: number;
}

/** Draws one value in the parameter's own unit. A constant is a sampler too. */
export interface Sampler {
  draw(rng: Rng): number;
}

/** Units of numbers: quantity.ts says how each is written and read. */
export type NumericUnit = 'count' | 'number' | 'fraction' | 'duration' | 'price' | 'coins' | 'money' | 'ratio';
type Unit = NumericUnit | 'choice' | 'flag' | 'text' | 'file' | 'instant';

export interface Param<T> {
  readonly unit: Unit;
  readonly doc: string;
  /** As people would write it (a distribution in YAML's flow style); undefined when the parameter must be given. */
  readonly default: string | number | boolean | undefined;
  /** For `choice`: the values allowed. */
  readonly choices?: readonly string[];
  /** Least and greatest value, in coins, quote currency, fractions (0.05) or micros, before scaling. Draws are clipped to them. */
  readonly min?: number;
  readonly max?: number;
  /** The value is handed over as a Sampler instead of being drawn once per trader. */
  readonly sampled: boolean;
  readonly unscaled: boolean;
  /** Left out of a scenario's resolved form unless it is written: it came after others were published with their digests. */
  readonly quiet?: boolean;
  /** Phantom: the type a kind receives. */
  readonly type?: T;
}

export type ParamSpecs = Readonly<Record<string, Param<unknown>>>;
export type Values<S extends ParamSpecs> = { readonly [K in keyof S]: S[K] extends Param<infer T> ? T : never };

interface Options {
  readonly min?: number;
  readonly max?: number;
  readonly unscaled?: boolean;
  readonly quiet?: boolean;
}

const NEVER_NEGATIVE: ReadonlySet<Unit> = new Set<Unit>(['count', 'duration', 'price', 'coins', 'money']);

function spec<T>(unit: Unit, fallback: string | number | boolean | undefined, doc: string, options: Options = {}): Param<T> {
  // Sizes, money and times are not negative; where a sign means something there is a parameter for the side.
  return { unit, doc, default: fallback, sampled: false, unscaled: false, ...(NEVER_NEGATIVE.has(unit) && { min: 0 }), ...options };
}

/** A whole number. */
export const count = (fallback: number | undefined, doc: string, options?: Options) => spec<number>('count', fallback, doc, options);
/** A plain number without unit. */
export const number = (fallback: number | string | undefined, doc: string, options?: Options) =>
  spec<number>('number', fallback, doc, options);
/** `5%` or `12bp`; received as a fraction (0.05). */
export const fraction = (fallback: string | undefined, doc: string, options?: Options) => spec<number>('fraction', fallback, doc, options);
/** `250ms`, `10s`, `5m`, `1h`; received in micros. */
export const duration = (fallback: string | undefined, doc: string, options?: Options) => spec<number>('duration', fallback, doc, options);
/** A price such as `60000.5`, on the tick; received in ticks. */
export const price = (fallback: string | undefined, doc: string, options?: Options) => spec<number>('price', fallback, doc, options);
/** An amount of the base coin such as `0.25`; scaled, received in lots (at least one, unless it is 0). */
export const coins = (fallback: string | undefined, doc: string, options?: Options) => spec<number>('coins', fallback, doc, options);
/** An amount of the settlement asset such as `250000`; scaled, received in quote units. */
export const money = (fallback: string | undefined, doc: string, options?: Options) => spec<number>('money', fallback, doc, options);
/** A positive ratio such as `1/16` or `0.25`. */
export const ratio = (fallback: string | undefined, doc: string, options?: Options) => spec<number>('ratio', fallback, doc, options);
export const flag = (fallback: boolean, doc: string, options?: Pick<Options, 'quiet'>) => spec<boolean>('flag', fallback, doc, options);
export const text = (fallback: string | undefined, doc: string, options?: Pick<Options, 'quiet'>) =>
  spec<string>('text', fallback, doc, options);
/** The path of a file, relative to the file that names it; received as a path that can be opened. */
export const file = (fallback: string | undefined, doc: string) => spec<string>('file', fallback, doc);
/** Calendar time such as `2025-10-10T20:45:00Z`; received as micros since 1970. */
export const instant = (fallback: string | undefined, doc: string) => spec<number>('instant', fallback, doc);
export const choice = <const C extends string>(
  choices: readonly C[],
  fallback: C | undefined,
  doc: string,
  options?: Pick<Options, 'quiet'>,
): Param<C> => ({
  ...spec<C>('choice', fallback, doc, options),
  choices,
});

/** The same parameter, handed over as a distribution to draw from (once per member of a crowd, say). */
export const sampled = (param: Param<number>): Param<Sampler> => ({ ...(param as Param<unknown>), sampled: true }) as Param<Sampler>;
