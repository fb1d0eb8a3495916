// What the liquidation engine takes the market for, refitted during a run: when, from what, and that it is acted on.

import { describe, expect, test } from 'vitest';
import type { Envelope } from '../../../src/messages.ts';
import { createSimulation } from '../../../src/simulation/simulation.ts';
import { smallScenario } from '../../helpers/small-scenario.ts';

const SECOND = 1_000_000;
const TARGETED = ['liquidation.policy.kind=targeted', 'duration=100s', 'shocks[0].at=70s', 'shocks[0].over=5s'];

function simulate(set: readonly string[]) {
  const decisions: string[] = [];
  const simulation = createSimulation(smallScenario({ set: [...TARGETED, ...set] }), { onDecision: (line) => decisions.push(line) });
  const fits: Envelope[] = [];
  simulation.envelopes$.subscribe((envelope) => {
    if (envelope.message.type === 'Recalibrated') fits.push(envelope);
  });
  const { manifest, headline } = simulation.runToEnd();
  expect(manifest.invariants.broken).toEqual([]);
  return { simulation, fits, decisions, headline, digest: manifest.digest };
}

type Fields = Readonly<Record<'side' | 'lots' | 'amount' | 'rate' | 'tag', number>>;
const said = (fits: readonly Envelope[]) => fits.map(({ message }) => message as unknown as Fields);

const off = simulate([]);
const rolling = simulate(['liquidation.recalibrate=30s']);
const stale = simulate(['liquidation.recalibrate=30s', 'liquidation.estimates=stale']);
const oracle = simulate(['liquidation.recalibrate=30s', 'liquidation.estimates=oracle']);

describe('refits', () => {
  test('come at every interval for both sides; once where they grow stale; never where nobody asks', () => {
    const times = (fits: readonly Envelope[]) => fits.map(({ at }) => at / SECOND);
    expect(times(rolling.fits)).toEqual([30, 30, 60, 60, 90, 90]);
    expect(times(stale.fits)).toEqual([30, 30]);
    expect(off.fits).toEqual([]);
    expect(said(rolling.fits).map(({ side }) => side)).toEqual([1, -1, 1, -1, 1, -1]);
  });

  test('say of a calm market what its makers and its path say', () => {
    const [buys, sells] = said(rolling.fits).slice(2, 4);
    expect(buys.rate).toBe(sells.rate);
    // The path's is 50 %; marks of the book add some.
    expect(buys.rate).toBeGreaterThan(250_000);
    expect(buys.rate).toBeLessThan(1_500_000);
    const book = createSimulation(smallScenario({ set: TARGETED }));
    book.runUntil(45 * SECOND);
    const { market } = book;
    const mark = market.markPrice(1);
    const asks = market.book(1).sweep(1, Number.MAX_SAFE_INTEGER, Math.floor(1.01 * mark));
    expect(buys.lots).toBeGreaterThan(asks / 2);
    expect(buys.lots).toBeLessThan(asks * 2);
    for (const { tag, amount } of said(rolling.fits)) {
      expect(tag >= 0 && tag <= 1_000_000).toBe(true);
      expect(amount).toBeGreaterThanOrEqual(0);
    }
  });

  test('know nothing of what is too recent', () => {
    // The crash begins at 70 s: at 90 s it is known, unless what is known is half a minute old.
    const late = simulate(['liquidation.recalibrate=30s', 'liquidation.estimatesLag=25s', 'liquidation.estimatesWindow=30s']);
    const rate = (fits: readonly Envelope[], at: number) => said(fits.filter((fit) => fit.at === at * SECOND))[0].rate;
    expect(rate(rolling.fits, 90)).toBeGreaterThan(2 * rate(rolling.fits, 60));
    expect(rate(late.fits, 90)).toBeLessThan(1.2 * rate(late.fits, 60));
  });

  test('an oracle knows the crash before it comes, and takes the book as it is', () => {
    const rate = (fits: readonly Envelope[]) => said(fits.filter((fit) => fit.at === 60 * SECOND))[0].rate;
    expect(rate(oracle.fits)).toBeGreaterThan(3 * rate(rolling.fits));
    for (const { lots } of said(oracle.fits)) expect(lots).toBe(0);
  });
});

describe('what is refitted', () => {
  test('is decided by, and stands in the record', () => {
    for (const one of [stale, oracle]) expect(one.digest).not.toBe(off.digest);
    expect(off.headline.liquidations).toBeGreaterThan(3);
    const first = (lines: readonly string[]) =>
      (JSON.parse(lines[0]) as { inputs: { positions: { estimate?: object }[] } }).inputs.positions[0];
    expect(first(off.decisions).estimate).toBeUndefined();
    const [, sells] = said(stale.fits);
    expect(first(stale.decisions).estimate).toEqual({
      depth: String(sells.lots / 1_000),
      halfLifeMs: sells.amount / 1_000,
      volatility: sells.rate / 1e6,
      markShare: sells.tag / 1e6,
    });
    expect(first(oracle.decisions).estimate).toMatchObject({ depth: null });
  });

  test('is none of the business of policies that take no estimates', () => {
    const plain = ['liquidation.policy.kind=full-close'];
    const { headline } = simulate([...plain, 'liquidation.recalibrate=30s']);
    const { headline: without } = simulate(plain);
    expect(headline).toEqual(without);
  });

  test('forks in the midst, oracle and all', () => {
    for (const { simulation } of [rolling, oracle]) {
      const again = createSimulation(simulation.scenario);
      again.runUntil(75 * SECOND);
      expect(again.checkpoint().reason).toBeNull();
      expect(again.fork().runToEnd().manifest.digest).toBe(simulation.kernel.digest());
    }
  });

  test('begins and ends during a run', () => {
    const change = 'interventions=[{ at: 20s, set: { liquidation.recalibrate: 20s } }, { at: 55s, set: { liquidation.recalibrate: 0s } }]';
    expect(simulate([change]).fits.map(({ at }) => at / SECOND)).toEqual([40, 40]);
  });
});
