// What a terminal was sent, as an asciicast (version 2): a file that players show again, and that is only text.

import { closeSync, openSync, writeSync } from 'node:fs';
import { Writable } from 'node:stream';

export type Output = Writable & { readonly columns?: number; readonly rows?: number };

export interface RecordingOptions {
  readonly file: string;
  readonly terminal: Output;
  readonly title: string;
  /** Milliseconds of a clock that only goes forward. */
  readonly clock: () => number;
  /** When it was made: seconds since 1970. */
  readonly timestamp: number;
}

/** Passes everything on to the terminal and writes it down with its time. Ending it ends the file, not the terminal. */
export function recording({ file, terminal, title, clock, timestamp }: RecordingOptions): Output {
  const began = clock();
  const handle = openSync(file, 'w');
  const size = () => ({ columns: terminal.columns ?? 80, rows: terminal.rows ?? 24 });
  const line = (kind: 'o' | 'r', data: string) =>
    writeSync(handle, `${JSON.stringify([Math.round(clock() - began) / 1_000, kind, data])}\n`);
  const { columns, rows } = size();
  writeSync(handle, `${JSON.stringify({ version: 2, width: columns, height: rows, timestamp, title, env: { TERM: 'xterm-256color' } })}\n`);
  const output = new Writable({
    decodeStrings: false,
    write(chunk: string | Buffer, _encoding, done) {
      line('o', chunk.toString());
      terminal.write(chunk, done);
    },
    final(done) {
      terminal.off('resize', resized);
      closeSync(handle);
      done();
    },
  });
  const resized = () => {
    line('r', `${size().columns}x${size().rows}`);
    output.emit('resize');
  };
  terminal.on('resize', resized);
  return Object.defineProperties(output, {
    isTTY: { value: true },
    columns: { get: () => size().columns },
    rows: { get: () => size().rows },
  });
}
