// What a venue's adapter is made of: families of worked examples, each with the forms of input it takes. An adapter turns
// an example's inputs into a call of the functions that the simulation uses, and their results into what is compared.

import { describe as inWords } from './comparison.ts';

/** What a form computes, by the key under which an example may expect it. Money and sizes of venues may pass 2^53. */
export type Output = number | bigint | string | boolean | null | readonly Output[] | { readonly [key: string]: Output };
export type Outputs = Readonly<Record<string, Output>>;

/** Reads one value of an example's inputs; throws `Unread` when it is of another form. */
export type Reader<T> = (value: unknown, path: string) => T;

/** The inputs are of another form than this. */
export class Unread extends Error {
  override readonly name = 'Unread';
}

/** The venue refuses what it is asked, by an error with a name. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly error: string;

  constructor(error: string) {
    super(error);
    this.error = error;
  }
}

/** What an example asks for is beyond what is built, and why. */
export class Unsupported extends Error {
  override readonly name = 'Unsupported';
}

type Readers = Readonly<Record<string, Reader<unknown>>>;
type InputsOf<R extends Readers> = { readonly [K in keyof R]: R[K] extends Reader<infer T> ? T : never };

/** One way in which a family states its inputs: all of these keys but the optional ones, and no others. */
export interface Form {
  readonly keys: readonly string[];
  /** Throws `Unread`, `Refused` or `Unsupported`. */
  run(inputs: Readonly<Record<string, unknown>>): Outputs;
}

/** The adapter of one venue: by family, the forms that are tried in order. */
export interface VenueExamples {
  /** As files name it, with `_` for `-`. */
  readonly venue: string;
  readonly families: Readonly<Record<string, readonly Form[]>>;
}

export function form<R extends Readers>(readers: R, run: (inputs: InputsOf<R>) => Outputs): Form {
  const read = object(readers);
  return { keys: Object.keys(readers), run: (inputs) => run(read(inputs, '')) };
}

const unread = (path: string, wanted: string, value: unknown): never => {
  throw new Unread(`${path === '' ? 'inputs' : `"${path}"`} must be ${wanted}, not ${inWords(value)}`);
};

export const number: Reader<number> = (value, path) =>
  typeof value === 'number' && Number.isFinite(value) ? value : unread(path, 'a number', value);

export const positive: Reader<number> = (value, path) => {
  const read = number(value, path);
  return read > 0 ? read : unread(path, 'a number above 0', value);
};

export const integer: Reader<number> = (value, path) =>
  Number.isSafeInteger(value) ? (value as number) : unread(path, 'a whole number', value);

/** A whole number of any size: beyond 2^53 files write it as a string, or as a float that is one. */
export const big: Reader<bigint> = (value, path) => {
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value);
  if (typeof value === 'string' && /^-?\d+$/.test(value)) return BigInt(value);
  return unread(path, 'a whole number', value);
};

export const text: Reader<string> = (value, path) => (typeof value === 'string' ? value : unread(path, 'a text', value));

export const flag: Reader<boolean> = (value, path) => (typeof value === 'boolean' ? value : unread(path, 'true or false', value));

export const oneOf =
  <const C extends string>(...choices: readonly C[]): Reader<C> =>
  (value, path) =>
    choices.find((choice) => choice === value) ?? unread(path, choices.join(' or '), value);

/** +1 for a long, −1 for a short. */
export const direction: Reader<1 | -1> = (value, path) => (oneOf('long', 'short')(value, path) === 'long' ? 1 : -1);

export const optional =
  <T>(reader: Reader<T>): Reader<T | undefined> =>
  (value, path) =>
    value === undefined ? undefined : reader(value, path);

export const orNull =
  <T>(reader: Reader<T>): Reader<T | null> =>
  (value, path) =>
    value === null ? null : reader(value, path);

export const list =
  <T>(reader: Reader<T>): Reader<readonly T[]> =>
  (value, path) =>
    Array.isArray(value) ? value.map((item, i) => reader(item, `${path}[${i}]`)) : unread(path, 'a list', value);

/** A list of exactly these. */
export const tuple =
  <const R extends readonly Reader<unknown>[]>(
    ...readers: R
  ): Reader<{ readonly [K in keyof R]: R[K] extends Reader<infer T> ? T : never }> =>
  (value, path) =>
    Array.isArray(value) && value.length === readers.length
      ? (readers.map((reader, i) => reader(value[i], `${path}[${i}]`)) as never)
      : unread(path, `a list of ${readers.length}`, value);

/** Keys that the example chooses. */
export const record =
  <T>(reader: Reader<T>): Reader<ReadonlyMap<string, T>> =>
  (value, path) =>
    isRecord(value)
      ? new Map(Object.entries(value).map(([key, item]) => [key, reader(item, path === '' ? key : `${path}.${key}`)] as const))
      : unread(path, 'a map', value);

/** These keys and no others. */
export const object =
  <R extends Readers>(readers: R): Reader<InputsOf<R>> =>
  (value, path) => {
    if (!isRecord(value)) return unread(path, 'a map', value);
    const inside = (key: string) => (path === '' ? key : `${path}.${key}`);
    for (const key of Object.keys(value)) if (!(key in readers)) throw new Unread(`unknown input "${inside(key)}"`);
    const read = Object.entries(readers).map(([key, reader]) => {
      if (value[key] !== undefined) return [key, reader(value[key], inside(key))] as const;
      try {
        return [key, reader(undefined, inside(key))] as const;
      } catch {
        throw new Unread(`input "${inside(key)}" is missing`);
      }
    });
    return Object.fromEntries(read) as InputsOf<R>;
  };

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
