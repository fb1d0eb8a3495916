// Draws docs/watch.svg: the terminal in the middle of the crash of October 2025, from a run made for it. The same picture
// every time. `node .ci/picture.mjs [FILE]`, after a build.

import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readScenarioFile } from '../dist/simulation/scenario-reader.js';
import { createSimulation } from '../dist/simulation/simulation.js';
import { App } from '../dist/tui/app.js';
import { keyframesOf } from '../dist/tui/keyframes.js';
import { picture } from '../dist/tui/picture.js';
import { Playback } from '../dist/tui/playback.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    scenario: { type: 'string', default: 'october-2025' },
    at: { type: 'string', default: '21:20:14' },
    width: { type: 'string', default: '140' },
    height: { type: 'string', default: '45' },
    keys: { type: 'string', default: '' },
  },
});
const root = new URL('..', import.meta.url);
const file = positionals[0] ?? fileURLToPath(new URL('docs/watch.svg', root));
const scenario = readScenarioFile(fileURLToPath(new URL(`sim-configs/scenarios/${values.scenario}.yaml`, root)));
// A clock that moves when told: nothing is out of time, and nothing depends on how fast this machine is.
let now = 0;
const clock = () => now;
const playback = new Playback({ simulation: createSimulation(scenario), keyframes: keyframesOf({ scenario }), clock });
const app = new App({ playback, speed: 4, clock, ascii: false });
app.goToText(values.at);
while (app.seeking) app.tick(50);
now += 1_000;
const size = [Number(values.width), Number(values.height)];
let canvas = app.draw(...size);
for (const key of values.keys.split(' ').filter(Boolean)) {
  app.key(key);
  app.tick(50);
  canvas = app.draw(...size);
}
writeFileSync(file, picture(canvas, `sandpile watch ${scenario.name} at ${values.at}`));
console.error(`${file}: ${canvas.width} × ${canvas.height}`);
