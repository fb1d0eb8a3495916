// What it takes to keep a run and to go on with it: october-2025 in the middle of its crash, saved as plain data, restored,
// forked; against running it again to the same message, which is what one would do otherwise. Both take turns.

import { fileURLToPath } from 'node:url';
import { bytesOf, createSimulation, loadScenario, restoreSimulation } from '../dist/index.js';

const FILE = fileURLToPath(new URL('../sim-configs/scenarios/october-2025.yaml', import.meta.url));
const MID_CRASH = 22 * 60_000_000;
const TURNS = 15;
const AGAIN = 3;

const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1];

function milliseconds(work) {
  const start = performance.now();
  work();
  return performance.now() - start;
}

async function inTheCrash() {
  const scenario = await loadScenario(FILE);
  const run = () => {
    const simulation = createSimulation(scenario);
    simulation.runUntil(MID_CRASH);
    return simulation;
  };
  return { scenario, run, simulation: run() };
}

/** `work(simulation, scenario)` is timed; what comes of it must be the same run. */
async function timed(work) {
  const { scenario, run, simulation } = await inTheCrash();
  const times = [];
  const ratios = [];
  let again = 0;
  for (let turn = -3; turn < TURNS; turn++) {
    if (turn >= 0 && turn % (TURNS / AGAIN) === 0) again = milliseconds(run);
    let result;
    const time = milliseconds(() => (result = work(simulation, scenario)));
    if (result.digest !== simulation.kernel.digest()) throw new Error('another run has come of it');
    if (turn < 0) continue;
    times.push(time);
    ratios.push(again / time);
  }
  return { value: median(times), ratio: median(ratios) };
}

const digestOf = (simulation) => ({ digest: simulation.kernel.digest() });
const against = 'running it again to the same message';

export const cases = [
  { name: 'checkpoint.save', unit: 'ms', against, run: () => timed((simulation) => simulation.checkpoint()) },
  {
    name: 'checkpoint.restore',
    unit: 'ms',
    against,
    run: async () => {
      let checkpoint;
      return timed((simulation, scenario) => {
        checkpoint ??= simulation.checkpoint();
        return digestOf(restoreSimulation(scenario, checkpoint));
      });
    },
  },
  { name: 'checkpoint.fork', unit: 'ms', against, run: () => timed((simulation) => digestOf(simulation.fork())) },
  {
    name: 'checkpoint.bytes',
    unit: 'bytes',
    against: 'what the run itself holds',
    run: async () => {
      const { run, simulation } = await inTheCrash();
      const held = [];
      for (let i = 0; i < 3; i++) {
        globalThis.gc();
        const before = used();
        const another = run();
        globalThis.gc();
        held.push(used() - before);
        if (another.now !== MID_CRASH) throw new Error('it has not come so far');
      }
      const checkpoint = simulation.checkpoint();
      if (checkpoint.state === null) throw new Error(`it cannot be copied: ${checkpoint.reason}`);
      const bytes = bytesOf(checkpoint);
      return { value: bytes, ratio: median(held) / bytes };
    },
  },
];

function used() {
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return heapUsed + Math.max(external, arrayBuffers);
}
