// A scenario that is not there: what may have been meant instead is never what was written.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ConfigError } from '../../../src/simulation/config-error.ts';
import { readScenarioFile } from '../../../src/simulation/scenario-reader.ts';

test('a folder that is called like a scenario', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sandpile-missing-'));
  try {
    const named = join(folder, 'crash.yaml');
    mkdirSync(named);
    const problem = () => {
      try {
        readScenarioFile(named);
      } catch (error) {
        return (error as ConfigError).problems[0];
      }
      return undefined;
    };
    expect(problem()?.message).toBe('is a folder, not a scenario');
    expect(problem()?.suggestion ?? 'none').toBe('none');
    writeFileSync(join(folder, 'crush.yaml'), '');
    expect(problem()?.suggestion).toBe(join(folder, 'crush.yaml'));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
