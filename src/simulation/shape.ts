// What a file may hold, said once as data: the reader checks against it, `check` names the nearest key by it, and the JSON
// Schema that editors use is generated from it. Leaves are the parameters of base/params.ts.

import type { Decimal } from '../base/decimal.ts';
import { Decimal as Exact } from '../base/decimal.ts';
import { EXPECTED, checkBounds, formatQuantity, isFault, parseQuantity, type Fault } from '../base/quantity.ts';
import { formatInstant, parseInstant } from '../base/calendar.ts';
import type { NumericUnit, Param, ParamSpecs } from '../base/params.ts';
import { nearest, type Place, type Problem } from './config-error.ts';
import { readDistribution, type DistributionReading } from './distribution-reader.ts';
import type { Config } from './scenario.ts';
import { describe, isNothing, join, parseTree, type MapTree, type Tree } from './tree.ts';

/** What every entry of a shelf (traders, paths, policies, loss layers, …) tells about itself. */
export interface ShelfKind {
  readonly kind: string;
  readonly doc: string;
  readonly params: ParamSpecs;
}

type AnyParam = Param<unknown>;
export type Shape = AnyParam | AnyObject | AnyList | AnyMap | AnyKind | AnyTree;
type Keys = Readonly<Record<string, Shape>>;
type AnyObject = ObjectShape<Keys>;
type AnyList = ListShape<Shape>;
type AnyMap = MapShape<Shape>;
export type AnyKind = KindShape<ShelfKind, Keys>;

/** A map that is read elsewhere, by rules of its own. */
interface AnyTree {
  readonly shape: 'any';
  readonly doc: string;
}

export interface ObjectShape<K extends Keys> {
  readonly shape: 'object';
  readonly doc: string;
  readonly keys: K;
  /** As a parameter's: left out of the resolved form unless it is written. */
  readonly quiet?: boolean;
}

export interface ListShape<S extends Shape> {
  readonly shape: 'list';
  readonly doc: string;
  readonly item: S;
  /** In YAML's flow style; undefined when the list must be given. */
  readonly default: string | undefined;
}

/** A map whose keys people choose. */
export interface MapShape<S extends Shape> {
  readonly shape: 'map';
  readonly doc: string;
  readonly item: S;
  readonly key: { readonly pattern: RegExp; readonly expected: string };
  readonly least: number;
  /** As a parameter's. */
  readonly quiet?: boolean;
}

/** `{ kind, …its parameters, …common }`, or just the kind's name. */
export interface KindShape<K extends ShelfKind, C extends Keys> {
  readonly shape: 'kind';
  readonly doc: string;
  /** What one is called in an error: `unknown kind of trader`. */
  readonly noun: string;
  readonly shelf: readonly K[];
  readonly common: C;
  readonly default: string | undefined;
  /** May parameters be distributions? */
  readonly distributions: boolean;
}

export const object = <K extends Keys>(doc: string, keys: K, options: { readonly quiet?: boolean } = {}): ObjectShape<K> => ({
  shape: 'object',
  doc,
  keys,
  ...options,
});
export const list = <S extends Shape>(doc: string, item: S, fallback?: string): ListShape<S> => ({
  shape: 'list',
  doc,
  item,
  default: fallback,
});
export const map = <S extends Shape>(
  doc: string,
  key: MapShape<S>['key'],
  item: S,
  least = 0,
  options: { readonly quiet?: boolean } = {},
): MapShape<S> => ({
  shape: 'map',
  doc,
  key,
  item,
  least,
  ...options,
});
export const kindOf = <K extends ShelfKind, C extends Keys>(options: Omit<KindShape<K, C>, 'shape'>): KindShape<K, C> => ({
  shape: 'kind',
  ...options,
});

export interface Leaf<T> {
  readonly param: Param<T>;
  readonly place: Place;
  /** Undefined when what was written is broken; the problem is reported already. */
  readonly value: Decimal | string | boolean | DistributionReading | undefined;
}

export const PLACE = Symbol('place');

export interface KindReading<K extends ShelfKind, C extends Keys> {
  readonly [PLACE]: Place;
  /** Undefined when the kind is unknown; the problem is reported already. */
  readonly kind: K | undefined;
  readonly params: Readonly<Record<string, Leaf<unknown>>>;
  readonly common: Readings<C>;
}

type Readings<K extends Keys> = { readonly [Key in keyof K]: Reading<K[Key]> };
/** What a shape is read as. */
export type Reading<S extends Shape> =
  S extends ObjectShape<infer K>
    ? Readings<K> & { readonly [PLACE]: Place }
    : S extends ListShape<infer I>
      ? readonly Reading<I>[] & { readonly [PLACE]: Place }
      : S extends MapShape<infer I>
        ? ReadonlyMap<string, Reading<I>> & { readonly [PLACE]: Place }
        : S extends KindShape<infer K, infer C>
          ? KindReading<K, C>
          : S extends AnyTree
            ? Tree
            : S extends Param<infer T>
              ? Leaf<T>
              : never;

/** Numeric units and their kin; the rest are words. */
const WORDS = new Set(['choice', 'flag', 'text', 'file', 'instant']);
export const isNumeric = (param: AnyParam): boolean => !WORDS.has(param.unit);

interface Read {
  readonly reading: unknown;
  readonly config: Config;
}

/**
 * Reads `tree` as `shape` says; appends what is wrong to `problems`. `config` is the same with every default filled in, in
 * one canonical form.
 */
export function readShape<S extends Shape>(shape: S, tree: Tree, problems: Problem[]): { reading: Reading<S>; config: Config } {
  return new Reader(problems).read(shape, tree, false) as { reading: Reading<S>; config: Config };
}

class Reader {
  readonly #problems: Problem[];

  constructor(problems: Problem[]) {
    this.#problems = problems;
  }

  read(shape: Shape, tree: Tree, distributions: boolean): Read {
    if (!('shape' in shape)) return this.#param(shape, tree, distributions);
    switch (shape.shape) {
      case 'object':
        return this.#object(shape, tree);
      case 'list':
        return this.#list(shape, tree);
      case 'map':
        return this.#map(shape, tree);
      case 'kind':
        return this.#kind(shape, tree);
      case 'any':
        return { reading: tree, config: plainConfig(tree) };
    }
  }

  #report(place: Place, message: string, suggestion?: string, hint?: string): void {
    this.#problems.push({ place, message, suggestion, hint });
  }

  /** A missing part is read as if it stood, empty, where it would belong. */
  #absent(shape: Shape, place: Place, distributions: boolean): Read {
    if (!('shape' in shape) || shape.shape === 'list') {
      const fallback = shape.default;
      if (fallback !== undefined) return this.read(shape, defaultTree(String(fallback), place), distributions);
    }
    return this.read(shape, { type: 'map', entries: new Map(), place }, distributions);
  }

  #keys(
    keys: Keys,
    tree: MapTree,
    distributions: (key: string) => boolean,
    whole: Keys = keys,
  ): { readings: Record<string, unknown>; configs: Record<string, Config> } {
    const readings: Record<string, unknown> = {};
    const configs: Record<string, Config> = {};
    const excused = new Set<string>();
    const missing = (key: string): boolean => isRequired(keys[key]) && !tree.entries.has(key);
    for (const [key, { place }] of tree.entries) {
      if (key in whole) continue;
      const near =
        nearest(
          key,
          Object.keys(whole).filter((name) => !tree.entries.has(name)),
        ) ?? nearest(key, Object.keys(whole));
      if (near !== undefined && near in keys && missing(near)) excused.add(near);
      const hint = Object.keys(whole).length <= 12 ? `possible here: ${Object.keys(whole).join(', ')}` : undefined;
      this.#report(place, `unknown key "${key}"`, near, hint);
    }
    for (const [key, shape] of Object.entries(keys)) {
      const entry = tree.entries.get(key);
      const place = { ...tree.place, path: join(tree.place.path, key) };
      if (missing(key)) {
        if (!excused.has(key))
          this.#report({ ...place, width: 1 }, `missing required key "${key}"`, undefined, `expected ${expected(shape)}`);
        readings[key] = broken(shape, place);
        configs[key] = null;
        continue;
      }
      const given = entry !== undefined && !(isNothing(entry.tree) && 'shape' in shape);
      const read = given ? this.read(shape, entry.tree, distributions(key)) : this.#absent(shape, place, distributions(key));
      readings[key] = read.reading;
      if (given || !isQuiet(shape)) configs[key] = read.config;
    }
    return { readings, configs };
  }

  #object(shape: AnyObject, tree: Tree): Read {
    const checked = this.#mapping(tree, shape.doc);
    const { readings, configs } = this.#keys(shape.keys, checked, () => false);
    return { reading: { ...readings, [PLACE]: tree.place }, config: configs };
  }

  #mapping(tree: Tree, what: string): MapTree {
    if (tree.type === 'map') return tree;
    if (!isNothing(tree)) this.#report(tree.place, `expected a map (${lowerFirst(what)}), found ${describe(tree)}`);
    return { type: 'map', entries: new Map(), place: tree.place };
  }

  #list(shape: AnyList, tree: Tree): Read {
    if (tree.type !== 'list') {
      if (!isNothing(tree)) this.#report(tree.place, `expected a list (${lowerFirst(shape.doc)}), found ${describe(tree)}`);
      return { reading: Object.assign([], { [PLACE]: tree.place }), config: [] };
    }
    const items = tree.items.map((item) => this.read(shape.item, item, false));
    return {
      reading: Object.assign(
        items.map((item) => item.reading),
        { [PLACE]: tree.place },
      ),
      config: items.map((item) => item.config),
    };
  }

  #map(shape: AnyMap, tree: Tree): Read {
    const { entries, place } = this.#mapping(tree, shape.doc);
    const readings = new Map<string, unknown>();
    const configs: Record<string, Config> = {};
    if (entries.size < shape.least) this.#report(place, `at least ${shape.least} needed: ${lowerFirst(shape.doc)}`);
    for (const [key, entry] of entries) {
      if (!shape.key.pattern.test(key)) this.#report(entry.place, `"${key}" is not valid: expected ${shape.key.expected}`);
      const { reading, config } = this.read(
        shape.item,
        isNothing(entry.tree) ? { type: 'map', entries: new Map(), place: entry.place } : entry.tree,
        false,
      );
      readings.set(key, reading);
      configs[key] = config;
    }
    return { reading: Object.assign(readings, { [PLACE]: place }), config: configs };
  }

  #kind(shape: AnyKind, tree: Tree): Read {
    const given = kindAsMap(tree);
    const checked = this.#mapping(given, shape.doc);
    const place = checked.place;
    const entry = checked.entries.get('kind');
    const name = entry === undefined ? shape.default : entry.tree.type === 'scalar' ? entry.tree.text : undefined;
    const kind = shape.shelf.find((candidate) => candidate.kind === name);
    const names = shape.shelf.map((candidate) => candidate.kind);
    if (name === undefined && entry === undefined) {
      this.#report(
        { ...place, width: 1, path: join(place.path, 'kind') },
        'missing required key "kind"',
        undefined,
        `one of ${names.join(', ')}`,
      );
    } else if (kind === undefined) {
      const at = entry?.tree.place ?? place;
      const found =
        entry === undefined || entry.tree.type === 'scalar'
          ? `unknown kind of ${shape.noun} "${name}"`
          : `expected the name of a kind, found ${describe(entry.tree)}`;
      this.#report(
        at,
        found,
        name === undefined ? undefined : nearest(name, names),
        names.length === 0 ? undefined : `one of ${names.join(', ')}`,
      );
    }
    const entries = new Map(checked.entries);
    entries.delete('kind');
    const params = kind?.params ?? {};
    // What a kind declares itself goes before what is common to all: a crowd's count is its members.
    const common = Object.fromEntries(Object.entries(shape.common).filter(([key]) => !(key in params)));
    const whole = { kind: KIND_KEY, ...params, ...common };
    if (kind === undefined) {
      // Without its kind nobody can say what may stand here: only what is common is read.
      for (const key of entries.keys()) if (!(key in common)) entries.delete(key);
    }
    const own = this.#keys({ ...params, ...common }, { type: 'map', entries, place }, (key) => shape.distributions && key in params, whole);
    const pick = (keys: object) => Object.fromEntries(Object.keys(keys).map((key) => [key, own.readings[key]]));
    const commons = pick(common);
    for (const key of Object.keys(shape.common))
      if (!(key in commons)) commons[key] = this.#absent(shape.common[key], place, false).reading;
    return {
      reading: { kind, params: pick(params), common: commons, [PLACE]: place },
      config: { kind: name ?? null, ...own.configs },
    };
  }

  #param(param: AnyParam, tree: Tree, distributions: boolean): Read {
    const leaf = (value: unknown, config: Config): Read => ({ reading: { param, place: tree.place, value }, config });
    const wrong = ({ fault, suggestion }: Fault): Read => {
      this.#report(tree.place, fault, suggestion);
      return leaf(undefined, null);
    };
    if (tree.type === 'map' && isNumeric(param) && distributions) {
      const { value, config } = readDistribution(param, tree, this.#problems);
      return leaf(value, config);
    }
    if (tree.type !== 'scalar' || isNothing(tree)) {
      const numbers = isNumeric(param) && distributions ? ' or a distribution' : '';
      return wrong({ fault: `expected ${expected(param)}${numbers}, found ${describe(tree)}` });
    }
    const text = tree.text.trim();
    if (param.unit === 'flag') {
      if (text === 'true' || text === 'false') return leaf(text === 'true', text === 'true');
      const meant = /^(yes|on|1)$/i.test(text) ? 'true' : /^(no|off|0)$/i.test(text) ? 'false' : nearest(text, ['true', 'false']);
      return wrong({ fault: `"${text}" is not valid: expected true or false`, ...(meant === undefined ? {} : { suggestion: meant }) });
    }
    if (param.unit === 'choice') {
      const choices = param.choices ?? [];
      if (choices.includes(text)) return leaf(text, text);
      const near = nearest(text, choices);
      this.#report(tree.place, `"${text}" is not one of ${choices.join(', ')}`, near);
      return leaf(undefined, null);
    }
    if (param.unit === 'instant') {
      const micros = parseInstant(text);
      return micros === undefined
        ? wrong({ fault: `"${text}" is not valid: expected ${expected(param)}` })
        : leaf(new Exact(micros), formatInstant(micros));
    }
    if (param.unit === 'text' || param.unit === 'file') return leaf(text, text);
    const value = parseQuantity(param.unit, text);
    if (isFault(value)) return wrong(value);
    const outside = checkBounds(param, value);
    return outside === undefined ? leaf(value, formatQuantity(param.unit, value)) : wrong(outside);
  }
}

const KIND_KEY: AnyParam = { unit: 'text', doc: 'which kind', default: undefined, sampled: false, unscaled: false };

/** `policy: full-close` is short for `policy: { kind: full-close }`. */
export function kindAsMap(tree: Tree): Tree {
  if (tree.type !== 'scalar' || isNothing(tree)) return tree;
  return { type: 'map', entries: new Map([['kind', { place: tree.place, tree }]]), place: tree.place };
}

/** The tree of a default, standing where the key would. */
export function defaultTree(text: string, place: Place): Tree {
  const problems: Problem[] = [];
  const tree = /^[{[]/.test(text) ? parseTree({ file: place.file, text, within: { ...place } }, problems) : undefined;
  return tree ?? { type: 'scalar', text, quoted: true, place };
}

/** A tree as it was written, without places. */
function plainConfig(tree: Tree): Config {
  if (tree.type === 'list') return tree.items.map(plainConfig);
  if (tree.type === 'map') return Object.fromEntries([...tree.entries].map(([key, entry]) => [key, plainConfig(entry.tree)]));
  return tree.text;
}

function isQuiet(shape: Shape): boolean {
  return 'quiet' in shape && shape.quiet;
}

function isRequired(shape: Shape): boolean {
  if (!('shape' in shape) || shape.shape === 'list') return shape.default === undefined;
  if (shape.shape === 'map') return shape.least > 0;
  if (shape.shape === 'any') return true;
  return shape.shape === 'kind' ? shape.default === undefined : Object.values(shape.keys).some((inner) => isRequired(inner));
}

/** In words: what belongs here. */
export function expected(shape: Shape): string {
  if ('shape' in shape) return shape.shape === 'list' ? `a list (${lowerFirst(shape.doc)})` : `a map (${lowerFirst(shape.doc)})`;
  if (isNumeric(shape)) return EXPECTED[shape.unit as NumericUnit];
  switch (shape.unit) {
    case 'flag':
      return 'true or false';
    case 'choice':
      return `one of ${(shape.choices ?? []).join(', ')}`;
    case 'instant':
      return 'an instant such as 2025-10-10T20:45:00Z';
    case 'file':
      return 'the path of a file';
    default:
      return 'text';
  }
}

/** Stands for a required part that is missing, so that the rest can still be checked. */
function broken(shape: Shape, place: Place): unknown {
  if (!('shape' in shape)) return { param: shape, place, value: undefined };
  if (shape.shape === 'list') return Object.assign([], { [PLACE]: place });
  if (shape.shape === 'map') return Object.assign(new Map(), { [PLACE]: place });
  if (shape.shape === 'any') return { type: 'map', entries: new Map(), place };
  const inner = (keys: Keys) => Object.fromEntries(Object.entries(keys).map(([key, value]) => [key, broken(value, place)]));
  if (shape.shape === 'object') return { ...inner(shape.keys), [PLACE]: place };
  return { kind: undefined, params: {}, common: inner(shape.common), [PLACE]: place };
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
