// From what a file says to the resolved tree: defaults < venue < the scenario's `rules` < `--set`, left to right. Setting
// a `kind` resets its siblings, because another kind has other parameters; setting a `venue` drops the rules.

import { nearest, type Place, type Problem } from './config-error.ts';
import { FILE, RULES, SWITCHES, resolvedShape } from './scenario-file.ts';
import { defaultTree, expected, kindAsMap, type KindShape, type Shape, type ShelfKind } from './shape.ts';
import { describe, isNothing, join, parseTree, type Entry, type MapTree, type Tree } from './tree.ts';
import { countsInCoins, inMoneyOf, startingPrice } from './venue-amounts.ts';

/** A venue as the reader needs it: its rules in the shape of a scenario's `rules`. */
export interface VenuePreset {
  readonly name: string;
  /** Its amounts are in coins; in dollars unless said otherwise. */
  readonly contract?: 'inverse';
  readonly rules: MapTree;
}

const RULE_KEYS = Object.keys(RULES.keys);
const LIQUIDATION_RULES = Object.keys(RULES.keys.liquidation.keys);

const emptyMap = (place: Place): MapTree => ({ type: 'map', entries: new Map(), place });

function entriesOf(tree: Tree | undefined): ReadonlyMap<string, Entry> {
  return tree?.type === 'map' ? tree.entries : new Map();
}

/** The path at which a file holds a key of this name, wherever that is. */
function whereIs(key: string, shape: Shape, path = ''): string | undefined {
  if (!('shape' in shape)) return undefined;
  const keys = shape.shape === 'object' ? shape.keys : shape.shape === 'kind' ? shape.common : {};
  if (key in keys) return join(path, key);
  for (const [name, inner] of Object.entries(keys)) {
    const found = whereIs(key, inner, join(path, name));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Moves what stands under `rules` to where the resolved shape has it, and says what stands in the wrong part of the file. */
export function mergeRules(file: MapTree, venues: readonly VenuePreset[], problems: Problem[]): MapTree {
  const resolved = new Map(file.entries);
  resolved.delete('rules');
  resolved.delete('venue');
  for (const [key, { place, tree }] of file.entries) {
    if (key in FILE.keys) continue;
    if (RULE_KEYS.includes(key))
      problems.push({ place, message: `"${key}" is a rule of the venue: it belongs under rules`, suggestion: `rules.${key}` });
    else {
      const others = Object.keys(FILE.keys).filter((name) => !file.entries.has(name));
      problems.push({
        place,
        message: `unknown key "${key}"`,
        suggestion: nearest(key, others) ?? whereIs(key, FILE) ?? nearest(key, Object.keys(FILE.keys)),
        hint: isNothing(tree) ? undefined : `possible here: ${Object.keys(FILE.keys).join(', ')}`,
      });
      resolved.delete(key);
    }
  }
  const switches = file.entries.get('liquidation');
  for (const [key, { place }] of entriesOf(switches?.tree)) {
    if (LIQUIDATION_RULES.includes(key))
      problems.push({
        place,
        message: `"${key}" is a rule of the venue: it belongs under rules.liquidation`,
        suggestion: `rules.liquidation.${key}`,
      });
  }

  const rules = file.entries.get('rules');
  const named = file.entries.get('venue');
  const preset = named === undefined ? undefined : findVenue(named.tree, file, venues, problems);
  if (rules !== undefined && rules.tree.type !== 'map' && !isNothing(rules.tree)) {
    problems.push({ place: rules.tree.place, message: `expected ${expected(RULES)}, found ${describe(rules.tree)}` });
  }
  const own = rules === undefined || isNothing(rules.tree) ? undefined : rules.tree;
  const merged = preset === undefined ? own : own === undefined ? preset : over(RULES, preset, own);
  return withRules({ type: 'map', entries: resolved, place: file.place }, merged, problems);
}

/** A venue's rules with a file's own over them, key by key; another kind replaces the whole, and so does a list. */
function over(shape: Shape | undefined, below: Tree, above: Tree): Tree {
  if (shape === undefined || !('shape' in shape)) return above;
  if (shape.shape === 'kind') {
    const [was, is] = [kindAsMap(below), kindAsMap(above)];
    if (was.type !== 'map' || is.type !== 'map') return above;
    const kind = is.entries.get('kind')?.tree;
    const before = was.entries.get('kind')?.tree;
    const same = kind === undefined || (kind.type === 'scalar' && before?.type === 'scalar' && kind.text === before.text);
    return same ? { ...is, entries: new Map([...was.entries, ...is.entries]) } : is;
  }
  if (shape.shape !== 'object' || below.type !== 'map' || above.type !== 'map') return above;
  const entries = new Map(below.entries);
  for (const [key, entry] of above.entries) {
    const under = entries.get(key);
    if (under === undefined) entries.set(key, entry);
    else if (!isNothing(entry.tree)) entries.set(key, { place: entry.place, tree: over(shape.keys[key], under.tree, entry.tree) });
  }
  return { ...above, entries };
}

function withRules(resolved: MapTree, rules: Tree | undefined, problems: Problem[]): MapTree {
  const entries = new Map(resolved.entries);
  for (const [key, entry] of entriesOf(rules)) {
    if (!RULE_KEYS.includes(key)) {
      problems.push({
        place: entry.place,
        message: key in FILE.keys ? `"${key}" is not a rule of the venue: it belongs at the top` : `unknown key "${key}"`,
        suggestion: key in FILE.keys ? key : (nearest(key, RULE_KEYS) ?? whereIs(key, RULES, 'rules')),
        hint: `possible here: ${RULE_KEYS.join(', ')}`,
      });
      continue;
    }
    const own = entries.get(key);
    if (key !== 'liquidation' || entry.tree.type !== 'map' || own?.tree.type !== 'map') {
      if (own === undefined || !isNothing(entry.tree)) entries.set(key, entry);
    } else {
      entries.set(key, { place: entry.place, tree: { ...own.tree, entries: new Map([...own.tree.entries, ...entry.tree.entries]) } });
    }
    if (key === 'liquidation') {
      for (const [name, { place }] of entriesOf(entry.tree)) {
        if (SWITCHES.includes(name))
          problems.push({
            place,
            message: `"${name}" is a switch of the experiment, not a rule of the venue`,
            suggestion: `liquidation.${name}`,
          });
      }
    }
  }
  return { ...resolved, entries };
}

/** A venue's rules, with its amounts in the money of the scenario. */
function findVenue(tree: Tree, scenario: MapTree, venues: readonly VenuePreset[], problems: Problem[]): MapTree | undefined {
  const name = tree.type === 'scalar' ? tree.text : '';
  const preset = venues.find((venue) => venue.name === name);
  if (preset !== undefined) {
    const inCoins = countsInCoins(scenario);
    if (inCoins === (preset.contract === 'inverse')) return preset.rules;
    const price = startingPrice(scenario);
    if (price !== undefined) return inMoneyOf(preset.rules, RULES, inCoins ? price.pow(-1) : price);
    const others = venues.filter(({ contract }) => inCoins === (contract === 'inverse')).map((venue) => venue.name);
    const gap = inCoins ? 'dollars, this scenario counts in coins' : 'coins, this scenario does not count in them';
    const message = `${name} states its amounts in ${gap}, and its index states no price to convert at: name ${others.join(' or ')}`;
    problems.push({ place: tree.place, message });
    return undefined;
  }
  const names = venues.map((venue) => venue.name);
  const offer = names.length === 0 ? 'this version ships no venues: write its rules under rules' : `one of ${names.join(', ')}`;
  problems.push({ place: tree.place, message: `unknown venue ${describe(tree)}`, suggestion: nearest(name, names), hint: offer });
  return undefined;
}

/** Names a venue in a resolved tree: all rules go, the switches of the experiment stay. */
function setVenue(resolved: MapTree, value: Tree, venues: readonly VenuePreset[], problems: Problem[]): MapTree {
  const rules = findVenue(value, resolved, venues, problems);
  if (rules === undefined) return resolved;
  const entries = new Map([...resolved.entries].filter(([key]) => !RULE_KEYS.includes(key)));
  const liquidation = resolved.entries.get('liquidation');
  if (liquidation !== undefined) {
    const kept = [...entriesOf(liquidation.tree)].filter(([key]) => SWITCHES.includes(key));
    entries.set('liquidation', { place: liquidation.place, tree: { type: 'map', entries: new Map(kept), place: liquidation.tree.place } });
  }
  return withRules({ ...resolved, entries }, rules, problems);
}

/** One change of a resolved tree. */
export interface Override {
  readonly path: string;
  /** Where the path is written. */
  readonly place: Place;
  readonly value: Tree;
}

/** Reads `path=value`, the `position`th `--set` (from 1); undefined when it is not of that form. */
export function parseSet(text: string, position: number, problems: Problem[]): Override | undefined {
  const equals = text.indexOf('=');
  const path = text.slice(0, equals < 0 ? text.length : equals).trim();
  const place: Place = {
    file: '--set',
    line: position,
    column: 1,
    width: Math.max(1, equals < 0 ? text.length : equals),
    source: text,
    path,
  };
  if (equals <= 0 || path === '') {
    problems.push({ place, message: 'expected path=value, such as liquidation.enabled=false' });
    return undefined;
  }
  const value = parseTree(
    { file: '--set', text: text.slice(equals + 1), within: { line: position, column: equals + 2, source: text, path } },
    problems,
  );
  return value === undefined ? undefined : { path, place, value };
}

interface Segment {
  readonly key: string;
  /** Where in the path it begins. */
  readonly offset: number;
}

/** `traders.retail.count`, `margin.tiers[2].maintenance` or `margin.tiers.2.maintenance`; `rules.` in front may be left out. */
function segments(path: string): Segment[] {
  const found = [...path.matchAll(/[^.[\]]+/g)].map((match) => ({ key: match[0], offset: match.index }));
  return found[0]?.key === 'rules' && found.length > 1 ? found.slice(1) : found;
}

/** The tree with the change made; unchanged, with a problem, when the path leads nowhere. */
export function applyOverride(resolved: MapTree, override: Override, venues: readonly VenuePreset[], problems: Problem[]): MapTree {
  const parts = segments(override.path);
  if (parts.length === 1 && parts[0].key === 'venue') return setVenue(resolved, override.value, venues, problems);
  const shape = resolvedShape(hasSeveralIndices(resolved));
  const fault = ({ key, offset }: Segment, message: string, suggestion?: string, hint?: string): undefined => {
    const { place } = override;
    problems.push({ place: { ...place, column: place.column + offset, width: key.length }, message, suggestion, hint });
    return undefined;
  };
  const changed = setIn(shape, resolved, parts, override.value, fault);
  return changed?.type === 'map' ? changed : resolved;
}

type Fault = (segment: Segment, message: string, suggestion?: string, hint?: string) => undefined;

function setIn(shape: Shape | undefined, tree: Tree, parts: readonly Segment[], value: Tree, fault: Fault): Tree | undefined {
  const [segment, ...rest] = parts;
  if (segment === undefined) return value;
  const { key } = segment;
  const into = (inner: Shape | undefined, holder: MapTree): Tree | undefined => {
    const entry = holder.entries.get(key);
    const place = entry?.place ?? { ...value.place, path: join(holder.place.path, key) };
    const child = setIn(inner, entry?.tree ?? absent(inner, place), rest, value, fault);
    return child && { ...holder, entries: new Map(holder.entries).set(key, { place, tree: child }) };
  };
  const unknown = (known: readonly string[]): undefined =>
    fault(segment, `unknown key "${key}"`, nearest(key, known), known.length <= 16 ? `possible here: ${known.join(', ')}` : undefined);

  if (tree.type === 'list' || (shape !== undefined && 'shape' in shape && shape.shape === 'list')) {
    const items = tree.type === 'list' ? tree.items : [];
    const position = /^\d+$/.test(key) ? Number(key) : -1;
    if (position < 0 || position >= items.length) {
      return fault(
        segment,
        items.length === 0 ? `"${key}": the list is empty` : `"${key}" is not a position in the list`,
        undefined,
        items.length === 0 ? undefined : `0 to ${items.length - 1}`,
      );
    }
    const inner = shape !== undefined && 'shape' in shape && shape.shape === 'list' ? shape.item : undefined;
    const child = setIn(inner, items[position], rest, value, fault);
    return child && { type: 'list', items: items.with(position, child), place: tree.place };
  }
  if (shape === undefined || (!('shape' in shape) && tree.type === 'map') || ('shape' in shape && shape.shape === 'any')) {
    return tree.type === 'map' ? into(undefined, tree) : fault(segment, `there is nothing below ${describe(tree)}`);
  }
  if (!('shape' in shape)) return fault(segment, `there is nothing below ${expected(shape)}`);
  const holder = tree.type === 'map' ? tree : emptyMap(tree.place);
  if (shape.shape === 'object') return key in shape.keys ? into(shape.keys[key], holder) : unknown(Object.keys(shape.keys));
  if (shape.shape === 'map') {
    const names = [...holder.entries.keys()];
    if (!holder.entries.has(key) && (rest.length > 0 || value.type !== 'map')) {
      return fault(
        segment,
        `there is no "${key}" here`,
        nearest(key, names),
        names.length === 0 ? undefined : `one of ${names.join(', ')}`,
      );
    }
    return into(shape.item, holder);
  }
  if (shape.shape !== 'kind') return undefined;
  return setInKind(shape, kindAsMap(tree), segment, rest, value, into, unknown);
}

function setInKind(
  shape: KindShape<ShelfKind, Readonly<Record<string, Shape>>>,
  tree: Tree,
  { key }: Segment,
  rest: readonly Segment[],
  value: Tree,
  into: (inner: Shape | undefined, holder: MapTree) => Tree | undefined,
  unknown: (known: readonly string[]) => undefined,
): Tree | undefined {
  const holder = tree.type === 'map' ? tree : emptyMap(tree.place);
  const written = holder.entries.get('kind')?.tree;
  const name = written === undefined ? shape.default : written.type === 'scalar' ? written.text : undefined;
  const find = (wanted: string | undefined) => shape.shelf.find((candidate) => candidate.kind === wanted);
  if (key === 'kind' && rest.length === 0) {
    // Another kind has other parameters: only what all kinds have in common stays.
    const next = find(value.type === 'scalar' ? value.text : undefined);
    const kept = [...holder.entries].filter(([other]) => other in shape.common && !(other in (next?.params ?? {})));
    return { ...holder, entries: new Map<string, Entry>([['kind', { place: value.place, tree: value }], ...kept]) };
  }
  const kind = find(name);
  const params: Readonly<Record<string, Shape>> = kind?.params ?? {};
  const inner = params[key] ?? shape.common[key];
  if (inner === undefined && kind !== undefined) return unknown(['kind', ...Object.keys(params), ...Object.keys(shape.common)]);
  return into(inner, holder);
}

/** What stands for a part that nobody wrote: its default, so that a position in it can be set. */
function absent(shape: Shape | undefined, place: Place): Tree {
  if (shape !== undefined && 'shape' in shape && shape.shape === 'list' && shape.default !== undefined)
    return defaultTree(shape.default, place);
  return emptyMap(place);
}

/** With several instruments `index` is a map by symbol. */
export function hasSeveralIndices(resolved: MapTree): boolean {
  return entriesOf(resolved.entries.get('instruments')?.tree).size > 1;
}
