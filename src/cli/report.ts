// `sandpile report`: a recorded run or a study as one HTML page, or one of its figures for a paper.

import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Command } from 'commander';
import { grouped } from '../base/figures.ts';
import type { Figure } from '../report/figure.ts';
import { figureSvg } from '../report/figure-svg.ts';
import { forestBlocks } from '../report/forest.ts';
import { COLUMN, WIDE } from '../report/medium.ts';
import { outlined } from '../report/outlines.ts';
import { pageHtml } from '../report/page.ts';
import { renderPng } from '../report/png.ts';
import { runFigures } from '../report/run-figures.ts';
import { runPage, type RunPageFacts } from '../report/run-page.ts';
import { RunReader } from '../report/run-series.ts';
import { studyFigures, studyPage, type ToldStudy } from '../report/study-page.ts';
import { nearest } from '../simulation/config-error.ts';
import type { Manifest } from '../simulation/manifest.ts';
import { MANIFEST_FILE } from '../simulation/recorder.ts';
import { divergedSoFar, firstDivergence } from '../simulation/replay.ts';
import { createSimulation } from '../simulation/simulation.ts';
import { METRICS } from './compare.ts';
import { collect } from './options.ts';
import { interruptible } from './progress.ts';
import { inWords, manifestAgain, readManifest, scenarioOf } from './replay.ts';
import { ExitError, type Terminal } from './terminal.ts';

interface Options {
  readonly out?: string;
  readonly force?: true;
  readonly figure?: string;
  readonly svg?: string;
  readonly png?: string;
  readonly wide?: true;
  readonly open?: true;
  readonly metric: readonly string[];
}

/** Papers ask for 600 dots an inch; a picture has 96 where nothing is said. */
const SHARPNESS = 600 / 96;
const PAGE_FILE = 'report.html';

export function addReport(program: Command, terminal: Terminal): void {
  program
    .command('report')
    .description('a recorded run or a study as one HTML page, or a figure of it for a paper')
    .argument('<run|study>', `the folder of a run (run --out) or its ${MANIFEST_FILE}, or what compare --json printed`)
    .option('--out <file>', `where the page goes: ${PAGE_FILE} in the run's folder, or beside the study's file`)
    .option('--force', 'replace a page that is there')
    .option('--open', 'show the page in the browser of this machine')
    .option('--figure <name>', 'one figure instead of the page, with --svg or --png; a wrong name lists them')
    .option('--svg <file>', 'write the figure there, its letters as outlines: no font is needed')
    .option('--png <file>', 'the same as a picture, 600 dots an inch')
    .option('--wide', 'over both columns of a paper, 175 mm, instead of one, 85 mm')
    .option('--metric <path>', 'of a study: an outcome to show, a path into the headline; may be given several times', collect, [])
    .addHelpText(
      'after',
      `
Examples:
  sandpile run flash-crash --out runs/flash && sandpile report runs/flash
  sandpile report runs/flash --figure liquidation-map --png map.png
  sandpile report runs/flash --figure price --svg price.svg --wide
  sandpile compare flash-crash --vary liquidation.policy.kind=full-close,targeted --seeds 1..10 --json > study.json
  sandpile report study.json --metric forcedNotional
  sandpile report runs/flash --force --open

A run is played again from its manifest to be drawn, and compared with what was recorded; exits with 3 when it is another.`,
    )
    .action((path: string, options: Options) => interruptible((breathe) => report(path, options, terminal, breathe)));
}

interface Drawn {
  readonly figures: readonly Figure[];
  html(): string;
  readonly page: string;
  /** Where the run parted from its records. */
  readonly parted: string | undefined;
}

async function report(path: string, options: Options, terminal: Terminal, breathe: () => Promise<void>): Promise<void> {
  const { figure: name, svg, png } = options;
  const single = name !== undefined || svg !== undefined || png !== undefined;
  if (single && svg === undefined && png === undefined)
    throw new ExitError(1, `error: --figure ${name}: --svg or --png says where it goes`);
  if (single && options.open === true) throw new ExitError(1, 'error: --open is for the page: a figure is a file');
  if (single && options.out !== undefined) throw new ExitError(1, 'error: --out is for the page: a figure goes to --svg or --png');
  const isFolder = existsSync(path) && statSync(path).isDirectory();
  const file = isFolder ? join(path, MANIFEST_FILE) : path;
  const study = isFolder ? undefined : readStudy(file);
  const page = options.out ?? (isFolder ? join(path, PAGE_FILE) : `${file.replace(/\.json$/, '')}.html`);
  // Refused before anything is computed.
  if (!single && existsSync(page) && options.force !== true)
    throw new ExitError(1, `error: ${page} exists already: add --force to replace it, or name another with --out`);
  const drawn = study === undefined ? await drawRun(file, page, terminal, breathe) : drawStudy(study, file, page, options);
  if (single) await writeFigure(drawn.figures, options, terminal);
  else {
    const html = drawn.html();
    write(page, html);
    if (options.open === true) open(page);
    terminal.out(
      `${page}: ${grouped(Math.round(html.length / 1_024))} KiB, ${drawn.figures.length} figures: ${drawn.figures.map((one) => one.name).join(', ')}\n`,
    );
  }
  if (drawn.parted !== undefined) throw new ExitError(3, `The run did not come out as it was recorded: ${drawn.parted}`);
}

async function drawRun(file: string, page: string, terminal: Terminal, breathe: () => Promise<void>): Promise<Drawn> {
  const recorded = readManifest(file);
  const facts = await playAgain(recorded, terminal, breathe);
  return {
    figures: runFigures(facts),
    html: () => pageHtml(runPage(facts)),
    page,
    parted: facts.proof.same ? undefined : facts.proof.text,
  };
}

async function playAgain(recorded: Manifest, terminal: Terminal, breathe: () => Promise<void>): Promise<RunPageFacts> {
  const scenario = scenarioOf(recorded);
  const simulation = createSimulation(scenario, { seed: recorded.seed });
  const reader = new RunReader(simulation, recorded.simulated.micros);
  const began = performance.now();
  try {
    do {
      if (terminal.progress && performance.now() - began > 1_000)
        terminal.err(`\r\u001b[K${Math.floor((simulation.now / Math.max(1, recorded.simulated.micros)) * 100)} %`);
      await breathe();
    } while (reader.step());
  } finally {
    if (terminal.progress) terminal.err('\r\u001b[K');
  }
  const manifest = manifestAgain(simulation, recorded);
  const divergence = divergedSoFar(recorded, simulation.kernel.checkpoints) ?? firstDivergence(recorded, manifest);
  const { asset, unit } = scenario.settlement;
  const proof =
    divergence === null
      ? {
          same: true,
          text: `Played again for this page: the same ${grouped(recorded.envelopes)} messages, digest ${recorded.digest.slice(0, 16)}…`,
        }
      : { same: false, text: shortened(inWords(divergence)) };
  return {
    series: reader.series(),
    forest: forestBlocks(simulation.cases, { start: scenario.start, unit: Number(unit), asset }),
    headline: manifest.headline,
    symbol: scenario.instruments[0].symbol,
    asset,
    quote: scenario.instruments[0].contract === 'linear' ? asset : '',
    manifest: recorded,
    cases: simulation.cases,
    unit: Number(unit),
    start: scenario.start,
    proof,
  };
}

/** One line that can be read. */
function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}

function drawStudy(study: ToldStudy, file: string, page: string, { metric }: Options): Drawn {
  const known = Object.keys(study.means);
  const metrics = metric.length > 0 ? metric : (study.metrics ?? METRICS).filter((one) => known.includes(one));
  for (const one of metrics) {
    if (known.includes(one)) continue;
    const near = nearest(one, known);
    throw new ExitError(1, `error: no outcome "${one}"${near === undefined ? '' : ` (did you mean ${near}?)`}: one of ${known.join(', ')}`);
  }
  const command = `sandpile report ${file}${metric.map((one) => ` --metric ${one}`).join('')}`;
  return { figures: studyFigures(study, metrics), html: () => pageHtml(studyPage(study, metrics, command)), page, parted: undefined };
}

/** Undefined where it is something else, such as a manifest. */
function readStudy(file: string): ToldStudy | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new ExitError(1, `error: cannot read ${file}: no such file`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ExitError(1, `error: ${file} is not JSON: ${(error as Error).message}`);
  }
  if (typeof value !== 'object' || value === null || 'format' in value) return undefined;
  const missing = ['scenario', 'seeds', 'arms', 'names', 'runs', 'means', 'differences'].filter((key) => !(key in value));
  if (missing.length > 0)
    throw new ExitError(1, `error: ${file} is neither a manifest nor what compare --json prints: ${missing.join(', ')} missing`);
  return value as ToldStudy;
}

async function writeFigure(figures: readonly Figure[], { figure: name, svg, png, wide }: Options, terminal: Terminal): Promise<void> {
  const names = figures.map((one) => one.name);
  const figure = figures.find((one) => one.name === name);
  if (figure === undefined) {
    const near = name === undefined ? undefined : nearest(name, names);
    const asked =
      name === undefined ? '--svg and --png need --figure' : `no figure "${name}"${near === undefined ? '' : ` (did you mean ${near}?)`}`;
    throw new ExitError(1, `error: ${asked}: one of ${names.join(', ')}`);
  }
  const picture = figureSvg(figure, wide === true ? WIDE : COLUMN);
  if (svg !== undefined) write(svg, outlined(picture));
  if (png !== undefined) write(png, await rasterised(picture));
  terminal.out(`${[svg, png].filter((one) => one !== undefined).join(', ')}: ${figure.title}. ${figure.caption}\n`);
}

async function rasterised(picture: string): Promise<Uint8Array> {
  try {
    return await renderPng(picture, SHARPNESS);
  } catch (error) {
    throw new ExitError(1, `error: --png needs the package @resvg/resvg-js, which is not installed here: ${(error as Error).message}`);
  }
}

const OPENERS: Readonly<Record<string, readonly string[]>> = { darwin: ['open'], win32: ['cmd', '/c', 'start', ''], other: ['xdg-open'] };

/** With what this machine opens files; it is not waited for. The page is written whether that works or not. */
function open(page: string): void {
  const named = process.env.BROWSER ?? '';
  const [command, ...args] = named === '' ? (OPENERS[process.platform] ?? OPENERS.other) : [named];
  const child = spawn(command, [...args, pathToFileURL(resolve(page)).href], { stdio: 'ignore', detached: true });
  child.on('error', (error) => process.stderr.write(`cannot open ${page} with ${command}: ${error.message}\n`));
  child.unref();
}

function write(file: string, content: string | Uint8Array): void {
  try {
    writeFileSync(file, content);
  } catch (error) {
    throw new ExitError(1, `error: cannot write ${file}: ${(error as Error).message}`);
  }
}
