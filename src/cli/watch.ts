// `sandpile watch`: a run in the terminal, to be stopped, rewound, asked and changed. Where there is no terminal to draw
// on, what came of it is told as `run --minutes` does.

import type { Command } from 'commander';
import { App } from '../tui/app.ts';
import { keyframesOf } from '../tui/keyframes.ts';
import { Playback } from '../tui/playback.ts';
import { readScenarioFile } from '../simulation/scenario-reader.ts';
import { createSimulation } from '../simulation/simulation.ts';
import { collect } from './options.ts';
import { interruptible } from './progress.ts';
import { run } from './run.ts';
import { scenarioPath } from './shipped.ts';
import { show } from './show.ts';
import { ExitError, type Terminal } from './terminal.ts';

interface Options {
  readonly seed?: string;
  readonly set: readonly string[];
  readonly speed?: string;
  readonly from?: string;
  readonly record?: string;
}

export function addWatch(program: Command, terminal: Terminal): void {
  program
    .command('watch')
    .description('watch a run in the terminal: stop it, rewind it, change a rule')
    .argument('<scenario>', 'a scenario file, or the name of one that comes with sandpile')
    .option('--seed <seed>', "instead of the scenario's own")
    .option('--set <path=value>', 'change a value; may be given several times', collect, [])
    .option('--speed <factor>', 'simulated seconds a second, 0.25 to 1000; without it, slow where something happens')
    .option('--from <time>', 'play up to there as fast as can be: simulated time such as 31m, or calendar time such as 21:16')
    .option('--record <file>', 'write what is shown there, as an asciicast')
    .addHelpText(
      'after',
      `
Examples:
  sandpile watch october-2025 --from 21:16
  sandpile watch flash-crash --seed 7 --speed 10
  sandpile watch long-squeeze --set liquidation.policy.kind=targeted
  sandpile watch october-2025 --record october.cast

Keys: ? shows them. Without a terminal the run is told minute by minute instead.`,
    )
    .action((file: string, options: Options) => interruptible((breathe) => watch(file, options, terminal, breathe)));
}

async function watch(file: string, options: Options, terminal: Terminal, breathe: () => Promise<void>): Promise<void> {
  const speed = options.speed === undefined ? undefined : speedOf(options.speed);
  const { seed, set } = options;
  if (terminal.screen === undefined) {
    if (options.record !== undefined) throw new ExitError(1, 'error: --record needs a terminal to record');
    return run(file, { set, minutes: true, ...(seed === undefined ? {} : { seed }) }, terminal, breathe);
  }
  const scenario = readScenarioFile(scenarioPath(file), { set, ...(seed === undefined ? {} : { seed }) });
  const clock = () => performance.now();
  const simulation = createSimulation(scenario);
  const playback = new Playback({ simulation, keyframes: keyframesOf({ scenario }), clock });
  const app = new App({ playback, speed, clock, ascii: false });
  if (options.from !== undefined) {
    const problem = app.goToText(options.from);
    if (problem !== '') throw new ExitError(1, `error: --from ${options.from}: ${problem}`);
  }
  await show(app, {
    screen: terminal.screen,
    colour: terminal.colour ?? false,
    title: `sandpile watch ${scenario.name}`,
    record: options.record,
    clock,
    breathe,
  });
}

function speedOf(text: string): number {
  const speed = Number(text.replace(/^[x×]/, ''));
  if (!(speed >= 0.25 && speed <= 1_000)) throw new ExitError(1, `error: --speed ${text}: expected a number from 0.25 to 1000`);
  return speed;
}
