// Reads the source itself: what a reviewer would otherwise have to say again and again.

import { readFileSync, readdirSync } from 'node:fs';
import { dirname, extname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { FLOORS } from '../.ci/lint/floors.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

interface Source {
  readonly path: string;
  readonly text: string;
}

function filesUnder(folder: string, endings: RegExp): Source[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && endings.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .toSorted()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

/** What is wrong with a file, or null. */
type Check = (source: Source) => string | null;

const LONGEST = 450;
const KEBAB = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const MEANINGLESS = new Set(['utils', 'util', 'helpers', 'helper', 'common', 'core', 'types', 'misc', 'shared', 'lib']);

function partsOf(path: string): string[] {
  const inside = path.slice(path.indexOf('/') + 1);
  return inside.slice(0, -extname(inside).length).split('/');
}

const checks: Record<string, Check> = {
  'opens with a comment that says what it is': ({ text }) =>
    /^(\/\/ |\/\*)\S?/.test(text) || /^#!.*\n\/\/ /.test(text) ? null : text.slice(0, 60),
  'leaves nothing for later': ({ text }) => /\b(TODO|FIXME|XXX|HACK)\b|not implemented/.exec(text)?.[0] ?? null,
  'is named in kebab-case by its noun': ({ path }) => partsOf(path).find((part) => !KEBAB.test(part) || MEANINGLESS.has(part)) ?? null,
  [`has at most ${LONGEST} lines`]: ({ text }) => (text.split('\n').length - 1 > LONGEST ? `${text.split('\n').length - 1} lines` : null),
  'names no machine path': ({ text }) => /(?<![\w.])\/(work|home|root|tmp)\/[\w.-]+|\.\.\/shared\b/.exec(text)?.[0] ?? null,
  'carries no commented-out code': ({ text }) =>
    /^\s*\/\/\s*((const|let|import|export|return|if|for|while)\b.*[;{]|[\w.]+\(.*\);|[\w.]+ = .*;)$/m.exec(text)?.[0] ?? null,
};

function offences(sources: readonly Source[], check: Check): string[] {
  return sources.flatMap((source) => {
    const offence = check(source);
    return offence === null ? [] : [`${source.path}: ${offence}`];
  });
}

describe('every file of src', () => {
  const sources = filesUnder('src', /\.ts$/);
  test.each(Object.entries(checks))('%s', (_name, check) => {
    expect(sources.length).toBeGreaterThan(0);
    expect(offences(sources, check)).toEqual([]);
  });

  test('stands on a floor', () => {
    const groups = new Set(sources.map(({ path }) => path.split('/')[1]));
    expect([...groups].filter((group) => !FLOORS.flat().includes(group ?? ''))).toEqual([]);
  });
});

describe('every file of the playground', () => {
  const sources = filesUnder('playground', /(?<!\.config)\.ts$/);
  test.each(Object.entries(checks))('%s', (_name, check) => {
    expect(sources.length).toBeGreaterThan(0);
    expect(offences(sources, check)).toEqual([]);
  });
});

describe('the checks see what they are for', () => {
  const good: Source = { path: 'src/market/order-book.ts', text: '// The order book.\n\nexport const depth = 1;\n' };
  const bad: Record<string, Source> = {
    'opens with a comment that says what it is': { ...good, text: 'export const depth = 1;\n' },
    'leaves nothing for later': { ...good, text: `${good.text}// TODO: more\n` },
    'is named in kebab-case by its noun': { ...good, path: 'src/market/orderBook.ts' },
    [`has at most ${LONGEST} lines`]: { ...good, text: good.text + '\n'.repeat(LONGEST) },
    'names no machine path': { ...good, text: `${good.text}const file = '/home/someone/prices.csv';\n` },
    'carries no commented-out code': { ...good, text: `${good.text}// const depth = 2;\n` },
  };
  test.each(Object.entries(checks))('%s', (name, check) => {
    expect(check(good)).toBeNull();
    expect(check(bad[name] ?? good)).not.toBeNull();
  });

  test.each(['src/utils/depth.ts', 'src/market/types.ts', 'src/core/depth.ts', 'src/market/test_book.ts'])(
    'the name %s is refused',
    (path) => {
      expect(offences([{ ...good, path }], checks['is named in kebab-case by its noun'] ?? (() => null))).toHaveLength(1);
    },
  );
});

describe('every test file', () => {
  const tests = filesUnder('test', /\.test\.ts$/);

  test('is run in full: nothing is skipped or singled out', () => {
    const marks = /\b(test|it|describe)\.(only|skip|todo)\b/;
    expect(offences(tests, ({ text }) => marks.exec(text)?.[0] ?? null)).toEqual([]);
  });

  test('of test/unit mirrors a folder of src', () => {
    const folders = new Set(filesUnder('src', /\.ts$/).map(({ path }) => dirname(path).replace(/^src/, 'test/unit')));
    const own = ['test/unit/lint.test.ts'];
    const strays = tests.filter(({ path }) => path.startsWith('test/unit/') && !folders.has(dirname(path)) && !own.includes(path));
    expect(strays.map(({ path }) => path)).toEqual([]);
  });
});

describe('the lock file', () => {
  test('names no registry, so that it works with any', () => {
    expect(readFileSync(join(root, 'package-lock.json'), 'utf8')).not.toMatch(/"resolved"/);
  });
});

describe('the README', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');

  test('shows the floors as they are', () => {
    const rows = [...readme.matchAll(/^\| (\d+) \| (.*?) \|/gm)];
    expect(rows.map((row) => Number(row[1]))).toEqual(FLOORS.map((_, floor) => floor));
    expect(rows.map((row) => [...(row[2] ?? '').matchAll(/`(.*?)`/g)].map((name) => name[1]))).toEqual(FLOORS);
  });
});
