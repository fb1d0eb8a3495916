// How the tests run. Two workers, since that is what the machines of continuous integration have; module-level state is
// banned by lint, so the files of one worker share their modules, which saves most of the start-up time.

import { defineConfig } from 'vitest/config';
import { TotalsReporter } from './test/helpers/totals-reporter.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/helpers/property-seed.ts'],
    reporters: ['default', new TotalsReporter()],
    pool: 'forks',
    isolate: false,
    maxWorkers: 2,
    // Shared machines stall for seconds at a time: a test that hangs still ends, one that waits for its turn does not fail.
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
