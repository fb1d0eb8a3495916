// The command line put together: one file a verb. What went wrong decides the exit code.

import { Command, CommanderError } from 'commander';
import { readFileSync } from 'node:fs';
import { ConfigError } from '../simulation/config-error.ts';
import { systemError } from '../simulation/system-error.ts';
import { Interrupted } from './progress.ts';
import { ExitError, json, type ExitCode, type Terminal } from './terminal.ts';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };

type Add = (program: Command, terminal: Terminal) => void;

/** In the order of the help. Only what is asked for is loaded: a run should not wait for what draws, compares and writes reports. */
const VERBS: Readonly<Record<string, () => Promise<Add>>> = {
  run: async () => (await import('./run.ts')).addRun,
  watch: async () => (await import('./watch.ts')).addWatch,
  tour: async () => (await import('./tour.ts')).addTour,
  compare: async () => (await import('./compare.ts')).addCompare,
  stress: async () => (await import('./stress.ts')).addStress,
  replay: async () => (await import('./replay.ts')).addReplay,
  audit: async () => (await import('./audit.ts')).addAudit,
  report: async () => (await import('./report.ts')).addReport,
  check: async () => (await import('./check.ts')).addCheck,
  conform: async () => (await import('./conform.ts')).addConform,
  backtest: async () => (await import('./backtest.ts')).addBacktest,
  calibrate: async () => (await import('./calibrate.ts')).addCalibrate,
  list: async () => (await import('./list.ts')).addList,
  init: async () => (await import('./init.ts')).addInit,
};

async function createProgram(terminal: Terminal, asked = ''): Promise<Command> {
  const program = new Command('sandpile')
    .description("What happens when a leveraged exchange has to close its customers' positions by force?")
    .version(version)
    .configureOutput({ writeOut: (text) => terminal.out(text), writeErr: (text) => terminal.err(text) })
    .exitOverride()
    .showSuggestionAfterError()
    .addHelpText(
      'after',
      `
Examples:
  sandpile watch october-2025
  sandpile run october-2025 --seed 42
  sandpile list scenarios
  sandpile check sim-configs/scenarios/*.yaml
  sandpile init my-scenario.yaml
  sandpile stress flash-crash --shock 'shocks[0].size=-2%..-14%:6' --find 'fund.low <= 0'
  sandpile backtest --prices btc-daily.csv --model garch,evt
  sandpile calibrate --prices btc-daily.csv --book btc-book.csv

Exit codes: 0 done, 1 usage or configuration, 2 an invariant broke, 3 a replay or proof diverged.`,
    );
  for (const load of Object.hasOwn(VERBS, asked) ? [VERBS[asked]] : Object.values(VERBS)) (await load())(program, terminal);
  for (const verb of program.commands) verb.copyInheritedSettings(program);
  return program;
}

/** Runs one command line (without the program's name) and returns the exit code. */
export async function runCommand(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const again = `\nTo reproduce: sandpile ${args.map(quote).join(' ')}\n`;
  try {
    await (await createProgram(terminal, args[0])).parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof Interrupted) {
      // As if nobody had listened.
      process.kill(process.pid, error.signal);
      return 1;
    }
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 1;
    if (error instanceof ExitError) {
      if (error.message !== '') terminal.err(`${error.message}\n`);
      if (error.code > 1) terminal.err(again);
      return error.code;
    }
    if (error instanceof ConfigError) {
      if (args.includes('--json')) terminal.out(json({ problems: error.problems }));
      else terminal.err(`${error.format()}\n`);
      return 1;
    }
    const refused = systemError(error);
    if (refused !== undefined) {
      const { path } = error as NodeJS.ErrnoException;
      terminal.err(`error: ${refused}${path === undefined ? '' : `: ${path}`}\n`);
      return 1;
    }
    terminal.err(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n${again}`);
    return 2;
  }
}

function quote(argument: string): string {
  return /^[\w./=:,+-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}
