// `sandpile check`: reads files as a run would and names everything that is wrong with them, each with its place.

import { existsSync, readFileSync, statSync } from 'node:fs';
import type { Command } from 'commander';
import { ConfigError, type ProblemRecord } from '../simulation/config-error.ts';
import { readScenarioFile } from '../simulation/scenario-reader.ts';
import { isTour, readTour } from '../tui/tours/tour.ts';
import { everyCombination, readStressStudy } from '../study/stress-study.ts';
import { readStudyFile } from '../study/study-file.ts';
import { collect } from './options.ts';
import { scenarioPath, stressStudyPath, studyPath } from './shipped.ts';
import { ExitError, json, type Terminal } from './terminal.ts';

interface Options {
  readonly set: readonly string[];
  readonly json?: true;
}

export function addCheck(program: Command, terminal: Terminal): void {
  program
    .command('check')
    .description('read scenario, study and tour files and name everything that is wrong with them; nothing is run or written')
    .argument('<file...>', 'scenario, study or tour files, or names of those that come with sandpile')
    .option('--set <path=value>', 'change a value first; may be given several times', collect, [])
    .option('--json', 'print { problems: [{ file, line, column, path, message, suggestion }] }')
    .addHelpText(
      'after',
      `
Examples:
  sandpile check sim-configs/scenarios/*.yaml
  sandpile check october-2025 --set liquidation.policy.kind=full-close
  sandpile check my-scenario.yaml --json
  sandpile check sim-configs/studies/*.yaml sim-configs/tours/*.yaml

Exits with 1 when there are problems.`,
    )
    .action((files: readonly string[], options: Options) => check(files, options, terminal));
}

function check(files: readonly string[], options: Options, terminal: Terminal): void {
  // By what they say, since what is wrong with a --set is wrong for every file.
  const found = new Map<string, ProblemRecord>();
  const lines: string[] = [];
  for (const argument of files) {
    try {
      const toured = existsSync(argument) && statSync(argument).isFile() && isTour(readFileSync(argument, 'utf8'));
      if (toured) {
        const { name, tellings, scenario } = readTour(argument, { scenarioPath });
        lines.push(`${argument}: fine (${name}: a tour of ${tellings.length} steps through ${scenario.name})`);
        continue;
      }
      const studied = studyPath(argument);
      if (studied !== undefined) {
        const { name, arms, seeds } = readStudyFile(studied);
        lines.push(`${studied}: fine (${name}: a study of ${arms.size} arms on ${seeds.length} seeds)`);
        continue;
      }
      const searched = stressStudyPath(argument);
      if (searched !== undefined) {
        const { name, by, shock, seeds } = readStressStudy(searched);
        lines.push(
          `${searched}: fine (${name}: the smallest ${shock} under ${everyCombination(by).length} rules on ${seeds.length} seeds)`,
        );
        continue;
      }
      const file = scenarioPath(argument);
      const scenario = readScenarioFile(file, { set: options.set });
      const traders = scenario.traders.reduce((sum, { count }) => sum + count, 0);
      lines.push(
        `${file}: fine (${scenario.name}: ${scenario.instruments.map(({ symbol }) => symbol).join(', ')}, ${traders} traders of ${scenario.traders.length} sorts)`,
      );
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      for (const problem of error.problems) found.set(JSON.stringify(problem), problem);
      lines.push(error.format());
    }
  }
  const problems = [...found.values()];
  if (options.json) terminal.out(json({ problems }));
  else {
    if (problems.length > 0) lines.push(`${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`);
    terminal.out(`${lines.join('\n')}\n`);
  }
  if (problems.length > 0) throw new ExitError(1);
}
