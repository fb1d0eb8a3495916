// Runs the benchmarks on the built files, each in a process of its own so that none warms up or fills the heap of another:
//   node bench/main.mjs [--only NAME] [--json]      NAME is a case (`book.tight`) or the start of some (`book`)
//
// A file bench/*.bench.mjs imports from ../dist and exports
//   cases: [{ name, unit, against, run }]
// where `run()` (or a promise of it) gives `{ value, ratio }`: the measured value in `unit`, and how many times better
// than `against` (a few words: another library, a scan, a stated goal) it is. Both sides of a ratio are measured in turns
// within one `run`, because shared machines drift. `--json` prints the list of `{ name, value, unit, against, ratio }`.

import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { inlineMore } from './inlining.mjs';

const { values: options } = parseArgs({
  options: { only: { type: 'string' }, json: { type: 'boolean', default: false }, measure: { type: 'string' } },
});

async function casesOf(file) {
  const { cases } = await import(new URL(file, import.meta.url).href);
  return cases.map((one) => Object.assign(one, { file }));
}

async function discover() {
  const files = readdirSync(new URL('.', import.meta.url)).filter((name) => name.endsWith('.bench.mjs'));
  return (await Promise.all(files.toSorted().map(casesOf))).flat();
}

/** In the child: one case, its result sent to the parent. */
async function measure(name) {
  inlineMore();
  const found = (await discover()).find((one) => one.name === name);
  process.send(await found.run());
}

/** In the parent: what a case prints goes to stderr, so that stdout holds the results alone. */
async function measureApart({ name, unit, against }) {
  const child = fork(fileURLToPath(import.meta.url), ['--measure', name], {
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 2, 2, 'ipc'],
  });
  const [result] = await Promise.race([once(child, 'message'), once(child, 'exit').then(() => [])]);
  child.disconnect();
  if (result === undefined) throw new Error(`the benchmark ${name} ended without a result`);
  return { name, value: result.value, unit, against, ratio: result.ratio };
}

const number = (value) => (value >= 100 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(3))));

function printTable(results) {
  const rows = results.map(({ name, value, unit, against, ratio }) => [name, number(value), unit, `${number(ratio)}×`, against]);
  const table = [['name', 'value', 'unit', 'ratio', 'against'], ...rows];
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
  const rightAligned = new Set([1, 3]);
  for (const row of table) {
    const cells = row.map((cell, i) => (rightAligned.has(i) ? cell.padStart(widths[i]) : cell.padEnd(widths[i])));
    console.log(cells.join('  ').trimEnd());
  }
}

async function main() {
  const setup = spawnSync(process.execPath, [fileURLToPath(new URL('../.ci/setup.mjs', import.meta.url))], { stdio: ['ignore', 2, 2] });
  if (setup.status !== 0) return 1;
  const all = await discover();
  const chosen = all.filter(({ name }) => options.only === undefined || name === options.only || name.startsWith(`${options.only}.`));
  if (chosen.length === 0) {
    console.error(`no benchmark is called ${options.only}: there are ${all.map(({ name }) => name).join(', ')}`);
    return 1;
  }
  const results = [];
  for (const one of chosen) {
    console.error(`measuring ${one.name}`);
    results.push(await measureApart(one));
  }
  if (options.json) console.log(JSON.stringify(results, undefined, 2));
  else printTable(results);
  return 0;
}

if (options.measure === undefined) process.exitCode = await main();
else await measure(options.measure);
