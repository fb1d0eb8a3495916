// A calibration as a piece of a scenario, in YAML: its keys go into a scenario as they are, and its comments say where each
// number comes from and how well it fits.

import { formatInstant } from '../base/calendar.ts';
import { MICROS_PER_SECOND } from '../base/units.ts';
import type { BookSnapshot } from './calibrate-book.ts';
import type { ArrivalCalibration, Calibration, DepthCalibration, PriceCalibration } from './calibrate.ts';
import type { PriceBars } from './price-bars.ts';

/** Four digits, plain. */
function digits(value: number, count = 4): string {
  const text = String(Number(value.toPrecision(count)));
  // Below a millionth JavaScript writes an exponent, which a reader of fractions need not know.
  return /e/.test(text) ? value.toFixed(12).replace(/0+$/, '') : text;
}

function percent(fraction: number): string {
  return `${digits(100 * fraction)}%`;
}

function comment(lines: readonly string[], indent = ''): string[] {
  return lines.map((line) => `${indent}# ${line}`.trimEnd());
}

export function fragmentText({ price, depth, arrivals }: Calibration, bars: PriceBars, book: BookSnapshot | undefined): string {
  const traders = [...(depth === null ? [] : makers(depth)), ...(arrivals === null ? [] : noise(arrivals))];
  const lines = [
    ...comment([
      `Calibrated by sandpile from ${nameOf(bars.file)}${book === undefined ? '' : ` and ${nameOf(book.file)}`}.`,
      `${bars.close.length} bars from ${formatInstant(bars.at[0])} to ${formatInstant(bars.at[bars.at.length - 1])}, one every ${digits(bars.interval / MICROS_PER_SECOND, 12)} s.`,
      ...bars.repaired.map(({ repair, what, rows }) => `Repaired by ${repair}: ${rows} ${what}.`),
      'Put these keys into a scenario in place of its own.',
    ]),
    '',
    ...index(price),
    ...(traders.length === 0 ? [] : ['', 'traders:', ...traders]),
    ...(arrivals === null ? ['', ...comment(['No arrival rates: the bars do not have both the number of trades and their volume.'])] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function nameOf(file: string): string {
  return file.split(/[/\\]/).at(-1) ?? file;
}

function index({ price, kind, volatility, jumps, quality, others, scales, garch, garchHalfLife, tail }: PriceCalibration): string[] {
  const { parameters } = garch;
  const added = quality.barsPerReturn === 1 ? '' : ` of ${quality.barsPerReturn} bars each`;
  const method =
    jumps === null
      ? [
          `Method: standard deviation of ${quality.returns} logarithmic returns${added}. Jumps (Merton 1976, maximum likelihood) were tried`,
          `and did not earn their three parameters: Akaike's criterion gains ${digits(quality.informationGain, 3)}, 10 is asked for.`,
        ]
      : [
          `Method: Merton's jump-diffusion (1976), maximum likelihood on ${quality.returns} logarithmic returns${added}.`,
          `Quality: Akaike's criterion gains ${digits(quality.informationGain, 5)} over a walk without jumps${quality.converged ? '' : '; THE SEARCH DID NOT CONVERGE'}.`,
          ...(quality.atBound
            ? ['As many jumps as are allowed, one in 20 returns: more would fit better, standing in for volatility that clusters.']
            : []),
        ];
  const bound = 1.36 / Math.sqrt(quality.returns);
  const clustering = parameters.alpha + parameters.beta;
  return [
    ...comment([
      ...method,
      `Distance of the returns from the fit (Kolmogorov–Smirnov): ${digits(quality.distance, 3)}; for independent returns of the fitted law`,
      `it is below ${digits(bound, 3)} in 95% of samples, less since it was fitted to them.`,
      `Other estimates of annual volatility: ${Object.entries(others)
        .map(([name, value]) => `${name} ${percent(value)}`)
        .join(', ')}.`,
      `Variance of longer returns over that of one bar: ${scales.map(({ scale, ratio }) => `${scale}: ${digits(ratio, 3)}`).join(', ')} (1 for a random walk).`,
      `Not in the model: volatility clusters, GARCH alpha ${digits(parameters.alpha, 3)} + beta ${digits(parameters.beta, 3)} = ${digits(clustering, 4)}, half-life ${garchHalfLife > 10_000 ? 'beyond 10000' : digits(garchHalfLife, 3)} returns;`,
      `${jumps === null ? 'a walk has none of it' : 'part of it is in the jumps'}. Tail exponent of absolute returns ${digits(tail.exponent, 3)} ± ${digits(tail.error, 2)} (Hill, largest 5%).`,
      'Drift is not calibrated: its standard error over a few years is as large as the volatility over the root of the years.',
    ]),
    'index:',
    `  kind: ${kind}`,
    `  price: ${digits(price, 5)}   # the last close, to five digits`,
    `  volatility: ${percent(volatility)}${jumps === null ? '' : '   # between jumps'}`,
    ...(jumps === null
      ? []
      : [
          `  jumpsPerYear: ${digits(jumps.perYear)}`,
          `  jumpMean: ${percent(jumps.mean)}   # of the logarithm`,
          `  jumpDeviation: ${percent(jumps.deviation)}`,
        ]),
  ];
}

function makers({ bids, asks, halfSpread, slope, ladder }: DepthCalibration): string[] {
  const side = ({ atOnePercent, exponent, rSquared, reach }: DepthCalibration['bids']): string =>
    `${digits(atOnePercent)} coins within 1%, exponent ${digits(exponent, 3)}, seen out to ${percent(reach)}, R² ${digits(rSquared, 4)}`;
  return [
    ...comment(
      [
        'Method: cumulative depth as a power law of the distance from the mid, least squares of logarithms at 20 distances a side;',
        `the makers' ladders have that depth at their fourth and last order. Beyond what was seen it is the power law's word.`,
        `Quality: bids ${side(bids)};`,
        `asks ${side(asks)}.`,
        `Half-spread ${digits(10_000 * halfSpread, 3)}bp, slope within 10bp ${digits(slope, 3)} a coin (not used). One snapshot: says nothing of depth in a crash.`,
      ],
      '  ',
    ),
    '  makers:',
    '    kind: market-maker',
    `    count: ${ladder.makers}`,
    `    levels: ${ladder.levels}`,
    `    touch: ${digits(Math.max(0.001, ladder.touch))}`,
    `    growth: ${digits(ladder.growth)}`,
    `    reach: ${percent(ladder.reach)}`,
  ];
}

function noise({ tradesPerSecond, meanSize, traders, marketShare, interval }: ArrivalCalibration): string[] {
  return [
    ...comment(
      [
        `Method: ${digits(tradesPerSecond)} trades a second of ${digits(meanSize)} coins, the means over all bars; ${traders} traders send as many market orders.`,
        'Quality: an upper bound, since one order that meets several counts as several trades; trades cluster, these do not.',
      ],
      '  ',
    ),
    '  noise:',
    '    kind: noise',
    `    count: ${traders}`,
    `    interval: ${interval}us`,
    `    marketShare: ${percent(marketShare)}`,
    `    size: ${digits(Math.max(0.001, meanSize))}`,
  ];
}
