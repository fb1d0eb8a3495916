// How a run ends that goes wrong. The market gives no occasion, so its own audit is made to say so.

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { Market } from '../../src/market/market.ts';
import { sandpile } from '../helpers/command.ts';

const SMALL = ['calm', '--set', 'traders.retail.members=100', '--until', '10s', '--seed', "it's me"];

afterEach(() => {
  vi.restoreAllMocks();
});

test('a broken invariant ends with 2, is named with its seq, and the run is written all the same', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sandpile-broken-'));
  try {
    vi.spyOn(Market.prototype, 'checkConservation').mockReturnValue('a unit too many');
    const out = join(folder, 'run');
    const broken = await sandpile('run', ...SMALL, '--json', '--out', out);
    expect(broken.code).toBe(2);
    const { invariants } = JSON.parse(broken.out) as { invariants: { broken: { seq: number }[] } };
    const { seq } = invariants.broken[0];
    expect(invariants.broken[0]).toEqual({ invariant: 'money-conserved', seq, detail: 'a unit too many' });
    expect(broken.err).toContain(`invariant broken: money-conserved at seq ${seq}: a unit too many`);
    expect(broken.err).toContain(
      `To reproduce: sandpile run calm --set traders.retail.members=100 --until 10s --seed 'it'\\''s me' --json`,
    );
    expect((JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8')) as typeof broken & { invariants: object }).invariants).toEqual(
      invariants,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('a run that dies says how to see it again, and leaves nothing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sandpile-broken-'));
  try {
    vi.spyOn(Market.prototype, 'checkConservation').mockImplementation(() => {
      throw new Error('the ledger is on fire');
    });
    const out = join(folder, 'run');
    const died = await sandpile('run', ...SMALL, '--out', out);
    expect(died).toMatchObject({ code: 2, out: '' });
    expect(died.err).toContain('the ledger is on fire');
    expect(died.err).toContain('To reproduce: sandpile run calm');
    expect(existsSync(out)).toBe(false);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test.each([
  ['compare', 'calm', ['--vary', 'liquidation.enabled=true,false'], "--set 'liquidation.enabled=false'"],
  ['stress', 'calm', ['--named', 'fund-drain'], "--set 'interventions="],
])('%s tells in which of its runs an invariant broke, after its results', async (verb, file, args, last) => {
  vi.spyOn(Market.prototype, 'checkConservation').mockReturnValue('a unit too many');
  const small = ['--set', 'duration=2s', '--set', 'traders.retail.members=100'];
  const { code, out, err } = await sandpile(verb, file, ...args, ...small, '--seeds', '1..2', '--json');
  expect(code).toBe(2);
  const { runs } = JSON.parse(out) as { runs: { broken: string[] }[] };
  expect(runs.map(({ broken }) => broken)).toEqual(runs.map(() => ['money-conserved']));
  const told = err.split('\n').filter((line) => line.startsWith('invariant broken'));
  expect(told).toHaveLength(runs.length);
  const again = "--seed 2 --set 'duration=2s' --set 'traders.retail.members=100'";
  expect(told.at(-1)).toMatch(/^invariant broken: money-conserved: sandpile run \S*calm/);
  expect(told.at(-1)).toContain(`${again} ${last}`);
});
