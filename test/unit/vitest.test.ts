// The matcher for golden seeds, on made-up runs, in each of the ways in which Vitest may be told to treat snapshots.

import { existsSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import '../../src/vitest.ts';
import type { Manifest } from '../../src/simulation/manifest.ts';

const run = (change: Partial<Manifest> = {}, liquidations = 41) =>
  ({
    scenario: { name: 'made-up', digest: 'aa' },
    seed: '7',
    envelopes: 1_000,
    digest: '0123456789abcdef',
    headline: { liquidations, fund: { low: '12.5' } },
    ...change,
  }) as unknown as Manifest;

const file = fileURLToPath(new URL('golden/made-up-7.json', import.meta.url));
const state = () => (expect.getState() as unknown as { snapshotState: { _updateSnapshot: 'all' | 'new' | 'none' } }).snapshotState;

/** Does it with Vitest in that mode. */
function as<T>(mode: 'all' | 'new' | 'none', act: () => T): T {
  const before = state()._updateSnapshot;
  state()._updateSnapshot = mode;
  try {
    return act();
  } finally {
    state()._updateSnapshot = before;
  }
}

function failure(received: Parameters<typeof expect>[0], mode: 'all' | 'new' | 'none' = 'none', name?: string): string {
  try {
    as(mode, () => expect(received).toMatchSeed(name));
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

afterEach(() => rmSync(fileURLToPath(new URL('golden', import.meta.url)), { recursive: true, force: true }));

describe('toMatchSeed', () => {
  test('writes what is missing, but not on CI', () => {
    expect(failure(run(), 'none')).toMatch(/^there is no golden run .*made-up-7\.json.*vitest -u$/);
    expect(existsSync(file)).toBe(false);
    as('new', () => expect(run()).toMatchSeed());
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
      scenario: 'made-up',
      seed: '7',
      scenarioDigest: 'aa',
      envelopes: 1_000,
      digest: '0123456789abcdef',
      headline: { liquidations: 41, fund: { low: '12.5' } },
    });
  });

  test('takes a manifest, what runToEnd returns, or a simulation', () => {
    as('new', () => expect(run()).toMatchSeed());
    as('none', () => {
      expect(run()).toMatchSeed();
      expect({ manifest: run(), headline: run().headline }).toMatchSeed();
      expect({ runToEnd: () => ({ manifest: run() }) }).toMatchSeed();
    });
  });

  test('says what has changed, and leaves the golden file as it was', () => {
    as('new', () => expect(run()).toMatchSeed());
    const message = failure(run({ digest: 'fedcba9876543210', envelopes: 1_003 }, 44));
    expect(message.split('\n')).toEqual([
      expect.stringMatching(/^made-up, seed 7 is another run than .*golden.made-up-7\.json$/),
      '  envelopes 1000 → 1003',
      '  liquidations 41 → 44',
      '  digest 0123456789ab… → fedcba987654…',
      'If this is meant, say why in the commit and write it anew with vitest -u',
    ]);
    expect(failure(run({ digest: 'fedcba9876543210', envelopes: 1_003 }, 44), 'new')).toBe(message);
    expect(failure(run({ digest: 'fedcba9876543210' }))).toContain('nothing that the headline counts has changed, but some envelope has');
    expect(failure(run({ scenario: { name: 'made-up', digest: 'bb' } as Manifest['scenario'] }))).toContain(
      'the scenario itself is another one',
    );
    as('none', () => expect(run()).toMatchSeed());
  });

  test('with -u the golden file is written anew', () => {
    as('new', () => expect(run()).toMatchSeed());
    as('all', () => expect(run({}, 44)).toMatchSeed());
    as('none', () => expect(run({}, 44)).toMatchSeed());
  });

  test('a name keeps two runs of one scenario and seed apart', () => {
    as('new', () => expect(run({}, 1)).toMatchSeed('without-leverage'));
    expect(failure(run({}, 2), 'none', 'without-leverage')).toContain('liquidations 1 → 2');
    expect(existsSync(file)).toBe(false);
  });

  test('keeps what was set over the scenario, so that the file alone says how to make the run', () => {
    const scenario = { name: 'made-up', digest: 'bb', set: ['duration=5m'] } as unknown as Manifest['scenario'];
    as('new', () => expect(run({ scenario })).toMatchSeed());
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ scenario: 'made-up', set: ['duration=5m'], seed: '7' });
    expect(failure(run())).toContain('set ["duration=5m"] → nothing');
  });

  test('has no opposite', () => {
    expect(() => expect(run()).not.toMatchSeed()).toThrow('toMatchSeed has no opposite');
  });
});
