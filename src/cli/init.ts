// `sandpile init`: a starter scenario with a comment on every part, to be changed and run.

import { existsSync, writeFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { SCHEMA_FILE } from './shipped.ts';
import { STARTER } from './starter.ts';
import { ExitError, json, type Terminal } from './terminal.ts';

export function addInit(program: Command, terminal: Terminal): void {
  program
    .command('init')
    .description('write a commented starter scenario')
    .argument('[file]', 'where to', 'scenario.yaml')
    .option('--force', 'overwrite the file if it is there')
    .option('--json', 'print { file }')
    .addHelpText(
      'after',
      `
Examples:
  sandpile init
  sandpile init experiments/first.yaml && sandpile run experiments/first.yaml`,
    )
    .action((file: string, options: { readonly force?: true; readonly json?: true }) => init(file, options, terminal));
}

function init(file: string, options: { readonly force?: true; readonly json?: true }, terminal: Terminal): void {
  if (existsSync(file) && !options.force)
    throw new ExitError(1, `error: ${file} is there already; sandpile init ${file} --force overwrites it`);
  const folder = dirname(resolve(file));
  if (!existsSync(folder)) throw new ExitError(1, `error: cannot write ${file}: there is no folder ${dirname(file)}`);
  const schema = relative(folder, SCHEMA_FILE).replaceAll('\\', '/');
  try {
    writeFileSync(file, `# yaml-language-server: $schema=${schema.startsWith('.') ? schema : `./${schema}`}\n${STARTER}`);
  } catch (error) {
    throw new ExitError(1, `error: cannot write ${file}: ${(error as Error).message}`);
  }
  if (options.json) terminal.out(json({ file }));
  else terminal.out(`${file} written. Next:\n  sandpile check ${file}\n  sandpile run ${file}\n  sandpile list traders\n`);
}
