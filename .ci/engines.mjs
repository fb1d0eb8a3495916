// Runs every golden seed on every supported engine, from the built files and through the command line, and compares what comes
// out with the golden file and with the other engines, bit for bit: `npm run engines`. The runs of an engine share a process for
// each core, so that a run must also be the same after others as it is alone.
//   node .ci/engines.mjs [--only NAME]… [--goldens FOLDER] [--cache FOLDER] [--allow-missing]
// Exits with 1 when anything differs, or when an engine cannot be had, but for `--allow-missing`.

import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { changesBetween, firstDivergence } from '../dist/simulation/replay.js';
import { ENGINES, prepare } from './engine-binaries.mjs';
import { Lane } from './engine-lane.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const COMMAND = 'dist/cli/main.js';
const CACHE = join(root, 'node_modules/.cache/engines');
/** Where `toMatchSeed` keeps them: in a folder `golden`, wherever in the tests that is. */
const TESTS = join(root, 'test');

/** Every golden seed under a folder, with the arguments that make its run. Throws where a file in such a place is none. */
export function readGoldens(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.json') && basename(entry.parentPath) === 'golden')
    .map((entry) => join(entry.parentPath, entry.name));
  return files.toSorted().map((file) => {
    const golden = JSON.parse(readFileSync(file, 'utf8'));
    const absent = ['scenario', 'seed', 'envelopes', 'digest', 'headline'].filter((key) => golden[key] === undefined);
    if (absent.length > 0) throw new Error(`${relative(root, file)} is no golden seed: it lacks ${absent.join(', ')}`);
    const set = (golden.set ?? []).flatMap((one) => ['--set', one]);
    return { name: basename(file, '.json'), golden, args: ['run', golden.scenario, '--seed', golden.seed, ...set] };
  });
}

/**
 * Makes each of the runs, in so many processes of the engine at a time, one run after the other in each; what comes out, in
 * the order of `runs`.
 */
async function inLanes(engine, runs, count) {
  const results = [];
  let next = 0;
  const work = async () => {
    const lane = new Lane(engine);
    while (next < runs.length) {
      const mine = next++;
      results[mine] = await lane.run(runs[mine]);
    }
    lane.close();
  };
  await Promise.all(Array.from({ length: Math.min(count, runs.length) }, work));
  return results;
}

/** What the command line is told to make a golden run and leave its manifest in a folder. */
const recording = ({ name, args }, out) => ({ name, args: [...args, '--out', out, '--force', '--json'] });

/** With the manifest as it was written and the digest of its decisions, where the run has come to one. */
function withManifest({ stdout, ...done }, out) {
  if (done.failure !== undefined) return done;
  const { timing: _, engine: __, ...manifest } = JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8'));
  const printed = JSON.parse(stdout).digest;
  if (printed !== manifest.digest) return { ...done, failure: `printed the digest ${printed}, wrote ${manifest.digest}` };
  const decisions = createHash('sha256')
    .update(readFileSync(join(out, 'decisions.jsonl')))
    .digest('hex');
  return { ...done, manifest: { ...manifest, decisions } };
}

const value = (leaf) => (typeof leaf === 'string' ? leaf : (JSON.stringify(leaf) ?? 'nothing'));
const listed = (changes) => changes.slice(0, 12).map(({ path, expected, found }) => `${path} ${value(expected)} → ${value(found)}`);

/** In what a run differs from the golden one. The scenario's digest only explains: another seed may be told to the library. */
export function againstGolden(golden, { seed, envelopes, digest, headline, scenario }) {
  const changes = changesBetween(
    { seed: golden.seed, envelopes: golden.envelopes, digest: golden.digest, headline: golden.headline },
    { seed, envelopes, digest, headline },
  );
  if (changes.length === 0) return [];
  const other = golden.scenarioDigest !== undefined && golden.scenarioDigest !== scenario.digest;
  return [...(other ? ['the scenario itself is another one (another file, or other values set)'] : []), ...listed(changes)];
}

/** In what two engines' manifests differ: where their envelopes part, or else any value at all. */
export function againstOther(expected, found) {
  const divergence = firstDivergence(expected, found);
  if (divergence?.kind === 'envelopes') return [`parts between envelopes ${divergence.from} and ${divergence.to}`];
  if (divergence?.kind === 'count') return [`has ${divergence.found} envelopes instead of ${divergence.expected}`];
  return listed(changesBetween(expected, found));
}

const COLUMNS = [7, 9, 36, 13, 8, 9];

function printRow(...cells) {
  const [engine, version, golden, digest, clock, processor, verdict = ''] = cells;
  const [a, b, c, d, e, f] = COLUMNS;
  const what = `${engine.padEnd(a)}  ${version.padEnd(b)}  ${golden.padEnd(c)}  ${digest.padEnd(d)}`;
  console.log(`${what} ${clock.padStart(e)} ${processor.padStart(f)}  ${verdict}`.trimEnd());
}

const quoted = (word) => (/^[\w./:=@+-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`);

/** The commands that name the very envelope in which this engine parts from the one that runs this. */
function reproduction(engine, args) {
  const run = [...engine.command, COMMAND, ...args, '--out', 'out/parted', '--events'].map(quoted).join(' ');
  return [
    'The first envelope to differ is named by',
    `  TZ=${engine.zone} LC_ALL=${engine.locale} ${run}`,
    `  node ${COMMAND} replay out/parted`,
  ];
}

/**
 * Prints a row for each run and, under it, what differs: from what the first engine made of it always, from the golden seed
 * where no engine before it has said so.
 */
class Comparison {
  /** How many runs were not as they should be. */
  differing = 0;
  #scratch = mkdtempSync(join(tmpdir(), 'sandpile-engines-'));
  /** By name of the run: the engine that made it first, and what came out. */
  #first = new Map();
  /** So many processes of an engine at a time. */
  #lanes;

  constructor(lanes) {
    this.#lanes = lanes;
  }

  /** All goldens, longest first so that none is left running alone at the end; returns the seconds that took. */
  async engine(engine, goldens) {
    const began = performance.now();
    const longestFirst = goldens.toSorted((a, b) => b.golden.envelopes - a.golden.envelopes);
    const out = ({ name }) => join(this.#scratch, `${engine.name}-${name}`);
    const runs = [{ name: 'arithmetic' }, ...longestFirst.map((one) => recording(one, out(one)))];
    const done = await inLanes(engine, runs, this.#lanes);
    const seconds = (performance.now() - began) / 1_000;
    this.#arithmetic(engine, done[0]);
    const told = longestFirst.map((one, i) => ({ ...one, done: withManifest(done[i + 1], out(one)) }));
    for (const one of told.toSorted((a, b) => (a.name < b.name ? -1 : 1))) await this.#golden(engine, one, out(one));
    return { seconds, processor: done.reduce((sum, { processor }) => sum + processor, 0) };
  }

  #arithmetic(engine, { failure, stdout, ...took }) {
    const name = 'arithmetic';
    if (failure !== undefined) return this.#tell(engine, name, '', took, 'FAILED', [failure]);
    const digests = JSON.parse(stdout);
    const parted = this.#againstFirst(engine, name, digests, (a, b) => listed(changesBetween(a, b)));
    return this.#tell(engine, name, `${Object.keys(digests).length} functions`, took, parted.length === 0 ? 'same' : 'DIFFERS', parted);
  }

  async #golden(engine, { name, golden, args, done }, out) {
    const { failure, manifest, ...took } = done;
    const alone = () => this.#alone(engine, { name, golden, args, done }, out);
    if (failure !== undefined) return this.#tell(engine, name, '', took, 'FAILED', [failure, ...(await alone())]);
    const before = this.#first.get(name);
    const parted = this.#againstFirst(engine, name, manifest, againstOther);
    const changed = againstGolden(golden, manifest);
    const row = [engine, name, manifest.digest.slice(0, 12), took];
    if (parted.length > 0) return this.#tell(...row, 'DIFFERS', [...parted, ...(await alone()), ...reproduction(engine, args)]);
    if (changed.length === 0) return this.#tell(...row, 'same', []);
    if (before === undefined) return this.#tell(...row, 'NOT THE GOLDEN SEED', [...changed, ...(await alone())]);
    return this.#tell(...row, `not the golden seed, as on ${before.engine.name}`, []);
  }

  /** A run that is not as it should be is made once more, in a process of its own: is it the runs before it that change it? */
  async #alone(engine, { name, golden, args, done }, out) {
    if (done.before.length === 0) return [];
    const [again] = await inLanes(engine, [recording({ name, args }, out)], 1);
    const { manifest } = withManifest(again, out);
    if (manifest === undefined || againstGolden(golden, manifest).length > 0) return [];
    return [`in a process of its own it is the golden seed: here ${done.before.join(', ')} had run before it`];
  }

  close() {
    rmSync(this.#scratch, { recursive: true, force: true });
  }

  #againstFirst(engine, name, found, compare) {
    const before = this.#first.get(name);
    if (before === undefined) this.#first.set(name, { engine, found });
    const differences = before === undefined ? [] : compare(before.found, found);
    return differences.length === 0 ? [] : [`is not what ${before.engine.name} makes of it:`, ...differences];
  }

  #tell(engine, name, digest, { seconds, processor }, verdict, lines) {
    printRow(engine.name, engine.version, name, digest, `${seconds.toFixed(1)} s`, `${processor.toFixed(1)} s`, verdict);
    for (const line of lines) console.log(`    ${line.replaceAll('\n', '\n    ')}`);
    if (verdict !== 'same') this.differing++;
  }
}

/** Returns how many runs differ, and how long each engine took by the clock and of the processor, in so many processes at a time. */
export async function compareEngines(engines, goldens, lanes = availableParallelism()) {
  const comparison = new Comparison(lanes);
  try {
    const totals = [];
    // One engine after the other, so that each has the machine to itself.
    for (const engine of engines) totals.push({ engine, ...(await comparison.engine(engine, goldens)) });
    return { differing: comparison.differing, totals };
  } finally {
    comparison.close();
  }
}

async function main() {
  const { values: options } = parseArgs({
    options: {
      only: { type: 'string', multiple: true },
      goldens: { type: 'string', default: TESTS },
      cache: { type: 'string', default: CACHE },
      'allow-missing': { type: 'boolean', default: false },
    },
  });
  const goldens = readGoldens(options.goldens);
  if (goldens.length === 0) return fail(`there are no golden seeds under ${options.goldens}`);
  const unknown = (options.only ?? []).find((name) => ENGINES.every((engine) => engine.name !== name));
  if (unknown !== undefined) return fail(`no engine is called ${unknown}: there are ${ENGINES.map(({ name }) => name).join(', ')}`);
  const chosen = ENGINES.filter(({ name }) => options.only?.includes(name) ?? true);
  const prepared = await Promise.all(chosen.map((engine) => prepare(engine, options.cache)));
  const present = prepared.filter(({ missing }) => missing === undefined);
  const absent = prepared.filter(({ missing }) => missing !== undefined);

  printRow('engine', 'version', 'golden seed', 'digest', 'clock', 'processor');
  const { differing, totals } = await compareEngines(present, goldens);
  console.log('all golden seeds, by the clock (and of the processor):');
  const took = ({ engine, seconds, processor }) => `${engine.name} ${seconds.toFixed(1)} s (${processor.toFixed(1)} s)`;
  console.log(totals.map(took).join(', '));
  for (const { name, missing } of absent) console.log(`${name} was not run: ${missing}`);
  const runs = present.length * (goldens.length + 1);
  if (differing > 0) console.log(`${differing} of ${runs} runs differ`);
  else console.log(`${present.length} of ${chosen.length} engines, ${goldens.length} golden seeds: no difference`);
  return differing > 0 || present.length === 0 || (absent.length > 0 && !options['allow-missing']) ? 1 : 0;
}

function fail(message) {
  console.error(`engines: ${message}`);
  return 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main();
