// The library as a user writes it, against the built package: it compiles strictly, it runs, and what is not public cannot
// be imported.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Consumer } from '../helpers/consumer.ts';

let project: Consumer;
beforeAll(() => {
  project = new Consumer();
});
afterAll(() => project.remove());

async function succeeds(path: string, code: string): Promise<string> {
  project.write(path, code);
  expect(await project.complaints([path])).toBe('');
  const { status, out, err } = await project.typescript(path, code);
  expect({ status, err }).toEqual({ status: 0, err: '' });
  return out;
}

test('the first example: a crash, watched', async () => {
  const out = await succeeds(
    'first.ts',
    `
import { filter } from 'rxjs';
import { createSimulation, loadScenario } from 'sandpile';

const scenario = await loadScenario('sim-configs/scenarios/october-2025.yaml');
const simulation = createSimulation(scenario, { seed: 42 });
simulation.envelopes$
  .pipe(filter(({ message }) => message.type === 'LiquidationStarted'))
  .subscribe(({ at, cause, message }) => console.log(at, cause, message.account));
const { manifest, headline } = simulation.runToEnd();      // also step(), runUntil(at)

console.log(JSON.stringify({ digest: manifest.digest, liquidations: headline.liquidations }));
`,
  );
  const lines = out.trim().split('\n');
  const { digest, liquidations } = JSON.parse(lines.pop()!) as { digest: string; liquidations: number };
  expect(digest).toMatch(/^[0-9a-f]{64}$/);
  expect(liquidations).toBeGreaterThan(100);
  expect(lines).toHaveLength(liquidations);
  for (const line of lines) expect(line).toMatch(/^\d+ \d+ \d+$/);
});

test('the second: rules compared on the same seeds', async () => {
  const out = await succeeds(
    'second.ts',
    `
import { compare, loadScenario, seeds } from 'sandpile';

const scenario = await loadScenario('sim-configs/scenarios/flash-crash.yaml', { set: ['duration=30m'] });
const study = await compare(scenario, { seeds: seeds(1, 2), vary: { 'liquidation.policy.kind': ['full-close', 'targeted'] } });

for (const { metric, difference, correlation } of study.differences) console.log(metric, difference.mean, correlation);
console.log(study.runs.length, study.arms.length);
`,
  );
  expect(out).toMatch(/^price\.low -?[\d.e-]+ (-?[\d.e-]+|null)$/m);
  expect(out.trim().split('\n').pop()).toBe('4 2');
});

test('step by step, until an instant, with a seed in the scenario or beside it', async () => {
  const out = await succeeds(
    'third.ts',
    `
import { createSimulation, loadScenario, type Headline, type Simulation } from 'sandpile';

const scenario = await loadScenario('sim-configs/scenarios/calm.yaml', { seed: '9', set: ['duration=1m', 'traders.retail.members=100'] });
const simulation: Simulation = createSimulation(scenario);
let steps = 0;
while (simulation.now < 10_000_000 && simulation.step()) steps++;
const early: Headline = simulation.headline();
simulation.runUntil(30_000_000);
console.log(simulation.seed, steps > 1_000, simulation.now, early.trades < simulation.headline().trades);
`,
  );
  expect(out).toBe('9 true 30000000 true\n');
});

describe('what is wrong', () => {
  test('with a scenario is told all at once, each with its place', async () => {
    project.write(
      'bad.yaml',
      readFileSync('sim-configs/scenarios/calm.yaml', 'utf8')
        .replace('duration: 60m', 'duration: 60 coins')
        .replace('kind: noise', 'kind: noize'),
    );
    const out = await succeeds(
      'wrong.ts',
      `
import { ConfigError, loadScenario } from 'sandpile';

try {
  await loadScenario('bad.yaml');
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  for (const { file, line, path, message } of error.problems) console.log(file, line, path, message);
}
`,
    );
    expect(out).toMatch(/^bad\.yaml \d+ duration .*coins/m);
    expect(out).toMatch(/^bad\.yaml \d+ traders\.noise\.kind .*noize/m);
  });

  test('with a rule to compare likewise, before anything runs', async () => {
    const out = await succeeds(
      'unknown.ts',
      `
import { compare, ConfigError, loadScenario, seeds } from 'sandpile';

const scenario = await loadScenario('sim-configs/scenarios/calm.yaml');
try {
  await compare(scenario, { seeds: seeds(1, 200), vary: { 'liquidation.policy.kind': ['full-close', 'full-cloze'] } });
} catch (error) {
  console.log(error instanceof ConfigError, String(error).includes('full-cloze'));
}
`,
    );
    expect(out).toBe('true true\n');
  });
});

describe('what is public', () => {
  test('is what index.ts names', async () => {
    const out = await succeeds('names.ts', "import * as sandpile from 'sandpile';\nconsole.log(Object.keys(sandpile).join(' '));\n");
    for (const name of ['compare', 'ConfigError', 'createSimulation', 'loadScenario', 'seeds'])
      expect(out.trim().split(' ')).toContain(name);
    expect(out).not.toContain('Market');
  });

  test('and nothing else can be reached', async () => {
    const code = "await import('sandpile/dist/kernel/kernel.js');\n";
    const { status, err } = await project.typescript('deep.ts', code);
    expect(status).not.toBe(0);
    expect(err).toContain('ERR_PACKAGE_PATH_NOT_EXPORTED');
  });
});

test('seeds as regression tests: written once, held from then on, and a change says what changed', async () => {
  const spec = (until: string) => `
import { expect, test } from 'vitest';
import { createSimulation, loadScenario } from 'sandpile';
import 'sandpile/vitest';

test('the first minute of calm', async () => {
  const scenario = await loadScenario('sim-configs/scenarios/calm.yaml', { seed: '3', set: ['duration=${until}', 'traders.retail.members=100'] });
  expect(createSimulation(scenario)).toMatchSeed();
});
`;
  project.write('seeds.test.ts', spec('20s'));
  expect(await project.complaints(['seeds.test.ts'])).toBe('');
  const vitest = (ci: boolean) => project.run(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', '--root', '.'], { ci });
  expect(await vitest(true)).toMatchObject({ status: 1 });
  expect(await vitest(false)).toMatchObject({ status: 0 });
  expect(existsSync(join(project.folder, 'golden/calm-3.json'))).toBe(true);
  expect(await vitest(true)).toMatchObject({ status: 0 });
  project.write('seeds.test.ts', spec('21s'));
  const changed = await vitest(true);
  expect(changed.status).toBe(1);
  expect(changed.err + changed.out).toMatch(/trades \d+ → \d+/);
});
