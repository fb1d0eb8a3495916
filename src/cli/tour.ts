// `sandpile tour`: lessons in the terminal. Without a name they are listed; without a terminal a lesson is told in text,
// with the numbers of its run.

import type { Command } from 'commander';
import { createSimulation } from '../simulation/simulation.ts';
import { Playback } from '../tui/playback.ts';
import { keyframesOf } from '../tui/keyframes.ts';
import { toldAsText } from '../tui/tours/as-text.ts';
import { Lesson } from '../tui/tours/lesson.ts';
import { readTour } from '../tui/tours/tour.ts';
import { interruptible } from './progress.ts';
import { scenarioPath, tourCards, tourPath } from './shipped.ts';
import { show } from './show.ts';
import { ExitError, type Terminal } from './terminal.ts';

interface Options {
  readonly seed?: string;
  readonly record?: string;
}

export function addTour(program: Command, terminal: Terminal): void {
  program
    .command('tour')
    .description('a lesson in the terminal: a run that is stopped and explained where something happens')
    .argument('[tour]', 'a tour file, or the name of one that comes with sandpile; without it, they are listed')
    .option('--seed <seed>', "instead of the tour's own: the story follows")
    .option('--record <file>', 'write what is shown there, as an asciicast')
    .addHelpText(
      'after',
      `
Examples:
  sandpile tour
  sandpile tour the-loop
  sandpile tour who-pays --seed 7
  sandpile check my-tour.yaml

Without a terminal a lesson is told in text.`,
    )
    .action((name: string | undefined, options: Options) => interruptible((breathe) => tour(name, options, terminal, breathe)));
}

async function tour(name: string | undefined, options: Options, terminal: Terminal, breathe: () => Promise<void>): Promise<void> {
  if (name === undefined) {
    const width = Math.max(...tourCards().map((card) => card.name.length));
    for (const card of tourCards()) terminal.out(`${card.name.padEnd(width + 2)}${card.title}\n`);
    return;
  }
  const { seed, record } = options;
  const lesson = readTour(tourPath(name), { scenarioPath, ...(seed === undefined ? {} : { seed }) });
  const { scenario } = lesson;
  const clock = () => performance.now();
  if (terminal.screen === undefined) {
    if (record !== undefined) throw new ExitError(1, 'error: --record needs a terminal to record');
    for await (const paragraph of toldAsText(lesson, breathe)) terminal.out(`${paragraph}\n\n`);
    return;
  }
  const playback = new Playback({ simulation: createSimulation(scenario), keyframes: keyframesOf({ scenario }), clock });
  await show(new Lesson({ tour: lesson, playback, clock, ascii: false }), {
    screen: terminal.screen,
    colour: terminal.colour ?? false,
    title: `sandpile tour ${lesson.name}`,
    record,
    clock,
    breathe,
  });
}
