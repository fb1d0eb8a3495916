// Every local lint rule is shown to fire where it applies and to keep silent where it does not: a ban that never fires
// bans nothing. The rules are copied to a scratch project, since they judge a file by its place under src.

import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** `[rule, file, its text]`: this must be reported. */
const BAD: readonly (readonly [string, string, string])[] = [
  ['no-clocks', 'kernel/a.ts', 'export const now = () => Date.now();'],
  ['no-clocks', 'simulation/a.ts', 'export const now = () => performance.now();'],
  ['no-clocks', 'simulation/b.ts', 'export const now = () => new Date();'],
  ['no-clocks', 'study/a.ts', 'export const now = () => process.hrtime.bigint();'],
  ['no-clocks', 'exchange/a.ts', 'export const now = () => globalThis.Date.now();'],
  ['no-clocks', 'simulation/c.ts', "import { performance } from 'node:perf_hooks';\nexport const now = () => performance.now();"],
  ['no-clocks', 'simulation/d.ts', "import { randomBytes } from 'node:crypto';\nexport const draw = () => randomBytes(4);"],
  [
    'no-clocks',
    'traders/a.ts',
    "import { delay, type Observable } from 'rxjs';\nexport const late = (o: Observable<number>) => o.pipe(delay(5));",
  ],
  ['no-inexact-math', 'traders/b.ts', 'export const draw = () => Math.random();'],
  ['no-inexact-math', 'estimators/a.ts', 'export const decay = (x: number) => Math.exp(-x);'],
  ['no-inexact-math', 'options/a.ts', 'export const log = (x: number) => Math.log(x);'],
  ['no-inexact-math', 'market/a.ts', "export const power = (x: number) => Math['pow'](x, 3);"],
  ['no-inexact-math', 'market/b.ts', 'export const cube = (x: number) => x ** 3;'],
  ['no-inexact-math', 'market/c.ts', 'export function cube(x: number): number {\n  let y = x;\n  y **= 3;\n  return y;\n}'],
  ['no-inexact-math', 'market/o.ts', 'export const power = (x: number) => 2 ** x;'],
  ['no-inexact-math', 'market/d.ts', 'const { exp } = Math;\nexport const decay = (x: number) => exp(-x);'],
  ['no-inexact-math', 'study/b.ts', 'export const wave = (x: number) => Math.sin(x);'],
  ['no-async', 'kernel/b.ts', 'export const later = (f: () => void) => setTimeout(f, 1);'],
  ['no-async', 'exchange/b.ts', 'export const later = (f: () => void) => queueMicrotask(f);'],
  ['no-async', 'exchange/c.ts', 'export const later = (f: () => void) => process.nextTick(f);'],
  ['no-async', 'simulation/e.ts', 'export async function run(): Promise<void> {}'],
  ['no-async', 'simulation/f.ts', 'export const settled = () => Promise.resolve(1);'],
  ['no-async', 'simulation/g.ts', 'export const wait = async (p: PromiseLike<number>) => await p;'],
  ['no-locale', 'base/a.ts', 'export const show = (x: number) => x.toLocaleString();'],
  ['no-locale', 'simulation/h.ts', 'export const order = (a: string, b: string) => a.localeCompare(b);'],
  ['no-locale', 'study/c.ts', 'export const show = new Intl.NumberFormat();'],
  ['no-module-state', 'market/e.ts', 'let next = 1;\nexport const id = () => next++;'],
  ['no-module-state', 'market/f.ts', 'export let last = 0;\nexport const keep = (x: number) => {\n  last = x;\n};'],
  ['no-module-state', 'traders/c.ts', 'const seen = new Map<number, number>();\nexport const see = (x: number) => seen.set(x, 1);'],
  ['no-module-state', 'traders/d.ts', 'const seen: number[] = [];\nexport const see = (x: number) => seen.push(x);'],
  ['no-module-state', 'kernel/c.ts', 'export class Actor {\n  static count = 0;\n}'],
  [
    'no-for-in',
    'market/g.ts',
    'export function sum(o: Record<string, number>): number {\n  let s = 0;\n  for (const k in o) s += o[k] ?? 0;\n  return s;\n}',
  ],
  ['no-console', 'market/h.ts', "export const say = () => console.log('x');"],
  ['floors', 'base/b.ts', "export { x } from '../kernel/x.ts';"],
  ['floors', 'market/i.ts', "import type { X } from '../messages.ts';\nexport type Y = X;"],
  ['floors', 'market/j.ts', "export * from '../exchange/x.ts';"],
  ['floors', 'kernel/d.ts', "export { x } from '../market/x.ts';"],
  ['floors', 'market/k.ts', "export { x } from '../kernel/../liquidation/x.ts';"],
  ['floors', 'liquidation/a.ts', "import type { X } from '../losses/x.ts';\nexport type Y = X;"],
  ['floors', 'report/a.ts', "export { x } from '../tui/x.ts';"],
  ['floors', 'simulation/i.ts', "export { x } from '../index.ts';"],
  ['floors', 'exchange/d.ts', "export type X = import('../simulation/x.ts').X;"],
  ['floors', 'study/d.ts', "export const load = () => import('../cli/x.ts');"],
  ['floors', 'traders/e.ts', "export { x } from '../market/x.ts';\nexport { y } from '../kernel/x.ts';"],
  ['floors', 'market/l.ts', "export { x } from '../../test/x.ts';"],
  ['floors', 'plumbing/a.ts', 'export const x = 1;'],
  ['libraries', 'market/m.ts', "export { map } from 'rxjs';"],
  ['libraries', 'traders/f.ts', "export { default } from 'seedrandom';"],
  ['libraries', 'market/n.ts', "export { readFileSync } from 'node:fs';"],
  ['libraries', 'exchange/e.ts', "export { default } from '@stdlib/math-base-special-exp';"],
  ['libraries', 'cli/a.ts', "export { chunk } from 'lodash';"],
  ['no-inheritance', 'traders/g.ts', 'class Trader {}\nexport class Maker extends Trader {}'],
];

/** `[file, its text]`: this must pass every local rule. */
const GOOD: readonly (readonly [string, string])[] = [
  ['base/math.ts', 'export const exp = (x: number) => Math.exp(x) ** 1;'],
  ['base/c.ts', 'export const root = (x: number) => Math.sqrt(Math.abs(x)) + Math.PI + Number(10n ** 18n) + 2 ** 31;'],
  [
    'simulation/scenario.ts',
    "import { readFile } from 'node:fs/promises';\nexport const load = async (f: string): Promise<string> => await readFile(f, 'utf8');",
  ],
  ['study/e.ts', 'export async function sweep(): Promise<void> {}'],
  ['cli/b.ts', 'export const main = async () => console.log(Date.now(), (1).toLocaleString(), await Promise.resolve(Math.random()));'],
  ['report/b.ts', 'let drawn = 0;\nexport const draw = () => (drawn += Math.sin(1) ** 2);'],
  [
    'kernel/e.ts',
    'const TABLE = new Float64Array(8);\nexport const at = (i: number) => TABLE[i];\nexport class A {\n  static readonly NONE = 0;\n}',
  ],
  [
    'kernel/f.ts',
    'interface Clock {\n  setTimeout(f: () => void): void;\n}\nexport const wake = (clock: Clock, f: () => void) => clock.setTimeout(f);',
  ],
  [
    'traders/h.ts',
    "import type { Kernel } from '../kernel/x.ts';\nimport type { Market } from '../market/x.ts';\nexport type Both = Kernel | Market;",
  ],
  ['exchange/f.ts', "export { x } from '../market/x.ts';\nexport { y } from '../kernel/x.ts';"],
  [
    'traders/i.ts',
    "import { map, type Observable } from 'rxjs';\nexport const twice = (o: Observable<number>) => o.pipe(map((x) => 2 * x));",
  ],
  ['base/d.ts', 'export function clock(Date: () => number): number {\n  return Date();\n}'],
  ['breakers/a.ts', 'export const kinds: readonly string[] = [];\nexport const names: ReadonlyMap<string, string> = new Map();'],
  ['simulation/j.ts', 'export class ConfigError extends Error {}'],
];

interface Finding {
  readonly code: string;
  readonly filename: string;
}

let scratch = '';
let findings: Finding[] = [];

/** The local rules that were broken in a file of the scratch project. */
function brokenIn(file: string): string[] {
  const here = findings.filter(({ filename }) => filename.replaceAll('\\', '/').endsWith(`src/${file}`));
  return here.flatMap(({ code }) => /^sandpile\((.*)\)$/.exec(code)?.[1] ?? []);
}

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'sandpile-lint-'));
  cpSync(join(root, '.ci/lint'), join(scratch, '.ci/lint'), { recursive: true });
  cpSync(join(root, '.oxlintrc.json'), join(scratch, '.oxlintrc.json'));
  const files = [...BAD.map(([, file, text]) => [file, text] as const), ...GOOD, CYCLE_A, CYCLE_B];
  for (const [file, text] of files) {
    mkdirSync(join(scratch, 'src', dirname(file)), { recursive: true });
    writeFileSync(join(scratch, 'src', file), `${text}\n`);
  }
  const oxlint = spawnSync(process.execPath, [join(root, 'node_modules/oxlint/bin/oxlint'), '--format=json', 'src'], {
    cwd: scratch,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  ({ diagnostics: findings } = JSON.parse(oxlint.stdout) as { diagnostics: Finding[] });
});

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const CYCLE_A = ['paths/cycle-a.ts', "import { b } from './cycle-b.ts';\nexport const a = () => b();"] as const;
const CYCLE_B = ['paths/cycle-b.ts', "import { a } from './cycle-a.ts';\nexport const b = (): number => a();"] as const;

describe('a local rule', () => {
  test.each(BAD)('%s refuses what %s does', (rule, file) => {
    expect(brokenIn(file)).toContain(rule);
  });

  test.each(GOOD)('lets %s do what it does', (file) => {
    expect(brokenIn(file)).toEqual([]);
  });
});

test('a circle of imports is refused', () => {
  const codes = findings.filter(({ filename }) => filename.includes('cycle-')).map(({ code }) => code);
  expect(codes).toContain('import(no-cycle)');
});

test('no example overwrites another', () => {
  const files = [...BAD.map(([, file]) => file), ...GOOD.map(([file]) => file)];
  expect(new Set(files).size).toBe(files.length);
});

test('every local rule is on, and every one of them is shown to fire', () => {
  const config = readFileSync(join(root, '.oxlintrc.json'), 'utf8');
  const on = [...config.matchAll(/"(sandpile\/[\w-]+)": "error"/g)].map((match) => match[1]);
  const source = readFileSync(join(root, '.ci/lint/plugin.mjs'), 'utf8');
  const defined = [...source.slice(source.indexOf('rules: {')).matchAll(/^ {4}'?([\w-]+)'?(?:: \w+)?,$/gm)].map(
    (match) => `sandpile/${match[1]}`,
  );
  expect(on.toSorted()).toEqual(defined.toSorted());
  expect(on.toSorted()).toEqual([...new Set(BAD.map(([rule]) => `sandpile/${rule}`))].toSorted());
});
