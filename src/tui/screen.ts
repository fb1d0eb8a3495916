// The terminal: blessed draws what is on a canvas and says which keys and clicks there were. This file alone knows it.

import blessed from 'blessed';
import type { Readable, Writable } from 'node:stream';
import type { Canvas } from './canvas.ts';
import { COLOURED, COLOURLESS, INKS, type Look } from './ink.ts';

export interface ScreenOptions {
  readonly input: Readable;
  readonly output: Writable & { readonly columns?: number; readonly rows?: number };
  readonly colour: boolean;
  readonly title: string;
  readonly onKey: (key: string) => void;
  readonly onClick: (x: number, y: number) => void;
  readonly onResize: () => void;
}

/** Of blessed's screen, what its typings leave out: cells as [attributes, character], and the writing of what changed. */
interface Raw {
  readonly lines: ([attributes: number, char: string][] & { dirty: boolean })[];
  draw(from: number, to: number): void;
  readonly program: { readonly cols: number; readonly rows: number; flush(): void };
}

/** blessed's word for the terminal's own colour. */
const OWN = 0x1ff;

function attributes({ fg = OWN, bg = OWN, bold = false, underline = false, inverse = false }: Look): number {
  return (((bold ? 1 : 0) | (underline ? 2 : 0) | (inverse ? 8 : 0)) << 18) | (fg << 9) | bg;
}

/** blessed's names of keys, where ours differ. */
const KEYS: Readonly<Record<string, string>> = { ' ': 'space', return: 'enter', linefeed: 'enter' };

export class Screen {
  readonly #screen: blessed.Widgets.Screen & Raw;
  readonly #attributes: readonly number[];
  #closed = false;

  constructor({ input, output, colour, title, onKey, onClick, onResize }: ScreenOptions) {
    // Otherwise lines are drawn with the alternate character set, which some terminals show as letters.
    process.env.NCURSES_NO_UTF8_ACS = '1';
    // The typings have the two the wrong way round.
    const streams = { input, output } as unknown as { readonly input: Writable; readonly output: Readable };
    this.#screen = blessed.screen({
      ...streams,
      // blessed cannot read most terminfo files of today and would fall back to eight colours.
      terminal: 'xterm-256color',
      forceUnicode: true,
      resizeTimeout: 50,
      title,
    }) as blessed.Widgets.Screen & Raw;
    const looks = colour ? COLOURED : COLOURLESS;
    this.#attributes = INKS.map((ink) => attributes(looks[ink]));
    this.#screen.on('keypress', (char: string | undefined, key: { full?: string; name?: string } | undefined) => {
      const full = key?.full ?? char ?? '';
      // Enter comes twice, as `return` and as `enter`.
      if (key?.name === 'enter' && full === 'enter' && char === '\r') return;
      onKey(KEYS[full] ?? (char !== undefined && char.length === 1 && char > ' ' && char !== '\u007f' ? char : full));
    });
    this.#screen.on('mouse', (event: { action?: string; x: number; y: number }) => {
      if (event.action === 'mousedown') onClick(event.x, event.y);
    });
    this.#screen.on('resize', onResize);
  }

  get width(): number {
    return this.#screen.program.cols;
  }

  get height(): number {
    return this.#screen.program.rows;
  }

  draw(canvas: Canvas): void {
    if (this.#closed) return;
    const { lines } = this.#screen;
    const { width, height, chars, inks } = canvas;
    for (let y = 0; y < height && y < lines.length; y++) {
      const line = lines[y];
      for (let x = 0; x < width && x < line.length; x++) {
        const cell = line[x];
        const at = y * width + x;
        const look = this.#attributes[inks[at]];
        const char = String.fromCharCode(chars[at]);
        if (cell[0] === look && cell[1] === char) continue;
        cell[0] = look;
        cell[1] = char;
        line.dirty = true;
      }
    }
    this.#screen.draw(0, lines.length - 1);
    this.#screen.program.flush();
  }

  /** Leaves the terminal as it was found. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#screen.destroy();
  }
}
