import { beforeAll, expect, test } from 'vitest';
import { MEANINGS } from '../../../src/base/meanings.ts';
import type { Figure, TimeFigure } from '../../../src/report/figure.ts';
import { figureSvg } from '../../../src/report/figure-svg.ts';
import { forestBlocks } from '../../../src/report/forest.ts';
import { colourOf, COLUMN, PAGE, WIDE } from '../../../src/report/medium.ts';
import { pageHtml } from '../../../src/report/page.ts';
import { renderPng } from '../../../src/report/png.ts';
import { RUN_FIGURES, runFigures } from '../../../src/report/run-figures.ts';
import { runCommand, runPage, type RunPageFacts } from '../../../src/report/run-page.ts';
import { PAYERS, RunReader } from '../../../src/report/run-series.ts';
import { createSimulation, type Simulation } from '../../../src/simulation/simulation.ts';
import { Chronicle } from '../../../src/tui/chronicle.ts';
import { smallScenario } from '../../helpers/small-scenario.ts';

interface Played {
  readonly simulation: Simulation;
  readonly chronicle: Chronicle;
  readonly facts: RunPageFacts;
}

/** A crash in which some push others over the edge, with a halt in it and more for the fund to pay than it has. */
function play(seed: string, more: readonly string[] = []): Played {
  const scenario = smallScenario({
    seed,
    set: [
      'shocks[0].size=-6%',
      'insuranceFund.cash=2000',
      'traders.retail.members=300',
      'traders.retail.size={ lognormal: { median: 1, sigma: 1 }, max: 20 }',
      'session={ halts: [{ at: 40s, duration: 5s }] }',
      ...more,
    ],
  });
  const simulation = createSimulation(scenario);
  const chronicle = new Chronicle(simulation);
  const reader = new RunReader(simulation, scenario.duration);
  while (reader.step());
  const { manifest, headline } = simulation.runToEnd();
  const unit = Number(scenario.settlement.unit);
  const { asset } = scenario.settlement;
  return {
    simulation,
    chronicle,
    facts: {
      series: reader.series(),
      forest: forestBlocks(simulation.cases, { start: scenario.start, unit, asset }),
      headline,
      symbol: scenario.instruments[0].symbol,
      asset,
      quote: asset,
      manifest,
      cases: simulation.cases,
      unit,
      start: scenario.start,
      proof: { same: true, text: 'the same' },
    },
  };
}

let played: Played;
let figures: Figure[];

beforeAll(() => {
  played = play('1');
  figures = runFigures(played.facts);
});

const figure = (name: string): Figure => figures.find((one) => one.name === name)!;

test('reading a run changes nothing of it', () => {
  const { scenario } = played.simulation;
  expect(createSimulation(scenario).runToEnd().manifest.digest).toBe(played.facts.manifest.digest);
});

test('the columns are as long as the run, and add up to its headline', () => {
  const { series, headline } = played.facts;
  const rows = series.at.length;
  expect(series.width * rows).toBe(played.simulation.scenario.duration);
  for (const name of ['low', 'high', 'last', 'mark', 'index', 'longs', 'shorts', 'openInterest', 'fund'] as const)
    expect(series[name], name).toHaveLength(rows);
  expect(headline.liquidations).toBeGreaterThan(5);
  const forced = series.longs.reduce((sum, value, i) => sum + value + series.shorts[i], 0);
  expect(forced).toBeCloseTo(Number(headline.forcedNotional), 3);
  expect(series.fund.at(-1)).toBeCloseTo(Number(headline.fund.end), 3);
  expect(series.openInterest.at(-1)).toBeCloseTo(Number(headline.openInterest.end), 3);
  series.low.forEach((low, i) => {
    if (Number.isFinite(low)) expect(low).toBeLessThanOrEqual(series.high[i]);
  });
});

test('who paid is what the terminal tells', () => {
  const { simulation, chronicle, facts } = played;
  const { totals } = chronicle;
  const { paid, who } = facts.series;
  const last = Object.fromEntries(PAYERS.map((payer) => [payer, paid[payer].at(-1)!]));
  expect(last.margin).toBeGreaterThan(0);
  expect(last.winners).toBeGreaterThan(0);
  expect(last.margin).toBeCloseTo(totals.margin * facts.unit, 3);
  expect(last.winners).toBeCloseTo(Math.max(0, totals.givenUp) * facts.unit, 3);
  expect(last.lost).toBeCloseTo(totals.badDebt * facts.unit, 3);
  expect(last.socialised).toBeCloseTo(totals.socialised * facts.unit, 3);
  expect(last.fund).toBeCloseTo(Math.max(0, Number(facts.headline.fund.start) - Number(facts.headline.fund.end)), 3);
  expect(who.onBook).toBeCloseTo(totals.onBook * facts.unit, 3);
  expect(who.deleveraged).toBeCloseTo(totals.deleveraged * facts.unit, 3);
  expect(who.takenOver).toBeCloseTo(totals.takenOver * facts.unit, 3);
  expect(who.winners).toBe(chronicle.winners);
  expect(simulation.market.checkConservation()).toBe(null);
});

test('halts are when trading was halted', () => {
  const { start } = played.simulation.scenario;
  expect(played.facts.series.halts).toEqual([[start + 40_000_000, start + 45_000_000]]);
  expect(figureSvg(figure('price'), PAGE)).toContain('trading halted');
});

test('halts by a breaker are seen too, with the auction that ends them', () => {
  const breaker = ['breakers.rules=[{ kind: velocity, lookback: 10s, threshold: 1.5%, halt: 5s }]', 'breakers.auction=2s'];
  const { facts } = play('1', [...breaker, 'session={ halts: [] }']);
  expect(facts.headline.halts).toBeGreaterThan(0);
  expect(facts.series.halts).toHaveLength(facts.headline.halts);
  for (const [from, to] of facts.series.halts) expect(to - from).toBeGreaterThanOrEqual(5_000_000);
});

test('a vault pays what it is worth less', () => {
  const { facts } = play('1', ['losses=[{ kind: liquidity-vault, cash: 200000 }, auto-deleveraging]']);
  const { start, end } = facts.headline.vault!;
  expect(facts.series.who.pooled).toBeGreaterThan(0);
  expect(facts.series.paid.vault.at(-1)).toBeCloseTo(Math.max(0, Number(start) - Number(end)), 3);
  const table = pageHtml(runPage(facts));
  if (Number(end) < Number(start)) expect(table).toContain('<span class="swatch b-vault"></span>vault');
});

test('collateral that was sold by force is among what one sees first', () => {
  const asset = '{ feed: { kind: constant, price: 1 }, shocks: [{ at: 20s, size: -35%, over: 5s }] }';
  const { facts } = play('1', [`collateral={ USDE: ${asset} }`, 'traders.retail.collateral={ USDE: 100% }']);
  expect(facts.headline.collateral!.USDE.sales).toBeGreaterThan(0);
  expect(pageHtml(runPage(facts))).toContain('USDE sold by force');
  expect(pageHtml(runPage(played.facts))).not.toContain('sold by force');
});

test('the liquidation map has longs below the mark and shorts above it', () => {
  const { map, mark, at, width } = played.facts.series;
  expect(map.at.length).toBeGreaterThan(20);
  let [longs, shorts] = [0, 0];
  map.at.forEach((time, column) => {
    const here = mark[at.indexOf(time)];
    expect(at).toContain(time);
    for (let row = 0; row < map.rows; row++) {
      const price = map.from + row * map.step;
      const cell = column * map.rows + row;
      // Who is being closed is still there for a moment; that is on the other side.
      if (price < here) longs += map.longs[cell];
      else shorts += map.shorts[cell];
    }
  });
  const sum = (cells: Float64Array) => cells.reduce((total, value) => total + value, 0);
  expect(longs / sum(map.longs)).toBeGreaterThan(0.95);
  expect(shorts / sum(map.shorts)).toBeGreaterThan(0.95);
  expect(map.width % width).toBe(0);
});

test('the forest has as many liquidations as the largest cascades, each below its cause', () => {
  const { forest } = played.facts;
  expect(forest.trees.length).toBeGreaterThan(0);
  expect(forest.rows).toBe(played.facts.headline.cascades.deepest);
  expect(forest.summary.liquidations).toBe(played.facts.headline.liquidations);
  const liquidations = forest.trees.reduce((sum, { size }) => sum + size, 0);
  expect(forest.blocks.filter(({ row }) => row === 0)).toHaveLength(forest.trees.length);
  expect(forest.blocks.length).toBe(liquidations);
  for (const { x, width, row } of forest.blocks) {
    expect(x + width).toBeLessThanOrEqual(forest.width + 1e-9);
    if (row > 0) expect(forest.blocks.some((one) => one.row === row - 1 && one.x <= x && one.x + one.width >= x + width)).toBe(true);
  }
});

test('every figure is drawn on every medium, the same text twice, without a number that is none', () => {
  expect(figures.map(({ name }) => name)).toEqual([...RUN_FIGURES]);
  const again = runFigures(play('1').facts);
  figures.forEach((one, i) => {
    for (const medium of [PAGE, COLUMN, WIDE]) {
      const svg = figureSvg(one, medium);
      expect(figureSvg(again[i], medium)).toBe(svg);
      expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    }
    expect(one.table.rows.every((row) => row.length === one.table.head.length)).toBe(true);
  });
  expect(figureSvg(runFigures(play('2').facts)[0], PAGE)).not.toBe(figureSvg(figures[0], PAGE));
});

test('colours mean on paper what they mean on the terminal, and can be read on white', () => {
  const svg = figureSvg(figure('price'), COLUMN);
  for (const name of ['traded', 'mark', 'index', 'long'] as const) {
    expect(colourOf(name)).toBe(MEANINGS[name].light);
    expect(svg).toContain(MEANINGS[name].light);
  }
  const linear = (hex: string) => {
    const share = Number.parseInt(hex, 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  const luminance = (colour: string) =>
    0.2126 * linear(colour.slice(1, 3)) + 0.7152 * linear(colour.slice(3, 5)) + 0.0722 * linear(colour.slice(5, 7));
  for (const [name, { light, dark }] of Object.entries(MEANINGS)) {
    if (name === 'halt') continue;
    expect(1.05 / (luminance(light) + 0.05), `${name} on white`).toBeGreaterThan(4.5);
    if (name !== 'lost') expect((luminance(dark) + 0.05) / (luminance('#14161a') + 0.05), `${name} on dark`).toBeGreaterThan(4.5);
  }
});

test('a figure for one column is 85 mm wide, its letters seven points, and nothing hangs over its edge', () => {
  for (const one of figures) {
    const svg = figureSvg(one, COLUMN);
    expect(svg).toContain('width="85mm"');
    const sizes = [...svg.matchAll(/font-size="([\d.]+)"/g)].map((match) => Number(match[1]));
    expect(Math.min(...sizes)).toBeGreaterThan(6);
    for (const [, x, , anchor, content] of svg.matchAll(/<text x="([\d.-]+)" y="([\d.-]+)"[^>]*text-anchor="(\w+)"[^>]*>([^<]*)</g)) {
      // What DejaVu Sans needs for it, on average.
      const wide = content.length * 0.55 * 6.5;
      const left = anchor === 'start' ? Number(x) : anchor === 'end' ? Number(x) - wide : Number(x) - wide / 2;
      expect(left, content).toBeGreaterThan(-4);
      expect(left + wide, content).toBeLessThan(COLUMN.width + 4);
    }
  }
});

test('the picture of a column has 600 dots an inch', async () => {
  const png = await renderPng(figureSvg(figure('waterfall'), COLUMN), 600 / 96);
  const view = new DataView(png.buffer, png.byteOffset);
  expect(Math.abs(view.getUint32(16) - (85 / 25.4) * 600)).toBeLessThan(3);
});

test('the page names nothing outside of itself, has a table behind each figure, and says how to make the run again', () => {
  const html = pageHtml(runPage(played.facts));
  expect(pageHtml(runPage(play('1').facts))).toBe(html);
  const outside = [...html.matchAll(/(?:src|href)="([^"]*)"|url\(([^)]*)\)|https?:\/\/[^\s"'<]*/g)].map((match) => match[0]);
  expect(outside.filter((one) => one !== 'href="data:,"' && one !== 'http://www.w3.org/2000/svg')).toEqual([]);
  expect(html.match(/<figure /g)).toHaveLength(RUN_FIGURES.length);
  expect(html.match(/The numbers behind it/g)).toHaveLength(RUN_FIGURES.length);
  expect(html).toContain(played.facts.manifest.digest);
  expect(html).toContain('sandpile run small.yaml --seed 1 --set');
  const data = JSON.parse(/id="data">([^]*?)<\/script>/.exec(html)![1]) as { time: { at: number[] }; figures: Record<string, object> };
  expect(data.time.at).toHaveLength((figure('price') as TimeFigure).at.length);
  expect(Object.keys(data.figures)).toEqual([...RUN_FIGURES]);
});

test('the command says where a run was stopped, and quotes what a shell would read otherwise', () => {
  const { manifest } = played.facts;
  const set = ["a.b=it's"];
  expect(runCommand({ ...manifest, ended: 'until', scenario: { ...manifest.scenario, set } })).toBe(
    "sandpile run small.yaml --seed 1 --set 'a.b=it'\\''s' --until 60s",
  );
});
