// What a run remembers, taken out of its objects and put into others: the one file that knows how. Nobody writes save and
// load for a hundred classes; instead everything that can be reached from a root over fields, elements and entries is
// written down, object by object in the order in which it is met (state-writer.ts), and read back (state-reader.ts) into
// the objects of a run that was wired anew from the same scenario: those hold the functions, which are never copied.
//
// - An object met at a place where the new run has one of the same class *is* that one, and is filled where it stands, so
//   that what functions have captured stays what it was. Any other is made, by the prototype of its class.
// - Identity is kept: two fields that held one object do so again, and two views of one buffer still share it.
// - What belongs to the scenario is pointed at by its number, for the scenario is the same.
// - What cannot be seen cannot be copied: `#private` fields and the variables of closures. The first is refused here; about
//   the second, kinds of a shelf give their word (`memory`, see checkpoint.ts). Sockets of others (RxJS, functions that came
//   to life during the run) are refused too. A run that is refused can still be had again: by going there again.

import { Observable, Subscription } from 'rxjs';
import { Actor } from 'xstate';
import { Inbox } from '../kernel/inbox.ts';

/** A graph of objects as plain data: it survives structuredClone, so it may go to a worker. */
export interface SavedState {
  /** Names of classes, names of fields, and strings among the values, by the numbers that stand for them. */
  readonly strings: readonly string[];
  /** The class of each sort of object, then its fields; '' is an object without a class. */
  readonly shapes: readonly (readonly number[])[];
  /** One word an object: what it is, from `NODE`; shapes begin at `NODE.SHAPES`. */
  readonly nodes: Int32Array;
  /** One byte a value, from `VALUE`; and what numbers, strings and references are, in the same order. */
  readonly values: Uint8Array;
  readonly numbers: Float64Array;
  /** Of each view: its type (a position in VIEWS), first byte, length, and the object that is its memory; of each memory its bytes. */
  readonly sizes: Float64Array;
  /** The memory behind typed arrays, without the zeros at its end. */
  readonly memory: readonly Uint8Array[];
}

export const NODE = { ARRAY: 0, NUMBERS: 1, MAP: 2, SET: 3, MEMORY: 4, VIEW: 5, CHART: 6, SHAPES: 16 } as const;
export const VALUE = {
  NUMBER: 0,
  REFERENCE: 1,
  STRING: 2,
  UNDEFINED: 3,
  NULL: 4,
  FALSE: 5,
  TRUE: 6,
  /** An element that an array does not have. */
  HOLE: 7,
  /** The new run has its own. */
  FUNCTION: 8,
  /** An object of the scenario, by its number. */
  GIVEN: 9,
} as const;

export type View = Exclude<NodeJS.ArrayBufferView, DataView> & { readonly length: number };
export const VIEWS = [
  Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array, Float64Array,
  BigInt64Array, BigUint64Array,
] as const; // prettier-ignore

/** What both ends must agree on. */
export interface StateRules {
  /** Fields that are not state, by class: what watches the run, and what the libraries below it keep for themselves. */
  readonly kept: ReadonlyMap<unknown, ReadonlySet<string>>;
  /** Classes of which objects may come to life during a run. */
  readonly classes: readonly { readonly prototype: object; readonly name: string }[];
  /** Objects that both runs have, all that hangs on them included: their scenario. */
  readonly given: readonly object[];
}

/** This state cannot be copied; `reason` says what stands in the way. */
export class NotCopyable extends Error {
  override readonly name = 'NotCopyable';
}

/** The name of an object's class, '' for plain objects; refuses what must not be copied. (What is RxJS's in an inbox never changes.) */
export function classOf(value: object): string {
  const prototype = Object.getPrototypeOf(value) as { constructor?: { name: string } } | null;
  if (prototype === null || prototype === Object.prototype) return '';
  if (value instanceof Observable || (value instanceof Subscription && !(value instanceof Inbox)))
    throw new NotCopyable(`an RxJS ${prototype.constructor?.name} of a kind's own cannot be copied`);
  return prototype.constructor?.name ?? '';
}

/** Whether a class keeps anything to itself. Its source tells, comments left out; classes it inherits from included. */
export function hidesFields(prototype: object | null): boolean {
  for (let at = prototype; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at) as object | null) {
    const { constructor } = at as { constructor?: unknown };
    if (typeof constructor !== 'function') continue;
    const source = Function.prototype.toString.call(constructor).replace(/\/\*[^]*?\*\/|\/\/.*/g, '');
    if (/[\s;{}.(!]#[A-Za-z_$]/.test(source)) return true;
  }
  return false;
}

/** A statechart's actor, as far as it can be copied: its snapshot. */
export function isChart(value: object): value is Actor<never> {
  return value instanceof Actor;
}

/** Numbers for all objects that hang on these, the same in every run that is given the same. */
export function numberGiven(roots: readonly object[]): Map<object, number> {
  const numbers = new Map<object, number>();
  const found: object[] = [];
  const meet = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || numbers.has(value)) return;
    numbers.set(value, numbers.size);
    found.push(value);
  };
  for (const root of roots) meet(root);
  for (const value of found) {
    if (ArrayBuffer.isView(value)) continue;
    if (value instanceof Map) for (const [key, inner] of value) [key, inner].forEach(meet);
    else if (Array.isArray(value)) value.forEach(meet);
    else for (const inner of Object.values(value)) meet(inner);
  }
  return numbers;
}
