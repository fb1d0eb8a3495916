// `sandpile calibrate`: a piece of a scenario from real prices and a real book.

import { existsSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { readBook } from '../study/calibrate-book.ts';
import { fragmentText } from '../study/calibrate-fragment.ts';
import { calibrate, FEWEST_RETURNS } from '../study/calibrate.ts';
import { longestStill, parseColumns, parseRepairs, readPriceBars } from '../study/price-bars.ts';
import { REPAIRS } from '../study/price-faults.ts';
import { ExitError, json, type Terminal } from './terminal.ts';

interface Options {
  readonly prices: string;
  readonly book?: string;
  readonly columns?: string;
  readonly repair?: string;
  readonly out?: string;
  readonly force?: true;
  readonly json?: true;
}

export function addCalibrate(program: Command, terminal: Terminal): void {
  program
    .command('calibrate')
    .description('fit volatility, jumps, depth and arrival rates to real data and write them as a piece of a scenario')
    .requiredOption('--prices <file>', 'bars as CSV or Parquet; arrival rates need the columns trades and volume')
    .option('--book <file>', 'a book as CSV with side, price, size')
    .option('--columns <name=column,…>', 'date, open, high, low, close, volume, trades by their names in the file, or positions from 1')
    .option('--repair <kind,…>', `put bad data right: ${REPAIRS.map(({ name }) => name).join(', ')}`)
    .option('--out <file>', 'write it there')
    .option('--force', 'with --out: replace what is there')
    .option('--json', 'print { fragment, price, depth, arrivals }: the text and every number behind it')
    .addHelpText(
      'after',
      `
Examples:
  sandpile calibrate --prices btc-daily.csv
  sandpile calibrate --prices btc-1m.csv --book btc-book.csv --out calibrated.yaml
  sandpile calibrate --prices btc-daily.csv --json

Its keys go into a scenario in place of the scenario's own: sandpile init, put them in, sandpile check.
Methods and the quality of the fit are in the comments; bad data is refused (see sandpile backtest --help for repairs).`,
    )
    .action((options: Options) => run(options, terminal));
}

async function run(options: Options, terminal: Terminal): Promise<void> {
  const { out } = options;
  if (out !== undefined && existsSync(out) && !options.force) throw new ExitError(1, `error: ${out} is there already: --force replaces it`);
  const bars = await readPriceBars(options.prices, {
    ...(options.columns !== undefined && { columns: parseColumns(options.columns) }),
    ...(options.repair !== undefined && { repairs: parseRepairs(options.repair) }),
  });
  const book = options.book === undefined ? undefined : readBook(options.book);
  if (bars.close.length <= FEWEST_RETURNS)
    throw new ExitError(1, `error: ${options.prices} has ${bars.close.length} bars: at least ${FEWEST_RETURNS + 1} are needed`);
  const still = longestStill(bars);
  if (still > bars.close.length / 2)
    throw new ExitError(1, `error: ${options.prices}: the close does not move for ${still} bars: nothing can be estimated`);
  const calibration = calibrate(bars, book);
  const fragment = fragmentText(calibration, bars, book);
  if (out !== undefined) {
    try {
      writeFileSync(out, fragment);
    } catch (error) {
      throw new ExitError(1, `error: cannot write ${out}: ${(error as Error).message}`);
    }
  }
  if (options.json) terminal.out(json({ fragment, ...calibration }));
  else terminal.out(out === undefined ? fragment : `${out} written\n`);
}
