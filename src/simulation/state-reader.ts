// Reads a graph of objects back into one of the same make; state.ts says what that means.

import { Actor, type AnyStateMachine } from 'xstate';
import { classOf, isChart, NODE, NotCopyable, numberGiven, VALUE, VIEWS, type SavedState, type StateRules } from './state.ts';

/** Throws NotCopyable where the new graph lacks a function that the old one had; it is then of no use any more. */
export function readState(root: object, saved: SavedState, rules: StateRules): void {
  new StateReader(saved, rules).read(root);
}

type Fields = Record<string, unknown>;
/** What stands for a value that is not there, and for one that the new graph has. */
const HOLE = Symbol('hole');
const FUNCTION = Symbol('function');
const { ARRAY, NUMBERS, MAP, SET, MEMORY, VIEW, CHART, SHAPES } = NODE;

class StateReader {
  private readonly saved: SavedState;
  private readonly given: readonly object[];
  private readonly prototypes = new Map<string, object>();
  /** By id. */
  private readonly objects: (object | undefined)[] = [];
  /** Objects of the new graph that stand for one of the old. */
  private readonly taken = new Set<object>();
  /** By id of a view or a memory: where its measures begin in `sizes`. */
  private readonly sizesOf = new Map<number, number>();
  private value = 0;
  private number = 0;
  private buffer = 0;

  constructor(saved: SavedState, { given, classes }: StateRules) {
    this.saved = saved;
    this.given = [...numberGiven(given).keys()];
    // What belongs to the scenario is the scenario's: another object in its place does not take it over.
    for (const object of this.given) this.taken.add(object);
    this.prototypes.set('', Object.prototype);
    for (const { name, prototype } of classes) this.prototypes.set(name, prototype);
    let at = 0;
    saved.nodes.forEach((node, id) => {
      if (node !== VIEW && node !== MEMORY) return;
      this.sizesOf.set(id, at);
      at += node === VIEW ? 4 : 1;
    });
  }

  read(root: object): void {
    this.objects[0] = root;
    const { nodes } = this.saved;
    for (let id = 0; id < nodes.length; id++) this.readObject(this.objects[id]!, nodes[id], id);
  }

  private readObject(object: object, node: number, id: number): void {
    switch (node) {
      case ARRAY:
        return this.readArray(object as unknown[]);
      case NUMBERS:
        return this.readNumbers(object as number[]);
      case MAP:
        return this.readMap(object as Map<unknown, unknown>);
      case SET:
        return this.readSet(object as Set<unknown>);
      case MEMORY:
        return this.readMemory(object as ArrayBuffer);
      case VIEW:
        // Made or found when it was first referred to; what it shows is its memory's.
        return;
      case CHART:
        return this.readChart(object as Actor<AnyStateMachine>);
      default:
        return this.readFields(object as Fields, this.saved.shapes[node - SHAPES], id);
    }
  }

  private readNumbers(array: number[]): void {
    const { numbers } = this.saved;
    const length = numbers[this.number++];
    if (array.length > length) array.length = length;
    // Never longer than what is there: an array with holes would stay slower for good.
    for (let i = 0; i < length; i++) {
      if (i < array.length) array[i] = numbers[this.number++];
      else array.push(numbers[this.number++]);
    }
  }

  private readArray(array: unknown[]): void {
    const length = this.saved.numbers[this.number++];
    if (array.length > length) array.length = length;
    for (let i = 0; i < length; i++) {
      const before = array[i];
      const value = this.readValue(before);
      if (value === HOLE) {
        // As `delete` would leave it.
        array.length = Math.max(array.length, i + 1);
        Reflect.deleteProperty(array, i);
      } else if (value === FUNCTION) {
        if (typeof before !== 'function') throw new NotCopyable('a list holds a function that the new run lacks');
      } else if (i < array.length) array[i] = value;
      else array.push(value);
    }
  }

  private readMap(map: Map<unknown, unknown>): void {
    const size = this.saved.numbers[this.number++];
    const entries: [unknown, unknown][] = [];
    for (let i = 0; i < size; i++) {
      const key = this.readValue(undefined);
      entries.push([key, this.readValue(map.get(key))]);
    }
    map.clear();
    for (const [key, value] of entries) map.set(key, value);
  }

  private readSet(set: Set<unknown>): void {
    const size = this.saved.numbers[this.number++];
    set.clear();
    for (let i = 0; i < size; i++) set.add(this.readValue(undefined));
  }

  private readMemory(buffer: ArrayBuffer): void {
    const bytes = new Uint8Array(buffer);
    const used = this.saved.memory[this.buffer++];
    bytes.set(used);
    bytes.fill(0, used.length);
  }

  /** In place, since its owner and its timers know this actor and no other. XState only takes a snapshot when it starts. */
  private readChart(actor: Actor<AnyStateMachine>): void {
    const snapshot = JSON.parse(this.readValue(undefined) as string) as Parameters<AnyStateMachine['restoreSnapshot']>[0];
    const inner = actor as unknown as { _snapshot: unknown; _actorScope: Parameters<AnyStateMachine['restoreSnapshot']>[1] };
    const restored = actor.logic.restoreSnapshot(snapshot, inner._actorScope);
    if (restored.status !== 'active') actor.stop();
    inner._snapshot = restored;
  }

  private readFields(object: Fields, shape: readonly number[], id: number): void {
    const { strings } = this.saved;
    if (strings[shape[0]] === '') this.removeOthers(object, shape);
    for (let i = 1; i < shape.length; i++) {
      const key = strings[shape[i]];
      const before = object[key];
      const value = this.readValue(before);
      if (value === FUNCTION) {
        if (typeof before !== 'function')
          throw new NotCopyable(`object ${id}: ${strings[shape[0]]}.${key} is a function that the new run lacks`);
      } else if (value !== before) object[key] = value;
      // 0 and −0 are equal, and not the same.
      else if (value === 0) object[key] = value;
    }
  }

  /** `before` is what the new graph has in this place. */
  private readValue(before: unknown): unknown {
    const { values, numbers, strings } = this.saved;
    switch (values[this.value++]) {
      case VALUE.NUMBER:
        return numbers[this.number++];
      case VALUE.REFERENCE:
        return this.objectOf(numbers[this.number++], before);
      case VALUE.STRING:
        return strings[numbers[this.number++]];
      case VALUE.NULL:
        return null;
      case VALUE.FALSE:
        return false;
      case VALUE.TRUE:
        return true;
      case VALUE.HOLE:
        return HOLE;
      case VALUE.FUNCTION:
        return FUNCTION;
      case VALUE.GIVEN:
        return this.given[numbers[this.number++]];
      default:
        return undefined;
    }
  }

  private objectOf(id: number, before: unknown): object {
    let object = this.objects[id];
    if (object === undefined) {
      const node = this.saved.nodes[id];
      object = typeof before === 'object' && before !== null && !this.taken.has(before) ? this.same(before, node, id) : undefined;
      object ??= this.made(node, id);
      this.taken.add(object);
      this.objects[id] = object;
    }
    return object;
  }

  /** What the new graph has before `id` is read, if it is of the same make. */
  private same(before: object, node: number, id: number): object | undefined {
    switch (node) {
      case ARRAY:
      case NUMBERS:
        return Array.isArray(before) ? before : undefined;
      case MAP:
        return before instanceof Map ? before : undefined;
      case SET:
        return before instanceof Set ? before : undefined;
      case CHART:
        return isChart(before) ? before : undefined;
      case MEMORY:
        return before instanceof ArrayBuffer && before.byteLength === this.size(id, 0) ? before : undefined;
      case VIEW:
        return this.sameView(before, id);
      default: {
        const name = this.nameOf(node);
        if (Array.isArray(before) || classOf(before) !== name) return undefined;
        if (!this.prototypes.has(name)) this.prototypes.set(name, Object.getPrototypeOf(before) as object);
        return before;
      }
    }
  }

  private sameView(before: object, id: number): object | undefined {
    if (!(before instanceof VIEWS[this.size(id, 0)])) return undefined;
    const fits = before.byteOffset === this.size(id, 1) && before.length === this.size(id, 2);
    return fits && this.objectOf(this.size(id, 3), before.buffer) === before.buffer ? before : undefined;
  }

  private made(node: number, id: number): object {
    switch (node) {
      case ARRAY:
      case NUMBERS:
        return [];
      case MAP:
        return new Map();
      case SET:
        return new Set();
      case MEMORY:
        return new ArrayBuffer(this.size(id, 0));
      case VIEW:
        return new VIEWS[this.size(id, 0)](this.objectOf(this.size(id, 3), undefined) as ArrayBuffer, this.size(id, 1), this.size(id, 2));
      case CHART:
        throw new NotCopyable('there is an XState actor that the new run lacks');
      default: {
        const name = this.nameOf(node);
        const prototype = this.prototypes.get(name);
        if (prototype === undefined) throw new NotCopyable(`there is a ${name}, and the new run has none: is it among the classes?`);
        return Object.create(prototype) as object;
      }
    }
  }

  private size(id: number, which: number): number {
    return this.saved.sizes[this.sizesOf.get(id)! + which];
  }

  private nameOf(node: number): string {
    return this.saved.strings[this.saved.shapes[node - SHAPES][0]];
  }

  /** Objects without a class may be dictionaries, in which the new run has entries that the old one had removed. */
  private removeOthers(object: Fields, shape: readonly number[]): void {
    const keys = Object.keys(object);
    if (keys.length === 0) return;
    const { strings } = this.saved;
    for (let i = 0; i < keys.length; i++) {
      if (i + 1 < shape.length && strings[shape[i + 1]] === keys[i]) continue;
      if (!shape.slice(1).some((name) => strings[name] === keys[i])) delete object[keys[i]];
    }
  }
}
