// A process of an engine that makes one run after the other (`engine-runs.mjs`). When it dies, the run that it was making has
// failed, and the next one gets a new process.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

export class Lane {
  #engine;
  #child = null;
  #heard = '';
  /** Of the run that is being made. */
  #answer = null;
  /** The runs that this process has made, by name. */
  #before = [];

  constructor(engine) {
    this.#engine = engine;
  }

  /**
   * Makes one run; the next only when this one is done. Comes to `{ stdout }` or `{ failure }`, with the seconds by the clock, those of the
   * processor, and the names of the runs made before it in the same process.
   */
  async run({ name, args }) {
    const began = performance.now();
    this.#child ??= this.#start();
    const before = [...this.#before];
    this.#before.push(name);
    const done = await new Promise((resolve) => {
      this.#answer = resolve;
      this.#child.stdin.write(`${JSON.stringify({ args })}\n`);
    });
    return { processor: 0, ...done, seconds: (performance.now() - began) / 1_000, before };
  }

  close() {
    this.#child?.stdin.end();
  }

  #start() {
    const { NODE_OPTIONS: _, ...rest } = process.env;
    const { command, zone, locale } = this.#engine;
    const env = { ...rest, TZ: zone, LC_ALL: locale, NO_COLOR: '1', DENO_NO_UPDATE_CHECK: '1', DO_NOT_TRACK: '1' };
    const [binary, ...before] = command;
    const child = spawn(binary, [...before, '.ci/engine-runs.mjs'], { cwd: root, env, stdio: 'pipe' });
    this.#heard = '';
    this.#before = [];
    // What it was writing when it died is told as its death.
    child.stdin.on('error', () => {});
    child.stderr.on('data', (part) => (this.#heard = `${this.#heard}${part}`.slice(-10_000)));
    createInterface({ input: child.stdout }).on('line', (line) => this.#heardLine(line));
    const dead = (how) => this.#dead(child, how);
    child.on('error', (error) => dead(error.message));
    child.on('close', (code, signal) => dead(signal === null ? `exit code ${code}` : `ended by ${signal}`));
    return child;
  }

  #heardLine(line) {
    if (line.startsWith('{')) this.#answer?.(JSON.parse(line));
    else this.#heard += `${line}\n`;
  }

  #dead(child, how) {
    if (this.#child !== child) return;
    this.#child = null;
    const said = this.#heard.trim().split('\n').slice(0, 12).join('\n');
    this.#answer?.({ failure: `the process died, ${how}${said === '' ? '' : `: ${said}`}` });
  }
}
