// conform, as people and programs use it. The examples that stand beside this file carry their sources; the whole collection
// is tried where it is at hand.

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Conformance } from '../../src/study/conform/conformance.ts';
import { sandpile } from '../helpers/command.ts';

const CARRIED = fileURLToPath(new URL('venue-examples.json', import.meta.url));
const COLLECTION = fileURLToPath(new URL('../../../shared/vectors/venues.json', import.meta.url));

interface Example {
  id: string;
  venue: string;
  family: string;
  source?: string;
  inputs: Record<string, unknown>;
  expected: Record<string, unknown>;
  tolerance: { type: string; value?: number };
}

const carried = JSON.parse(readFileSync(CARRIED, 'utf8')) as Example[];
let scratch = '';

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'sandpile-conform-'));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function write(text: unknown): string {
  const file = join(scratch, 'examples.json');
  writeFileSync(file, typeof text === 'string' ? text : JSON.stringify(text, null, 2));
  return file;
}

const band: Example = {
  id: 'band',
  venue: 'luld',
  family: 'price_band',
  inputs: { reference: 100, pct: 0.05 },
  expected: { low: 95, high: 105 },
  tolerance: { type: 'abs', value: 1e-9 },
};

async function conformed(examples: unknown): Promise<{ readonly code: number; readonly result: Conformance }> {
  const { code, out } = await sandpile('conform', write(examples), '--json');
  return { code, result: JSON.parse(out) as Conformance };
}

describe('the examples that are carried', () => {
  test('all have their source, and all pass', async () => {
    expect(carried.length).toBeGreaterThanOrEqual(50);
    expect(carried.filter(({ source }) => (source ?? '') === '')).toEqual([]);
    const { code, out } = await sandpile('conform', CARRIED, '--json');
    const { cases, ...counts } = JSON.parse(out) as Conformance;
    expect(cases.filter(({ outcome }) => outcome !== 'passed')).toEqual([]);
    expect([code, counts]).toEqual([0, { passed: carried.length, failed: 0, unsupported: 0 }]);
  });

  test('fail when anything else is expected: nothing is looked up', async () => {
    const wrong = carried.map((example, i) => ({ ...example, id: `renamed-${i}`, expected: other(example.expected) }));
    const { code, result } = await conformed(wrong);
    expect(code).toBe(3);
    expect(result.cases.filter(({ outcome }) => outcome !== 'failed').map(({ id }) => carried[Number(id.slice(8))].id)).toEqual([]);
  });
});

/** The same keys, every number and word another one. */
function other(value: unknown): unknown {
  if (typeof value === 'number') return value + 1 + Math.abs(value);
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'string') return `${value}0`;
  if (Array.isArray(value)) return value.map(other);
  return Object.fromEntries(Object.entries(value as object).map(([key, item]) => [key, other(item)]));
}

test.skipIf(!existsSync(COLLECTION))('the whole collection: none fails, and what is unsupported says why', async () => {
  const { code, out } = await sandpile('conform', COLLECTION, '--json');
  const { passed, failed, unsupported, cases } = JSON.parse(out) as Conformance;
  expect(cases.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
  expect([code, failed, passed + unsupported]).toEqual([0, 0, cases.length]);
  expect(passed).toBeGreaterThanOrEqual(140);
  expect(cases.filter(({ outcome, why }) => outcome === 'unsupported' && (why ?? '') === '')).toEqual([]);
});

describe('what becomes of an example', () => {
  test('a failure says what was expected and what came, and ends with 3', async () => {
    const { code, out, err } = await sandpile('conform', write([band, { ...band, id: 'wide', expected: { low: 90, high: 105 } }]));
    expect(code).toBe(3);
    expect(out).toContain('wide: expected low 90, got 95');
    expect(out).toMatch(/luld +price_band +1 +1 +0/);
    expect(err).toContain('To reproduce: sandpile conform');
    const { result } = await conformed([{ ...band, id: 'wide', expected: { low: 90, high: 105 } }]);
    expect(result.cases).toEqual([
      {
        id: 'wide',
        venue: 'luld',
        family: 'price_band',
        outcome: 'failed',
        expected: { low: 90, high: 105 },
        got: { low: 95, high: 105 },
        why: 'expected low 90, got 95',
      },
    ]);
  });

  test.each([
    ['a venue', { venue: 'nowhere' }, 'no adapter for venue "nowhere"'],
    ['a venue that is nearly one', { venue: 'luldx' }, 'no adapter for venue "luldx" (did you mean luld?)'],
    ['a family', { family: 'tides' }, 'no family "tides" of venue "luld"'],
    ['a family by a name that every object has', { family: 'constructor' }, 'no family "constructor" of venue "luld"'],
    ['an input', { inputs: { reference: 100, pct: 0.05, tide: 1 } }, 'unknown input "tide"'],
    ['a key beside the inputs', { tide: 1 }, 'unknown key "tide"'],
    ['an input that is missing', { inputs: { reference: 100 } }, 'input "pct" is missing'],
    ['an input of another type', { inputs: { reference: 100, pct: 'five' } }, '"pct" must be a number, not "five"'],
    ['what is expected', { expected: { low: 95, tide: 1 } }, 'this family does not compute tide'],
  ])('%s that is unknown is unsupported, and no failure', async (_, change, why) => {
    const { code, result } = await conformed([{ ...band, ...change }]);
    expect([code, result.unsupported, result.cases[0].why]).toEqual([0, 1, why]);
  });

  test('a wrong value beside an unknown one is a failure all the same', async () => {
    const { code, result } = await conformed([{ ...band, expected: { low: 90, tide: 1 } }]);
    expect([code, result.failed]).toEqual([3, 1]);
  });

  test('venues may be written with hyphens', async () => {
    const { result } = await conformed(carried.filter(({ venue }) => venue === 'dydx_v4').map((one) => ({ ...one, venue: 'dydx-v4' })));
    expect([result.passed > 0, result.failed, result.unsupported]).toEqual([true, 0, 0]);
  });

  const refused: Example = {
    id: 'refused',
    venue: 'dydx_v4',
    family: 'bankruptcy_price',
    inputs: { quoteBalanceUsdc: 1, positionsBaseQuantums: { BTC: 100 }, closePerp: 'BTC', deltaBaseQuantums: 0 },
    expected: { error: 'ErrInvalidPerpetualPositionSizeDelta' },
    tolerance: { type: 'exact' },
  };

  test('a refusal of the venue is expected by its name, under error or in place of a value', async () => {
    const inPlace = { bankruptcyQuoteQuantums: 'ErrInvalidPerpetualPositionSizeDelta' };
    const { code, result } = await conformed([refused, { ...refused, id: 'in-place', expected: inPlace }]);
    expect([code, result.passed]).toEqual([0, 2]);
  });

  test('another refusal, one that does not come, and one that nobody expects are failures', async () => {
    const fine = { ...refused.inputs, deltaBaseQuantums: -100 };
    const { code, result } = await conformed([
      { ...refused, expected: { error: 'ErrElse' } },
      { ...refused, id: 'fine', inputs: fine },
      { ...refused, id: 'unexpected', expected: { bankruptcyQuoteQuantums: 5 } },
    ]);
    expect([code, result.failed]).toEqual([3, 3]);
    expect(result.cases[2].why).toBe(
      'expected bankruptcyQuoteQuantums 5, but the venue refuses with "ErrInvalidPerpetualPositionSizeDelta"',
    );
  });
});

describe('a file that is not one of examples', () => {
  test('ends with 1, and names everything that is wrong with its place', async () => {
    const { expected: _, ...misspelt } = band;
    const file = write([
      { ...band, tolerance: { type: 'about' } },
      { ...band, tolerance: { type: 'abs' } },
      { id: 'bare' },
      7,
      { ...misspelt, expectd: { low: 95 } },
    ]);
    const { code, out } = await sandpile('conform', file, '--json');
    const { problems } = JSON.parse(out) as { problems: { path: string; line: number; message: string; suggestion: string | null }[] };
    expect(code).toBe(1);
    const said = problems.map(({ path, message, suggestion }) => [path, message, suggestion]);
    expect(said).toContainEqual(['[0].tolerance.type', 'the type must be one of exact, abs, rel, not "about"', null]);
    expect(said).toContainEqual(['[1].tolerance', 'a tolerance of type abs needs a value of 0 or more, not nothing', null]);
    for (const key of ['venue', 'family', 'inputs', 'expected', 'tolerance'])
      expect(said).toContainEqual(['[2]', `missing required key "${key}"`, null]);
    expect(said).toContainEqual(['[3]', 'expected an example (a map), found 7', null]);
    expect(said).toContainEqual(['[4].expectd', 'missing required key "expected"', 'expected']);
    const lines = readFileSync(file, 'utf8').split('\n');
    for (const { path, line } of problems.filter(({ path }) => path.endsWith('expectd')))
      expect(lines[line - 1], path).toContain('expectd');
  });

  test.each([
    ['no JSON', '[{ "id": }]', 'is not JSON'],
    ['no list', '{}', 'expected a list of examples, found a map'],
    ['an example that expects nothing', JSON.stringify([{ ...band, expected: {} }]), 'expects nothing'],
  ])('%s', async (_, text, message) => {
    const { code, err } = await sandpile('conform', write(text));
    expect(code).toBe(1);
    expect(err).toContain(message);
  });

  test('that is not there', async () => {
    const { code, err } = await sandpile('conform', join(scratch, 'none.json'));
    expect([code, err]).toEqual([1, expect.stringContaining('cannot read: no such file')]);
  });

  test('without examples is fine', async () => {
    const { code, out } = await sandpile('conform', write('[]'));
    expect([code, out]).toEqual([0, 'The file holds no examples.\n']);
  });
});

describe('venues', () => {
  test('are listed with their rules and sources', async () => {
    const { code, out } = await sandpile('list', 'venues', '--json');
    const { venues } = JSON.parse(out) as { venues: { name: string; doc: string; source: string; rules: object }[] };
    expect(code).toBe(0);
    expect(venues.map(({ name }) => name)).toEqual(expect.arrayContaining(['dydx-v4', 'drift-v2', 'synthetix-v3', 'paradex']));
    const text = (await sandpile('list', 'venues')).out;
    for (const { name, source } of venues) expect([text.includes(name), source.length > 10]).toEqual([true, true]);
  });

  test('can be set over any scenario, and a wrong name is told with the nearest', async () => {
    const { code, out } = await sandpile('check', 'calm', 'october-2025', '--set', 'venue=dydx-v4', '--set', 'fees.taker=2bp');
    expect([code, out]).toEqual([0, expect.stringContaining('fine')]);
    const wrong = await sandpile('check', 'calm', '--set', 'venue=dydx', '--json');
    const { problems } = JSON.parse(wrong.out) as { problems: { message: string; suggestion: string | null }[] };
    expect([wrong.code, problems[0].message, problems[0].suggestion]).toEqual([1, 'unknown venue "dydx"', 'dydx-v4']);
  });
});
