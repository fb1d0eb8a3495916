#!/usr/bin/env node
// What `sandpile` runs: program.ts with this process's arguments and streams.

import { systemError } from '../simulation/system-error.ts';
import { runCommand } from './program.ts';

// Who reads may have seen enough: `sandpile list | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  const refused = systemError(error);
  if (refused === undefined) throw error;
  process.stderr.write(`error: cannot write the results: ${refused}\n`);
  process.exit(1);
});

// A terminal that can do nothing but print, such as an editor's.
const dumb = process.env.TERM === 'dumb';

process.exitCode = await runCommand(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  colour: process.stdout.isTTY && process.env.NO_COLOR === undefined && !dumb,
  columns: process.stdout.columns,
  ascii: dumb,
  progress: process.stderr.isTTY && !dumb,
  ...(process.stdin.isTTY && process.stdout.isTTY && !dumb ? { screen: { input: process.stdin, output: process.stdout } } : {}),
});
