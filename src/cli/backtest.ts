// `sandpile backtest`: margin models against real prices, and whether they kept what they promised.

import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { formatInstant } from '../base/calendar.ts';
import { counted, day, grouped, lasting, percent } from '../base/figures.ts';
import { chartSvg } from '../report/chart.ts';
import { renderPng } from '../report/png.ts';
import { nearest } from '../simulation/config-error.ts';
import { backtest, type BacktestOptions, type BacktestResult, type ModelResult, type PositionSide } from '../study/backtest.ts';
import { REMEDIES } from '../study/backtest-remedies.ts';
import { marginModels, usualModels } from '../study/backtest-models.ts';
import { longestStill, parseColumns, parseRepairs, readPriceBars, type PriceBars } from '../study/price-bars.ts';
import { REPAIRS } from '../study/price-faults.ts';
import { runEngine, type EngineOptions } from './backtest-engine.ts';
import { collect } from './options.ts';
import { table } from './table.ts';
import { ExitError, json, type Terminal } from './terminal.ts';

interface Options extends EngineOptions {
  readonly engine?: true;
  readonly prices: string;
  readonly model: string;
  readonly confidence: string;
  readonly window: string;
  readonly refit: string;
  readonly decay: string;
  readonly side: string;
  readonly volatilityScale: string;
  readonly remedy?: string;
  readonly columns?: string;
  readonly repair?: string;
  readonly svg?: string;
  readonly png?: string;
  readonly json?: true;
}

const KINDS = marginModels.map(({ kind }) => kind);

export function addBacktest(program: Command, terminal: Terminal): void {
  program
    .command('backtest')
    .description('try margin models on real prices: how often losses exceed them, and how they swing')
    .requiredOption('--prices <file>', 'bars as CSV (Binance klines, or any with date, open, high, low, close) or Parquet')
    .option('--model <kind,…>', `which models: ${KINDS.join(', ')}`, usualModels.map(({ kind }) => kind).join(','))
    .option('--confidence <share>', 'share of bars that the margin shall cover, from 90% to 99.9%', '99%')
    .option('--window <bars>', 'how far back a model looks, at least 100; judged is what comes after', '500')
    .option('--refit <bars>', 'how often fitted parameters are fitted anew', '20')
    .option('--decay <factor>', 'decay of the EWMA a bar', '0.94')
    .option('--side <side>', 'long or short: which positions the margin is for', 'long')
    .option('--remedy <kind,…>', `judge every model under these too: ${REMEDIES.map(({ name }) => name).join(', ')}`)
    .option('--volatility-scale <factor>', 'multiply what the models say: 0.5 makes them wrong on purpose', '1')
    .option('--columns <name=column,…>', 'date, open, high, low, close by their names in the file, or positions from 1')
    .option('--repair <kind,…>', `put bad data right: ${REPAIRS.map(({ name }) => name).join(', ')}`)
    .option('--svg <file>', 'draw losses, margins and exceedances there')
    .option('--png <file>', 'the same as a picture')
    .option('--engine', 'walk the rules of a scenario over the prices instead: champion against challenger, in the exchange itself')
    .option('--scenario <scenario>', 'with --engine: whose market it is (calm, or for more than a day one that is as slow as the bars)')
    .option('--challenger <path=value>', 'with --engine: what the challenger changes; may be given several times', collect, [])
    .option('--champion <path=value>', 'with --engine: what the champion changes', collect, [])
    .option('--set <path=value>', 'with --engine: what both change', collect, [])
    .option('--seeds <first..last>', 'with --engine: each rule meets each seed', '1..3')
    .option('--from <time>', 'with --engine: from this bar on')
    .option('--to <time>', 'with --engine: up to this bar')
    .option('--json', 'print { models: [{ model, observations, exceedances, kupiec, christoffersen, zone, procyclicality, … }], … }')
    .addHelpText(
      'after',
      `
Examples:
  sandpile backtest --prices btc-daily.csv
  sandpile backtest --prices klines.csv --model garch,evt --confidence 99.5% --json
  sandpile backtest --prices btc-daily.csv --model ewma --volatility-scale 0.5
  sandpile backtest --prices btc-daily.csv --model ewma --remedy buffer,stressed-weight,floor
  sandpile backtest --prices prices.parquet --columns date=day,close=last --repair sort,drop,fill
  sandpile backtest --prices btc-daily.csv --png margins.png
  sandpile backtest --engine --prices btc-1m.csv --from 2025-10-10T20:45Z --to 2025-10-10T22:00Z --challenger liquidation.policy.kind=targeted

Remedies against procyclicality:
${REMEDIES.map(({ name, doc }) => `  ${name.padEnd(16)} ${doc}`).join('\n')}

Repairs:
${REPAIRS.map(({ name, doc }) => `  ${name.padEnd(8)} ${doc}`).join('\n')}

Bad data is refused with everything that is wrong with it (exit code 1). Models:
${marginModels.map(({ kind, doc }) => `  ${kind.padEnd(20)} ${doc}`).join('\n')}`,
    )
    .action((options: Options) => run(options, terminal));
}

async function run(options: Options, terminal: Terminal): Promise<void> {
  if (options.engine) {
    await runEngine(await readBars(options), options, terminal);
    return;
  }
  const settings = settingsOf(options);
  const models = chosen(options.model, 'model', new Map(marginModels.map((model) => [model.kind, model])));
  const bars = await readBars(options);
  const { window } = settings;
  if (bars.close.length < window + 2)
    throw new ExitError(
      1,
      `error: ${options.prices} has ${bars.close.length} bars; a window of ${window} needs ${window + 2} at least: ${bars.close.length < 102 ? 'no window is shorter than 100' : '--window N looks less far back'}`,
    );
  const still = longestStill(bars);
  // A window in which nothing moved has no volatility to go by.
  if (still > window / 2)
    throw new ExitError(1, `error: ${options.prices}: the close does not move for ${still} bars: nothing can be estimated`);
  const result = backtest(bars, models, settings);
  const { svg, png } = options;
  if (svg !== undefined || png !== undefined) {
    const picture = draw(result, settings, bars);
    if (svg !== undefined) write(svg, picture);
    if (png !== undefined) write(png, await rasterised(picture));
  }
  if (options.json) terminal.out(json(record(result, settings, bars)));
  else terminal.out(`${text(result, settings, bars)}\n`);
}

function readBars({ prices, columns, repair }: Options): Promise<PriceBars> {
  return readPriceBars(prices, {
    ...(columns !== undefined && { columns: parseColumns(columns) }),
    ...(repair !== undefined && { repairs: parseRepairs(repair) }),
  });
}

async function rasterised(svg: string): Promise<Uint8Array> {
  try {
    return await renderPng(svg);
  } catch (error) {
    throw new ExitError(1, `error: --png needs the package @resvg/resvg-js, which is not installed here: ${(error as Error).message}`);
  }
}

function write(file: string, content: string | Uint8Array): void {
  try {
    writeFileSync(file, content);
  } catch (error) {
    throw new ExitError(1, `error: cannot write ${file}: ${(error as Error).message}`);
  }
}

/** The named ones of `known`, in the order in which they were named. */
function chosen<T>(list: string, what: string, known: ReadonlyMap<string, T>): T[] {
  return [...new Set(list.split(',').map((name) => name.trim()))].map((name) => {
    const found = known.get(name);
    if (found !== undefined) return found;
    const near = nearest(name, known.keys());
    const meant = near === undefined ? '' : ` (did you mean ${near}?)`;
    throw new ExitError(1, `error: unknown ${what} "${name}"${meant}: one of ${[...known.keys()].join(', ')}`);
  });
}

function settingsOf(options: Options): BacktestOptions {
  const faults: string[] = [];
  const number = (flag: string, written: string, low: number, high: number, whole = false): number => {
    const plain = /^(\d+(?:\.\d+)?)(%?)$/.exec(written.trim());
    // Divided, so that 99% is the double nearest to 0.99.
    const value = plain === null ? NaN : plain[2] === '%' ? Number(plain[1]) / 100 : Number(plain[1]);
    if (!(value >= low && value <= high) || (whole && !Number.isInteger(value)))
      faults.push(`error: ${flag} "${written}": expected ${whole ? 'a whole number' : 'a number'} from ${low} to ${high}`);
    return value;
  };
  const settings = {
    confidence: number('--confidence', options.confidence, 0.9, 0.999),
    window: number('--window', options.window, 100, 1_000_000, true),
    refit: number('--refit', options.refit, 1, 1_000_000, true),
    decay: number('--decay', options.decay, 0.5, 0.9999),
    volatilityScale: number('--volatility-scale', options.volatilityScale, 0.001, 1_000),
    side: options.side as PositionSide,
    remedies: options.remedy === undefined ? [] : chosen(options.remedy, 'remedy', new Map(REMEDIES.map(({ name }) => [name, name]))),
  };
  if (settings.side !== 'long' && settings.side !== 'short') faults.push(`error: --side "${options.side}": long or short`);
  if (faults.length > 0) throw new ExitError(1, faults.join('\n'));
  return settings;
}

function record({ models, tenPercentMoves }: BacktestResult, settings: BacktestOptions, bars: PriceBars): object {
  const { file, at, interval, repaired } = bars;
  const data = {
    file,
    bars: at.length,
    from: formatInstant(at[0]),
    to: formatInstant(at[at.length - 1]),
    intervalMicros: interval,
    repaired,
  };
  return { data, settings, tenPercentMoves, models: models.map((model) => ({ ...model, ...instants(model) })) };
}

/** Calendar times instead of micros. */
function instants({ severity, extremes }: ModelResult): object {
  const told = <T extends ModelResult['severity']>(one: T) => ({
    ...one,
    worstAt: one.worstAt === null ? null : formatInstant(one.worstAt),
  });
  return { severity: told(severity), extremes: extremes === null ? null : { ...extremes, severity: told(extremes.severity) } };
}

/** 0.0314; `< 0.0001`; a star where a right model would seldom be so far off. */
function probability(p: number): string {
  return `${p < 0.0001 ? '<.0001' : p.toFixed(4)}${p < 0.05 ? '*' : ' '}`;
}

function text({ models, tenPercentMoves }: BacktestResult, settings: BacktestOptions, bars: PriceBars): string {
  const { at, interval } = bars;
  const { confidence, side, window, volatilityScale } = settings;
  const [first] = models;
  const worst = side === 'long' ? 'low' : 'high';
  const scaled = volatilityScale === 1 ? '' : `, margins times ${volatilityScale} on purpose`;
  const lines = [
    `${bars.file}: ${counted(at.length, 'bar')} of ${lasting(interval / 1_000)}, ${day(at[0])} to ${day(at[at.length - 1])}`,
    ...bars.repaired.map(({ repair, what, rows }) => `repaired by ${repair}: ${rows} ${what}`),
    `margin for ${side} positions at ${percent(confidence)}${scaled}; a window of ${window} bars, then ${counted(first.observations, 'bar')} judged, ${first.expected.toFixed(1)} exceedances expected`,
    '',
    table([
      ['model', 'exceeded', `at the ${worst}`, 'Kupiec p', 'independent p', 'both p', 'zone', 'shortfall p', 'worst'],
      ...models.map((one) => [
        one.model,
        String(one.exceedances),
        one.extremes === null ? '-' : String(one.extremes.exceedances),
        probability(one.kupiec.p),
        probability(one.christoffersen.p),
        probability(one.conditionalCoverage.p),
        one.zone,
        probability(one.shortfall.p),
        one.severity.worst === null ? '-' : `${one.severity.worst.toFixed(2)}×`,
      ]),
    ]),
    '',
    table([
      ['model', 'mean margin', 'least', 'most', 'peak÷trough', 'rise in 1', 'in 5', 'in 30', 'calm', 'middle', 'rough'],
      ...models.map((one) => {
        const { procyclicality, margin, regimes } = one;
        const regime = (name: string): string => {
          const found = regimes.find((other) => other.regime === name);
          return found === undefined ? '-' : `${found.exceedances}/${found.expected.toFixed(1)}${found.p < 0.05 ? '*' : ' '}`;
        };
        const rise = (bars: '1' | '5' | '30'): string => percent(procyclicality.rises[bars].absolute);
        return [
          one.model,
          percent(margin.mean),
          percent(margin.least),
          percent(margin.most),
          procyclicality.peakToTrough.toFixed(2),
          rise('1'),
          rise('5'),
          rise('30'),
          regime('calm'),
          regime('middle'),
          regime('rough'),
        ];
      }),
    ]),
    '',
    `zones of ${grouped(first.observations)} bars: yellow from ${first.basel.yellowFrom} exceedances, red from ${first.basel.redFrom}. * below 5 % nominal (too few are as wrong as too many);`,
    `a right model is rejected at exactly ${percent(first.kupiec.exactSize)} (Kupiec), ${percent(first.christoffersen.exactSize)} (independent), ${percent(first.conditionalCoverage.exactSize)} (both).`,
    `calm, middle, rough: exceeded/expected in thirds of the bars by the volatility of the 30 bars before each.`,
    `A move of 10 % against the position: ${counted(tenPercentMoves.closes, 'time')} at the close${bars.ranged ? `, ${grouped(tenPercentMoves.extremes)} at the ${worst}` : ''}.`,
  ];
  return lines.join('\n');
}

function draw({ models, series }: BacktestResult, { confidence, side, volatilityScale }: BacktestOptions, bars: PriceBars): string {
  const file = bars.file.split(/[/\\]/).at(-1) ?? bars.file;
  const scaled = volatilityScale === 1 ? '' : `, times ${volatilityScale}`;
  return chartSvg({
    title: `Losses of ${side} positions against margins at ${percent(confidence)}${scaled}`,
    subtitle: `${file}: ${grouped(series.at.length)} bars judged, close to close; marks below the plot are exceedances`,
    yLabel: 'share of the price',
    yFormat: (value) => `${Math.round(value * 1_000) / 10} %`,
    time: true,
    height: 400 + 16 * models.length,
    series: [
      { name: 'loss', kind: 'bars', x: series.at, y: series.losses.map((loss) => Math.max(0, loss)) },
      ...series.margins.map(({ model, margins }) => ({ name: model, kind: 'step' as const, x: series.at, y: margins })),
    ],
    events: series.margins.map(({ model, margins }, i) => ({
      name: `${models[i].exceedances}`,
      series: model,
      x: series.at.filter((_, bar) => series.losses[bar] > margins[bar]),
    })),
  });
}
