// What stands before a run: a scenario file read, checked and resolved, and the venue and its traders made of it.

import { fileURLToPath } from 'node:url';
import { createSimulation, loadScenario } from '../dist/index.js';

const FILE = fileURLToPath(new URL('../sim-configs/scenarios/october-2025.yaml', import.meta.url));
const TURNS = 15;

const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1];

async function milliseconds(work) {
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e3;
}

async function measure(work, stated) {
  const times = [];
  for (let turn = -3; turn < TURNS; turn++) {
    const time = await milliseconds(work);
    if (turn >= 0) times.push(time);
  }
  const value = median(times);
  return { value, ratio: stated / value };
}

export const cases = [
  { name: 'scenario.load', unit: 'ms', against: 'a stated 250 ms', run: () => measure(() => loadScenario(FILE), 250) },
  {
    name: 'scenario.create',
    unit: 'ms',
    against: 'a stated 1,000 ms',
    run: async () => {
      const scenario = await loadScenario(FILE);
      return measure(() => createSimulation(scenario), 1_000);
    },
  },
];
