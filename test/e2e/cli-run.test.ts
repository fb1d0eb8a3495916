// `sandpile run` and `sandpile replay` as a user meets them: what is printed, what is written, and how they end.

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { INVARIANTS } from '../../src/simulation/invariants.ts';
import { sandpile } from '../helpers/command.ts';

/** A short piece of a small crash: some seconds of it are enough to have everything happen that is printed. */
const SMALL = ['flash-crash', '--set', 'traders.retail.members=300', '--set', 'traders.noise.count=20', '--until', '90s'];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sandpile-run-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('run --json', () => {
  test('prints one object with all that the contract names, and the same one again but for how long it took', async () => {
    const { code, out, err } = await sandpile('run', ...SMALL, '--seed', '42', '--json');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const run = JSON.parse(out) as Record<string, never>;
    expect(Object.keys(run)).toEqual(['scenario', 'seed', 'digest', 'envelopes', 'simulated', 'ended', 'headline', 'invariants', 'timing']);
    const money = expect.stringMatching(/^-?\d+(\.\d+)?$/) as string;
    const count = expect.any(Number) as number;
    expect(run).toMatchObject({
      scenario: 'flash-crash',
      seed: '42',
      digest: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      simulated: { from: '2024-10-01T10:00:00Z', to: '2024-10-01T10:01:30Z' },
      ended: 'until',
      headline: {
        trades: count,
        volume: money,
        liquidations: count,
        liquidatedNotional: money,
        forcedNotional: money,
        marginCalls: count,
        called: { before: count, sameInstant: count, never: count },
        bankruptAccounts: count,
        badDebt: money,
        fund: { start: money, low: money, end: money },
        adl: { accounts: count, notional: money },
        socialisedLoss: money,
        cascades: { count, largest: count, deepest: count, branchingRatio: count },
        price: { start: money, low: money, high: money, end: money, maxDrawdown: count },
        openInterest: { start: money, end: money },
        halts: count,
        priceImpact: count,
        orderliness: { oneSidedMs: count, spreadBp: count, markIndexGapBp: count },
      },
      invariants: { broken: [] },
      timing: { wallMs: count, messagesPerSecond: count, peakRssBytes: count },
    });
    const { headline, invariants, envelopes } = run as unknown as {
      headline: Record<string, unknown> & { orderliness: object };
      invariants: { checked: Record<string, number> };
      envelopes: number;
    };
    for (const key of ['breachToFirstOrderMs', 'excessRatio']) expect(headline).toHaveProperty(key);
    expect(headline.orderliness).toHaveProperty('depthHalfLifeMs');
    expect(Object.keys(invariants.checked)).toEqual([...INVARIANTS]);
    expect(Object.entries(invariants.checked).filter(([, checks]) => checks === 0)).toEqual([]);
    expect(envelopes).toBeGreaterThan(1_000);
    expect(headline.trades).toBeGreaterThan(0);

    const again = JSON.parse((await sandpile('run', ...SMALL, '--seed', '42', '--json')).out) as object;
    expect({ ...again, timing: 0 }).toEqual({ ...run, timing: 0 });
    const other = JSON.parse((await sandpile('run', ...SMALL, '--seed', '43', '--json')).out) as { digest: string };
    expect(other.digest).not.toBe(run.digest);
  });
});

describe('run', () => {
  test('prints a headline with a chart, and the minutes on request', async () => {
    const { code, out, err } = await sandpile('run', ...SMALL, '--seed', '42', '--minutes');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('flash-crash, seed 42: 2024-10-01 10:00 to 10:01 UTC');
    expect(out).toMatch(/ ┤[\u2800-\u28ff]+/);
    expect(out).toMatch(/^10:00 .* bp /m);
    expect(out).toMatch(/invariants +\d+ held/);
  });

  test('--until takes calendar time too, and nothing else', async () => {
    const { out } = await sandpile('run', ...SMALL.slice(0, -1), '2024-10-01T10:00:05Z', '--json');
    expect(JSON.parse(out)).toMatchObject({ simulated: { to: '2024-10-01T10:00:05Z' }, ended: 'until' });
    const late = await sandpile('run', ...SMALL.slice(0, -1), '10h', '--set', 'duration=5s', '--set', 'shocks=[]', '--json');
    expect(late).toMatchObject({ code: 0, err: '--until 10h is after the end of the run, which lasts 5.00 s\n' });
    expect(JSON.parse(late.out)).toMatchObject({ simulated: { to: '2024-10-01T10:00:05Z' }, ended: 'duration' });
    const wrong = await sandpile('run', ...SMALL.slice(0, -1), 'noon');
    expect(wrong.code).toBe(1);
    expect(wrong.err).toContain('--until noon: expected simulated time such as 10m');
  });

  test('what is wrong with the scenario is said before anything is written', async () => {
    const out = join(folder, 'run');
    const { code, err } = await sandpile('run', 'flash-crash', '--set', 'traders.retial.members=3', '--set', 'duration=soon', '--out', out);
    expect(code).toBe(1);
    expect(err).toContain('did you mean "retail"?');
    expect(err).toContain('"soon" is not valid');
    expect(readdirSync(folder)).toEqual([]);
  });

  test('an existing folder is refused before anything is computed, and replaced with --force', async () => {
    const out = join(folder, 'run');
    mkdirSync(out);
    writeFileSync(join(out, 'manifest.json'), 'precious');
    const refused = await sandpile('run', ...SMALL, '--out', out);
    expect(refused).toMatchObject({ code: 1, out: '' });
    expect(refused.err).toContain('exists already');
    expect(readFileSync(join(out, 'manifest.json'), 'utf8')).toBe('precious');
    expect((await sandpile('run', ...SMALL, '--out', out, '--force')).code).toBe(0);
    expect(readdirSync(out)).toEqual(['decisions.jsonl', 'manifest.json']);
    expect(readdirSync(folder)).toEqual(['run']);
  });

  // From the moment when there is anything to leave, and while it runs.
  test.each([
    ['as soon as there is a folder', 'deep'],
    ['in the middle of it', 'deep/x/.run.partial/events.jsonl'],
  ])(
    'an interrupted run leaves nothing: %s',
    async (_, sign) => {
      const child = spawn(process.execPath, ['dist/cli/main.js', 'run', 'flash-crash', '--out', join(folder, 'deep/x/run'), '--events'], {
        stdio: 'ignore',
      });
      const ended = new Promise((resolve) => {
        child.on('exit', (code, by) => resolve(by ?? code));
      });
      while (!existsSync(join(folder, sign)) && child.exitCode === null) {
        await new Promise((resolve) => {
          setImmediate(resolve);
        });
      }
      child.kill('SIGINT');
      expect(await ended).toBe('SIGINT');
      expect(readdirSync(folder)).toEqual([]);
    },
    30_000,
  );

  test('a dumb terminal is spared progress, colour and braille', () => {
    const env = { ...process.env, TERM: 'dumb' };
    const { status, stdout } = spawnSync(process.execPath, ['dist/cli/main.js', 'run', ...SMALL], { env, encoding: 'utf8' });
    expect(status).toBe(0);
    expect(stdout).toMatch(/ \+[* ]+\n/);
    // eslint-disable-next-line no-control-regex
    expect(stdout).not.toMatch(/[\u001b\u2500-\u257f\u2800-\u28ff]/);
  });
});

describe('replay', () => {
  const record = async (...more: string[]): Promise<string> => {
    const out = join(folder, 'run');
    expect((await sandpile('run', ...SMALL, '--seed', '7', '--out', out, ...more)).code).toBe(0);
    return join(out, 'manifest.json');
  };
  const tamper = (manifest: string, change: (read: Record<string, never>) => object): void => {
    const read = JSON.parse(readFileSync(manifest, 'utf8')) as Record<string, never>;
    writeFileSync(manifest, JSON.stringify({ ...read, ...change(read) }));
  };

  test('the same run is the same, from the manifest or its folder', async () => {
    const manifest = await record();
    expect(await sandpile('replay', manifest)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^flash-crash, seed 7: the same [\d,]+ envelopes/) as string,
      err: '',
    });
    const { code, out } = await sandpile('replay', join(folder, 'run'), '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ same: true, divergence: null, envelope: null });
  });

  test('a divergence is named by the checkpoints between which it lies', async () => {
    const manifest = await record();
    tamper(manifest, ({ checkpoints }) => ({
      checkpoints: { every: 4_096, digests: (checkpoints as { digests: string[] }).digests.with(1, 'f'.repeat(64)) },
    }));
    const { code, out, err } = await sandpile('replay', manifest);
    expect(code).toBe(3);
    expect(out).toContain('the runs part between envelopes 4,097 and 8,192');
    expect(err).toContain(`To reproduce: sandpile replay ${manifest}`);
  });

  test('with the messages beside it, by the very envelope', async () => {
    const manifest = await record('--events');
    const events = join(folder, 'run/events.jsonl');
    const lines = readFileSync(events, 'utf8').split('\n');
    expect(JSON.parse(lines[0])).toMatchObject({ cause: 0, at: 0, message: { type: expect.any(String) as string } });
    lines[5_000] = lines[5_000].replace('"at":', '"at":1');
    writeFileSync(events, lines.join('\n'));
    tamper(manifest, () => ({ digest: '0'.repeat(64) }));
    const { code, out } = await sandpile('replay', manifest, '--json');
    expect(code).toBe(3);
    expect(JSON.parse(out)).toMatchObject({ same: false, envelope: { number: 5_001, expected: lines[5_000] } });
  });

  test('a changed figure of the headline is a divergence too', async () => {
    const manifest = await record();
    tamper(manifest, ({ headline }) => ({ headline: { ...(headline as object), trades: 1 } }));
    const { code, out } = await sandpile('replay', manifest);
    expect(code).toBe(3);
    expect(out).toMatch(/ {2}headline\.trades: 1 → \d+/);
  });

  test('so are invariants that were not broken, and another end', async () => {
    const manifest = await record();
    const broken = [{ invariant: 'money-conserved', seq: 1, detail: 'forged' }];
    tamper(manifest, ({ invariants }) => ({ ended: 'duration', invariants: { ...(invariants as object), broken } }));
    const { code, out } = await sandpile('replay', manifest);
    expect(code).toBe(3);
    expect(out).toContain('ended: "duration" → "until"');
    expect(out).toContain('invariants.broken.0: {"invariant":"money-conserved"');
  });

  test('a whole run is the same to its end', async () => {
    const out = join(folder, 'whole');
    expect((await sandpile('run', 'calm', '--set', 'duration=20s', '--out', out)).code).toBe(0);
    expect(await sandpile('replay', out)).toMatchObject({ code: 0, err: '' });
  });

  test('another build of the same version is a warning', async () => {
    const manifest = await record();
    tamper(manifest, () => ({ build: '0'.repeat(64) }));
    const { code, err } = await sandpile('replay', manifest);
    expect(code).toBe(0);
    expect(err).toContain('was made by another build of version');
  });

  test('another version of the code is a warning', async () => {
    const manifest = await record();
    tamper(manifest, () => ({ code: '0.0.1' }));
    const { code, err } = await sandpile('replay', manifest);
    expect(code).toBe(0);
    expect(err).toContain('was made by version 0.0.1');
  });

  test.each([
    ['nowhere.json', undefined, 'no such file'],
    ['text.json', 'hello', 'is not JSON'],
    ['other.json', '{}', '"format" is undefined'],
  ])('%s is refused', async (name, text, message) => {
    const file = join(folder, name);
    if (text !== undefined) writeFileSync(file, text);
    const { code, err } = await sandpile('replay', file);
    expect(code).toBe(1);
    expect(err).toContain(message);
  });

  test('a scenario that was changed by hand is refused', async () => {
    const manifest = await record();
    const text = readFileSync(manifest, 'utf8');
    writeFileSync(manifest, text.replace('"members": "300"', '"members": "301"'));
    const { code, err } = await sandpile('replay', manifest);
    expect(code).toBe(1);
    expect(err).toContain('was changed by hand');
  });
});
