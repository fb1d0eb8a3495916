// Panels drawn from a run at hand and from numbers written by hand: what they say, what their ink is, that nothing spills.

import { beforeAll, describe, expect, test } from 'vitest';
import { Canvas, type Rect } from '../../../src/tui/canvas.ts';
import { drawFrame, PANELS } from '../../../src/tui/frame.ts';
import { SIGNS } from '../../../src/tui/ink.ts';
import { accountPanel } from '../../../src/tui/panels/account.ts';
import { breakersPanel } from '../../../src/tui/panels/breakers.ts';
import { cascadePanel } from '../../../src/tui/panels/cascade-tree.ts';
import { dangerPanel } from '../../../src/tui/panels/danger.ts';
import { header } from '../../../src/tui/panels/header.ts';
import { ladderPanel } from '../../../src/tui/panels/ladder.ts';
import { mapPanel } from '../../../src/tui/panels/liquidation-map.ts';
import { helpOverlay, KEYS } from '../../../src/tui/panels/overlay.ts';
import { pricePanel } from '../../../src/tui/panels/price.ts';
import { storyPanel, wrapped } from '../../../src/tui/panels/story.ts';
import { waterfallPanel } from '../../../src/tui/panels/waterfall.ts';
import { Type } from '../../../src/messages.ts';
import type { Node, View } from '../../../src/tui/view.ts';
import { ALWAYS, viewOf, watched } from '../../helpers/watched.ts';

const PLAYING = { paused: false, speed: 4, auto: true, behind: false, seeking: undefined, ended: false } as const;

let crash: View;
beforeAll(() => {
  const { playback } = watched(['shocks[0].size=-6%', 'insuranceFund.cash=2000']);
  playback.playTo(40e6, ALWAYS);
  crash = viewOf(playback);
});

type Panel = (canvas: Canvas, rect: Rect, view: View) => void;
const PRICE: Panel = (canvas, rect, view) => pricePanel(canvas, rect, view, { span: 0, ascii: false });

function drawn(panel: Panel, view: View, width = 60, height = 12): Canvas {
  const canvas = new Canvas(width, height);
  panel(canvas, canvas.bounds, view);
  return canvas;
}

const textOf = (canvas: Canvas) => canvas.text().join('\n');

function inksOf(canvas: Canvas, char: string): string[] {
  const inks: string[] = [];
  for (let y = 0; y < canvas.height; y++)
    for (let x = 0; x < canvas.width; x++) if (canvas.text()[y][x] === char) inks.push(canvas.inkAt(x, y));
  return [...new Set(inks)];
}

describe.each<[string, Panel]>([
  ['price', PRICE],
  ['book', ladderPanel],
  ['map', mapPanel],
  ['story', storyPanel],
  ['waterfall', waterfallPanel],
  ['cascade', cascadePanel],
  ['danger', dangerPanel],
  ['breakers', breakersPanel],
])('the %s panel', (_name, panel) => {
  test.each([
    [20, 5],
    [31, 7],
    [60, 12],
    [120, 40],
  ])('stays within its %i × %i cells', (width, height) => {
    const canvas = new Canvas(width + 4, height + 4);
    panel(canvas, { x: 2, y: 2, width, height }, crash);
    const outside: string[] = [];
    canvas.text().forEach((line, y) => {
      line.split('').forEach((char, x) => {
        const inside = x >= 2 && x < width + 2 && y >= 2 && y < height + 2;
        if (!inside && char !== ' ') outside.push(`${char} at ${x},${y}`);
      });
    });
    expect(outside).toEqual([]);
    expect(canvas.text()[2].slice(2, 5)).toBe('╭─ ');
  });

  test('draws before anything has happened', () => {
    expect(textOf(drawn(panel, viewOf(watched().playback)))).toContain('╭');
  });
});

describe('price', () => {
  test('has the lines, the labels, and what was closed by force with its side', () => {
    const canvas = drawn(PRICE, crash, 90, 20);
    const text = textOf(canvas);
    expect(text).toMatch(/[\u2801-\u28ff]/);
    expect(inksOf(canvas, 'L')).toContain('long');
    expect(text).toContain('10:00:00');
    expect(text).toContain('10:00:40');
  });

  test('in ASCII has no braille', () => {
    const text = textOf(drawn((canvas, rect, view) => pricePanel(canvas, rect, view, { span: 0, ascii: true }), crash, 90, 20));
    expect(text).not.toMatch(/[\u2800-\u28ff]/);
    expect(text).toContain('*');
  });

  test('halts are shaded and have their sign', () => {
    const { playback } = watched(['session.halts=[{ at: 10s, duration: 20s }]']);
    playback.playTo(40e6, ALWAYS);
    const canvas = drawn(PRICE, viewOf(playback), 90, 20);
    expect(textOf(canvas)).toContain(SIGNS.halt);
    expect(inksOf(canvas, SIGNS.halt)).toEqual(['halt']);
    expect(viewOf(playback).lines.map(({ text }) => text)).toEqual(
      expect.arrayContaining([expect.stringMatching(/is halted/), expect.stringMatching(/resumes/)]),
    );
  });
});

describe('a circuit breaker', () => {
  test('is told by its name, with its halt, its auction and the way back, and the phase is shown', () => {
    const rules = '[{ kind: rolling-range, window: 30s, range: 1%, halt: 10s }]';
    const { playback } = watched([`breakers.rules=${rules}`, 'breakers.auction=5s', 'shocks[0].size=-5%']);
    const phases = new Set<string>();
    for (let at = 1; at <= 60; at++) {
      playback.playTo(at * 1e6, ALWAYS);
      phases.add(viewOf(playback).trading.phase);
    }
    expect([...phases].toSorted()).toEqual(['auction', 'halted', 'open']);
    const told = viewOf(playback)
      .lines.filter(({ sign }) => sign === SIGNS.halt)
      .map(({ text }) => text);
    expect(told[0]).toMatch(/^The breaker "rolling-range" halts trading in BTC-PERP until 10:00:\d\d\.$/);
    expect(told[1]).toBe('Orders in BTC-PERP are gathered for one price.');
    expect(told.slice(2, 4).join(' ')).toMatch(/The auction (trades|finds).*/);
    expect(told.join(' ')).toContain('Trading in BTC-PERP resumes.');
    const { totals } = playback.chronicle;
    expect(totals.halts).toBe(playback.simulation.headline().halts);
  });

  const RULES = '[{ kind: rolling-range, window: 30s, range: 1%, halt: 10s }, { kind: liquidation-rate, notional: 900000000 }]';

  test('the panel says which rules are armed, how near each is, and until when a halt lasts', () => {
    const { playback } = watched([`breakers.rules=${RULES}`, 'breakers.auction=5s', 'shocks[0].size=-5%']);
    playback.playTo(15e6, ALWAYS);
    const calm = textOf(drawn(breakersPanel, viewOf(playback), 60, 8));
    expect(calm).toContain('trading is open');
    expect(calm).toMatch(/rolling-range .* \d+ % {2}0\.\d\d % of 1\.00 %/);
    expect(calm).toMatch(/liquidation-rate .* 0 % {2}\S+( k)? of 900 M/);
    const { chronicle } = playback;
    playback.playUntil(() => chronicle.totals.halts > 0, ALWAYS);
    const view = viewOf(playback);
    expect(view.trading).toMatchObject({ phase: 'halted', rule: 'rolling-range', until: playback.now + 10e6 });
    const halted = textOf(drawn(breakersPanel, view, 60, 8));
    expect(halted).toMatch(/‖ HALTED until 10:00:\d\d, 0:10 left \(rolling-range\)/);
    expect(halted).toContain('‖ rolling-range');
    // In one line, what matters most.
    expect(textOf(drawn(breakersPanel, view, 31, 3))).toContain('‖ HALTED until');
    // Alone, with what the rules are set to and what goes on meanwhile.
    const alone = textOf(drawn(breakersPanel, view, 100, 30));
    for (const words of ['window 30s, range 1%, halt 10s', 'marks follow the index', 'gathered for 5 s']) expect(alone).toContain(words);
    // Looking changes nothing.
    const straight = watched([`breakers.rules=${RULES}`, 'breakers.auction=5s', 'shocks[0].size=-5%']).playback;
    straight.playTo(60e6, ALWAYS);
    playback.playTo(60e6, ALWAYS);
    expect(playback.simulation.kernel.digest()).toBe(straight.simulation.kernel.digest());
  });

  test('a halt is shaded for as long as it lasts, and after a rewind as well', () => {
    const { playback } = watched([`breakers.rules=${RULES}`, 'breakers.auction=5s', 'shocks[0].size=-5%']);
    playback.playTo(60e6, ALWAYS);
    const shaded = () => inksOf(drawn(PRICE, viewOf(playback), 100, 16), '‖');
    expect(shaded()).toEqual(['halt']);
    const before = viewOf(playback);
    playback.rewind(10e6);
    playback.playTo(10e6, ALWAYS);
    expect(shaded()).toEqual([]);
    playback.playTo(60e6, ALWAYS);
    expect(viewOf(playback).lines).toEqual(before.lines);
    expect(shaded()).toEqual(['halt']);
  });

  test('a price that leaves the edge of its band and comes back is told once', () => {
    const { playback } = watched(['breakers.rules=[{ kind: price-band, width: 0.5%, grace: 30s, window: 30s }]', 'shocks[0].size=-5%']);
    playback.playTo(60e6, ALWAYS);
    const { totals, lines } = playback.chronicle;
    let messages = 0;
    const straight = watched([
      'breakers.rules=[{ kind: price-band, width: 0.5%, grace: 30s, window: 30s }]',
      'shocks[0].size=-5%',
    ]).playback;
    straight.simulation.kernel.tap(({ type }) => (messages += type === Type.BreakerTripped ? 1 : 0));
    straight.playTo(60e6, ALWAYS);
    expect(messages).toBeGreaterThan(3 * totals.trips);
    expect(totals.trips).toBeGreaterThan(0);
    expect(lines.filter(({ text }) => text.includes('"price-band" lets'))).toHaveLength(totals.trips);
    expect(totals.halts).toBe(playback.simulation.headline().halts);
  });

  test("the scenario's own halts are told with their end", () => {
    const { playback } = watched(['session.halts=[{ at: 30s, duration: 10s }, { at: 40s, duration: 5s }]']);
    playback.playTo(31e6, ALWAYS);
    expect(viewOf(playback).trading).toMatchObject({ phase: 'halted', rule: '', until: 45e6 });
    playback.playTo(46e6, ALWAYS);
    expect(viewOf(playback).trading.phase).toBe('open');
  });
});

describe('map', () => {
  test('longs are below the mark, shorts above it, each in its ink', () => {
    const canvas = drawn(mapPanel, crash, 80, 14);
    const middle = 40;
    for (let y = 1; y < 12; y++) {
      for (let x = 1; x < 79; x++) {
        if (!'▁▂▃▄▅▆▇█'.includes(canvas.text()[y][x] ?? ' ')) continue;
        expect(canvas.inkAt(x, y)).toBe(x < middle ? 'long' : 'short');
      }
    }
    expect(textOf(canvas)).toMatch(/▲ .+ longs.*▼ .+ shorts/);
  });

  test('sums what would be liquidated, to the lot', () => {
    const { playback } = watched();
    playback.playTo(5e6, ALWAYS);
    const { market } = playback.simulation;
    const view = viewOf(playback, 0, 0.5);
    let longs = 0;
    let shorts = 0;
    for (let account = 1; account <= market.accountCount; account++) {
      const price = market.liquidationPrice(account, 1);
      const lots = market.positionLots(account, 1);
      if (price === 0 || price < view.mapFrom || price >= view.mapFrom + view.mapStep * view.mapLongs.length) continue;
      if (lots > 0) longs += lots;
      else shorts -= lots;
    }
    expect(view.mapLongs.reduce((a, b) => a + b, 0)).toBe(longs);
    expect(view.mapShorts.reduce((a, b) => a + b, 0)).toBe(shorts);
    expect(longs).toBeGreaterThan(0);
  });
});

describe('cascade', () => {
  const leaf = (id: number, depth: number): Node => ({
    case: id,
    account: id * 10,
    side: 1,
    notional: 1e6,
    startedAt: 0,
    depth,
    open: false,
    size: 1,
    children: [],
  });

  test('a tree too large for the panel shows its largest branches and counts the rest', () => {
    const big: Node = { ...leaf(2, 2), size: 41, children: Array.from({ length: 40 }, (_, i) => leaf(100 + i, 3)) };
    const tree: Node = { ...leaf(1, 1), size: 61, open: true, children: [big, ...Array.from({ length: 19 }, (_, i) => leaf(10 + i, 2))] };
    const canvas = drawn(cascadePanel, { ...crash, tree, growing: true }, 60, 9);
    const text = textOf(canvas);
    expect(text).toMatch(/✗10 ▲.*→ 60/);
    expect(text).toMatch(/[├└]─·20 ▲.*→ 40/);
    // However few lines there are, everybody is counted.
    const shown = text.match(/·\d+ ▲/g)!.length;
    const counted = [...text.matchAll(/(\d+) (?:more|triggered)/g)].reduce((sum, match) => sum + Number(match[1]), 0);
    expect(shown + counted).toBe(60);
    expect(text).toContain('growing: 1');
    expect(text).toMatch(/1▏? 20█+▏? 40████/);
  });

  test('generations for which there is no room are not passed over in silence', () => {
    const chain = (depth: number): Node => ({ ...leaf(depth, depth), size: 9 - depth, children: depth < 8 ? [chain(depth + 1)] : [] });
    const last = (width: number) => drawn(cascadePanel, { ...crash, tree: chain(1), growing: false }, width, 9).text()[7];
    expect(last(80)).toMatch(/largest so far: (1████ ){8}by generation/);
    expect(last(30)).toMatch(/largest so far: 1████ …/);
    const three: Node = {
      ...leaf(1, 1),
      size: 35,
      children: [{ ...leaf(2, 2), size: 34, children: Array.from({ length: 33 }, (_, i) => leaf(9 + i, 3)) }],
    };
    expect(drawn(cascadePanel, { ...crash, tree: three, growing: false }, 30, 9).text()[7]).toContain('so far: 1▏ 1▏ 33████│');
  });

  test('says when nobody has been liquidated', () => {
    expect(textOf(drawn(cascadePanel, { ...crash, tree: undefined }))).toContain('nobody has been liquidated');
  });
});

describe('who pays', () => {
  test('has the layers in the order of the venue, the owners first and nobody last, and says who is paying now', () => {
    const view: View = {
      ...crash,
      now: 40e6,
      totals: { ...crash.totals, margin: 3e8, paidAt: { ...crash.totals.paidAt, margin: 39e6, fund: 1e6 } },
    };
    const canvas = drawn(waterfallPanel, view, 50, 14);
    const rows = canvas.text().filter((line) => /✗|\$|⇄|∅/.test(line));
    expect(rows.map((row) => /✗|\$|⇄|∅/.exec(row)![0])).toEqual(['✗', '$', '⇄', '∅']);
    expect(rows[0]).toContain('▶');
    expect(rows[1]).not.toContain('▶');
  });

  test('has only the layers that the venue has', () => {
    const { playback } = watched(['losses=[socialised-loss]', 'shocks[0].size=-6%']);
    playback.playTo(40e6, ALWAYS);
    const text = textOf(drawn(waterfallPanel, viewOf(playback), 50, 14));
    expect(text).toContain('Σ all');
    expect(text).not.toContain('$ fund');
    expect(text).not.toContain('winners');
  });
});

describe('danger', () => {
  test('the nearest to 100 % first, with what is being done', () => {
    const canvas = drawn(dangerPanel, crash, 70, 20);
    const ratios = [...textOf(canvas).matchAll(/ (\d+) %  +\d/g)].map((match) => Number(match[1]));
    expect(ratios.length).toBeGreaterThan(3);
    expect(ratios).toEqual(ratios.toSorted((a, b) => b - a));
    expect(canvas.spots.filter(({ topic }) => topic === 'account').length).toBeGreaterThan(3);
  });
});

describe('an account that is followed', () => {
  test('has its figures and its story', () => {
    const { playback } = watched(['shocks[0].size=-6%']);
    playback.playTo(40e6, ALWAYS);
    const { cases } = playback.simulation;
    const account = cases.account[1];
    const text = textOf(drawn(accountPanel, viewOf(playback, account), 90, 24));
    expect(text).toContain(`account ${account}`);
    for (const word of ['margin ratio', 'closed at', 'maintenance', 'wallet', 'bankrupt at', 'below maintenance', 'the case is closed'])
      expect(text).toContain(word);
  });
});

describe('the story', () => {
  test('has the latest at the bottom, wrapped between words', () => {
    const line = (text: string, at: number) => ({ at, ink: 'plain', sign: '·', text }) as const;
    const lines = [line('first', 0), line('the second is a sentence that does not fit into one line of so few cells', 1e6)];
    const text = drawn(storyPanel, { ...crash, lines }, 40, 7).text();
    expect(text[5]).toMatch(/cells +│$/);
    expect(text.join('\n')).toMatch(/10:00:00 · first/);
    expect(wrapped('a b c', 3)).toEqual(['a b', 'c']);
    expect(wrapped('', 3)).toEqual(['']);
  });

  test('tells of this run: another seed, other numbers', () => {
    const told = ['seed=1', 'seed=2'].map((seed) => {
      const { playback } = watched([seed, 'shocks[0].size=-6%']);
      playback.playTo(40e6, ALWAYS);
      return viewOf(playback).lines.map(({ text }) => text);
    });
    for (const lines of told) expect(lines.find((text) => text.startsWith('The first margin call'))).toBeDefined();
    expect(told[0]).not.toEqual(told[1]);
  });
});

describe('a run over midnight', () => {
  const HOUR = 3_600e6;
  const said = (at: number, text: string) => ({ at, ink: 'plain', sign: '•', text }) as const;
  const late = (): View => ({
    ...crash,
    scenario: { ...crash.scenario, start: Date.UTC(2026, 0, 1, 22, 30) * 1_000, duration: 30 * HOUR },
    now: 2 * HOUR,
    lines: [said(0, 'first'), said(HOUR, 'second'), said(1.75 * HOUR, 'third')],
  });

  test('says in the story where a day begins, also when nothing has happened in it', () => {
    const rows = (view: View) =>
      drawn(storyPanel, view, 40, 7)
        .text()
        .slice(1, -1)
        .map((row) => row.slice(1, -1).trim())
        .filter((row) => row !== '');
    expect(rows(late())).toEqual(['22:30:00 • first', '23:30:00 • second', '2026-01-02', '00:15:00 • third']);
    expect(rows({ ...late(), now: 26 * HOUR })).toEqual([
      '22:30:00 • first',
      '23:30:00 • second',
      '2026-01-02',
      '00:15:00 • third',
      '2026-01-03',
    ]);
    expect(rows({ ...late(), now: HOUR, lines: late().lines.slice(0, 2) })).toEqual(['22:30:00 • first', '23:30:00 • second']);
  });

  test.each([80, 100, 140])('has its date above, %i wide, and one that ends on its day has none', (width) => {
    const top = (view: View) => {
      const canvas = new Canvas(width, 45);
      header(canvas, { x: 0, y: 0, width, height: 2 }, view, PLAYING);
      return canvas.text()[0];
    };
    expect(top(late())).toMatch(/ ×4 auto .*2026-01-02 00:30:00 UTC {2}2:00:00/);
    expect(top(crash)).not.toContain('2024-');
  });

  test('a liquidation of the day before has its date', () => {
    const node = { ...crash.tree!, startedAt: HOUR, children: [], size: 1 };
    expect(textOf(drawn(cascadePanel, { ...late(), tree: node }))).toContain('2026-01-01 23:30');
    expect(textOf(drawn(cascadePanel, { ...late(), tree: { ...node, startedAt: 2 * HOUR } }))).toMatch(/ 00:30:00│/);
  });
});

describe('help', () => {
  test.each([
    [80, 24],
    [100, 30],
    [200, 60],
  ])('at %i × %i every key is told to its end, and what the signs mean', (width, height) => {
    const canvas = new Canvas(width, height);
    helpOverlay(canvas);
    const text = textOf(canvas);
    for (const [key, , more] of KEYS) expect(text).toContain(` ${key.padEnd(5)}   ${more} `);
    for (const said of ['✗ closed by force', '‖ halted', '┈ index: prices elsewhere']) expect(text).toContain(`${said} `);
    expect(text.match(/[╭╮╰╯]/g)).toHaveLength(4);
  });
});

describe('a frame', () => {
  const options = {
    playing: PLAYING,
    seen: 50e6,
    only: undefined,
    note: '',
    span: 0,
    ascii: false,
  } as const;

  test.each([
    [80, 24],
    [110, 36],
    [140, 45],
    [240, 70],
  ])('at %i × %i has no hole and nothing lies over another panel', (width, height) => {
    const canvas = new Canvas(width, height);
    drawFrame(canvas, crash, options);
    const corners = canvas.text().flatMap((line) => line.split('').filter((char) => '╭╮╰╯'.includes(char)));
    const count = (char: string) => corners.filter((corner) => corner === char).length;
    expect(new Set(['╭', '╮', '╰', '╯'].map(count)).size).toBe(1);
    expect(count('╭')).toBe(width < 110 ? 5 : 8);
    for (const edge of [0, width - 1]) for (let y = 3; y < height - 1; y++) expect('╭╮╰╯│'.includes(canvas.text()[y][edge])).toBe(true);
    expect(canvas.text()[0]).toContain('×4 auto');
    expect(canvas.text()[height - 1]).toMatch(/help +q +quit$/);
  });

  test.each(PANELS.map((panel) => [panel]))('the %s panel alone fills the body', (panel) => {
    const canvas = new Canvas(100, 30);
    drawFrame(canvas, crash, { ...options, only: panel });
    expect(canvas.text()[3].startsWith('╭─')).toBe(true);
    expect(canvas.text()[28].endsWith('╯')).toBe(true);
  });

  test('a window that is too small gets a message that fits', () => {
    const canvas = new Canvas(30, 5);
    drawFrame(canvas, crash, options);
    expect(textOf(canvas)).toContain('30 × 5; at least');
  });
});
