// What it costs to write every message of a run to disk, as lines of JSON and as a table: the same run goes on without a
// recorder and with one, in turns of a stretch of simulated time each. The value is time a message more, the ratio how fast the
// run is with the recorder, of what it is without.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createSimulation, loadScenario } from '../dist/index.js';
import { RunFolder } from '../dist/simulation/recorder.js';

const FILE = fileURLToPath(new URL('../sim-configs/scenarios/calm.yaml', import.meta.url));
const STRETCH = 4 * 60_000_000;
const TURNS = 15;
const WARM = 2;

const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1];

async function overhead(logOf) {
  const folder = mkdtempSync(join(tmpdir(), 'sandpile-bench-'));
  try {
    const scenario = await loadScenario(FILE, { set: [`duration=${((WARM + TURNS) * STRETCH) / 1e6}s`] });
    const run = new RunFolder(join(folder, 'run'));
    const [off, on] = [createSimulation(scenario), createSimulation(scenario)];
    const log = logOf(run);
    on.kernel.tap((message) => log.read(message));
    const more = [];
    const ratios = [];
    for (let turn = -WARM; turn < TURNS; turn++) {
      const [without, recorded] = [off, on].map((simulation) => {
        const before = simulation.kernel.delivered;
        const start = performance.now();
        simulation.runUntil(simulation.now + STRETCH);
        return ((performance.now() - start) * 1e6) / (simulation.kernel.delivered - before);
      });
      if (turn < 0) continue;
      more.push(recorded - without);
      ratios.push(without / recorded);
    }
    if (off.kernel.digest() !== on.kernel.digest()) throw new Error('recording has changed the run');
    run.discard();
    return { value: median(more), ratio: median(ratios) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const unit = 'ns a message';
const against = 'the same run unrecorded';

export const cases = [
  { name: 'recorder.overhead', unit, against, run: () => overhead((run) => run.table()) },
  { name: 'recorder.overhead.lines', unit, against, run: () => overhead((run) => run.events()) },
];
