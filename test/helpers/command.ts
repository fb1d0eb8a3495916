// Runs one command line in this process and returns what it said.

import { runCommand } from '../../src/cli/program.ts';
import type { ExitCode } from '../../src/cli/terminal.ts';

export interface Said {
  readonly code: ExitCode;
  readonly out: string;
  readonly err: string;
}

export async function sandpile(...args: string[]): Promise<Said> {
  const said = { out: '', err: '' };
  const code = await runCommand(args, {
    out: (text) => void (said.out += text),
    err: (text) => void (said.err += text),
  });
  return { code, ...said };
}
