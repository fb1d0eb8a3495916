// How a run ends that goes wrong: with a probe that sees what is not there, since the market itself gives no occasion.

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type * as probeModule from '../../src/simulation/probe.ts';
import { sandpile } from '../helpers/command.ts';

const faults = vi.hoisted(() => ({ money: null as string | null, thrown: null as string | null }));

vi.mock('../../src/simulation/probe.ts', async (original) => {
  const { createProbe } = await original<typeof probeModule>();
  return {
    createProbe: (...args: Parameters<typeof createProbe>) => ({
      ...createProbe(...args),
      money: () => {
        if (faults.thrown !== null) throw new Error(faults.thrown);
        return faults.money;
      },
    }),
  };
});

const SMALL = ['calm', '--set', 'traders.retail.members=100', '--until', '10s', '--seed', "it's me"];

test('a broken invariant ends with 2, is named with its seq, and the run is written all the same', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sandpile-broken-'));
  try {
    faults.money = 'a unit too many';
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
    faults.money = null;
    rmSync(folder, { recursive: true, force: true });
  }
});

test('a run that dies says how to see it again, and leaves nothing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sandpile-broken-'));
  try {
    faults.thrown = 'the ledger is on fire';
    const out = join(folder, 'run');
    const died = await sandpile('run', ...SMALL, '--out', out);
    expect(died).toMatchObject({ code: 2, out: '' });
    expect(died.err).toContain('the ledger is on fire');
    expect(died.err).toContain('To reproduce: sandpile run calm');
    expect(existsSync(out)).toBe(false);
  } finally {
    faults.thrown = null;
    rmSync(folder, { recursive: true, force: true });
  }
});
