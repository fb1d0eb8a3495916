// The page of a study: arm against arm on the same seeds, a figure of differences and one of means for each outcome.

import { counted, grouped } from '../base/figures.ts';
import { termsOf, type Difference, type Study, type StudyRun } from '../study/compare.ts';
import type { Format, IntervalFigure } from './figure.ts';
import { formatted } from './medium.ts';
import type { Page, PagePart } from './page.ts';

/** As `compare --json` tells it: with the outcome that was to decide, chosen beforehand, and those that were to be shown. */
export interface ToldStudy extends Study {
  readonly study?: string;
  readonly primary?: string;
  readonly metrics?: readonly string[];
}

/** A study as it is read from JSON, where what is infinite became null. */
export function studyFigures(study: Study, metrics: readonly string[]): IntervalFigure[] {
  return metrics.flatMap((metric) =>
    study.names.length > 1 ? [differenceFigure(study, metric), meanFigure(study, metric)] : [meanFigure(study, metric)],
  );
}

export function studyPage(study: ToldStudy, metrics: readonly string[], command: string): Page {
  const { names, seeds, arms, runs, scenario, primary } = study;
  const figures = studyFigures(study, metrics);
  const parts: PagePart[] = figures.map((figure) => ({ kind: 'figure', figure }));
  return {
    title: `${study.study ?? scenario}: ${counted(names.length, 'arm')} on ${counted(seeds.length, 'seed')}`,
    lead: `Every arm on ${seedsText(seeds)}. Draws are common to the arms, so that they are compared seed by seed; the first, ${names[0] ?? ''}, is what the others are compared with.${primary === undefined ? '' : ` ${primary} decides: it was chosen before anything was run.`}`,
    proof: undefined,
    tiles: [
      { name: 'arms', value: grouped(names.length) },
      { name: 'seeds', value: grouped(seeds.length) },
      { name: 'runs', value: grouped(runs.length) },
      ...(primary === undefined ? [] : [decided(study, primary)]),
      { name: 'outcomes shown', value: grouped(metrics.length), note: `of ${Object.keys(study.means).length} measured` },
    ],
    parts: [
      ...parts,
      {
        kind: 'table',
        title: 'What each arm sets',
        caption: 'Over the scenario as it is.',
        table: {
          head: ['arm', 'sets'],
          rows: names.map((name, i) => [
            name,
            Object.entries(arms[i])
              .map(([path, value]) => `${path} = ${value}`)
              .join(', ') || 'nothing',
          ]),
        },
        words: true,
      },
      {
        kind: 'text',
        title: 'How to read it, and make it again',
        paragraphs: [
          'A point is a mean, the line its interval, each stroke a seed. Intervals are at 95 %: of mean differences by bootstrap over the seeds (too narrow for fewer than about ten), of means by Student’s t. p is of the two-sided sign test. Several outcomes are several chances to be wrong: ' +
            (primary === undefined
              ? 'the one that decides should have been chosen beforehand.'
              : `only ${primary}, chosen beforehand, is a test.`),
        ],
        blocks: [
          { text: command },
          {
            text: runs.map(({ arm, seed, digest }) => `${digest}  ${names[arm]}, seed ${seed}`).join('\n'),
            folded: `The digests of all ${runs.length} runs`,
          },
        ],
      },
    ],
    foot: 'Made by sandpile from the study’s JSON. The page is one file and asks for nothing from any network.',
  };
}

/** What the outcome that decides says, in a few words. */
function decided(study: Study, primary: string): Page['tiles'][number] {
  const rows = study.differences.filter(({ metric }) => metric === primary);
  const clear = rows.filter((row) => isClear(row)).length;
  return { name: `${primary}, which decides`, value: `${clear} of ${rows.length}`, note: `arms clearly apart from ${study.names[0]}` };
}

export function metricFigureName(metric: string): string {
  return metric
    .replaceAll(/\s*\+\s*/g, '-plus-')
    .replaceAll(/\s+-\s+/g, '-less-')
    .replaceAll('.', '-')
    .replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** With fewer seeds a bootstrap interval is too narrow. */
const FEW = 10;

function differenceFigure(study: Study, metric: string): IntervalFigure {
  const { names } = study;
  const format = formatOf(study, metric);
  const rows = study.differences.filter((one) => one.metric === metric);
  const clear = rows.filter((one) => isClear(one));
  const few =
    study.seeds.length < FEW
      ? ` ${study.seeds.length === 1 ? 'One seed has no interval.' : `${study.seeds.length} seeds are too few to rely on an interval.`}`
      : '';
  const words = (one: Difference) =>
    `${names[one.arm]} ${one.difference.mean < 0 ? 'less' : 'more'} (${signed(one.difference.mean, format)})`;
  return {
    kind: 'intervals',
    name: `${metricFigureName(metric)}-difference`,
    title: `${metric}: difference from ${names[0]}`,
    caption:
      clear.length === 0
        ? `No arm is clearly apart from ${names[0]}${study.seeds.length === 1 ? '.' : ': every interval reaches zero.'}${few}`
        : `Apart from ${names[0]}, with intervals that do not reach zero: ${clear.map(words).join('; ')}.${few}`,
    label: `${metric} − ${names[0]}`,
    format,
    zero: 0,
    rows: rows.map((one) => ({
      name: names[one.arm],
      value: finite(one.difference.mean),
      low: finite(one.bootstrap[0]),
      high: finite(one.bootstrap[1]),
      points: pairs(study, metric, one.arm),
      ink: isClear(one) ? 'traded' : 'index',
    })),
    table: {
      head: ['arm', 'difference', 'low', 'high', 'more', 'less', 'same', 'p', 'correlation'],
      rows: rows.map((one) => [
        names[one.arm],
        signed(one.difference.mean, format),
        signed(one.bootstrap[0], format),
        signed(one.bootstrap[1], format),
        String(one.more),
        String(one.less),
        String(one.same),
        one.p.toFixed(one.p < 0.001 ? 5 : 3),
        one.correlation === null ? '–' : one.correlation.toFixed(2),
      ]),
    },
  };
}

function meanFigure(study: Study, metric: string): IntervalFigure {
  const { names } = study;
  const format = formatOf(study, metric);
  const means = study.means[metric];
  return {
    kind: 'intervals',
    name: metricFigureName(metric),
    title: `${metric}: arm by arm`,
    caption: means.map(({ mean }, i) => `${names[i]} ${formatted(mean, format)}`).join(', '),
    label: metric,
    format,
    rows: means.map(({ mean, interval }, arm) => ({
      name: names[arm],
      value: finite(mean),
      low: finite(interval[0]),
      high: finite(interval[1]),
      points: study.runs.filter((run) => run.arm === arm).map((run) => valueAt(run, metric)),
      ink: arm === 0 ? 'ink' : 'traded',
    })),
    table: {
      head: ['arm', 'mean', 'low', 'high', 'standard deviation', 'seeds'],
      rows: means.map(({ mean, interval, sd, n }, i) => [
        names[i],
        formatted(finite(mean), format),
        formatted(finite(interval[0]), format),
        formatted(finite(interval[1]), format),
        formatted(sd, format),
        String(n),
      ]),
    },
  };
}

function isClear({ bootstrap: [low, high] }: Difference): boolean {
  return Number.isFinite(low) && Number.isFinite(high) && (low > 0 || high < 0);
}

/** The arm less the first, seed by seed. */
function pairs({ runs }: Study, metric: string, arm: number): number[] {
  return runs
    .filter((run) => run.arm === arm)
    .map((run) => {
      const base = runs.find(({ arm: other, seed }) => other === 0 && seed === run.seed);
      return base === undefined ? Number.NaN : valueAt(run, metric) - valueAt(base, metric);
    });
}

/** An outcome of a run, or a sum of some. */
function valueAt(run: StudyRun, metric: string): number {
  return termsOf(metric).reduce((sum, { path, sign }) => {
    const value = leafAt(run, path);
    return sum + sign * (value === null || value === undefined ? Number.NaN : Number(value));
  }, 0);
}

function leafAt({ headline, aftermath }: StudyRun, path: string): unknown {
  const within = (outcomes: object) =>
    path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | null | undefined)?.[key], outcomes);
  return within(headline) ?? within(aftermath);
}

const SHARES = new Set(['price.maxDrawdown']);

/** Money is text in a headline, so that it is exact. */
function formatOf({ runs }: Study, metric: string): Format {
  if (SHARES.has(metric)) return 'share';
  if (metric.startsWith('price.')) return 'price';
  return runs.some((run) => termsOf(metric).some(({ path }) => typeof leafAt(run, path) === 'string')) ? 'money' : 'count';
}

function signed(value: number | null, format: Format): string {
  const text = formatted(finite(value), format);
  return value !== null && value > 0 ? `+${text}` : text;
}

function finite(value: number | null): number {
  return value ?? Number.NaN;
}

/** `the seeds 1 to 20` where they follow each other, else each of them, or as many as anybody reads. */
function seedsText(seeds: readonly string[]): string {
  if (seeds.length === 1) return `the seed ${seeds[0]}`;
  const follow = seeds.every((seed, i) => i === 0 || Number(seed) === Number(seeds[i - 1]) + 1);
  if (follow) return `the seeds ${seeds[0] ?? ''} to ${seeds.at(-1) ?? ''}`;
  return `the seeds ${seeds.slice(0, 20).join(', ')}${seeds.length > 20 ? ` and ${grouped(seeds.length - 20)} more` : ''}`;
}
