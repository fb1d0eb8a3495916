// `sandpile backtest --engine`: rules walked forward over real prices by the exchange itself. The prices are the index of a
// scenario's market; champion and challenger meet on the same seeds, whatever rules they differ in.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatInstant, parseInstant } from '../base/calendar.ts';
import { grouped, lasting } from '../base/figures.ts';
import { readScenarioFile } from '../simulation/scenario-reader.ts';
import { compare, type Arm, type Study } from '../study/compare.ts';
import type { PriceBars } from '../study/price-bars.ts';
import { parseSeeds } from '../study/study-file.ts';
import { METRICS, studyText } from './compare.ts';
import { interruptible } from './progress.ts';
import { scenarioPath } from './shipped.ts';
import { slowMarket } from './slow-market.ts';
import { ExitError, json, type Terminal } from './terminal.ts';

export interface EngineOptions {
  readonly scenario?: string;
  readonly seeds: string;
  readonly set: readonly string[];
  readonly champion: readonly string[];
  readonly challenger: readonly string[];
  readonly from?: string;
  readonly to?: string;
  readonly json?: true;
}

const HOUR = 3_600_000_000;
/** Beyond this a market with a slow clock is walked, unless a scenario is named. */
const LONGEST = 24 * HOUR;
/** More looks at the market than this take hours. */
const MOST_MARKS = 400_000;

export async function runEngine(bars: PriceBars, options: EngineOptions, terminal: Terminal): Promise<void> {
  const seeds = parseSeeds(options.seeds);
  if (seeds === undefined) throw new ExitError(1, `error: --seeds ${options.seeds}: expected seeds such as 1..3`);
  const arms = armsOf(options);
  const { first, end } = stretch(bars, options);
  const study = await interruptible(async (breathe) => {
    const folder = mkdtempSync(join(tmpdir(), 'sandpile-'));
    try {
      const table = join(folder, 'prices.csv');
      writeFileSync(table, priceTable(bars, first, end));
      const duration = bars.at[end - 1] + bars.interval - bars.at[first];
      const scenario = readScenarioFile(marketFile(bars, { first, end, folder }, options), {
        set: [
          'index.kind=replay',
          `index.prices=${table}`,
          `start=${formatInstant(bars.at[first])}`,
          `duration=${duration / 1_000}ms`,
          ...options.set,
        ],
      });
      const marks = duration / scenario.instruments[0].mark.interval;
      if (marks > MOST_MARKS)
        throw new ExitError(
          1,
          `error: ${grouped(Math.round(marks))} marks are too many to simulate, ${grouped(MOST_MARKS)} at most: --from and --to choose a stretch, --set mark.interval=… makes the market slower, and without --scenario it is as slow as the bars ask`,
        );
      const began = performance.now();
      return await compare(scenario, {
        seeds,
        arms,
        breathe,
        onRun: (_, done, total) => {
          if (terminal.progress && performance.now() - began > 1_000) terminal.err(`\r\u001b[K${done} of ${total} runs`);
        },
      });
    } finally {
      if (terminal.progress) terminal.err('\r\u001b[K');
      rmSync(folder, { recursive: true, force: true });
    }
  });
  terminal.out(options.json ? json(record(study, bars, first, end)) : `${heading(bars, first, end)}\n${studyText(study, METRICS)}`);
}

function armsOf({ champion, challenger }: EngineOptions): ReadonlyMap<string, Arm> {
  if (challenger.length === 0) throw new ExitError(1, 'error: --engine compares rules: name some with --challenger path=value');
  const arm = (written: readonly string[], flag: string): Arm =>
    Object.fromEntries(
      written.map((one) => {
        const cut = one.indexOf('=');
        if (cut < 1) throw new ExitError(1, `error: ${flag} ${one}: expected path=value`);
        return [one.slice(0, cut), one.slice(cut + 1)];
      }),
    );
  return new Map([
    ['champion', arm(champion, '--champion')],
    ['challenger', arm(challenger, '--challenger')],
  ]);
}

/** Positions of the first bar and of the one after the last. */
function stretch(bars: PriceBars, { from, to }: EngineOptions): { readonly first: number; readonly end: number } {
  const at = (written: string | undefined, flag: string, otherwise: number): number => {
    const micros = written === undefined ? otherwise : (parseInstant(written) ?? parseInstant(`${written}Z`));
    if (micros === undefined) throw new ExitError(1, `error: ${flag} ${written}: expected a time such as 2025-10-10T20:45:00Z`);
    return micros;
  };
  const begin = at(from, '--from', -Infinity);
  const finish = at(to, '--to', Infinity);
  const first = bars.at.findIndex((micros) => micros >= begin);
  const after = bars.at.findIndex((micros) => micros >= finish);
  const end = after < 0 ? bars.at.length : after;
  if (first < 0 || end - first < 2) throw new ExitError(1, `error: ${bars.file} has fewer than two bars there`);
  return { first, end };
}

/** The scenario that is named; without a name `calm`, or for long stretches a market that is as slow as the bars. */
function marketFile(
  bars: PriceBars,
  { first, end, folder }: { readonly first: number; readonly end: number; readonly folder: string },
  { scenario }: EngineOptions,
): string {
  if (scenario !== undefined) return scenarioPath(scenario);
  if (bars.at[end - 1] + bars.interval - bars.at[first] <= LONGEST) return scenarioPath('calm');
  const file = join(folder, 'slow-market.yaml');
  writeFileSync(file, slowMarket(bars, first, end));
  return file;
}

function priceTable({ at, open, high, low, close }: PriceBars, first: number, end: number): string {
  const rows = ['open_time_ms,open,high,low,close'];
  for (let i = first; i < end; i++)
    rows.push([Math.round(at[i] / 1_000), ...[open, high, low, close].map((column) => column[i].toFixed(8))].join(','));
  return `${rows.join('\n')}\n`;
}

function heading({ file, at, interval }: PriceBars, first: number, end: number): string {
  const from = formatInstant(at[first]);
  return `${file}: ${end - first} bars of ${lasting(interval / 1_000)} from ${from}, the index of the market of`;
}

function record(study: Study, { file, at }: PriceBars, first: number, end: number): object {
  const { names, arms, seeds, scenario, runs, means, differences } = study;
  const data = { file, bars: end - first, from: formatInstant(at[first]), to: formatInstant(at[end - 1]) };
  return { data, scenario, seeds, arms: Object.fromEntries(names.map((name, i) => [name, arms[i]])), runs, means, differences };
}
