// What watching costs: october-2025 through its crash in a terminal of 140 × 45 that nobody sees. Frames are drawn at 20 a
// second beside the run, rewinds of ten simulated minutes are timed to the frame on which they have landed, and memory is
// looked at after more than an hour of run. Against what was asked for: 15 % of a core, a second, twice the start's memory.

import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { createSimulation, loadScenario } from '../dist/index.js';
import { App } from '../dist/tui/app.js';
import { keyframesOf } from '../dist/tui/keyframes.js';
import { Playback } from '../dist/tui/playback.js';
import { Screen } from '../dist/tui/screen.js';

const FILE = fileURLToPath(new URL('../sim-configs/scenarios/october-2025.yaml', import.meta.url));
const [WIDTH, HEIGHT] = [140, 45];
const MINUTE = 60_000_000;
const FRAMES = 20;
/** Of the scenario, in which most is liquidated. */
const CRASH = [30, 36];

const clock = () => performance.now();

async function desk(speed) {
  const scenario = await loadScenario(FILE);
  const playback = new Playback({ simulation: createSimulation(scenario), keyframes: keyframesOf({ scenario }), clock });
  return { scenario, playback, app: new App({ playback, speed, clock, ascii: false }) };
}

function terminal() {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode() {} });
  const output = Object.assign(new PassThrough(), { isTTY: true, columns: WIDTH, rows: HEIGHT });
  let bytes = 0;
  output.on('data', (data) => (bytes += data.length));
  const ignore = () => undefined;
  const screen = new Screen({ input, output, colour: true, title: 'bench', onKey: ignore, onClick: ignore, onResize: ignore });
  return { screen, bytes: () => bytes };
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

/** Plays as `watch` does until it has arrived, and gives how long that took. */
async function goTo(app, screen, at) {
  const began = clock();
  app.goTo(at);
  while (app.seeking) {
    app.tick(1_000 / FRAMES);
    screen.draw(app.draw(WIDTH, HEIGHT));
    await nextTurn();
  }
  screen.draw(app.draw(WIDTH, HEIGHT));
  return clock() - began;
}

/** What drawing takes of a core at 20 frames a second while the crash is played at a speed that keeps up. */
async function frames() {
  const { app } = await desk(8);
  const { screen, bytes } = terminal();
  await goTo(app, screen, CRASH[0] * MINUTE);
  const written = bytes();
  let count = 0;
  let drawing = 0;
  const began = clock();
  const until = began + 10_000;
  for (let before = began; before < until;) {
    const now = clock();
    app.tick(now - before);
    before = now;
    const { user, system } = process.cpuUsage();
    screen.draw(app.draw(WIDTH, HEIGHT));
    const used = process.cpuUsage({ user, system });
    drawing += used.user + used.system;
    count++;
    await nextTurn();
    await new Promise((resolve) => setTimeout(resolve, Math.max(1, 1_000 / FRAMES - (clock() - now))));
  }
  const seconds = (clock() - began) / 1_000;
  screen.close();
  const each = drawing / count / 1_000;
  console.error(
    `  ${(count / seconds).toFixed(1)} frames/s, ${each.toFixed(2)} ms of processor time each, ${Math.round((bytes() - written) / count)} bytes each`,
  );
  return { value: (each * FRAMES) / 10, ratio: 15 / ((each * FRAMES) / 10) };
}

/**
 * Ten simulated minutes back, from many places: the longest, by the clock, since somebody waits for it. Processor time, V8's
 * own threads and collections included, is told beside it, for machines that are busy with other work.
 */
async function rewind() {
  const { app } = await desk(undefined);
  const { screen } = terminal();
  const times = [];
  const walls = [];
  for (let at = 12; at <= 88; at += 4) {
    await goTo(app, screen, at * MINUTE);
    const before = process.cpuUsage();
    walls.push(await goTo(app, screen, (at - 10) * MINUTE + 17_000_000));
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1_000);
  }
  screen.close();
  const told = (list) => {
    const sorted = list.toSorted((a, b) => a - b);
    return `median ${Math.round(sorted[list.length >> 1])} ms, longest ${Math.round(sorted.at(-1))} ms`;
  };
  if (process.env.VERBOSE) console.error(times.map(Math.round).join(' '), '\n', walls.map(Math.round).join(' '));
  console.error(`  ${times.length} rewinds, processor time: ${told(times)}; by the clock: ${told(walls)}`);
  const worst = Math.max(...walls);
  return { value: worst, ratio: 1_000 / worst };
}

/** Of the whole process, at the end of 89 simulated minutes with a rewind every ten, against what it was after ten. */
async function memory() {
  const { app } = await desk(undefined);
  const { screen } = terminal();
  const megabytes = () => (globalThis.gc?.(), process.memoryUsage().rss / 1e6);
  let early = 0;
  for (let at = 10; at <= 89; at += 10) {
    await goTo(app, screen, at * MINUTE);
    await goTo(app, screen, (at - 5) * MINUTE);
    await goTo(app, screen, at * MINUTE);
    if (at === 10) early = megabytes();
    console.error(`  minute ${at}: ${Math.round(megabytes())} MB`);
  }
  screen.close();
  const late = megabytes();
  return { value: late, ratio: (2 * early) / late };
}

export const cases = [
  { name: 'watch.frames', unit: '% of a core', against: '15 %', run: frames },
  { name: 'watch.rewind', unit: 'ms, the longest', against: 'a second', run: rewind },
  { name: 'watch.memory', unit: 'MB after 89 minutes', against: 'twice what it was after ten', run: memory },
];
