// A venue's amounts of money in the money of a scenario: its pages speak of dollars, a scenario of inverse contracts counts
// in coins (or the other way round), and a limit of 600,000 must not become one of 600,000 coins.

import { plain, type Decimal } from '../base/decimal.ts';
import { isFault, parseQuantity } from '../base/quantity.ts';
import { defaultTree, kindAsMap, type Shape } from './shape.ts';
import type { Entry, MapTree, Tree } from './tree.ts';

/** Converted amounts are round numbers again: so many figures. */
const FIGURES = 6;

/**
 * A venue's rules with every amount of money, written or by default, times `rate`; what is not money stays. `shape` is that
 * of a scenario's `rules`.
 */
export function inMoneyOf(rules: MapTree, shape: Shape, rate: Decimal): MapTree {
  const converted = convert(rules, shape, rate);
  return converted.type === 'map' ? converted : rules;
}

function convert(tree: Tree, shape: Shape, rate: Decimal): Tree {
  if (!('shape' in shape)) {
    if (shape.unit !== 'money' || tree.type !== 'scalar') return tree;
    const amount = parseQuantity('money', tree.text);
    // What is broken is reported where it is read.
    if (isFault(amount)) return tree;
    return { ...tree, text: plain(amount.mul(rate).toSignificantDigits(FIGURES)) };
  }
  if (shape.shape === 'list') {
    return tree.type === 'list' ? { ...tree, items: tree.items.map((item) => convert(item, shape.item, rate)) } : tree;
  }
  if (shape.shape === 'kind') {
    const map = kindAsMap(tree);
    const named = map.type === 'map' ? map.entries.get('kind')?.tree : undefined;
    const name = named?.type === 'scalar' ? named.text : shape.default;
    const kind = shape.shelf.find((candidate) => candidate.kind === name);
    return map.type === 'map' && kind !== undefined ? convertKeys(map, { ...shape.common, ...kind.params }, rate) : tree;
  }
  return shape.shape === 'object' && tree.type === 'map' ? convertKeys(tree, shape.keys, rate) : tree;
}

function convertKeys(tree: MapTree, keys: Readonly<Record<string, Shape>>, rate: Decimal): MapTree {
  const entries = new Map<string, Entry>();
  for (const [key, entry] of tree.entries) {
    const shape = keys[key];
    entries.set(key, shape === undefined ? entry : { ...entry, tree: convert(entry.tree, shape, rate) });
  }
  for (const [key, shape] of Object.entries(keys)) {
    if (entries.has(key)) continue;
    const added = missing(shape, tree, key);
    if (added !== undefined) entries.set(key, { place: added.place, tree: convert(added, shape, rate) });
  }
  return { ...tree, entries };
}

/** What a key that is not written stands for, where there may be money in it. */
function missing(shape: Shape, { place }: MapTree, key: string): Tree | undefined {
  const at = { ...place, path: place.path === '' ? key : `${place.path}.${key}` };
  if ('shape' in shape) {
    if (shape.shape === 'object') return { type: 'map', entries: new Map(), place: at };
    return (shape.shape === 'kind' || shape.shape === 'list') && shape.default !== undefined ? defaultTree(shape.default, at) : undefined;
  }
  const { unit, default: fallback } = shape;
  if (unit !== 'money' || fallback === undefined || Number(fallback) === 0) return undefined;
  return { type: 'scalar', text: String(fallback), quoted: false, place: at };
}

/** The price to convert at: where the index begins. Undefined where the scenario does not say it, as when prices are replayed. */
export function startingPrice(resolved: MapTree): Decimal | undefined {
  const index = resolved.entries.get('index')?.tree;
  if (index?.type !== 'map') return undefined;
  // With several instruments a map by symbol: the first one's.
  const own = index.entries.get('price') ?? firstMap(index)?.entries.get('price');
  if (own?.tree.type !== 'scalar') return undefined;
  const price = parseQuantity('price', own.tree.text);
  return isFault(price) || !price.isPositive() ? undefined : price;
}

function firstMap(tree: MapTree): MapTree | undefined {
  for (const { tree: inner } of tree.entries.values()) if (inner.type === 'map') return inner;
  return undefined;
}

/** Whether the scenario's contracts are inverse: settled in the coin. */
export function countsInCoins(resolved: MapTree): boolean {
  const instruments = resolved.entries.get('instruments')?.tree;
  const contract = instruments?.type === 'map' ? firstMap(instruments)?.entries.get('contract')?.tree : undefined;
  return contract?.type === 'scalar' && contract.text === 'inverse';
}
