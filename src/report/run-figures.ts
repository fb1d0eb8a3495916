// The figures of a run, in the order in which they tell it.

import { clock, counted, lasting, percent } from '../base/figures.ts';
import { MICROS_PER_MILLI } from '../base/units.ts';
import type { Headline } from '../simulation/metrics.ts';
import type { BlockFigure, Figure, Ink, Mark, Reading, Table, TimeFigure } from './figure.ts';
import type { ForestBlocks } from './forest.ts';
import { formatted } from './medium.ts';
import { PAYERS, type Payer, type RunSeries } from './run-series.ts';

export interface RunFacts {
  readonly series: RunSeries;
  readonly forest: ForestBlocks;
  readonly headline: Headline;
  readonly symbol: string;
  readonly asset: string;
  /** What prices are in, such as USDT; '' where the contract is settled in another asset than it is quoted in. */
  readonly quote: string;
}

/** Who pays, as it is drawn: hues as on the terminal, where the last three share two. */
export const PAYER_LOOKS: Readonly<Record<Payer, { readonly name: string; readonly ink: Ink; readonly hatched?: boolean }>> = {
  margin: { name: 'margin of the liquidated', ink: 'liquidation' },
  fund: { name: 'insurance fund', ink: 'fund' },
  vault: { name: 'vault', ink: 'vault' },
  winners: { name: 'deleveraged winners', ink: 'deleveraged' },
  socialised: { name: 'socialised', ink: 'deleveraged', hatched: true },
  clawback: { name: 'clawed back', ink: 'long', hatched: true },
  lost: { name: 'nobody (bad debt)', ink: 'lost' },
};

export const RUN_FIGURES = ['price', 'liquidation-map', 'open-interest', 'cascades', 'waterfall'] as const;

export function runFigures(facts: RunFacts): Figure[] {
  return [priceFigure(facts), mapFigure(facts), interestFigure(facts), cascadeFigure(facts), waterfallFigure(facts)];
}

const TABLE_ROWS = 60;

function span({ series: { at, width } }: RunFacts): Pick<TimeFigure, 'from' | 'to' | 'at'> {
  return { from: (at[0] ?? 0) - width, to: at[at.length - 1] ?? 1, at };
}

function halted({ series: { halts } }: RunFacts): Mark[] {
  return halts.length === 0 ? [] : [{ kind: 'spans', name: 'trading halted', ink: 'halt', opacity: 0.7, spans: halts }];
}

function priceFigure(facts: RunFacts): TimeFigure {
  const { series, headline, symbol, asset, quote } = facts;
  const { at, low, high, last, mark, index, longs, shorts, width } = series;
  const both = longs.map((value, i) => value + shorts[i]);
  const longsClosed: Mark = { kind: 'bars', name: 'longs liquidated', ink: 'long', x: at, width, y: longs };
  const shortsClosed: Mark = { kind: 'bars', name: 'shorts liquidated', ink: 'short', x: at, width, foot: longs, y: both };
  const { price } = headline;
  const moved =
    price.start === null || price.end === null
      ? 'The book never had two sides.'
      : `${symbol} went from ${formatted(Number(price.start), 'price')} to ${formatted(Number(price.end), 'price')}, ${percent(price.maxDrawdown)} below its high at the worst.`;
  const halts = headline.halts === 0 ? '' : ` Trading was halted ${headline.halts === 1 ? 'once' : `${headline.halts} times`}.`;
  return {
    kind: 'time',
    name: 'price',
    title: 'Price and forced closures',
    caption: `${moved} ${counted(headline.liquidations, 'liquidation')} closed ${formatted(Number(headline.liquidatedNotional), 'money')} ${asset} by force.${halts}`,
    ...span(facts),
    panels: [
      {
        label: quote === '' ? 'price' : `price, ${quote}`,
        format: 'price',
        share: 3,
        marks: [
          ...halted(facts),
          { kind: 'band', name: 'traded', ink: 'traded', x: at, low, high },
          { kind: 'step', name: 'index', ink: 'index', x: at, y: index, dashed: true },
          { kind: 'line', name: 'mark', ink: 'mark', x: at, y: mark },
        ],
      },
      {
        label: `closed by force, ${asset} in ${lasting(width / MICROS_PER_MILLI).replace(/\.0+ /, ' ')}`,
        format: 'money',
        share: 1.2,
        include: [0],
        marks: [
          ...halted(facts),
          ...(longs.some((value) => value > 0) ? [longsClosed] : []),
          ...(shorts.some((value) => value > 0) ? [shortsClosed] : []),
        ],
      },
    ],
    readings: [
      { name: 'last trade', ink: 'traded', format: 'price', values: last },
      { name: 'mark', ink: 'mark', format: 'price', values: mark },
      { name: 'index', ink: 'index', format: 'price', values: index },
      { name: 'longs closed', ink: 'long', format: 'money', values: longs },
      { name: 'shorts closed', ink: 'short', format: 'money', values: shorts },
    ],
    table: timeTable(series, ['low', 'high', 'mark', 'index', `longs closed, ${asset}`, `shorts closed, ${asset}`], (from, to) => [
      formatted(least(low, from, to), 'price'),
      formatted(most(high, from, to), 'price'),
      formatted(mark[to], 'price'),
      formatted(index[to], 'price'),
      formatted(sum(longs, from, to), 'money'),
      formatted(sum(shorts, from, to), 'money'),
    ]),
    tall: 0.52,
  };
}

/** Each strength begins at so many times less than the next. */
const LEVEL_STEP = 2;
const LEVELS = 6;

function mapFigure(facts: RunFacts): TimeFigure {
  const { series, asset, quote } = facts;
  const { map, at, mark } = series;
  const { from, step, rows, longs, shorts } = map;
  const peak = Math.max(largest(longs), largest(shorts));
  const levels = Array.from({ length: LEVELS }, (_, i) => (i === 0 ? 0 : peak / LEVEL_STEP ** (LEVELS - i)));
  const x = map.at.map((time) => time - series.width);
  const top = from + step * rows;
  const clipped = mark.map((value) => (value >= from && value <= top ? value : Number.NaN));
  const totals = (cells: Float64Array) => map.at.map((_, column) => sum(cells, column * rows, (column + 1) * rows - 1));
  const [ofLongs, ofShorts] = [totals(longs), totals(shorts)];
  const columnAt = (time: number) =>
    Math.max(
      0,
      Math.min(
        x.length - 1,
        x.findLastIndex((begins) => begins < time),
      ),
    );
  return {
    kind: 'time',
    name: 'liquidation-map',
    title: 'Liquidation map over time',
    caption: `How much would be liquidated at each mark price: longs below the mark, shorts above. The darkest cells hold ${formatted(peak / LEVEL_STEP, 'money')} to ${formatted(peak, 'money')} ${asset}; each lighter step is half of that.`,
    ...span(facts),
    panels: [
      {
        label: quote === '' ? 'mark price' : `mark price, ${quote}`,
        format: 'price',
        share: 1,
        extent: [from, top > from ? top : from + 1],
        marks: [
          { kind: 'cells', name: 'longs', ink: 'long', x, width: map.width, from, step, rows, values: longs, levels },
          { kind: 'cells', name: 'shorts', ink: 'short', x, width: map.width, from, step, rows, values: shorts, levels },
          { kind: 'line', name: 'mark', ink: 'mark', x: at, y: clipped, weight: 1.8 },
        ],
      },
    ],
    readings: [
      { name: 'mark', ink: 'mark', format: 'price', values: mark },
      { name: 'longs in reach', ink: 'long', format: 'money', values: at.map((time) => ofLongs[columnAt(time)] ?? 0) },
      { name: 'shorts in reach', ink: 'short', format: 'money', values: at.map((time) => ofShorts[columnAt(time)] ?? 0) },
    ],
    table: timeTable(series, ['mark', `longs shown, ${asset}`, `shorts shown, ${asset}`, 'most at'], (_, to) => {
      const column = columnAt(at[to]);
      let best = 0;
      for (let row = 0; row < rows; row++)
        if (longs[column * rows + row] + shorts[column * rows + row] > longs[column * rows + best] + shorts[column * rows + best])
          best = row;
      return [
        formatted(mark[to], 'price'),
        formatted(ofLongs[column] ?? 0, 'money'),
        formatted(ofShorts[column] ?? 0, 'money'),
        `${formatted(from + best * step, 'price')} to ${formatted(from + (best + 1) * step, 'price')}`,
      ];
    }),
  };
}

function interestFigure(facts: RunFacts): TimeFigure {
  const { series, headline, asset } = facts;
  const { at, openInterest, fund } = series;
  const { start, end } = headline.openInterest;
  const change = Number(start) === 0 ? '' : ` (${percent(Number(end) / Number(start) - 1, true)})`;
  return {
    kind: 'time',
    name: 'open-interest',
    title: 'Open interest and insurance fund',
    caption: `Open interest went from ${formatted(Number(start), 'money')} to ${formatted(Number(end), 'money')} ${asset}${change}; the fund from ${formatted(Number(headline.fund.start), 'money')} to ${formatted(Number(headline.fund.end), 'money')}, ${formatted(Number(headline.fund.low), 'money')} at its lowest.`,
    ...span(facts),
    panels: [
      {
        label: `open interest at mark, ${asset}`,
        format: 'money',
        share: 1,
        marks: [...halted(facts), { kind: 'line', name: 'open interest', ink: 'ink', x: at, y: openInterest }],
      },
      {
        label: `insurance fund, ${asset}`,
        format: 'money',
        share: 1,
        include: [0],
        marks: [...halted(facts), { kind: 'line', name: 'insurance fund', ink: 'fund', x: at, y: fund }],
      },
    ],
    readings: [
      { name: 'open interest', ink: 'ink', format: 'money', values: openInterest },
      { name: 'insurance fund', ink: 'fund', format: 'money', values: fund },
    ],
    table: timeTable(series, [`open interest, ${asset}`, `insurance fund, ${asset}`], (_, to) => [
      formatted(openInterest[to], 'money'),
      formatted(fund[to], 'money'),
    ]),
    tall: 0.42,
  };
}

function waterfallFigure(facts: RunFacts): TimeFigure {
  const { series, asset } = facts;
  const { at, paid, width } = series;
  const stride = Math.max(1, Math.ceil(at.length / 72));
  const ends = at.map((_, i) => i).filter((i) => (i + 1) % stride === 0 || i === at.length - 1);
  const used = PAYERS.filter((payer) => paid[payer].some((value) => value > 0));
  let foot = ends.map(() => 0);
  const marks = used.map((payer): Mark => {
    const below = foot;
    foot = ends.map((i, row) => below[row] + paid[payer][i]);
    return { kind: 'bars', ...PAYER_LOOKS[payer], x: ends.map((i) => at[i]), width: width * stride * 0.86, foot: below, y: foot };
  });
  const all = used.map((payer) => ({ payer, amount: paid[payer].at(-1) ?? 0 }));
  const total = all.reduce((whole, { amount }) => whole + amount, 0);
  const said = all
    .filter(({ amount }) => amount > 0)
    .map(({ payer, amount }) => `${PAYER_LOOKS[payer].name} ${formatted(amount, 'money')}`);
  const readings = used.map((payer): Reading => ({ ...PAYER_LOOKS[payer], format: 'money', values: paid[payer] }));
  return {
    kind: 'time',
    name: 'waterfall',
    title: 'Who paid',
    caption:
      total === 0
        ? 'Nobody had to pay for a liquidation.'
        : `Paid since the start, at the end ${formatted(total, 'money')} ${asset}: ${said.join(', ')}. The fund's part is what it is worth less than at the start.`,
    ...span(facts),
    panels: [{ label: `paid since the start, ${asset}`, format: 'money', share: 1, include: [0], marks }],
    readings,
    table: timeTable(
      series,
      used.map((payer) => `${PAYER_LOOKS[payer].name}, ${asset}`),
      (_, to) => used.map((payer) => formatted(paid[payer][to], 'money')),
    ),
    tall: 0.4,
  };
}

const FOREST_LEGEND: BlockFigure['legend'] = [
  { name: 'a long was closed', ink: 'long' },
  { name: 'a short was closed', ink: 'short' },
  { name: 'several, each too thin to be seen', ink: 'index' },
];

function cascadeFigure({ forest, asset }: RunFacts): BlockFigure {
  const { blocks, width, rows, summary, trees } = forest;
  const { liquidations, roots, count, branchingRatio, interval } = summary;
  return {
    kind: 'blocks',
    name: 'cascades',
    title: 'Cascade forest',
    caption:
      trees.length === 0
        ? `${counted(liquidations, 'liquidation')}; none was caused by another.`
        : `${trees.length === count ? 'The' : `The ${trees.length} largest of ${count}`} cascades, side by side. Each block is a liquidation, as wide as what it led to; below it those it caused. ${counted(liquidations - roots, 'liquidation')} of ${liquidations} had a cause among the others: branching ratio ${branchingRatio.toFixed(3)} (95 %: ${interval[0].toFixed(3)} to ${interval[1].toFixed(3)}).`,
    blocks,
    width,
    rows,
    legend: FOREST_LEGEND.filter((entry) => blocks.some(({ ink }) => ink === entry.ink)),
    table: {
      head: ['begins', 'first account', 'liquidations', 'generations', 'lasted', `closed, ${asset}`],
      rows: trees.map(({ account, size, depth, startedAt, duration, notional }) => [
        clock(startedAt, true),
        String(account),
        String(size),
        String(depth),
        lasting(duration / MICROS_PER_MILLI),
        formatted(notional, 'money'),
      ]),
    },
  };
}

/** A row for several of the series: `cells` says it of the rows `from` to `to`. */
function timeTable({ at, width }: RunSeries, head: readonly string[], cells: (from: number, to: number) => string[]): Table {
  const stride = Math.max(1, Math.ceil(at.length / TABLE_ROWS));
  const rows: string[][] = [];
  for (let from = 0; from < at.length; from += stride) {
    const to = Math.min(at.length, from + stride) - 1;
    rows.push([clock(at[to], width < 60_000_000), ...cells(from, to)]);
  }
  return { head: ['until', ...head], rows };
}

function sum(values: ArrayLike<number>, from: number, to: number): number {
  let total = 0;
  for (let i = from; i <= to; i++) total += values[i];
  return total;
}

function least(values: readonly number[], from: number, to: number): number {
  return Math.min(...values.slice(from, to + 1).filter((value) => Number.isFinite(value)));
}

function most(values: readonly number[], from: number, to: number): number {
  return Math.max(...values.slice(from, to + 1).filter((value) => Number.isFinite(value)));
}

function largest(values: Float64Array): number {
  let peak = 0;
  for (const value of values) if (value > peak) peak = value;
  return peak;
}
