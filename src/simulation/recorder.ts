// The folder that a run leaves behind, whole or not at all: everything is written to a folder beside it, which gets the
// name only when it is complete.

import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  rmdirSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { envelope, type Message } from '../messages.ts';
import { ConfigError } from './config-error.ts';
import { EventTable } from './event-table.ts';
import { systemError } from './system-error.ts';

export const MANIFEST_FILE = 'manifest.json';
export const EVENTS_FILE = 'events.jsonl';
export const TABLE_FILE = 'events.parquet';
export const DECISIONS_FILE = 'decisions.jsonl';

export interface RunFolderOptions {
  /** Replace an existing run. */
  readonly force?: boolean;
}

export class RunFolder {
  readonly path: string;
  readonly #partial: string;
  readonly #open = new Set<LineLog>();
  #table: EventTable | undefined;
  /** The first folder above that had to be made. */
  readonly #made: string | undefined;
  #done = false;

  /** Throws a ConfigError when there is something at `path` that may not be replaced. */
  constructor(path: string, options: RunFolderOptions = {}) {
    this.path = resolve(path);
    refuse(path, this.path, options.force ?? false);
    this.#partial = join(dirname(this.path), `.${basename(this.path)}.partial`);
    try {
      this.#made = mkdirSync(dirname(this.path), { recursive: true });
      // What an earlier run left behind that was killed without a chance to tidy up.
      rmSync(this.#partial, { recursive: true, force: true });
      mkdirSync(this.#partial);
    } catch (error) {
      const reason = systemError(error);
      throw reason === undefined ? error : problem(path, `cannot be written: ${reason}`);
    }
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.#partial, name), text);
  }

  /** Every message as a row of a Parquet table, likewise. */
  table(): EventTable {
    this.#table ??= new EventTable(join(this.#partial, TABLE_FILE));
    return this.#table;
  }

  /** Every message as one line of JSON, written as the run goes. */
  events(): { read(message: Message): void } {
    const log = this.#log(EVENTS_FILE);
    return { read: (message) => log.add(eventLine(message)) };
  }

  /** Every decision about a liquidation as one line of JSON. */
  decisions(): LineLog {
    return this.#log(DECISIONS_FILE);
  }

  #log(name: string): LineLog {
    const log = new LineLog(join(this.#partial, name));
    this.#open.add(log);
    return log;
  }

  /** From now on the folder is there. */
  commit(): void {
    this.#table?.close();
    for (const log of this.#open) log.close();
    const replaced = `${this.#partial}.replaced`;
    const replace = existsSync(this.path);
    if (replace) renameSync(this.path, replaced);
    renameSync(this.#partial, this.path);
    if (replace) rmSync(replaced, { recursive: true });
    this.#done = true;
  }

  /** As if nothing had been asked for. Does nothing after `commit`. */
  discard(): void {
    if (this.#done) return;
    this.#done = true;
    // On a full disk the rest cannot be written: it goes all the same, and what is told is what went wrong first.
    for (const file of [this.#table, ...this.#open]) {
      try {
        file?.close();
      } catch (error) {
        if (systemError(error) === undefined) throw error;
      }
    }
    rmSync(this.#partial, { recursive: true, force: true });
    if (this.#made === undefined) return;
    // Only what was made here and is empty again.
    for (let folder = dirname(this.path); ; folder = dirname(folder)) {
      if (readdirSync(folder).length > 0) return;
      rmdirSync(folder);
      if (folder === this.#made) return;
    }
  }
}

function problem(written: string, message: string, hint?: string): ConfigError {
  return new ConfigError([
    { place: { file: '--out', line: 1, column: 1, width: Math.max(1, written.length), source: written, path: '' }, message, hint },
  ]);
}

function refuse(written: string, path: string, force: boolean): void {
  if (!existsSync(path)) return;
  if (!statSync(path).isDirectory()) throw problem(written, 'exists and is not a folder');
  const inside = readdirSync(path);
  if (inside.length === 0) return;
  if (!force) throw problem(written, 'exists already', 'add --force to replace it, or name another');
  if (!inside.includes(MANIFEST_FILE))
    throw problem(written, `has no ${MANIFEST_FILE}: only the folder of a run is replaced`, 'name another');
}

/** Lines are gathered and written in blocks: memory does not grow with the run. */
export class LineLog {
  static readonly #BLOCK = 1 << 16;
  readonly #file: number;
  #lines: string[] = [];
  #length = 0;
  #closed = false;

  constructor(path: string) {
    this.#file = openSync(path, 'w');
  }

  add(line: string): void {
    this.#lines.push(line);
    this.#length += line.length;
    if (this.#length >= LineLog.#BLOCK) this.#flush();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    try {
      this.#flush();
    } finally {
      closeSync(this.#file);
    }
  }

  #flush(): void {
    if (this.#lines.length === 0) return;
    const block = Buffer.from(`${this.#lines.join('\n')}\n`);
    for (let written = 0; written < block.length;) written += writeSync(this.#file, block, written);
    this.#lines = [];
    this.#length = 0;
  }
}

/** The message as one line of JSON, without the end of line. */
export function eventLine(message: Message): string {
  return JSON.stringify(envelope(message));
}
