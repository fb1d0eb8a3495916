// `sandpile compare`: the same seeds under different rules, as paired differences.

import type { Command } from 'commander';
import { grouped } from '../base/figures.ts';
import { ConfigError, nearest } from '../simulation/config-error.ts';
import { readScenarioFile } from '../simulation/scenario-reader.ts';
import type { Scenario } from '../simulation/scenario.ts';
import { armOf, compare, unknownOutcomes, type Arm, type CompareOptions, type Difference, type Study } from '../study/compare.ts';
import { everyCombination } from '../study/stress-study.ts';
import { parseSeeds, readStudyFile } from '../study/study-file.ts';
import { brokenRuns, tellBroken } from './broken-runs.ts';
import { collect } from './options.ts';
import { interruptible } from './progress.ts';
import { scenarioPath, stressStudyPath, studyPath } from './shipped.ts';
import { table } from './table.ts';
import { ExitError, json, type Terminal } from './terminal.ts';

interface Options {
  readonly vary: readonly string[];
  readonly seeds?: string;
  readonly set: readonly string[];
  readonly metric: readonly string[];
  readonly json?: true;
}

/** What is shown of a scenario without a study of its own. */
export const METRICS = [
  'liquidations',
  'cascades.branchingRatio',
  'price.maxDrawdown',
  'forcedNotional',
  'fund.low',
  'adl.notional',
  'badDebt',
] as const;

export function addCompare(program: Command, terminal: Terminal): void {
  program
    .command('compare')
    .description('the same seeds under different rules: paired differences with intervals')
    .argument('<scenario|study>', 'a scenario (with --vary) or a study: a file, or the name of one that comes with sandpile')
    .option('--vary <path=a,b,…>', 'the values that a rule takes; every combination is an arm, the first is compared with', collect, [])
    .option('--seeds <first..last>', "1..10, or the study's own")
    .option('--set <path=value>', 'change a value for all arms; may be given several times', collect, [])
    .option(
      '--metric <path>',
      'an outcome to show, a path into the headline or a sum such as profit.retail+fund.end; may be given several times',
      collect,
      [],
    )
    .option('--json', 'print one JSON object: { study, primary, metrics, scenario, seeds, arms, names, runs, means, differences }')
    .addHelpText(
      'after',
      `
Examples:
  sandpile compare flash-crash --vary liquidation.enabled=true,false --seeds 1..20
  sandpile compare october-2025 --vary liquidation.policy.kind=full-close,targeted --seeds 1..5 --metric price.low
  sandpile compare liquidation-policies
  sandpile compare sim-configs/studies/liquidation-policies.yaml --seeds 1..3 --json

Draws are common to the arms, so that seeds are compared pair by pair. Intervals are at 95 %: of the mean difference by
bootstrap over the seeds; p is of the sign test, Holm that of the paired t-test, corrected for the number of arms. Several
outcomes are several chances to be wrong: choose one beforehand.

Exits with 2 when an invariant broke in any run.`,
    )
    .action((file: string, options: Options) =>
      interruptible(async (breathe) => {
        const began = performance.now();
        const { scenario, name, primary, metrics, varied, ...plan } = planOf(file, options);
        const onRun: CompareOptions['onRun'] = (_, done, total) => {
          if (terminal.progress && performance.now() - began > 1_000) terminal.err(`\r\u001b[K${done} of ${total} runs`);
        };
        // A word misspelt should not cost the hours that the runs take.
        refuseUnknown(metrics, scenario, plan.arms === undefined ? everyCombination(varied) : [...plan.arms.values()]);
        let study: Study;
        try {
          study = await compare(scenario, { ...plan, breathe, onRun });
        } finally {
          if (terminal.progress) terminal.err('\r\u001b[K');
        }
        // With what was to be shown and what was to decide, so that a report of it does as the study says.
        const told = [...new Set(metrics)].filter((metric) => metric in study.means);
        const whole = { ...(name === undefined ? {} : { study: name, primary }), metrics: told, ...study };
        terminal.out(options.json === true ? json(whole) : studyText(study, shown(study, metrics)));
        tellBroken(brokenRuns(study), scenario, terminal);
      }),
    );
}

function planOf(
  file: string,
  options: Options,
): CompareOptions & {
  scenario: Scenario;
  metrics: readonly string[];
  varied: ReadonlyMap<string, readonly string[]>;
  name?: string;
  primary?: string;
} {
  const path = studyPath(file);
  if (path !== undefined) {
    if (options.vary.length > 0)
      throw new ExitError(1, `error: ${path} is a study and says itself what its arms set: --vary is for scenarios`);
    const study = readStudyFile(path, options.set);
    const metrics = [study.primary, ...study.metrics, ...options.metric];
    return { ...study, varied: new Map(), seeds: seedsOf(options.seeds) ?? study.seeds, metrics, sums: sumsOf(metrics) };
  }
  const search = stressStudyPath(file);
  if (search !== undefined) throw new ExitError(1, `error: ${search} looks for the smallest shock: sandpile stress ${file}`);
  const scenario = readScenarioFile(scenarioPath(file), { set: options.set });
  if (options.vary.length === 0) throw new ExitError(1, 'error: nothing to compare: --vary path=a,b names a rule and the values it takes');
  const metrics = options.metric.length > 0 ? options.metric : METRICS;
  const varied = variedOf('--vary', options.vary);
  refuseWrong('--vary', scenario, everyCombination(varied));
  return {
    scenario,
    sums: sumsOf(metrics),
    varied,
    vary: Object.fromEntries(varied),
    seeds: seedsOf(options.seeds) ?? seedsOf('1..10')!,
    metrics,
  };
}

const sumsOf = (metrics: readonly string[]): string[] => metrics.filter((metric) => /\+| - /.test(metric));

/** `path=a,b` of an option that may be given several times: the values by path. */
export function variedOf(option: string, given: readonly string[]): Map<string, string[]> {
  const varied = new Map<string, string[]>();
  for (const written of given) {
    const cut = written.indexOf('=');
    const values = split(written.slice(cut + 1));
    if (cut < 1 || values.some((value) => value === '')) throw new ExitError(1, `error: ${option} ${written}: expected path=value,value`);
    const path = written.slice(0, cut);
    if (varied.has(path)) throw new ExitError(1, `error: ${option} ${path} is given twice: all its values belong to one, ${path}=a,b`);
    const twice = values.find((value, i) => values.indexOf(value) < i);
    if (twice !== undefined) throw new ExitError(1, `error: ${option} ${written}: ${twice} is there twice`);
    varied.set(path, values);
  }
  return varied;
}

/** Throws a ConfigError with everything that is wrong in any of the arms. */
export function refuseWrong(option: string, scenario: Scenario, arms: readonly Arm[]): void {
  const wrong: ConfigError[] = [];
  for (const arm of arms) {
    try {
      armOf(scenario, arm);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      wrong.push(error);
    }
  }
  if (wrong.length > 0) throw ConfigError.together(wrong, option);
}

/** Throws an ExitError that names every outcome, or part of a sum, that no arm has. */
export function refuseUnknown(metrics: readonly string[], scenario: Scenario, arms: readonly Arm[]): void {
  const { wrong, known } = unknownOutcomes(metrics, scenario, arms);
  if (wrong.length > 0) throw new ExitError(1, unknownText(wrong, known));
}

function unknownText(wrong: readonly string[], known: readonly string[]): string {
  const named = wrong.map((metric) => {
    const near = nearest(metric, known);
    return `"${metric}"${near === undefined ? '' : ` (did you mean ${near}?)`}`;
  });
  return `error: no outcome ${named.join(', ')}: one of ${known.join(', ')}`;
}

/** At commas, but for those within brackets. */
function split(values: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const letter of values) {
    if ('[{('.includes(letter)) depth++;
    if (']})'.includes(letter)) depth--;
    if (letter === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += letter;
  }
  return parts.map((part) => part.trim());
}

function seedsOf(written: string | undefined): readonly string[] | undefined {
  if (written === undefined) return undefined;
  const seeds = parseSeeds(written);
  if (seeds === undefined) throw new ExitError(1, `error: --seeds ${written}: expected seeds such as 1..20 or 7,9, each once`);
  return seeds;
}

/** Those that the headline has; a wrong name is an error with the nearest right one. */
export function shown(study: Study, metrics: readonly string[]): readonly string[] {
  const known = Object.keys(study.means);
  const wanted = [...new Set(metrics)];
  const wrong = wanted.filter((metric) => !known.includes(metric));
  if (wrong.length > 0) throw new ExitError(1, unknownText(wrong, known));
  return wanted;
}

export function studyText(study: Study, metrics: readonly string[]): string {
  const { names, seeds, scenario } = study;
  const head = `${scenario}, ${seeds.length} seed${seeds.length === 1 ? '' : 's'} (${seeds[0]} … ${seeds.at(-1)}), every arm on each\n`;
  const sections = metrics.map((metric) => {
    const rows = [[metric, 'mean', `− ${names[0]}`, '95 % interval', 'more', 'less', 'p', 'Holm', 'r']];
    names.forEach((name, arm) => {
      const { mean } = study.means[metric][arm];
      const difference = study.differences.find((row) => row.arm === arm && row.metric === metric);
      rows.push([`  ${name}`, figure(mean), ...(difference === undefined ? ['', '', '', '', '', '', ''] : cells(difference))]);
    });
    return table(rows);
  });
  return `${head}\n${sections.join('\n\n')}\n`;
}

function cells({ difference, bootstrap: [low, high], more, less, p, holm, correlation }: Difference): string[] {
  return [
    figure(difference.mean),
    Number.isFinite(low) ? `${figure(low)} … ${figure(high)}` : '',
    String(more),
    String(less),
    chance(p),
    chance(holm),
    correlation === null ? '' : correlation.toFixed(2),
  ];
}

const chance = (p: number): string => p.toFixed(p < 0.001 ? 5 : 3);

/** Four significant digits, more before the point. */
function figure(value: number): string {
  if (!Number.isFinite(value)) return '';
  const size = Math.abs(value);
  return grouped(size >= 1_000 ? value.toFixed(0) : String(Number(value.toPrecision(4))));
}
