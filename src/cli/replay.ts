// `sandpile replay`: runs a recorded run again and says whether it is the same, bit for bit, and if not, where they part.

import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { CODE_DIGEST } from '../simulation/code-digest.ts';
import { codeVersion, parseManifest, priceDigests, type Manifest } from '../simulation/manifest.ts';
import { EVENTS_FILE, MANIFEST_FILE } from '../simulation/recorder.ts';
import { divergedSoFar, firstDivergence, linesOf, LogComparison, type Divergence, type EnvelopeDifference } from '../simulation/replay.ts';
import { readConfig } from '../simulation/scenario-reader.ts';
import type { Scenario } from '../simulation/scenario.ts';
import { createSimulation, type Simulation } from '../simulation/simulation.ts';
import { grouped } from '../base/figures.ts';
import { advance, interruptible, stopwatch } from './progress.ts';
import { scenarioPath } from './shipped.ts';
import { ExitError, json, type Terminal } from './terminal.ts';

interface Options {
  readonly json?: true;
}

export function addReplay(program: Command, terminal: Terminal): void {
  program
    .command('replay')
    .description('run a recorded run again, compare, and name the first divergence')
    .argument('<manifest>', `the ${MANIFEST_FILE} of a run, or its folder`)
    .option('--json', 'print { same, divergence, envelope, code, build, envelopes, digest, timing }')
    .addHelpText(
      'after',
      `
Examples:
  sandpile replay runs/calm/manifest.json
  sandpile replay runs/calm --json

With ${EVENTS_FILE} beside the manifest (run --events) the very envelope is named.
Exits with 3 when the runs diverge.`,
    )
    .action((path: string, options: Options) => interruptible((breathe) => replay(path, options, terminal, breathe)));
}

async function replay(path: string, options: Options, terminal: Terminal, breathe: () => Promise<void>): Promise<void> {
  const file = existsSync(path) && statSync(path).isDirectory() ? join(path, MANIFEST_FILE) : path;
  const recorded = readManifest(file);
  const version = codeVersion();
  if (recorded.code !== version)
    terminal.err(`warning: ${file} was made by version ${recorded.code}, this is ${version}: it may differ for that alone\n`);
  else if (recorded.build !== CODE_DIGEST)
    terminal.err(`warning: ${file} was made by another build of version ${version}: it may differ for that alone\n`);

  const elapsed = stopwatch();
  const scenario = scenarioOf(recorded);
  const prices = priceDigests(scenario);
  for (const [symbol, digest] of Object.entries(recorded.scenario.prices ?? {})) {
    if (prices[symbol] !== digest)
      terminal.err(`warning: the price table of ${symbol} has changed since: the run will differ for that alone\n`);
  }
  const simulation = createSimulation(scenario, { seed: recorded.seed });
  const parted = () => divergedSoFar(recorded, simulation.kernel.checkpoints) !== null;
  await advance(simulation, recorded.simulated.micros, terminal, { breathe, stop: parted });
  const divergence =
    divergedSoFar(recorded, simulation.kernel.checkpoints) ?? firstDivergence(recorded, manifestAgain(simulation, recorded));
  const envelope = divergence === null || divergence.kind === 'told' ? null : await theEnvelope(file, recorded, terminal, breathe);
  const timing = elapsed(simulation.kernel.delivered);

  if (options.json) {
    const { envelopes, digest } = recorded;
    const code = { recorded: recorded.code, now: version };
    const build = { recorded: recorded.build, now: CODE_DIGEST };
    terminal.out(json({ same: divergence === null, divergence, envelope, code, build, envelopes, digest, timing }));
  } else if (divergence === null) {
    terminal.out(
      `${recorded.scenario.name}, seed ${recorded.seed}: the same ${grouped(recorded.envelopes)} envelopes, digest ${recorded.digest}\n`,
    );
  } else {
    terminal.out(
      `${recorded.scenario.name}, seed ${recorded.seed}: ${inWords(divergence)}\n${envelope === null ? '' : `${envelopeInWords(envelope)}\n`}`,
    );
  }
  if (divergence !== null) throw new ExitError(3);
}

/** What would be written now: a run that was asked to stop before its end says so. */
export function manifestAgain(simulation: Simulation, { ended }: Manifest): Manifest {
  const whole = simulation.now >= simulation.scenario.duration && ended !== 'running';
  const manifest = whole ? simulation.runToEnd().manifest : simulation.manifest();
  const told = whole || ended === 'running' ? manifest : { ...manifest, ended: 'until' };
  // As it would be read from the file.
  return JSON.parse(JSON.stringify(told)) as Manifest;
}

/** Also for the other verbs that take a run that was recorded. */
export function readManifest(file: string): Manifest {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new ExitError(1, `error: cannot read ${file}: no such file`);
  }
  const manifest = parseManifest(text);
  if (typeof manifest === 'string') throw new ExitError(1, `error: ${file} ${manifest}`);
  return manifest;
}

/** Files that the scenario names are looked for where they were, or where they come with the package. */
export function scenarioOf({ scenario: { config, file, name } }: Manifest): Scenario {
  return readConfig(config, existsSync(file) ? file : scenarioPath(name));
}

/** Once more from the start, against the log, where there is one. */
async function theEnvelope(
  file: string,
  recorded: Manifest,
  terminal: Terminal,
  breathe: () => Promise<void>,
): Promise<EnvelopeDifference | null> {
  const log = join(dirname(file), EVENTS_FILE);
  if (!existsSync(log)) return null;
  const simulation = createSimulation(scenarioOf(recorded), { seed: recorded.seed });
  const comparison = new LogComparison(linesOf(log));
  simulation.kernel.tap((message) => comparison.read(message));
  await advance(simulation, recorded.simulated.micros, terminal, { breathe, stop: () => comparison.difference !== null });
  comparison.finish();
  return comparison.difference;
}

export function inWords(divergence: Divergence): string {
  switch (divergence.kind) {
    case 'envelopes':
      return `the runs part between envelopes ${grouped(divergence.from)} and ${grouped(divergence.to)}: the digest there was ${divergence.expected}, now it is ${divergence.found}`;
    case 'count':
      return `${grouped(divergence.expected)} envelopes were recorded, now there are ${grouped(divergence.found)}`;
    case 'told':
      return `the envelopes are the same, but the manifest tells them otherwise:\n${divergence.changes.map(({ path, expected, found }) => `  ${path}: ${JSON.stringify(expected)} → ${JSON.stringify(found)}`).join('\n')}`;
  }
}

function envelopeInWords({ number, expected, found }: EnvelopeDifference): string {
  return `The first envelope to differ is number ${grouped(number)}:\n  recorded  ${expected ?? '(none: the run had ended)'}\n  now       ${found ?? '(none: the run has ended)'}`;
}
