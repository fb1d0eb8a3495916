// `sandpile stress`: how large must a shock be for something to break, and what do known troubles do to a scenario?

import type { Command } from 'commander';
import { isFault, parseQuantity } from '../base/quantity.ts';
import { readScenarioFile } from '../simulation/scenario-reader.ts';
import type { Scenario } from '../simulation/scenario.ts';
import { armOf, compare, type Arm } from '../study/compare.ts';
import { everyCombination, readStressStudy, type StressPlan } from '../study/stress-study.ts';
import { parseSeeds } from '../study/study-file.ts';
import { reverseStress, type Stress, type StressOptions } from '../study/stress.ts';
import { STRESSES, stressArms } from '../study/stress-scenarios.ts';
import { brokenRuns, tellBroken } from './broken-runs.ts';
import { METRICS, refuseUnknown, refuseWrong, shown, studyText, variedOf } from './compare.ts';
import { collect } from './options.ts';
import { interruptible } from './progress.ts';
import { scenarioPath, stressStudyPath, studyPath } from './shipped.ts';
import { table } from './table.ts';
import { ExitError, json, type Terminal } from './terminal.ts';

interface Options {
  readonly shock?: string;
  readonly find?: string;
  readonly probability?: string;
  readonly refine?: string;
  readonly by: readonly string[];
  readonly named?: string;
  readonly metric: readonly string[];
  readonly seeds?: string;
  readonly set: readonly string[];
  readonly json?: true;
}

export function addStress(program: Command, terminal: Terminal): void {
  program
    .command('stress')
    .description('the smallest shock that breaks something, or a scenario under named troubles')
    .argument(
      '<scenario|study>',
      'a scenario (with --shock or --named) or a study with a shock: a file, or the name of one that comes with sandpile',
    )
    .option('--shock <path=from..to[:steps]>', 'any number of the scenario, and the values it takes (8 steps)')
    .option('--find <condition>', "what to look for: a path into the headline, an operator, a number, such as 'fund.low <= 0'")
    .option('--probability <share>', 'how likely it should be, over seeds (50%)')
    .option('--refine <times>', 'how often the interval where it is first reached is halved (3)')
    .option('--by <path=a,b,…>', 'search anew at each of these values; several make every combination', collect, [])
    .option('--named <names>', 'instead of a shock: named troubles, separated by commas, or all')
    .option('--metric <path>', 'with --named: an outcome to show; may be given several times', collect, [])
    .option('--seeds <first..last>', 'every value is tried on each of them (1..20)')
    .option('--set <path=value>', 'change a value of the scenario; may be given several times', collect, [])
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Examples:
  sandpile stress flash-crash --shock 'shocks[0].size=-2%..-14%:6' --find 'fund.low <= 0' --seeds 1..10
  sandpile stress flash-crash --shock traders.makers.touch=0.2..0.02 --find 'adl.accounts > 0' --probability 10%
  sandpile stress flash-crash --shock 'shocks[0].size=-2%..-14%:6' --find 'badDebt > 0' --by insuranceFund.cash=0,1000000
  sandpile stress solvency-frontier
  sandpile stress flash-crash --named flash-wick,fund-drain --seeds 1..5
  sandpile stress calm --named all --metric price.maxDrawdown

Named troubles:
${STRESSES.map(({ name, doc }) => `  ${name.padEnd(18)}${doc}`).join('\n')}

More is not always worse: every value is tried, the first that is likely enough is looked for more closely, and seeds that
broke at a smaller shock and not at a larger one are counted. Intervals are Wilson's, at 95 %. See docs/stress.md.`,
    )
    .action((file: string, options: Options) =>
      interruptible(async (breathe) => {
        const study = stressStudyPath(file);
        const plan = study === undefined ? planOf(file, options) : planOfStudy(study, options);
        const work = { scenario: plan.scenario, seeds: plan.seeds, breathe, options, terminal };
        await ('named' in plan ? trouble(work) : search(plan, work));
      }),
    );
}

type Search = Omit<StressPlan, 'name'>;

/** What the flags ask for. */
function planOf(
  file: string,
  options: Options,
): Search | { readonly scenario: Scenario; readonly seeds: readonly string[]; readonly named: true } {
  const { shock, find } = options;
  if ((options.named === undefined) === (shock === undefined))
    throw new ExitError(1, "error: either --shock path=from..to with --find 'condition', or --named name,name");
  const seeds = seedsOf(options.seeds ?? '1..20');
  const compared = studyPath(file);
  if (compared !== undefined) throw new ExitError(1, `error: ${compared} compares rules: sandpile compare ${file}`);
  const scenario = readScenarioFile(scenarioPath(file), { set: options.set });
  if (shock === undefined) return { scenario, seeds, named: true };
  if (find === undefined) throw new ExitError(1, "error: --find 'condition' says what the shock is to do");
  const { probability = 0.5, refine = 3 } = closeness(options);
  const by = variedOf('--by', options.by);
  refuseWrong('--by', scenario, everyCombination(by));
  return { scenario, shock, find, by, probability, refine, seeds };
}

/** What a file asks for; seeds and how closely to look may be said anew. */
function planOfStudy(path: string, options: Options): Search {
  const { named, shock, find, by } = options;
  if ((named ?? shock ?? find) !== undefined || by.length > 0)
    throw new ExitError(
      1,
      `error: ${path} is a study and says itself what it looks for: --shock, --find, --by and --named are for scenarios`,
    );
  const study = readStressStudy(path, options.set);
  const seeds = options.seeds === undefined ? study.seeds : seedsOf(options.seeds);
  return { ...study, ...closeness(options), seeds };
}

function seedsOf(written: string): readonly string[] {
  const seeds = parseSeeds(written);
  if (seeds === undefined) throw new ExitError(1, `error: --seeds ${written}: expected seeds such as 1..20 or 7,9, each once`);
  return seeds;
}

function closeness({ probability, refine }: Options): { probability?: number; refine?: number } {
  const share = probability === undefined ? undefined : parseQuantity('fraction', probability);
  if (share !== undefined && (isFault(share) || share.lt(0) || share.gt(1)))
    throw new ExitError(1, `error: --probability ${probability}: expected a share such as 50%`);
  if (refine !== undefined && !/^\d{1,2}$/.test(refine)) throw new ExitError(1, `error: --refine ${refine}: expected how often, such as 3`);
  return { ...(share !== undefined && { probability: share.toNumber() }), ...(refine !== undefined && { refine: Number(refine) }) };
}

interface Work {
  readonly scenario: Scenario;
  readonly seeds: readonly string[];
  readonly breathe: () => Promise<void>;
  readonly options: Options;
  readonly terminal: Terminal;
}

/** Calls `work` with what it is to tell of every run, and takes the progress away afterwards. */
async function watched<T>(terminal: Terminal, work: (onRun: (done: number, total: number) => void) => Promise<T>): Promise<T> {
  const began = performance.now();
  try {
    return await work((done, total) => {
      if (terminal.progress && performance.now() - began > 1_000) terminal.err(`\r\u001b[K${done} of ${total} runs`);
    });
  } finally {
    if (terminal.progress) terminal.err('\r\u001b[K');
  }
}

// ── The smallest shock

async function search(plan: Search, { scenario, seeds, breathe, options, terminal }: Work): Promise<void> {
  const { shock, find, probability, refine } = plan;
  const settings: StressOptions = { shock, find, seeds, breathe, probability, refine };
  const arms = everyCombination(plan.by);
  const scenarios = arms.map((arm) => armOf(scenario, arm));
  const found: (Stress & { readonly set: Arm })[] = [];
  await watched(terminal, async (onRun) => {
    for (const [i, arm] of arms.entries()) {
      const before = found.reduce((sum, { runs }) => sum + runs, 0);
      const told = (done: number, total: number) => onRun(before + done, before + total * (arms.length - i));
      found.push({ set: arm, ...(await reverseStress(scenarios[i], { ...settings, onRun: told })) });
    }
  });
  const [only] = found;
  if (plan.by.size === 0) terminal.out(options.json ? json(only) : stressText(only));
  else terminal.out(options.json ? json({ frontier: found }) : frontierText(found));
  const broken = found.flatMap(({ set, path, broken: all }) => all.map((one) => ({ ...one, set: { ...set, [path]: one.value } })));
  tellBroken(broken, scenario, terminal);
}

export function stressText(stress: Stress): string {
  const { scenario, path, condition, seeds, points } = stress;
  const head = `${scenario}: how likely is ${condition}? ${counted(seeds)}, the same at every value\n`;
  const rows = points.map(({ value, met, runs, probability, interval: [low, high], refined }) => [
    `${value}${refined ? ' *' : ''}`,
    `${met} of ${runs}`,
    share(probability),
    `${share(low)} … ${share(high)}`,
  ]);
  const shown = table([[path, 'met', 'probability', '95 % interval'], ...rows]);
  const star = points.some(({ refined }) => refined) ? '\n* found by halving' : '';
  return `${head}\n${shown}${star}\n\n${verdict(stress)}\n${stress.runs} runs.\n`;
}

function verdict({ path, probability, points, smallest, plausible, reversals, seeds }: Stress): string {
  const wanted = share(probability);
  const said = [];
  if (smallest === null) {
    const most = points.reduce((best, point) => (point.probability > best.probability ? point : best));
    said.push(
      most.met === 0
        ? `It never happened: at none of ${points.length} values up to ${points.at(-1)!.value}, on none of ${seeds.length} seeds; at each it may be as likely as ${share(most.interval[1])}.`
        : `Nowhere as likely as ${wanted}: at most ${share(most.probability)}, at ${most.value}.`,
    );
  } else if (smallest.after === null) {
    said.push(`At ${path}=${smallest.at} it is as likely as ${wanted} already: begin with less to find the smallest.`);
  } else {
    said.push(`The smallest that is as likely as ${wanted}: ${path}=${smallest.at} (at ${smallest.after} it is not).`);
  }
  if (plausible !== null && smallest !== null) {
    const { from, to } = plausible;
    said.push(
      to === null
        ? `By the intervals it may be as small as ${from}; how large is not known: more seeds, or a larger shock.`
        : from === to
          ? `The intervals leave no other value.`
          : `By the intervals it lies between ${from} and ${to}.`,
    );
  }
  if (reversals.length > 0)
    said.push(`More is not always worse: ${reversals.length} of ${seeds.length} seeds broke at a smaller shock and not at a larger one.`);
  return said.join('\n');
}

function frontierText(found: readonly (Stress & { readonly set: Arm })[]): string {
  const [{ scenario, path, condition, probability, seeds }] = found;
  const names = Object.keys(found[0].set);
  const rows = found.map(({ set, smallest, plausible, points, runs }) => [
    ...names.map((name) => set[name]),
    smallest === null ? `beyond ${points.at(-1)!.value}` : smallest.after === null ? `up to ${smallest.at}` : smallest.at,
    plausible === null ? '' : `${plausible.from} … ${plausible.to ?? '?'}`,
    String(runs),
  ]);
  const head = `${scenario}: the smallest ${path} with ${condition} as likely as ${share(probability)}, ${counted(seeds)}\n`;
  return `${head}\n${table([[...names, 'smallest', 'by the intervals', 'runs'], ...rows])}\n`;
}

function share(probability: number): string {
  return `${(100 * probability).toFixed(0)} %`;
}

function counted(seeds: readonly string[]): string {
  return `${seeds.length} seed${seeds.length === 1 ? '' : 's'} (${seeds[0]} … ${seeds.at(-1)})`;
}

// ── Named troubles

async function trouble({ scenario, seeds, breathe, options, terminal }: Work): Promise<void> {
  const arms = stressArms(options.named!, scenario);
  const wanted = options.metric.length > 0 ? options.metric : [...METRICS, 'halts', 'orderliness.oneSidedMs'];
  refuseUnknown(wanted, scenario, [...arms.values()]);
  const study = await watched(terminal, (onRun) =>
    compare(scenario, { seeds, arms, breathe, onRun: (_, done, total) => onRun(done, total) }),
  );
  const chosen = STRESSES.filter(({ name }) => arms.has(name));
  const docs = chosen.map(({ name, doc }) => `  ${name.padEnd(18)}${doc}`).join('\n');
  terminal.out(options.json ? json(study) : `${docs}\n\n${studyText(study, shown(study, wanted))}`);
  tellBroken(brokenRuns(study), scenario, terminal);
}
