// What a manifest says, and what makes a text not one.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { sha256Hex } from '../../../src/base/digest.ts';
import { CODE_DIGEST } from '../../../src/simulation/code-digest.ts';
import { Cases } from '../../../src/simulation/cases.ts';
import { canonicalJson, codeVersion, createManifest, parseManifest, type Manifest } from '../../../src/simulation/manifest.ts';
import { Metrics } from '../../../src/simulation/metrics.ts';
import { changesBetween, divergedSoFar, firstDivergence } from '../../../src/simulation/replay.ts';
import { Stream } from '../../helpers/stream.ts';

const config = { name: 'calm', traders: { b: { count: '3' }, a: { count: '1' } }, shocks: [], interest: null };

const bars = [
  { at: 0, open: 10, high: 12, low: 9, close: 11 },
  { at: 60_000_000, open: 11, high: 11, low: 8, close: 8 },
];
const instruments = [
  { symbol: 'ETH-PERP', index: { bars: undefined } },
  { symbol: 'BTC-PERP', index: { bars } },
];

function manifestOf(change: Partial<{ envelopes: number; digest: string; checkpoints: string[] }> = {}): Manifest {
  const { options } = new Stream();
  const { envelopes = 9_000, digest = 'd'.repeat(64), checkpoints = ['a', 'b'] } = change;
  return createManifest({
    scenario: { name: 'calm', file: 'calm.yaml', start: 1_760_130_000_000_000, config, instruments },
    seed: '42',
    kernel: { now: 90_500_000, delivered: envelopes, digest: () => digest, checkpoints },
    ended: 'duration',
    headline: { ...new Metrics({ ...options, cases: new Cases(options) }).headline(0), profit: {} },
    invariants: { checked: {} as Manifest['invariants']['checked'], broken: [] },
  });
}

test('a manifest says what was run, on what, and what came of it', () => {
  const { headline: _, invariants: __, engine, ...rest } = manifestOf();
  expect(engine).toContain(process.versions.node);
  expect(rest).toEqual({
    format: 1,
    build: CODE_DIGEST,
    code: (JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }).version,
    scenario: {
      name: 'calm',
      file: 'calm.yaml',
      digest: sha256Hex(canonicalJson(config)),
      config,
      prices: { 'BTC-PERP': sha256Hex('0,10,12,9,11\n60000000,11,11,8,8\n') },
    },
    seed: '42',
    simulated: { from: '2025-10-10T21:00:00Z', to: '2025-10-10T21:01:30.5Z', micros: 90_500_000 },
    ended: 'duration',
    envelopes: 9_000,
    digest: 'd'.repeat(64),
    checkpoints: { every: 4_096, digests: ['a', 'b'] },
  });
  expect(codeVersion()).toBe(rest.code);
});

test('a manifest names what was set over the file, where something was', () => {
  const { options } = new Stream();
  const made = (set?: readonly string[]) =>
    createManifest({
      scenario: { name: 'calm', file: 'calm.yaml', start: 0, config, instruments, ...(set === undefined ? {} : { set }) },
      seed: '42',
      kernel: { now: 0, delivered: 0, digest: () => '', checkpoints: [] },
      ended: 'duration',
      headline: { ...new Metrics({ ...options, cases: new Cases(options) }).headline(0), profit: {} },
      invariants: { checked: {} as Manifest['invariants']['checked'], broken: [] },
    }).scenario;
  expect(made(['duration=10m'])).toEqual({ ...made(), set: ['duration=10m'] });
  expect(made()).not.toHaveProperty('set');
});

test('canonical JSON does not depend on the order of keys', () => {
  expect(canonicalJson(config)).toBe('{"interest":null,"name":"calm","shocks":[],"traders":{"a":{"count":"1"},"b":{"count":"3"}}}');
  expect(canonicalJson({ b: 'x', a: ['2', '1'] })).toBe(canonicalJson({ a: ['2', '1'], b: 'x' }));
});

describe('parseManifest', () => {
  const text = JSON.stringify({ ...manifestOf(), timing: { wallMs: 5 } });

  test('reads what was written, timing and all', () => {
    expect(parseManifest(text)).toEqual(JSON.parse(text));
  });

  test.each([
    ['{"format": 1', /^is not JSON/],
    ['[]', /^is not a manifest: expected a map/],
    ['null', /^is not a manifest: expected a map/],
    ['{"format": 2}', /"format" is 2, expected 1/],
    ['{"format": 1, "seed": "1"}', /code, scenario, simulated, ended, envelopes, digest, checkpoints, headline, invariants missing/],
    [text.replace('"count":"3"', '"count":"4"'), /^was changed by hand/],
  ])('%s', (broken, message) => {
    expect(parseManifest(broken)).toMatch(message);
  });
});

describe('the first divergence', () => {
  test('none', () => {
    expect(firstDivergence(manifestOf(), manifestOf())).toBeNull();
  });

  test('between two checkpoints', () => {
    const expected = manifestOf();
    expect(firstDivergence(expected, manifestOf({ checkpoints: ['a', 'c'], digest: 'e' }))).toEqual({
      kind: 'envelopes',
      from: 4_097,
      to: 8_192,
      expected: 'b',
      found: 'c',
    });
    expect(divergedSoFar(expected, ['x'])).toEqual({ kind: 'envelopes', from: 1, to: 4_096, expected: 'a', found: 'x' });
    expect(divergedSoFar(expected, ['a'])).toBeNull();
    expect(divergedSoFar(expected, ['a', 'b', 'more'])).toBeNull();
  });

  test('after the last checkpoint', () => {
    expect(firstDivergence(manifestOf(), manifestOf({ digest: 'e' }))).toEqual({
      kind: 'envelopes',
      from: 8_193,
      to: 9_000,
      expected: 'd'.repeat(64),
      found: 'e',
    });
  });

  test('one ends earlier', () => {
    expect(firstDivergence(manifestOf(), manifestOf({ envelopes: 8_999, digest: 'e' }))).toEqual({
      kind: 'count',
      expected: 9_000,
      found: 8_999,
    });
  });

  test('the same envelopes with another headline: the readers have changed', () => {
    const found = manifestOf();
    const changed = { ...found, headline: { ...found.headline, liquidations: 3, fund: { ...found.headline.fund, low: '7' } } };
    expect(firstDivergence(manifestOf(), changed)).toEqual({
      kind: 'told',
      changes: [
        { path: 'headline.liquidations', expected: 0, found: 3 },
        { path: 'headline.fund.low', expected: '1000', found: '7' },
      ],
    });
  });
});

describe('the same envelopes, but otherwise told:', () => {
  const made = manifestOf();
  const broken = [{ invariant: 'money-conserved', seq: 3, detail: 'forged' }] as Manifest['invariants']['broken'];
  test.each<[string, Partial<Manifest>]>([
    ['invariants.broken.0', { invariants: { ...made.invariants, broken } }],
    ['ended', { ended: 'until' }],
    ['simulated.to', { simulated: { ...made.simulated, to: '2025-10-10T21:00:00Z' } }],
    ['checkpoints.every', { checkpoints: { ...made.checkpoints, every: 1 } }],
    ['checkpoints.digests.1', { checkpoints: { ...made.checkpoints, digests: ['a'] } }],
  ])('%s', (path, change) => {
    expect(firstDivergence({ ...made, ...change }, made)).toMatchObject({ kind: 'told', changes: [{ path }] });
  });
});

test('changes are named leaf by leaf', () => {
  expect(changesBetween({ a: 1, b: { c: [1, 2] }, d: null }, { a: 1, b: { c: [1, 3] }, e: 4 })).toEqual([
    { path: 'b.c.1', expected: 2, found: 3 },
    { path: 'd', expected: null, found: undefined },
    { path: 'e', expected: undefined, found: 4 },
  ]);
});
