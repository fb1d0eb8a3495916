// Writes a graph of objects down as plain data, in the order of a breadth-first walk; state.ts says what that means.

import {
  classOf,
  hidesFields,
  isChart,
  NODE,
  NotCopyable,
  numberGiven,
  VALUE,
  VIEWS,
  type SavedState,
  type StateRules,
  type View,
} from './state.ts';

export function writeState(root: object, rules: StateRules): SavedState {
  return new StateWriter(rules).write(root);
}

/** An array that grows, of numbers of one type. */
class Column<T extends Uint8Array | Int32Array | Float64Array> {
  length = 0;
  private words: T;
  private readonly make: (size: number) => T;

  constructor(make: (size: number) => T) {
    this.make = make;
    this.words = make(1 << 14);
  }

  push(value: number): void {
    if (this.length === this.words.length) this.reserve(1);
    this.words[this.length++] = value;
  }

  pushAll(values: ArrayLike<number>): void {
    if (this.length + values.length > this.words.length) this.reserve(values.length);
    this.words.set(values, this.length);
    this.length += values.length;
  }

  private reserve(more: number): void {
    const larger = this.make(Math.max(2 * this.words.length, this.length + more));
    larger.set(this.words);
    this.words = larger;
  }

  /** A copy without the room to spare. */
  done(): T {
    return this.words.slice(0, this.length) as T;
  }
}

class StateWriter {
  private readonly rules: StateRules;
  private readonly given: Map<object, number>;
  private readonly ids = new Map<object, number>();
  /** By id, in the order in which they were met; those after the one being written are still to come. */
  private readonly met: object[] = [];

  private readonly strings = new Map<string, number>();
  private readonly shapes: number[][] = [];
  private readonly shapesOf = new Map<unknown, { readonly keys: readonly string[]; readonly shape: number }[]>();
  private readonly nodes = new Column((size) => new Int32Array(size));
  private readonly values = new Column((size) => new Uint8Array(size));
  private readonly numbers = new Column((size) => new Float64Array(size));
  private readonly sizes = new Column((size) => new Float64Array(size));
  private readonly memory: Uint8Array[] = [];

  constructor(rules: StateRules) {
    this.rules = rules;
    this.given = numberGiven(rules.given);
  }

  write(root: object): SavedState {
    this.idOf(root);
    for (let id = 0; id < this.met.length; id++) {
      try {
        this.writeObject(this.met[id]);
      } catch (error) {
        if (error instanceof NotCopyable) throw new NotCopyable(`${wayTo(root, this.met[id], this.rules)}: ${error.message}`);
        throw error;
      }
    }
    return {
      strings: [...this.strings.keys()],
      shapes: this.shapes,
      nodes: this.nodes.done(),
      values: this.values.done(),
      numbers: this.numbers.done(),
      sizes: this.sizes.done(),
      memory: this.memory,
    };
  }

  private idOf(object: object): number {
    let id = this.ids.get(object);
    if (id === undefined) {
      id = this.met.push(object) - 1;
      this.ids.set(object, id);
    }
    return id;
  }

  private writeObject(object: object): void {
    if (Array.isArray(object)) this.writeArray(object as readonly unknown[]);
    else if (ArrayBuffer.isView(object)) this.writeView(object as View);
    else if (object instanceof ArrayBuffer) this.writeMemory(object);
    else if (object instanceof Map) this.writeMap(object as ReadonlyMap<unknown, unknown>);
    else if (object instanceof Set) this.writeSet(object as ReadonlySet<unknown>);
    else if (isChart(object)) this.writeChart(object);
    else this.writeFields(object as Readonly<Record<string, unknown>>);
  }

  private writeArray(array: readonly unknown[]): void {
    if (allNumbers(array)) {
      this.nodes.push(NODE.NUMBERS);
      this.numbers.push(array.length);
      this.numbers.pushAll(array);
      return;
    }
    this.nodes.push(NODE.ARRAY);
    this.numbers.push(array.length);
    for (let i = 0; i < array.length; i++) {
      if (i in array) this.writeValue(array[i]);
      else this.values.push(VALUE.HOLE);
    }
  }

  private writeMap(map: ReadonlyMap<unknown, unknown>): void {
    this.nodes.push(NODE.MAP);
    this.numbers.push(map.size);
    for (const [key, value] of map) {
      if (typeof key === 'function' || typeof value === 'function') throw new NotCopyable('functions in a Map cannot be copied');
      this.writeValue(key);
      this.writeValue(value);
    }
  }

  private writeSet(set: ReadonlySet<unknown>): void {
    this.nodes.push(NODE.SET);
    this.numbers.push(set.size);
    for (const value of set) {
      if (typeof value === 'function') throw new NotCopyable('functions in a Set cannot be copied');
      this.writeValue(value);
    }
  }

  private writeView(view: View): void {
    const type = VIEWS.findIndex((candidate) => view instanceof candidate);
    if (type < 0) throw new NotCopyable('a DataView cannot be copied');
    this.nodes.push(NODE.VIEW);
    if (!(view.buffer instanceof ArrayBuffer)) throw new NotCopyable('memory that is shared with other threads cannot be copied');
    this.sizes.push(type);
    this.sizes.push(view.byteOffset);
    this.sizes.push(view.length);
    this.sizes.push(this.idOf(view.buffer));
  }

  private writeMemory(buffer: ArrayBuffer): void {
    this.nodes.push(NODE.MEMORY);
    this.sizes.push(buffer.byteLength);
    this.memory.push(new Uint8Array(buffer.slice(0, usedOf(buffer))));
  }

  /** Only what XState itself says how to keep; what it has started beside it, or set a timer for, lives in closures. */
  private writeChart(actor: Parameters<typeof isChart>[0] & { getPersistedSnapshot(): unknown }): void {
    const snapshot = actor.getPersistedSnapshot() as { readonly children?: object };
    if (typeof snapshot !== 'object' || Object.keys(snapshot.children ?? {}).length > 0)
      throw new NotCopyable('an XState actor that has started others cannot be copied');
    this.nodes.push(NODE.CHART);
    this.writeValue(JSON.stringify(snapshot));
  }

  private writeFields(object: Readonly<Record<string, unknown>>): void {
    const prototype = Object.getPrototypeOf(object) as object | null;
    const { keys, shape } = this.shapeOf(prototype, object);
    this.nodes.push(NODE.SHAPES + shape);
    for (let i = 0; i < keys.length; i++) this.writeValue(object[keys[i]]);
  }

  /** Objects of one class have nearly always the same fields, in the same order. */
  private shapeOf(prototype: object | null, object: object): { readonly keys: readonly string[]; readonly shape: number } {
    let known = this.shapesOf.get(prototype);
    if (known === undefined) {
      if (hidesFields(prototype)) throw new NotCopyable(`the class ${classOf(object)} has #private fields, which nobody else can read`);
      this.shapesOf.set(prototype, (known = []));
    }
    const kept = this.rules.kept.get((prototype as { constructor?: unknown } | null)?.constructor);
    const own = Object.keys(object);
    const keys = kept === undefined ? own : own.filter((key) => !kept.has(key));
    for (const one of known) if (sameKeys(one.keys, keys)) return one;
    // What its functions have captured, nobody can see.
    if (
      classOf(object) === '' &&
      !('memory' in object) &&
      keys.some((key) => typeof (object as Record<string, unknown>)[key] === 'function')
    )
      throw new NotCopyable(`an object of functions (${keys.join(', ')}) that does not say what they remember: give it a \`memory\``);
    const made = { keys, shape: this.shapes.push([classOf(object), ...keys].map((name) => this.nameOf(name))) - 1 };
    known.push(made);
    return made;
  }

  private nameOf(text: string): number {
    let number = this.strings.get(text);
    if (number === undefined) this.strings.set(text, (number = this.strings.size));
    return number;
  }

  private writeValue(value: unknown): void {
    switch (typeof value) {
      case 'number':
        this.values.push(VALUE.NUMBER);
        this.numbers.push(value);
        return;
      case 'boolean':
        this.values.push(value ? VALUE.TRUE : VALUE.FALSE);
        return;
      case 'string':
        this.values.push(VALUE.STRING);
        this.numbers.push(this.nameOf(value));
        return;
      case 'undefined':
        this.values.push(VALUE.UNDEFINED);
        return;
      case 'function':
        this.values.push(VALUE.FUNCTION);
        return;
      case 'object': {
        if (value === null) {
          this.values.push(VALUE.NULL);
          return;
        }
        const given = this.given.get(value);
        this.values.push(given === undefined ? VALUE.REFERENCE : VALUE.GIVEN);
        this.numbers.push(given ?? this.idOf(value));
        return;
      }
      default:
        throw new NotCopyable(`a ${typeof value} cannot be copied`);
    }
  }
}

function allNumbers(array: readonly unknown[]): array is readonly number[] {
  for (let i = 0; i < array.length; i++) if (typeof array[i] !== 'number') return false;
  return true;
}

function sameKeys(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** How many bytes there are up to the last that is not 0: arenas are made larger than they need to be. */
function usedOf(buffer: ArrayBuffer): number {
  const words = new Int32Array(buffer, 0, buffer.byteLength >>> 2);
  if (buffer.byteLength % 4 !== 0 && new Uint8Array(buffer, words.byteLength).some((byte) => byte !== 0)) return buffer.byteLength;
  let used = words.length;
  while (used > 0 && words[used - 1] === 0) used--;
  return 4 * used;
}

/** Such as `traders.3.chart`: for people who wonder what it was. */
function wayTo(root: object, wanted: object, { kept }: StateRules): string {
  const from = new Map<object, string>([[root, '']]);
  for (const [object, way] of from) {
    if (object === wanted) return way.slice(1);
    if (ArrayBuffer.isView(object)) continue;
    const hidden = kept.get(object.constructor);
    const entries = object instanceof Map ? [...object] : Object.entries(object).filter(([key]) => hidden?.has(key) !== true);
    for (const [key, value] of entries as [unknown, unknown][])
      if (typeof value === 'object' && value !== null && !from.has(value)) from.set(value, `${way}.${String(key)}`);
  }
  return 'somewhere';
}
