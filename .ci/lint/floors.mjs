// The floors of src, as data: what may import what, which library enters where, and which file may do what the
// simulated floors must not. The lint rules in plugin.mjs and test/tidy.test.ts read this and nothing else.

/** Lowest first. A file imports from its own folder and from lower floors; folders of one floor never import each other. */
export const FLOORS = [
  ['base'],
  ['estimators', 'options', 'kernel'],
  ['market'],
  ['messages.ts'],
  ['liquidation', 'losses', 'breakers', 'controls', 'traders', 'paths'],
  ['venues'],
  ['exchange'],
  ['simulation'],
  ['audit', 'forecast', 'study'],
  ['report', 'tui'],
  ['cli'],
  ['index.ts'],
  ['vitest.ts'],
];

/**
 * Below `below`, no file imports values from more than one of `folders` (types may meet: they leave no trace in a run).
 * The language may: it lays the market's words out on the kernel's records.
 */
export const APART = { folders: ['kernel', 'market'], below: 'exchange', except: ['messages.ts'] };

/** From here up a wall clock is harmless: what is shown to people. Everything below must be the same on every run. */
const FIRST_UNSIMULATED = 'report';

/** Files and folders of the simulated floors that are let off one rule, and why. */
export const EXCEPTIONS = {
  /** Wraps the functions that are bit-identical on every engine. */
  'no-inexact-math': ['base/math.ts'],
  /** Reads files; runs many simulations at once. What they compute may not depend on the order of completion. */
  'no-async': ['simulation/scenario.ts', 'study'],
};

/** Where each library may be imported: each enters in one place. What is not listed may not be imported at all. */
export const LIBRARIES = {
  '@stdlib/*': ['base/math.ts'],
  seedrandom: ['base/random.ts'],
  'decimal.js': ['base/decimal.ts'],
  '@noble/hashes': ['base/digest.ts'],
  rxjs: ['kernel', 'traders', 'exchange', 'simulation', 'audit', 'forecast', 'study', 'report', 'tui', 'cli'],
  xstate: ['kernel', 'breakers', 'liquidation', 'traders', 'exchange', 'simulation'],
  yaml: ['simulation', 'study', 'cli'],
  zod: ['simulation', 'study', 'cli'],
  commander: ['cli'],
  hyparquet: ['study'],
  'hyparquet-writer': ['simulation'],
  '@resvg/resvg-js': ['report'],
  'dejavu-fonts-ttf': ['report'],
  blessed: ['tui'],
  vitest: ['vitest.ts'],
  'node:*': ['simulation', 'audit', 'forecast', 'study', 'report', 'tui', 'cli', 'vitest.ts'],
};

/** The folder of src (or the file directly in it) that a path such as `kernel/clock.ts` belongs to. */
export function groupOf(path) {
  return path.split('/')[0];
}

/** The number of a group's floor, -1 when it has none. */
export function floorOf(group) {
  return FLOORS.findIndex((floor) => floor.includes(group));
}

export function isSimulated(path) {
  return floorOf(groupOf(path)) < floorOf(FIRST_UNSIMULATED);
}

/** Whether `path` is one of `places` or lies in one of them. */
export function isWithin(path, places) {
  return places.some((place) => path === place || path.startsWith(`${place}/`));
}
