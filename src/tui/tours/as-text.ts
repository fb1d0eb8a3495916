// A lesson for who has no terminal to draw on: what is told, with the numbers of the run, and what the change makes of them.

import { createSimulation } from '../../simulation/simulation.ts';
import { differencesOf } from '../panels/comparison.ts';
import { time } from '../panels/format.ts';
import { Playback } from '../playback.ts';
import { keyframesOf } from '../keyframes.ts';
import { Lesson } from './lesson.ts';
import type { Tour } from './tour.ts';

/** Wide enough for every panel to be drawn, though nobody sees it. */
const SIZE = [120, 40] as const;

/** Paragraph by paragraph; `breathe` is called in between. */
export async function* toldAsText(tour: Tour, breathe: () => Promise<void>): AsyncGenerator<string, undefined> {
  // A clock of its own: each look a moment later, so that nothing depends on how fast this machine is.
  let now = 0;
  const clock = () => (now += 0.01);
  const { scenario } = tour;
  const playback = new Playback({ simulation: createSimulation(scenario), keyframes: keyframesOf({ scenario }), clock });
  const lesson = new Lesson({ tour, playback, clock, ascii: true });
  const { guide } = lesson;
  for (;;) {
    lesson.tick(1_000);
    const { said } = guide;
    if (said === undefined) {
      await breathe();
      continue;
    }
    yield `${said.title}\n${said.text}`;
    if (guide.phase === 'told') {
      const { comparison } = lesson;
      if (comparison !== undefined) yield table(comparison);
      if (guide.done) return undefined;
    }
    lesson.draw(...SIZE);
    lesson.key('enter');
  }
}

function table(compared: Parameters<typeof differencesOf>[0]): string {
  const rows = differencesOf(compared).map(({ name, left, right, change }) => [name, left, right, change]);
  const all = [[`from ${time(compared.begin, compared.begin.now)} on`, 'as it is', 'changed', 'difference'], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...all.map((row) => row[column].length)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
