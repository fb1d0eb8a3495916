// `sandpile run`: one run and its headline, and on request a folder with everything needed to run it again.

import type { Command } from 'commander';
import type { Micros } from '../base/units.ts';
import type { Manifest } from '../simulation/manifest.ts';
import { DECISIONS_FILE, MANIFEST_FILE, RunFolder } from '../simulation/recorder.ts';
import { readScenarioFile } from '../simulation/scenario-reader.ts';
import type { Scenario } from '../simulation/scenario.ts';
import { createSimulation, type Simulation } from '../simulation/simulation.ts';
import { lasting } from '../base/figures.ts';
import { headlineText } from './headline.ts';
import { minutesText } from './minutes.ts';
import { sinceStart } from '../tui/moment.ts';
import { collect } from './options.ts';
import { advance, interruptible, stopwatch, type Timing } from './progress.ts';
import { scenarioPath } from './shipped.ts';
import { ExitError, json, type Terminal } from './terminal.ts';

interface Options {
  readonly seed?: string;
  readonly set: readonly string[];
  readonly until?: string;
  readonly out?: string;
  readonly force?: true;
  readonly events?: true;
  readonly parquet?: true;
  readonly minutes?: true;
  readonly json?: true;
}

export function addRun(program: Command, terminal: Terminal): void {
  program
    .command('run')
    .description('run a scenario once and say what it came to')
    .argument('<scenario>', 'a scenario file, or the name of one that comes with sandpile')
    .option('--seed <seed>', "instead of the scenario's own")
    .option('--set <path=value>', 'change a value; may be given several times', collect, [])
    .option('--until <time>', 'stop there: simulated time such as 10m, or calendar time such as 2025-10-10T21:20:00Z')
    .option(
      '--out <dir>',
      `write ${MANIFEST_FILE} there, all that is needed to run it again, and ${DECISIONS_FILE}, why each liquidation went as it did`,
    )
    .option('--force', 'replace the run that is there')
    .option('--events', 'with --out: write every message too, one line of JSON each (large)')
    .option('--parquet', 'with --out: write every message too, as a table for DuckDB, pandas and the like (a sixth of that)')
    .option('--minutes', 'print what happened minute by minute')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Examples:
  sandpile run october-2025 --seed 42
  sandpile run flash-crash --set liquidation.enabled=false --json
  sandpile run long-squeeze --until 20m --minutes
  sandpile run calm --out runs/calm && sandpile replay runs/calm/manifest.json

In the table of --parquet times ("at", "sentAt") are microseconds since the start, prices ticks, sizes lots, and money counts in the
finest tick × lot (with inverse contracts in 0.00000001 of a coin). What a column holds for each type of message is in the file's key
"fields". SQL wants quotes around "at", "from" and "to".

Exits with 2 when an invariant broke.`,
    )
    .action((file: string, options: Options) => interruptible((breathe) => run(file, options, terminal, breathe)));
}

/** Also for who was to show it otherwise and cannot. */
export async function run(file: string, options: Options, terminal: Terminal, breathe: () => Promise<void>): Promise<void> {
  for (const name of ['events', 'parquet'] as const)
    if (options[name] && options.out === undefined) throw new ExitError(1, `error: --${name} is written to the folder of --out: name one`);
  const scenario = readScenarioFile(scenarioPath(file), {
    set: options.set,
    ...(options.seed === undefined ? {} : { seed: options.seed }),
  });
  const until = options.until === undefined ? scenario.duration : parseUntil(options.until, scenario, terminal);
  // Refused before anything is computed.
  const folder = options.out === undefined ? undefined : new RunFolder(options.out, { force: options.force ?? false });
  try {
    await breathe();
    const elapsed = stopwatch();
    const decisions = folder?.decisions();
    const simulation = createSimulation(scenario, decisions === undefined ? {} : { onDecision: (line) => decisions.add(line) });
    const log = options.events ? folder?.events() : undefined;
    if (log !== undefined) simulation.kernel.tap((message) => log.read(message));
    const table = options.parquet ? folder?.table() : undefined;
    if (table !== undefined) simulation.kernel.tap((message) => table.read(message));
    await advance(simulation, until, terminal, { breathe });
    const manifest: Manifest = until < scenario.duration ? { ...simulation.manifest(), ended: 'until' } : simulation.runToEnd().manifest;
    const timing = elapsed(manifest.envelopes);
    if (folder !== undefined) {
      folder.write(MANIFEST_FILE, json({ ...manifest, timing }));
      folder.commit();
    }
    if (options.json) terminal.out(json(runObject(manifest, timing)));
    else terminal.out(runText(simulation, manifest, timing, options, terminal));
    tellBroken(manifest, terminal);
  } finally {
    folder?.discard();
  }
}

/** What `run --json` prints. */
function runObject(manifest: Manifest, timing: Timing): object {
  const { scenario, seed, digest, envelopes, simulated, ended, headline, invariants } = manifest;
  return {
    scenario: scenario.name,
    seed,
    digest,
    envelopes,
    simulated: { from: simulated.from, to: simulated.to },
    ended,
    headline,
    invariants,
    timing,
  };
}

function runText(simulation: Simulation, manifest: Manifest, timing: Timing, options: Options, terminal: Terminal): string {
  const { scenario, timeline } = simulation;
  const { asset, unit } = scenario.settlement;
  const { symbol, tick, lot } = scenario.instruments[0];
  const minutes = timeline.minutes();
  const { colour = false, ascii = false } = terminal;
  const shown = { start: scenario.start, asset, tick, lot, unit, minutes, colour, ascii };
  const table = options.minutes
    ? `${minutesText({ ...shown, turningPoints: timeline.turningPoints(), columns: terminal.columns ?? Infinity })}\n`
    : '';
  const headline = headlineText({ ...shown, manifest, now: simulation.now, symbol, columns: terminal.columns ?? 80 });
  const speed = `${(timing.wallMs / 1_000).toFixed(1)} s, ${(timing.messagesPerSecond / 1e6).toFixed(2)} M messages/s, ${Math.round(timing.peakRssBytes / 1e6)} MB`;
  const written =
    options.out === undefined
      ? ''
      : `Written to ${options.out}. To run it again and compare: sandpile replay ${options.out}/${MANIFEST_FILE}\n`;
  return `${table}${headline}  ${'took'.padEnd(15)}${speed}\n${written}`;
}

function tellBroken({ invariants }: Manifest, terminal: Terminal): void {
  if (invariants.broken.length === 0) return;
  for (const { invariant, seq, detail } of invariants.broken) terminal.err(`invariant broken: ${invariant} at seq ${seq}: ${detail}\n`);
  throw new ExitError(2);
}

function parseUntil(text: string, { start, duration }: Scenario, terminal: Terminal): Micros {
  const until = sinceStart(text, start, duration);
  if (until === undefined)
    throw new ExitError(
      1,
      `error: --until ${text}: expected simulated time such as 10m or 3m30s, or calendar time such as 21:20 or 2025-10-10T21:20:00Z`,
    );
  if (until < 0) throw new ExitError(1, `error: --until ${text} is before the start of the run`);
  if (until > duration) terminal.err(`--until ${text} is after the end of the run, which lasts ${lasting(duration / 1_000)}\n`);
  return Math.min(until, duration);
}
