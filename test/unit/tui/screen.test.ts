// The terminal, read as a terminal emulator reads it: text, colours, keys, mouse, sizes, and how it is left.

import xterm from '@xterm/headless';
import { PassThrough } from 'node:stream';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { recording } from '../../../src/tui/asciicast.ts';
import { Canvas } from '../../../src/tui/canvas.ts';
import { COLOURED, INKS, type Ink } from '../../../src/tui/ink.ts';
import { Screen } from '../../../src/tui/screen.ts';

type Emulator = InstanceType<typeof xterm.Terminal>;

interface Desk {
  readonly screen: Screen;
  readonly emulator: Emulator;
  readonly input: PassThrough;
  readonly output: PassThrough & { columns: number; rows: number };
  readonly keys: string[];
  readonly clicks: [number, number][];
  readonly sizes: number[];
}

let desk: Desk | undefined;
afterEach(() => {
  desk?.screen.close();
  desk = undefined;
});

function opened({ width = 80, height = 24, colour = true } = {}): Desk {
  const emulator = new xterm.Terminal({ cols: width, rows: height, allowProposedApi: true });
  const input = Object.assign(new PassThrough(), { isTTY: true, isRaw: false, setRawMode() {} });
  const output = Object.assign(new PassThrough(), { isTTY: true, columns: width, rows: height });
  output.on('data', (data: Buffer) => emulator.write(new Uint8Array(data)));
  const keys: string[] = [];
  const clicks: [number, number][] = [];
  const sizes: number[] = [];
  const screen = new Screen({
    input,
    output,
    colour,
    title: 'test',
    onKey: (key) => keys.push(key),
    onClick: (x, y) => clicks.push([x, y]),
    onResize: () => sizes.push(screen.width),
  });
  desk = { screen, emulator, input, output, keys, clicks, sizes };
  return desk;
}

/** Until everything written has been read. */
async function settled({ emulator }: Desk): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 20));
  await new Promise<void>((resolve) => emulator.write('', resolve));
}

function lines({ emulator }: Desk): string[] {
  const buffer = emulator.buffer.active;
  return Array.from({ length: emulator.rows }, (_, y) => buffer.getLine(buffer.viewportY + y)?.translateToString(true) ?? '');
}

function inkSample(): Canvas {
  const canvas = new Canvas(80, 24);
  INKS.forEach((ink, y) => canvas.write(0, y, [[`⣿ ${ink}`, ink]]));
  return canvas;
}

const cellOf = (opened: Desk, x: number, y: number) => opened.emulator.buffer.active.getLine(y)!.getCell(x)!;

describe('drawing', () => {
  test('every ink has its colour of the 256, and braille and frames arrive as they are', async () => {
    const at = opened();
    const canvas = inkSample();
    canvas.frame({ x: 40, y: 0, width: 10, height: 3 }, 'x');
    at.screen.draw(canvas);
    await settled(at);
    expect(lines(at)[0]).toMatch(/^⣿ plain +╭─ x ─+╮$/);
    INKS.forEach((ink: Ink, y) => {
      const { fg, bg, bold = false } = COLOURED[ink];
      const cell = cellOf(at, 2, y);
      expect([ink, fg === undefined ? -1 : cell.getFgColor()], ink).toEqual([ink, fg ?? -1]);
      if (fg !== undefined) expect(cell.isFgPalette(), ink).toBe(true);
      if (bg !== undefined) expect(cell.getBgColor(), ink).toBe(bg);
      expect(cell.isBold() !== 0, ink).toBe(bold);
    });
  });

  test('without colour there is none, and what must stand out does', async () => {
    const at = opened({ colour: false });
    at.screen.draw(inkSample());
    await settled(at);
    INKS.forEach((ink, y) => {
      expect([cellOf(at, 2, y).isFgDefault(), cellOf(at, 2, y).isBgDefault()], ink).toEqual([true, true]);
    });
    const row = (ink: Ink) => INKS.indexOf(ink);
    expect(cellOf(at, 2, row('chosen')).isInverse()).not.toBe(0);
    expect(cellOf(at, 2, row('liquidation')).isBold()).not.toBe(0);
  });

  test('only what changed is written again', async () => {
    const at = opened();
    at.screen.draw(inkSample());
    await settled(at);
    let written = 0;
    at.output.on('data', (data: Buffer) => (written += data.length));
    at.screen.draw(inkSample());
    await settled(at);
    expect(written).toBe(0);
    const changed = inkSample();
    changed.put(5, 20, 'x');
    at.screen.draw(changed);
    await settled(at);
    expect(written).toBeGreaterThan(0);
    expect(written).toBeLessThan(60);
    expect(lines(at)[20]).toBe('     x');
  });
});

describe('keys and mouse', () => {
  test('have the names that the desk knows', async () => {
    const at = opened();
    for (const sent of [
      'q',
      ' ',
      '\r',
      '\u001b[A',
      '\u001b[1;2D',
      '\u001b[C',
      '\u007f',
      '\u0003',
      '?',
      '+',
      '\u001b[5~',
      '\u001b[H',
      '\u001b[F',
      '7',
      '<',
    ])
      at.input.write(sent);
    await settled(at);
    expect(at.keys).toEqual([
      'q',
      'space',
      'enter',
      'up',
      'S-left',
      'right',
      'backspace',
      'C-c',
      '?',
      '+',
      'pageup',
      'home',
      'end',
      '7',
      '<',
    ]);
  });

  test('escape is a key', async () => {
    const at = opened();
    at.input.write('\u001b');
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(at.keys).toEqual(['escape']);
  });

  test('a click has its cell', async () => {
    const at = opened();
    at.input.write('\u001b[<0;12;5M');
    at.input.write('\u001b[<0;12;5m');
    await settled(at);
    expect(at.clicks).toEqual([[11, 4]]);
  });
});

describe('size', () => {
  test('follows the terminal', async () => {
    const at = opened();
    at.screen.draw(new Canvas(80, 24));
    at.output.columns = 100;
    at.output.rows = 30;
    at.emulator.resize(100, 30);
    at.output.emit('resize');
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect([at.screen.width, at.screen.height]).toEqual([100, 30]);
    expect(at.sizes).toEqual([100]);
    const canvas = new Canvas(100, 30);
    canvas.write(92, 29, 'corner');
    at.screen.draw(canvas);
    await settled(at);
    expect(lines(at)[29].trim()).toBe('corner');
  });
});

describe('leaving', () => {
  test('the terminal is as it was found: its own screen, the cursor, no mouse', async () => {
    const at = opened();
    at.emulator.write('');
    at.screen.draw(inkSample());
    await settled(at);
    expect(at.emulator.buffer.active.type).toBe('alternate');
    let sent = '';
    at.output.on('data', (data: Buffer) => (sent += data.toString()));
    at.screen.close();
    await settled(at);
    expect(at.emulator.buffer.active.type).toBe('normal');
    expect(lines(at).join('').trim()).toBe('');
    expect(sent).toContain('\u001b[?25h');
    expect(sent).toMatch(/\[\?100[023](;\d+)*l/);
    expect(at.emulator.modes.mouseTrackingMode).toBe('none');
    // Twice does no harm, nor does a frame that comes late.
    at.screen.close();
    at.screen.draw(inkSample());
  });
});

describe('a recording', () => {
  test('is an asciicast that shows the same when it is played', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sandpile-cast-'));
    try {
      const file = join(folder, 'run.cast');
      const terminal = Object.assign(new PassThrough(), { columns: 80, rows: 24 });
      terminal.resume();
      let now = 0;
      const output = recording({ file, terminal, title: 'a run', clock: () => now, timestamp: 1_760_131_200 });
      const input = Object.assign(new PassThrough(), { isTTY: true, isRaw: false, setRawMode() {} });
      const screen = new Screen({ input, output, colour: true, title: '', onKey() {}, onClick() {}, onResize() {} });
      now = 1_500;
      screen.draw(inkSample());
      screen.close();
      await new Promise<void>((resolve) => output.end(resolve));
      const [header, ...events] = readFileSync(file, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown);
      expect(header).toEqual({
        version: 2,
        width: 80,
        height: 24,
        timestamp: 1_760_131_200,
        title: 'a run',
        env: { TERM: 'xterm-256color' },
      });
      const emulator = new xterm.Terminal({ cols: 80, rows: 24, allowProposedApi: true });
      const frames = events as [number, string, string][];
      expect(frames.every(([at, kind]) => at >= 0 && kind === 'o')).toBe(true);
      expect(frames.some(([at]) => at === 1.5)).toBe(true);
      let shown = '';
      for (const [, , data] of frames) {
        await new Promise<void>((resolve) => emulator.write(data, resolve));
        if (emulator.buffer.active.type === 'alternate') shown = emulator.buffer.active.getLine(1)?.translateToString(true) ?? '';
      }
      expect(shown).toBe('⣿ dim');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
