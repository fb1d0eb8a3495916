// `sandpile watch` as a person meets it: in a real terminal where there is one to be had, and without any.

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sandpile } from '../helpers/command.ts';
import { SMALL } from '../helpers/small-scenario.ts';

const COMMAND = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** The small run that other tests use too, as a file. */
let folder: string;
let small: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sandpile-watch-'));
  small = join(folder, 'small.yaml');
  writeFileSync(small, SMALL);
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('without a terminal', () => {
  test('the run is told minute by minute, as `run` does', async () => {
    const watched = await sandpile('watch', small);
    const run = await sandpile('run', small, '--minutes');
    const untimed = (text: string) => text.replace(/ {2}took .*\n/, '');
    expect(watched.code).toBe(0);
    expect(untimed(watched.out)).toBe(untimed(run.out));
    expect(watched.out).toContain('digest');
  });

  test('a terminal that can only print gets the same, in ASCII', () => {
    const { stdout, status } = spawnSync(process.execPath, [COMMAND, 'watch', small], {
      encoding: 'utf8',
      env: { ...process.env, TERM: 'dumb' },
    });
    expect(status).toBe(0);
    expect(stdout).toContain('liquidations');
    expect(stdout).not.toMatch(/[\u2800-\u28ff]/);
    expect(stdout).not.toContain('\u001b');
  });

  test('what cannot be is refused: a speed, a recording of nothing', async () => {
    expect(await sandpile('watch', small, '--speed', 'fast')).toMatchObject({
      code: 1,
      err: expect.stringContaining('--speed fast') as string,
    });
    expect(await sandpile('watch', small, '--record', 'x.cast')).toMatchObject({
      code: 1,
      err: expect.stringContaining('needs a terminal') as string,
    });
    expect(await sandpile('watch', 'october-2052')).toMatchObject({ code: 1, err: expect.stringContaining('october-2025') as string });
  });
});

const tmux = spawnSync('tmux', ['-V']).status === 0;

/** A terminal that nobody sees. */
class Window {
  readonly #name = `sandpile-${process.pid}-${Math.round(performance.now())}`;
  readonly #folder: string;

  constructor(folder: string, width: number, height: number, args: readonly string[], environment = '') {
    this.#folder = folder;
    const command = [process.execPath, COMMAND, ...args].map((word) => `'${word}'`).join(' ');
    this.#tmux(
      'new-session',
      '-d',
      '-x',
      String(width),
      '-y',
      String(height),
      '-s',
      this.#name,
      `${environment} ${command}; echo "left with $?"; stty -a | grep -o -- '-\\?icanon'; sleep 60`,
    );
  }

  #tmux(...args: string[]): string {
    return execFileSync('tmux', ['-L', this.#name, '-f', '/dev/null', ...args], { encoding: 'utf8', cwd: this.#folder });
  }

  get text(): string {
    return this.#tmux('capture-pane', '-p', '-t', this.#name);
  }

  get processId(): number {
    const shell = this.#tmux('list-panes', '-t', this.#name, '-F', '#{pane_pid}').trim();
    return Number(execFileSync('pgrep', ['-P', shell], { encoding: 'utf8' }).trim().split('\n')[0]);
  }

  press(...keys: string[]): void {
    this.#tmux('send-keys', '-t', this.#name, ...keys);
  }

  resize(width: number, height: number): void {
    this.#tmux('resize-window', '-t', this.#name, '-x', String(width), '-y', String(height));
  }

  /** Waits until it shows what is looked for. */
  async shows(wanted: RegExp): Promise<string> {
    for (let i = 0; i < 300; i++) {
      const { text } = this;
      if (wanted.test(text)) return text;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`not seen: ${String(wanted)}\n${this.text}`);
  }

  close(): void {
    this.#tmux('kill-session', '-t', this.#name);
  }
}

describe.runIf(tmux && existsSync(COMMAND))('in a terminal', () => {
  let window: Window | undefined;
  afterEach(() => {
    window?.close();
    window = undefined;
  });
  const open = (width: number, height: number, args: readonly string[], environment?: string) =>
    (window = new Window(folder, width, height, ['watch', small, ...args], environment));

  test('runs, stops, asks, follows, rewinds, and leaves everything as it was', { timeout: 90_000 }, async () => {
    const at = open(140, 45, ['--speed', '30', '--record', join(folder, 'run.cast')]);
    const text = await at.shows(/liquidation map/);
    for (const panel of ['BTC-PERP', 'book', 'who pays', 'cascade', 'most in danger', 'what happens']) expect(text).toContain(panel);
    at.press('Space');
    await at.shows(/‖ paused/);
    at.press('?');
    await at.shows(/what a number is/);
    at.press('x', 'l');
    await at.shows(/liquidated ✗ [1-9]/);
    at.press('Home');
    await at.shows(/10:00:00 UTC/);
    at.press('g', '3', '0', 's', 'Enter');
    await at.shows(/10:00:30 UTC/);
    at.press('w', 'Enter');
    await at.shows(/what the change makes/);
    at.press('q');
    const left = await at.shows(/left with 0/);
    expect(left).not.toContain('liquidation map');
    await at.shows(/^icanon/m);
    const [header, first] = readFileSync(join(folder, 'run.cast'), 'utf8').split('\n');
    expect(JSON.parse(header)).toMatchObject({ version: 2, width: 140, height: 45 });
    expect(JSON.parse(first)).toHaveLength(3);
  });

  test('follows the size of the window, and says when it is too small', { timeout: 60_000 }, async () => {
    const at = open(140, 45, ['--speed', '10']);
    await at.shows(/most in danger/);
    at.resize(80, 24);
    const small = await at.shows(/help +q +quit\s*$/);
    expect(Math.max(...small.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    at.resize(60, 20);
    await at.shows(/The window is too small/);
    at.resize(200, 60);
    await at.shows(/most in danger/);
    at.press('C-c');
    await at.shows(/left with 0/);
  });

  test.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
    ['SIGHUP', 129],
  ] as const)('%s ends it, and the terminal is its own again', { timeout: 60_000 }, async (signal, code) => {
    const at = open(100, 30, ['--speed', '10']);
    await at.shows(/liquidation map/);
    process.kill(at.processId, signal);
    const left = await at.shows(new RegExp(`left with ${code}`));
    expect(left).not.toContain('liquidation map');
    await at.shows(/^icanon/m);
  });

  test('what is thrown while a frame is drawn ends it with its words on a clean screen', { timeout: 60_000 }, async () => {
    const breaking = join(folder, 'breaking.mjs');
    const desk = new URL('../../dist/tui/app.js', import.meta.url).href;
    writeFileSync(
      breaking,
      `import { App } from '${desk}';
const { draw } = App.prototype;
let frames = 0;
App.prototype.draw = function (...size) {
  if (++frames > 20) throw new Error('thrown within a frame');
  return draw.apply(this, size);
};
`,
    );
    const at = open(100, 30, ['--speed', '10'], `NODE_OPTIONS='--import ${breaking}'`);
    const left = await at.shows(/left with 2/);
    expect(left).toContain('thrown within a frame');
    expect(left).toContain('To reproduce: sandpile watch');
    expect(left).not.toContain('liquidation map');
    await at.shows(/^icanon/m);
  });

  test('breakers: the panel names what is armed, h goes to the halt, w to a future without it', { timeout: 90_000 }, async () => {
    const rules = 'breakers.rules=[{ kind: rolling-range, window: 30s, range: 1%, halt: 10s }]';
    const at = open(140, 45, ['--speed', '10', '--set', rules]);
    await at.shows(/rolling-range/);
    at.press('h');
    const halted = await at.shows(/‖ HALTED until 10:00:\d\d, 0:10/);
    expect(halted).toContain('The breaker "rolling-range" halts trading in BTC-PERP');
    at.press('8');
    await at.shows(/window 30s, range 1%, halt 10s/);
    at.press('8', 'w', 'Right');
    await at.shows(/▸ breaker: none/);
    at.press('Enter');
    await at.shows(/what the change makes/);
    at.press('End');
    await at.shows(/■ the end/);
    at.press('q');
    await at.shows(/left with 0/);
  });

  test('an error ends it with its words on a clean screen', { timeout: 60_000 }, async () => {
    const at = open(100, 30, ['--from', 'never']);
    const left = await at.shows(/left with 1/);
    expect(left).toContain('error: --from never');
    await at.shows(/^icanon/m);
  });

  test('without colour it is as clear', { timeout: 60_000 }, async () => {
    const at = open(100, 30, ['--speed', '10'], 'NO_COLOR=1');
    expect(await at.shows(/▲ [\d.]+ .*▼ [\d.]+ /)).toContain('who pays');
    at.press('q');
    await at.shows(/left with 0/);
  });
});
