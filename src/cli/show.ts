// Shows a desk on the terminal until it is left: twenty frames a second, keys and clicks in between, and whatever happens,
// the terminal is then as it was found.

import { recording } from '../tui/asciicast.ts';
import type { Canvas } from '../tui/canvas.ts';
import { Screen } from '../tui/screen.ts';
import type { Terminal } from './terminal.ts';

/** What is shown: it is told how much time has passed, and which keys were pressed. */
export interface Desk {
  readonly quit: boolean;
  /** Whether its frames change by themselves. */
  readonly moving: boolean;
  tick(elapsed: number): void;
  draw(width: number, height: number): Canvas;
  key(key: string): void;
  click(x: number, y: number): void;
}

export interface ShowOptions {
  readonly screen: NonNullable<Terminal['screen']>;
  readonly colour: boolean;
  readonly title: string;
  /** Write what is shown there. */
  readonly record: string | undefined;
  readonly clock: () => number;
  readonly breathe: () => Promise<void>;
}

/** Of a second. */
const FRAMES = 20;

export async function show(desk: Desk, { screen: { input, output }, colour, title, record, clock, breathe }: ShowOptions): Promise<void> {
  const recorder =
    record === undefined
      ? undefined
      : recording({ file: record, terminal: output, title, clock, timestamp: Math.floor(Date.now() / 1_000) });
  let dirty = true;
  const touched = () => {
    dirty = true;
  };
  const screen = new Screen({
    input,
    output: recorder ?? output,
    colour,
    title,
    onKey: (key) => {
      desk.key(key);
      touched();
    },
    onClick: (x, y) => {
      desk.click(x, y);
      touched();
    },
    onResize: touched,
  });
  try {
    let before = clock();
    while (!desk.quit) {
      const began = clock();
      // Also when this is the frame in which it stops.
      dirty ||= desk.moving;
      desk.tick(began - before);
      before = began;
      if (dirty) screen.draw(desk.draw(screen.width, screen.height));
      dirty = false;
      await breathe();
      await pause(Math.max(1, 1_000 / FRAMES - (clock() - began)));
      await breathe();
    }
  } finally {
    screen.close();
    recorder?.end();
  }
}

async function pause(milliseconds: number): Promise<void> {
  await new Promise<void>((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
