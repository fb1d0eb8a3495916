// What a verb has of the world: two streams, and how it ends.

import type { Readable, Writable } from 'node:stream';

export interface Terminal {
  /** Results: with `--json` one JSON object and nothing else. */
  out(text: string): void;
  /** Progress and errors. */
  err(text: string): void;
  /** A person reads the results: they may be coloured, and lines may be as long as this. */
  readonly colour?: boolean;
  readonly columns?: number;
  /** Draws in ASCII only. */
  readonly ascii?: boolean;
  /** A person watches the errors: lines may be drawn over. */
  readonly progress?: boolean;
  /** A terminal that can be drawn on, with its keys. */
  readonly screen?: { readonly input: Readable; readonly output: Writable & { readonly columns?: number; readonly rows?: number } };
}

/** 0 done · 1 usage or configuration · 2 an invariant broke · 3 a replay or proof diverged. */
export type ExitCode = 0 | 1 | 2 | 3;

/** Ends the command with a code; the message, if any, goes to stderr. */
export class ExitError extends Error {
  override readonly name = 'ExitError';
  readonly code: ExitCode;

  constructor(code: ExitCode, message = '') {
    super(message);
    this.code = code;
  }
}

export function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
