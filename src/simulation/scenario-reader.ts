// Reads a scenario: text → tree → resolved tree (rules, venue, overrides) → checked → built. All that is wrong is
// reported at once.

import { readFileSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fixedCollateral } from './collateral-builder.ts';
import { COLLATERAL_TERMS } from './collateral-shape.ts';
import { ConfigError, nearest, type Place, type Problem } from './config-error.ts';
import { applyOverride, hasSeveralIndices, mergeRules, parseSet, type Override, type VenuePreset } from './overrides.ts';
import { buildScenario } from './scenario-builder.ts';
import { CHANGEABLE, resolvedShape } from './scenario-file.ts';
import type { Config, InterventionScenario, Scenario } from './scenario.ts';
import { readShape } from './shape.ts';
import { describe, isNothing, join as joinPath, parseTree, type Entry, type MapTree, type Tree } from './tree.ts';
import { venuePresets } from './venue-presets.ts';

export interface ReadOptions {
  /** Instead of the scenario's own. */
  readonly seed?: string | number;
  /** `path=value`, left to right, stronger than everything in the file. */
  readonly set?: readonly string[];
  /** The venues that `venue` may name; those that come with sandpile unless said otherwise. */
  readonly venues?: readonly VenuePreset[];
}

/** Reads the file and what it names. Throws a ConfigError with everything that is wrong. */
export function readScenarioFile(file: string, options: ReadOptions = {}): Scenario {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const isFolder = (error as { code?: string }).code === 'EISDIR';
    const place: Place = { file, line: 1, column: 1, width: 1, source: '', path: '' };
    throw new ConfigError([
      { place, message: isFolder ? 'is a folder, not a scenario' : 'cannot read: no such file', suggestion: neighbour(file) },
    ]);
  }
  return readScenario(text, file, options);
}

function neighbour(file: string): string | undefined {
  const folder = dirname(file);
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => /\.ya?ml$/.test(name) && name !== basename(file));
  } catch {
    return undefined;
  }
  const near = nearest(basename(file), names);
  if (near === undefined) return undefined;
  return folder === '.' && !file.startsWith('.') ? near : join(folder, near);
}

/** `file` is how errors name it, and what paths in it are relative to. Throws a ConfigError with everything that is wrong. */
export function readScenario(text: string, file: string, options: ReadOptions = {}): Scenario {
  const problems: Problem[] = [];
  const venues = options.venues ?? venuePresets;
  const tree = parseTree({ file, text }, problems);
  if (tree === undefined) throw new ConfigError(problems);
  if (tree.type !== 'map') {
    const found = isNothing(tree) ? 'the file is empty' : `expected a map, found ${describe(tree)}`;
    throw new ConfigError([
      ...problems,
      { place: tree.place, message: `${found}: a scenario begins with name, duration, instruments, index, traders` },
    ]);
  }
  const scenario = complete(overridden(mergeRules(tree, venues, problems), { ...options, venues }, problems), { file, venues, problems });
  return options.set === undefined || options.set.length === 0 ? scenario : { ...scenario, set: [...options.set] };
}

/**
 * The scenario whose resolved form `config` is, as a manifest keeps it; paths in it are relative to `file`. Throws a
 * ConfigError, with places in the config written out as JSON.
 */
export function readConfig(config: Config, file: string, options: ReadOptions = {}): Scenario {
  const problems: Problem[] = [];
  const venues = options.venues ?? venuePresets;
  const tree = parseTree({ file, text: JSON.stringify(config, null, 2) }, problems);
  if (tree?.type !== 'map') throw new ConfigError(problems);
  return complete(overridden(tree, { ...options, venues }, problems), { file, venues, problems });
}

/** The same scenario with rules changed at these times too, after what it changes itself then: as if its file said so. */
export function withInterventions(
  scenario: Scenario,
  interventions: readonly { readonly at: number; readonly set: { readonly [path: string]: Config } }[],
  options: ReadOptions = {},
): Scenario {
  const own = (scenario.config.interventions ?? []) as readonly Config[];
  const more = interventions.map(({ at, set }) => ({ at: `${at}us`, set }));
  return readConfig({ ...scenario.config, interventions: [...own, ...more] }, scenario.file, options);
}

function overridden(tree: MapTree, { seed, set = [], venues = [] }: ReadOptions, problems: Problem[]): MapTree {
  let resolved = seed === undefined ? tree : withSeed(tree, String(seed));
  set.forEach((text, i) => {
    const override = parseSet(text, i + 1, problems);
    if (override !== undefined) resolved = applyOverride(resolved, override, venues, problems);
  });
  return resolved;
}

function complete(resolved: MapTree, context: Context): Scenario {
  const { file, problems } = context;
  const scenario = build(resolved, file, problems);
  const interventions = readInterventions(resolved, scenario, context);
  if (problems.length > 0) throw new ConfigError(problems);
  return { ...scenario, interventions };
}

function build(resolved: MapTree, file: string, problems: Problem[]): Scenario {
  const { reading, config } = readShape(resolvedShape(hasSeveralIndices(resolved)), withCommonDefaults(resolved), problems);
  return buildScenario(reading, config, { file, problems });
}

function withSeed(resolved: MapTree, seed: string): MapTree {
  const place: Place = { file: '--seed', line: 1, column: 1, width: Math.max(1, seed.length), source: seed, path: 'seed' };
  return withEntry(resolved, 'seed', { place, tree: { type: 'scalar', text: seed, quoted: true, place } });
}

const withEntry = (tree: MapTree, key: string, entry: Entry): MapTree => ({ ...tree, entries: new Map(tree.entries).set(key, entry) });

/** Traders and shocks trade the first instrument, and traders have the scenario's latency, unless they say otherwise. */
function withCommonDefaults(resolved: MapTree): MapTree {
  const instruments = resolved.entries.get('instruments')?.tree;
  const symbol = instruments?.type === 'map' ? [...instruments.entries.keys()][0] : undefined;
  const latency = resolved.entries.get('latency');
  const fill = (tree: Tree, traders: boolean): Tree => {
    if (tree.type !== 'map') return tree;
    let filled = tree;
    const place = (key: string): Place => ({ ...tree.place, path: joinPath(tree.place.path, key) });
    // A file without instruments is wrong already; this keeps it from being wrong once more for every trader.
    const named = {
      place: place('instrument'),
      tree: { type: 'scalar', text: symbol ?? '-', quoted: true, place: place('instrument') },
    } as const;
    if (!tree.entries.has('instrument')) filled = withEntry(filled, 'instrument', named);
    if (traders && latency !== undefined && !tree.entries.has('latency')) filled = withEntry(filled, 'latency', latency);
    return filled;
  };
  let filled = resolved;
  const traders = resolved.entries.get('traders');
  if (traders?.tree.type === 'map') {
    const entries = [...traders.tree.entries].map(([id, entry]) => [id, { ...entry, tree: fill(entry.tree, true) }] as const);
    filled = withEntry(filled, 'traders', { ...traders, tree: { ...traders.tree, entries: new Map(entries) } });
  }
  const shocks = resolved.entries.get('shocks');
  if (shocks?.tree.type === 'list') {
    filled = withEntry(filled, 'shocks', {
      ...shocks,
      tree: { ...shocks.tree, items: shocks.tree.items.map((item) => fill(item, false)) },
    });
  }
  return filled;
}

interface Context {
  readonly file: string;
  readonly venues: readonly VenuePreset[];
  readonly problems: Problem[];
}

/**
 * Of what belongs to liquidation: the accounts that stand for the rest of the world are opened before the run, or not at
 * all; and who is safe is known to the risk index from the start.
 */
const FIXED = ['impact', 'trigger'] as const;

/** Each intervention as the whole scenario after it and all before it: what changes is read and checked like everything else. */
function readInterventions(resolved: MapTree, scenario: Scenario, { file, venues, problems }: Context): InterventionScenario[] {
  const list = resolved.entries.get('interventions')?.tree;
  if (list?.type !== 'list') return [];
  const bare: MapTree = { ...resolved, entries: new Map([...resolved.entries].filter(([key]) => key !== 'interventions')) };
  const written = scenario.config.interventions as readonly { readonly at: string; readonly set: { readonly [path: string]: Config } }[];
  const { reading } = readShape(resolvedShape(hasSeveralIndices(resolved)).keys.interventions, list, []);
  const inOrder = list.items
    .map((item, i) => ({ item, i, at: reading[i].at.value === undefined ? 0 : Number(reading[i].at.value) }))
    .toSorted((a, b) => a.at - b.at || a.i - b.i);
  const interventions: InterventionScenario[] = [];
  let changed = bare;
  let before = scenario;
  for (const { item, i, at } of inOrder) {
    const set = item.type === 'map' ? item.entries.get('set')?.tree : undefined;
    if (set?.type !== 'map' || set.entries.size === 0) {
      problems.push({
        place: set?.place ?? item.place,
        message: 'expected a map of paths and their new values',
        hint: 'such as { liquidation.policy.kind: full-close }',
      });
      continue;
    }
    if (at > scenario.duration) problems.push({ place: item.place, message: 'is after the end of the run' });
    for (const [path, { place, tree }] of set.entries) {
      const override: Override = { path, place, value: tree };
      const first = path.replace(/^rules\./, '').split(/[.[]/)[0];
      const known = problems.length;
      const next = applyOverride(changed, override, venues, problems);
      if (problems.length > known) continue;
      if (!CHANGEABLE.includes(first)) {
        problems.push({ place, message: `"${first}" cannot change during a run`, hint: `what can: ${CHANGEABLE.join(', ')}` });
        continue;
      }
      changed = next;
    }
    const after = build(changed, file, problems);
    for (const fixed of FIXED) {
      if (after.liquidation[fixed] === before.liquidation[fixed]) continue;
      const place = [...set.entries].findLast(([path]) => /^(rules\.)?liquidation\b/.test(path))?.[1].place ?? set.place;
      problems.push({ place, message: `"liquidation.${fixed}" cannot change during a run`, hint: 'set it for the whole run' });
    }
    const key = fixedCollateral(before.config.collateral, after.config.collateral, COLLATERAL_TERMS);
    if (key !== undefined) {
      const place = [...set.entries].findLast(([path]) => path.startsWith('collateral'))?.[1].place ?? set.place;
      problems.push({ place, message: `"collateral.${key}" cannot change during a run`, hint: `what can: ${COLLATERAL_TERMS.join(', ')}` });
    }
    before = after;
    interventions.push({ at, set: written[i].set, scenario: after });
  }
  return interventions;
}
