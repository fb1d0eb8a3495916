// The headline and the minutes of a small made-up crash, as they appear on a terminal.

import { describe, expect, test } from 'vitest';
import { figuresOf, headlineText, type Shown } from '../../../src/cli/headline.ts';
import { minutesText } from '../../../src/cli/minutes.ts';
import { Cases } from '../../../src/simulation/cases.ts';
import { Metrics } from '../../../src/simulation/metrics.ts';
import { Timeline, type Minute } from '../../../src/simulation/timeline.ts';
import { createSimulation } from '../../../src/simulation/simulation.ts';
import { smallScenario } from '../../helpers/small-scenario.ts';
import { OWNER, Stream } from '../../helpers/stream.ts';

const SECOND = 1_000_000;
const MINUTE = 60 * SECOND;
const start = 1_760_130_000_000_000; // 2025-10-10T21:00Z

/** Ten minutes at 100.0, a fall to 82.5 in the sixth with one long closed, and half of it back. */
function crash(): { metrics: Metrics; timeline: Timeline; now: number } {
  const stream = new Stream();
  const cases = stream.add(new Cases(stream.options));
  const metrics = stream.add(new Metrics({ ...stream.options, cases }));
  const timeline = stream.add(new Timeline({ ...stream.options, cases }));
  const mark = (at: number, price: number, liquidationPart = 0) => {
    stream.market.best = { bid: price - 1, ask: price + 1 };
    stream.market.prices = { mark: price, index: price - liquidationPart };
    stream.at(at).send('MarkPublished', { price, index: price - liquidationPart, liquidationPart });
  };
  for (let minute = 0; minute < 10; minute++) {
    mark(minute * MINUTE, minute < 6 ? 1_000 : 900);
    if (minute !== 5) continue;
    stream.market.positions.set(11, { lots: 40, equity: 500, maintenance: 900 });
    stream.at(5 * MINUTE + SECOND).send('MarginCalled', { account: 11, case: 1 }, { to: OWNER });
    stream.at(5 * MINUTE + 2 * SECOND).send('LiquidationStarted', { account: 11, case: 1, depth: 1, amount: 500 }, { to: OWNER });
    stream.at(5 * MINUTE + 2 * SECOND + 3_000).send('LiquidateOnBook', { account: 11, case: 1, side: -1, lots: 40, price: 800 });
    stream.send('LiquidationFilled', { account: 11, case: 1, side: -1, lots: 40, price: 825, amount: 34_000 });
    stream.send('LiquidationClosed', { account: 11, case: 1 });
    mark(5 * MINUTE + 3 * SECOND, 825, -75);
    stream.market.interest = 10;
  }
  return { metrics, timeline, now: stream.now };
}

/** What is told of the crash. */
function manifestOf({ metrics, now }: Pick<ReturnType<typeof crash>, 'metrics' | 'now'>): Shown['manifest'] {
  return {
    scenario: { name: 'made-up' },
    seed: '7',
    digest: 'd'.repeat(64),
    envelopes: 12_345,
    headline: { ...metrics.headline(now), profit: {} },
    invariants: { checked: { 'money-conserved': 1, 'book-never-crossed': 1_999 } as never, broken: [] },
  };
}

const common = { start, asset: 'USDT', tick: '0.1', lot: '1', unit: '0.1', colour: false, ascii: false };

test('a run that ends on another day says which', () => {
  const { metrics, timeline, now } = crash();
  const manifest = manifestOf({ metrics, now });
  const shown = { ...common, manifest, symbol: 'BTC-PERP', minutes: timeline.minutes(), columns: 50 };
  const ends = (later: number) => headlineText({ ...shown, now: later }).split('\n');
  const brief = ends(30 * SECOND);
  expect(brief[0]).toBe('made-up, seed 7: 2025-10-10 21:00:00 to 21:00:30 UTC, 12,345 messages');
  expect(brief.find((line) => line.includes('└'))).toMatch(/└21:00:00 +21:00:30$/);
  expect(ends(now + 2 * 60 * MINUTE)[0]).toBe('made-up, seed 7: 2025-10-10 21:00 to 23:09 UTC, 12,345 messages');
  const overnight = ends(now + 26 * 60 * MINUTE);
  expect(overnight[0]).toBe('made-up, seed 7: 2025-10-10 21:00 to 2025-10-11 23:09 UTC, 12,345 messages');
  expect(overnight.find((line) => line.includes('└'))).toMatch(/└21:00 +2025-10-11 23:09$/);
});

describe('the headline', () => {
  test('is a chart and the figures', () => {
    const { metrics, timeline, now } = crash();
    const manifest = manifestOf({ metrics, now });
    const text = headlineText({ ...common, manifest, now, symbol: 'BTC-PERP', minutes: timeline.minutes(), columns: 50 });
    expect(`\n${text}`).toMatchInlineSnapshot(`
      "
      made-up, seed 7: 2025-10-10 21:00 to 21:09 UTC, 12,345 messages

               100 ┤⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⡇⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
                   │⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⡇⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
                   │⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⡇⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
                   │⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⡇⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
                   │⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⡇⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
                   │⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⡇⠀⠀⢸⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉
                   │⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⡇⠀⠀⢸⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
                   │⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⡇⠀⠀⢸⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
              82.5 ┤⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⣇⣀⣀⣸⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
          BTC-PERP └21:00                        21:09

        price          100 → 90, low 82.5, high 100, drawdown 17.5 %
        trading        0 trades, volume 0 USDT
        open interest  5,000 → 900 USDT (-82.0 %)
        margin calls   1
        liquidations   1, 3,400 USDT closed by force, 68.0 % of the open interest at the start
                       called before: 1, in the same instant: 0
                       first order 3.00 ms after the breach (median)
                       73.9 % more closed than would have restored maintenance at the first step
        cascades       0, largest 1 liquidation, deepest 1 generation
                       branching ratio 0.000 (95 %: 0.000 to 0.793), liquidations moved the mark by up to 833 bp
        fund           1,000 → 1,000 USDT, low 1,000; bad debt 0, 0 bankrupt accounts
        orderliness    spread 21.0 bp, mark off the index by 1.5 bp, a side of the book missing for 0 ms
        invariants     2 held in 2,000 checks
        digest         dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd
      "
    `);
    expect(
      Math.max(
        ...text
          .split('\n')
          .slice(2, 12)
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(50);
  });

  test('a broken invariant stands out', () => {
    const { metrics, now } = crash();
    const broken = [{ invariant: 'money-conserved' as const, seq: 3, detail: '' }];
    const plain = manifestOf({ metrics, now });
    const manifest = { ...plain, invariants: { ...plain.invariants, broken } };
    const text = headlineText({ ...common, manifest, now, symbol: 'BTC-PERP', minutes: [], columns: 80 });
    expect(text).toContain('BROKEN: money-conserved');
    expect(text).toContain('no price');
  });
});

describe('the minutes', () => {
  test('quiet ones are skipped, turns are told', () => {
    const { timeline } = crash();
    expect(`\n${minutesText({ ...common, minutes: timeline.minutes(), turningPoints: timeline.turningPoints(), columns: Infinity })}`)
      .toMatchInlineSnapshot(`
      "
       time         price     change  off index    calls           liquidated     closed  deleveraged       fund  open int.  depth 1 %
      21:00           100     0.00 %       0 bp                                                            1,000      5,000        100
          ⋮  4 quiet minutes
        ▸ 21:05     The worst minute: 1 liquidation, 3,400 USDT closed by force, the price moves by -17.5 %.
        ▸ 21:05     The low: 82.5, 17.5 % below the start.
        ▸ 21:05:01  The first margin call: account 11 is warned.
        ▸ 21:05:02  The first liquidation: account 11, a long, falls below maintenance.
      21:05          82.5    -17.5 %    -833 bp        1               1 long      3,400                   1,000        900        100
      21:06            90    +9.09 %       0 bp                                                            1,000        900        100
          ⋮  2 quiet minutes
      21:09            90     0.00 %       0 bp                                                            1,000        900        100
        price in USDT; closed, deleveraged, fund and open interest in USDT; depth within 1 % of the mid, both sides, in coins
      "
    `);
  });

  test('on a narrow terminal what is least needed is left out', () => {
    const { timeline } = crash();
    const lines = (columns: number) =>
      minutesText({ ...common, minutes: timeline.minutes(), turningPoints: [], columns })
        .split('\n')
        .slice(0, -2);
    expect(lines(80)[0].trim().split(/ {2,}/)).toEqual(['time', 'price', 'change', 'calls', 'liquidated', 'closed']);
    for (const columns of [80, 100, 120]) expect(Math.max(...lines(columns).map((line) => line.length))).toBeLessThanOrEqual(columns);
  });

  test('a slow drift is not quiet for ever: what counts is the move since the last minute shown', () => {
    const minutes = Array.from({ length: 30 }, (_, minute): Minute => {
      const mid = 2_000 - 3 * minute;
      return {
        minute,
        at: minute * MINUTE,
        open: mid,
        low: mid,
        high: mid,
        close: mid,
        index: 1_000,
        mark: 1_000,
        liquidatedNotional: 0,
        deleveragedNotional: 0,
        liquidations: 0,
        longs: 0,
        shorts: 0,
        marginCalls: 0,
        fund: 0,
        openInterest: 0,
        depth: 0,
      };
    });
    const lines = minutesText({ ...common, minutes, turningPoints: [], columns: 80 }).split('\n');
    expect(lines.filter((line) => line.includes('quiet minutes'))).toHaveLength(9);
    expect(lines.filter((line) => /^\d\d:\d\d/.test(line))).toHaveLength(12);
    expect(lines).not.toContain('  2025-10-10');
    const late = { ...common, start: start + 175 * MINUTE };
    const overnight = minutesText({ ...late, minutes, turningPoints: [], columns: 80 }).split('\n');
    expect(overnight.filter((line) => /^ {2}\d{4}-/.test(line))).toEqual(['  2025-10-11']);
    expect(overnight.findIndex((line) => line === '  2025-10-11')).toBe(overnight.findIndex((line) => line.startsWith('00:')) - 1);
  });
});

test('collateral: at what it counted, and what of it was sold', () => {
  const rowsOf = (...set: string[]) => {
    const scenario = smallScenario({
      set: ['duration=40s', 'collateral={ USDE: { haircut: 5%, feed: { kind: constant, price: 1 } } }', ...set],
    });
    const manifest = createSimulation(scenario).runToEnd().manifest;
    return figuresOf(manifest.headline, { asset: 'USDT', manifest }).filter(([name]) => name === 'USDE');
  };
  expect(rowsOf()).toEqual([['USDE', 'counted at 1 → 1, low 1, haircut 5.00 %; none of 0 sold by force']]);
  expect(rowsOf('traders.retail.collateral={ USDE: 100% }')).toEqual([
    ['USDE', expect.stringMatching(/^counted at 1 → 1, low 1, haircut 5\.00 %; .+ of .+ sold by force for .+ USDT$/)],
  ]);
});
